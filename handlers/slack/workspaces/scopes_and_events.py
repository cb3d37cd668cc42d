"""What Paperbout asks Slack for: commands, shortcuts, events and scopes, each with its reason."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from handlers.blocks.ids import ADD_PAPER_SHORTCUT, ASK_SHORTCUT


@dataclass(frozen=True, slots=True)
class Shortcut:
    """An entry in the menu of a message, or in the one that is everywhere."""

    callback_id: str
    name: str
    kind: Literal["message", "global"]
    description: str


@dataclass(frozen=True, slots=True)
class Event:
    """A subscription; `kind` is what Bolt calls it, `scopes` what Slack wants for it.

    `reads_channels`: left out of the smaller manifest, which sees mentions, commands and DMs only.
    """

    name: str
    kind: str
    scopes: tuple[str, ...] = ()
    reads_channels: bool = False


SHORTCUTS = (
    Shortcut(ADD_PAPER_SHORTCUT, "Add to Paperbout", "message", "Add the papers linked in this message"),
    Shortcut(ASK_SHORTCUT, "Ask Paperbout", "global", "Look up a paper, its rank and its matches"),
)

EVENTS = (
    Event("app_home_opened", "app_home_opened"),
    Event("app_mention", "app_mention", ("app_mentions:read",)),
    Event("app_uninstalled", "app_uninstalled"),
    Event("channel_archive", "channel_archive", ("channels:read",)),
    Event("channel_deleted", "channel_deleted", ("channels:read",)),
    Event("channel_rename", "channel_rename", ("channels:read",)),
    Event("channel_unarchive", "channel_unarchive", ("channels:read",)),
    Event("group_archive", "group_archive", ("groups:read",)),
    Event("group_rename", "group_rename", ("groups:read",)),
    Event("group_unarchive", "group_unarchive", ("groups:read",)),
    Event("link_shared", "link_shared", ("links:read",), reads_channels=True),
    Event("member_joined_channel", "member_joined_channel", ("channels:read", "groups:read")),
    Event("member_left_channel", "member_left_channel", ("channels:read", "groups:read")),
    Event("message.channels", "message", ("channels:history",), reads_channels=True),
    Event("message.groups", "message", ("groups:history",), reads_channels=True),
    Event("message.im", "message", ("im:history",)),
    Event("tokens_revoked", "tokens_revoked"),
    Event("user_change", "user_change", ("users:read",)),
)

SCOPES = {
    "app_mentions:read": "to answer when someone mentions the bot",
    "channels:history": "to notice paper links posted in public channels it was invited to",
    "channels:read": "to know a league's channel by name and who is in it, for votes and visibility",
    "chat:write": "to post cards, tournaments, polls and digests where it was invited",
    "commands": "to answer its slash commands and shortcuts",
    "files:write": "to upload the CSV of an export",
    "groups:history": "to notice paper links posted in private channels it was invited to",
    "groups:read": "to show a private league to the members of its channel only",
    "im:history": "to read what is written to the bot in a direct message",
    "im:write": "to send followers and voters the direct messages they asked for",
    "links:read": "to see links to papers, so that known ones can unfold with their rank",
    "links:write": "to unfold those links where a channel turned this on",
    "reactions:write": "to mark a message at once when its paper is taken in",
    "users:read": "to show names, and to tell members from guests and bots when they vote",
}
"""Every scope with the reason the installer reads."""

READING_CHANNELS = frozenset({"channels:history", "groups:history", "links:read", "links:write"})

UNFURL_DOMAINS = ("arxiv.org", "doi.org", "openreview.net", "aclanthology.org", "biorxiv.org")
"""Slack takes five."""


def scopes(*, smaller: bool = False) -> tuple[str, ...]:
    """The bot scopes to ask for, sorted."""
    return tuple(scope for scope in SCOPES if not (smaller and scope in READING_CHANNELS))


def missing_scopes(granted: Collection[str]) -> tuple[str, ...]:
    """What a token lacks of what the manifest asks for, sorted; nothing where the server doesn't say what it has.

    Who granted no reading of channels chose the smaller manifest, and isn't asked for more than that.
    """
    if not granted:
        return ()
    smaller = not READING_CHANNELS & set(granted)
    return tuple(scope for scope in scopes(smaller=smaller) if scope not in granted)


def events(*, smaller: bool = False) -> tuple[Event, ...]:
    """The events to subscribe to, sorted by name."""
    return tuple(event for event in EVENTS if not (smaller and event.reads_channels))
