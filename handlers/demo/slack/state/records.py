"""What a workspace holds, as records: conversations, triggers, response_urls, files."""

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
"""By kind of conversation, the `channel_type` of its message events."""

SCOPE_PREFIXES: Final[dict[ConversationKind, str]] = {
    "public_channel": "channels",
    "private_channel": "groups",
    "mpim": "mpim",
    "im": "im",
}
"""By kind of conversation, what its scopes begin with: channels:history, groups:history and so on."""


@dataclass(slots=True)
class Conversation:
    """A channel or a direct message, with its messages by ts, oldest first."""

    id: str
    name: str
    private: bool = False
    dm_user: str = ""
    """Who has this direct message with the bot; empty for all other conversations."""
    is_dm: bool = False
    """A direct message, the bot's or one between two people."""
    is_group_dm: bool = False
    teams: list[str] = field(default_factory=list)
    """Other workspaces it is shared with by Slack Connect."""
    archived: bool = False
    created: int = 0
    members: list[str] = field(default_factory=list)
    messages: dict[str, Json] = field(default_factory=dict)

    @property
    def kind(self) -> ConversationKind:
        """Its kind, as the `types` of conversations.list name it."""
        if self.is_dm:
            return "im"
        if self.is_group_dm:
            return "mpim"
        return "private_channel" if self.private else "public_channel"


@dataclass(slots=True)
class Trigger:
    """A trigger id: whose, since when (clock seconds), from which view, and whether it was used."""

    user: str
    issued: float
    view: str = ""
    used: bool = False


@dataclass(slots=True)
class ResponseUrl:
    """What a response_url may still do. `origin` is the message it can replace, if any."""

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
    """A file as it was uploaded, and where it was shared."""

    id: str
    name: str
    length: int
    title: str = ""
    alt: str = ""
    content: bytes = b""
    complete: bool = False
    user: str = ""
    """Who uploaded it; empty for the bot."""
    channels: list[str] = field(default_factory=list)
    thread_ts: str = ""
