"""People and channels: what use cases are given of them, and who is asked (`handlers.slack.directory` asks Slack)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from storage.tables.base import FORGOTTEN

INVITE_ME = "I can't see that channel. Invite me first: type /invite @Paperbout there."
"""What a person reads of a channel the bot isn't in; the same where the channel isn't theirs to know of."""

FORMER_MEMBER = "former member"
"""What a person is called who left the workspace or was forgotten."""
IMPORT, SOURCES = "import", "sources"
"""Whose doing it is what an import brought, and what the program did by itself; no people, but named like them."""
BY_ITSELF = {IMPORT: "an import", SOURCES: "Paperbout", "USLACKBOT": "Slackbot"}


@dataclass(frozen=True, slots=True)
class Person:
    """One member of a workspace, as of now. `name` is today's display name; never stored."""

    user: str
    name: str
    is_bot: bool = False
    is_guest: bool = False
    is_admin: bool = False
    is_deleted: bool = False
    is_stranger: bool = False
    """From another workspace, met in a shared channel."""
    time_zone: str = "UTC"

    @property
    def is_full_member(self) -> bool:
        """May vote and challenge: a person of this workspace, neither bot nor guest, and still there."""
        return not (self.is_bot or self.is_guest or self.is_deleted or self.is_stranger)

    def may_vote(self, *, strangers: bool) -> bool:
        """Whether they vote where they are in the channel; people of other workspaces only where `strangers` do."""
        return not (self.is_bot or self.is_guest or self.is_deleted) and (strangers or not self.is_stranger)

    @property
    def is_outsider(self) -> bool:
        """A guest, a stranger or a person who left: sees leagues of channels they are in, and no other."""
        return self.is_guest or self.is_deleted or self.is_stranger


@dataclass(frozen=True, slots=True)
class Channel:
    """A conversation as of now."""

    channel: str
    name: str
    is_private: bool = False
    is_dm: bool = False
    has_bot: bool = True


def is_forgotten(user: str) -> bool:
    """Whether an id stands in place of a person who was forgotten."""
    return user.startswith(FORGOTTEN)


class People(Protocol):
    """Reads of one workspace's people and channels. Answers may be a few minutes old."""

    async def person(self, user: str) -> Person:
        """The person, or a deleted `Person` named "former member" when Slack doesn't know them any more."""
        ...

    async def channel(self, channel: str) -> Channel:
        """The channel; raises `NotFoundError` with "invite me first" when the bot can't see it."""
        ...

    async def members(self, channel: str) -> frozenset[str]:
        """User ids of everyone in the channel, bots and guests included."""
        ...

    async def is_member(self, channel: str, user: str) -> bool:
        """Whether the user is in the channel now."""
        ...

    async def is_admin(self, user: str) -> bool:
        """Whether the person is an admin or owner of the workspace."""
        ...

    def known_admins(self) -> frozenset[str]:
        """Those admins and owners that are known without asking anybody; maybe not all."""
        ...

    async def admins(self) -> frozenset[str]:
        """User ids of all admins and owners: lists everybody, so only where all of them must be told or named."""
        ...


@dataclass(frozen=True, slots=True)
class Roster:
    """A workspace's people and channels, read before a transaction begins: nothing here asks anybody.

    It holds what was asked for. `channels` and `members` lack what the bot can't see.
    """

    workspace: str
    persons: Mapping[str, Person]
    channels: Mapping[str, Channel]
    members: Mapping[str, frozenset[str]]
    admins: frozenset[str]
    """Admins and owners of the workspace; empty where every league asked for has an owner of its own."""
    followers: Mapping[str, frozenset[str]] = field(default_factory=dict, kw_only=True)
    """By a league's home channel, the other channels that follow the league."""

    def has(self, channel: str, user: str) -> bool:
        """Whether a person is in a channel; nobody is known to be in one that the bot can't see."""
        return user in self.members.get(channel, ())

    def is_private(self, channel: str) -> bool:
        """Whether a channel is private now; what the bot can't see counts as private: Slack shows it public ones."""
        place = self.channels.get(channel)
        return place is None or place.is_private

    def is_outsider(self, user: str) -> bool:
        """Whether a person is a guest, a stranger or gone; one that wasn't asked for counts unless they are an admin."""
        person = self.persons.get(user)
        return user not in self.admins if person is None else person.is_outsider

    def name(self, user: str) -> str:
        """A person's present display name."""
        person = self.persons.get(user)
        return user if person is None else person.name


@dataclass(frozen=True, slots=True)
class Viewer(Roster):
    """A person who asks for something or does it, with what Slack says of them and of the leagues in question."""

    user: str

    @property
    def person(self) -> Person:
        """Who they are."""
        return self.persons[self.user]

    @property
    def is_admin(self) -> bool:
        """Whether they are an admin or owner of the workspace."""
        return self.person.is_admin

    @property
    def is_full_member(self) -> bool:
        """Whether they may vote, challenge and own leagues."""
        return self.person.is_full_member

    def is_in(self, channel: str) -> bool:
        """Whether they are in a channel now."""
        return self.has(channel, self.user)
