"""What use cases must know of people and channels; `handlers.slack.directory` fills it from Slack, tests from a list."""

from dataclasses import dataclass
from typing import Protocol

from storage.tables.base import FORGOTTEN

INVITE_ME = "I can't see that channel. Invite me first: type /invite @Paperbout there."
"""What a person reads of a channel the bot isn't in; the same where the channel isn't theirs to know of."""

FORMER_MEMBER = "former member"
"""What a person is called who left the workspace or was forgotten."""
IMPORT, SOURCES = "import", "sources"
"""Whose doing it is what an import brought, and what the program did by itself; no people, but named like them."""
BY_ITSELF = {IMPORT: "an import", SOURCES: "Paperbout"}


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

    async def admins(self) -> frozenset[str]:
        """User ids of the workspace's admins and owners."""
        ...
