"""Records of the simulated workspace: conversations, triggers, response_urls, files."""

from dataclasses import dataclass, field
from typing import Final, Literal

from handlers.demo.slack.wire import Json

ConversationKind = Literal["public_channel", "private_channel", "mpim", "im"]

EVENT_KINDS: Final[dict[ConversationKind, str]] = {
    "public_channel": "channel",
    "private_channel": "group",
    "mpim": "mpim",
    "im": "im",
}
"""The `channel_type` of message events, by kind of conversation."""

SCOPE_PREFIXES: Final[dict[ConversationKind, str]] = {
    "public_channel": "channels",
    "private_channel": "groups",
    "mpim": "mpim",
    "im": "im",
}
"""First part of the scopes' names by kind of conversation: channels:history, groups:history and so on."""


@dataclass(slots=True)
class Conversation:
    """A channel or direct message, with its messages by ts, oldest first."""

    id: str
    name: str
    private: bool = False
    dm_user: str = ""
    """The person in a direct message with the bot; empty for all other conversations."""
    is_dm: bool = False
    """Whether it is a direct message, with the bot or between two people."""
    is_group_dm: bool = False
    teams: list[str] = field(default_factory=list)
    """Other workspaces that share it by Slack Connect."""
    archived: bool = False
    created: int = 0
    members: list[str] = field(default_factory=list)
    messages: dict[str, Json] = field(default_factory=dict)

    @property
    def kind(self) -> ConversationKind:
        """Kind of conversation, as in the `types` of conversations.list."""
        if self.is_dm:
            return "im"
        if self.is_group_dm:
            return "mpim"
        return "private_channel" if self.private else "public_channel"


@dataclass(slots=True)
class Trigger:
    """A trigger id: its person, when it was issued (clock seconds), its view if any, and whether it was used."""

    user: str
    issued: float
    view: str = ""
    used: bool = False


@dataclass(slots=True)
class ResponseUrl:
    """Rights of a response_url; `origin` is the message it can replace, if any."""

    user: str
    channel: str
    issued: float
    origin: str = ""
    ephemeral: bool = False
    thread_ts: str = ""
    uses: int = 0
    messages: list[Json] = field(default_factory=list)


@dataclass(slots=True)
class UploadedFile:
    """An uploaded file and where it was shared."""

    id: str
    name: str
    length: int
    title: str = ""
    alt: str = ""
    content: bytes = b""
    complete: bool = False
    user: str = ""
    """User who uploaded the file; empty for the bot."""
    channels: list[str] = field(default_factory=list)
    thread_ts: str = ""
