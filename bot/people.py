"""People and channels as use cases see them; `handlers.slack.workspaces.directory` asks Slack about them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

from storage.tables.base import FORGOTTEN

INVITE_ME = "I can't see that channel. Invite me first: type /invite @Paperbout there."
"""Message about a channel that the bot isn't in; also used if the person may not know of the channel."""

FORMER_MEMBER = "former member"
"""Name shown for a person who left the workspace or was forgotten."""
AN_APP = "an app"
"""Name shown for an app of which Slack doesn't tell the name."""
IMPORT, SOURCES = "import", "sources"
"""Names in place of a user id for what an import brought, and for what the program did by itself."""
BY_ITSELF = {IMPORT: "an import", SOURCES: "Paperbout", "USLACKBOT": "Slackbot"}


@dataclass(frozen=True, slots=True)
class Person:
    """A member of a workspace; `name` is the current display name and is never stored."""

    user: str
    name: str
    is_bot: bool = False
    is_guest: bool = False
    is_admin: bool = False
    is_deleted: bool = False
    is_stranger: bool = False
    """Whether the person belongs to another workspace and is here through a shared channel."""
    time_zone: str = "UTC"

    @property
    def is_full_member(self) -> bool:
        """Whether the person may vote and challenge: of this workspace, no bot or guest, and not deleted."""
        return not (self.is_bot or self.is_guest or self.is_deleted or self.is_stranger)

    def may_vote(self, *, strangers: bool) -> bool:
        """Return whether the person may vote in their channels; people of other workspaces only if `strangers`."""
        return not (self.is_bot or self.is_guest or self.is_deleted) and (strangers or not self.is_stranger)

    @property
    def is_outsider(self) -> bool:
        """Whether the person is a guest, a stranger or gone, and so sees only leagues of channels they are in."""
        return self.is_guest or self.is_deleted or self.is_stranger


@dataclass(frozen=True, slots=True)
class Channel:
    """A Slack conversation in its current state."""

    channel: str
    name: str
    is_private: bool = False
    is_dm: bool = False
    has_bot: bool = True


def is_app(user: str) -> bool:
    """Return whether an id is the one of an app's bot that posts as no user, such as a feed's."""
    return user.startswith("B")


def is_forgotten(user: str) -> bool:
    """Return whether a user id is a made-up one that replaced a person whose data was deleted."""
    return user.startswith(FORGOTTEN)


class People(Protocol):
    """Reads one workspace's people and channels; answers may be a few minutes old."""

    async def person(self, user: str) -> Person:
        """Return a person; if Slack doesn't know them, a deleted `Person` named "former member"."""
        ...

    async def channel(self, channel: str) -> Channel:
        """Return a channel. Raises `NotFoundError` ("invite me first") if the bot can't see it."""
        ...

    async def members(self, channel: str) -> frozenset[str]:
        """Return the user ids of everybody in a channel, including bots and guests."""
        ...

    async def is_member(self, channel: str, user: str) -> bool:
        """Return whether a user is in a channel now."""
        ...

    async def is_admin(self, user: str) -> bool:
        """Return whether a person is an admin or owner of the workspace."""
        ...

    def known_admins(self) -> frozenset[str]:
        """Return the admins and owners that are known without asking Slack; may be incomplete."""
        ...

    async def admins(self) -> frozenset[str]:
        """Return the user ids of all admins and owners; slow, because it lists everybody in the workspace."""
        ...


@dataclass(frozen=True, slots=True)
class Roster:
    """People and channels of a workspace, read before a transaction; its methods ask nobody.

    It contains only what was requested. `channels` and `members` lack what the bot can't see.
    """

    workspace: str
    persons: Mapping[str, Person]
    channels: Mapping[str, Channel]
    members: Mapping[str, frozenset[str]]
    admins: frozenset[str]
    """Admins and owners of the workspace; empty if every league concerned has an owner of its own."""
    followers: Mapping[str, frozenset[str]] = field(default_factory=dict, kw_only=True)
    """Other channels that follow a league, by the league's home channel."""

    def has(self, channel: str, user: str) -> bool:
        """Return whether a person is in a channel; False for channels that the bot can't see."""
        return user in self.members.get(channel, ())

    def is_private(self, channel: str) -> bool:
        """Return whether a channel is private now; True for channels that the bot can't see."""
        place = self.channels.get(channel)
        return place is None or place.is_private

    def is_outsider(self, user: str) -> bool:
        """Return whether a person is a guest, a stranger or gone; True for people not in the roster, except admins."""
        person = self.persons.get(user)
        return user not in self.admins if person is None else person.is_outsider

    def name(self, user: str) -> str:
        """Return a person's current display name, or their id if they aren't in the roster."""
        person = self.persons.get(user)
        return user if person is None else person.name


@dataclass(frozen=True, slots=True)
class Viewer(Roster):
    """A person who acts, with what Slack knows about them and about the leagues concerned."""

    user: str

    @property
    def person(self) -> Person:
        """The person who acts."""
        return self.persons[self.user]

    @property
    def is_admin(self) -> bool:
        """Whether the person is an admin or owner of the workspace."""
        return self.person.is_admin

    @property
    def is_full_member(self) -> bool:
        """Whether the person may vote, challenge and own leagues."""
        return self.person.is_full_member

    def acts_as(self, user: str | None) -> bool:
        """Return whether the person may use a right that was given to this user id.

        True only for their own account, while it is active.
        """
        return user == self.user and not self.person.is_deleted

    def is_in(self, channel: str) -> bool:
        """Return whether the person is in a channel now."""
        return self.has(channel, self.user)

    def inside(self, channel: str) -> "Viewer":
        """Return the viewer as a member of a channel, for an app that posted there."""
        return replace(
            self, members={**self.members, channel: self.members.get(channel, frozenset()) | {self.user}}
        )
