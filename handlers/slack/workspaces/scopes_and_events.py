"""What Paperbout requests from Slack: commands, shortcuts, events and scopes, each with its reason."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from handlers.blocks.ids import ADD_PAPER_SHORTCUT, ASK_SHORTCUT


@dataclass(frozen=True, slots=True)
class Shortcut:
    """An entry in a message's menu, or in the global shortcuts menu."""

    callback_id: str
    name: str
    kind: Literal["message", "global"]
    description: str


@dataclass(frozen=True, slots=True)
class Subscription:
    """A subscribed event; `kind` is its name in Bolt, `scopes` are those that Slack requires."""

    name: str
    kind: str
    scopes: tuple[str, ...] = ()


SHORTCUTS = (
    Shortcut(ADD_PAPER_SHORTCUT, "Add to Paperbout", "message", "Add the papers linked in this message"),
    Shortcut(ASK_SHORTCUT, "Ask Paperbout", "global", "Look up a paper, its rank and its matches"),
)

EVENTS = (
    Subscription("app_context_changed", "app_context_changed"),
    Subscription("app_home_opened", "app_home_opened"),
    Subscription("app_mention", "app_mention", ("app_mentions:read",)),
    Subscription("app_uninstalled", "app_uninstalled"),
    Subscription("channel_archive", "channel_archive", ("channels:read",)),
    Subscription("channel_deleted", "channel_deleted", ("channels:read",)),
    Subscription("channel_id_changed", "channel_id_changed", ("groups:read",)),
    Subscription("channel_left", "channel_left", ("channels:read",)),
    Subscription("channel_rename", "channel_rename", ("channels:read",)),
    Subscription("channel_shared", "channel_shared", ("channels:read", "groups:read")),
    Subscription("channel_unarchive", "channel_unarchive", ("channels:read",)),
    Subscription("channel_unshared", "channel_unshared", ("channels:read", "groups:read")),
    Subscription("group_archive", "group_archive", ("groups:read",)),
    Subscription("group_deleted", "group_deleted", ("groups:read",)),
    Subscription("group_left", "group_left", ("groups:read",)),
    Subscription("group_rename", "group_rename", ("groups:read",)),
    Subscription("group_unarchive", "group_unarchive", ("groups:read",)),
    Subscription("link_shared", "link_shared", ("links:read",)),
    Subscription("member_joined_channel", "member_joined_channel", ("channels:read", "groups:read")),
    Subscription("member_left_channel", "member_left_channel", ("channels:read", "groups:read")),
    Subscription("message.channels", "message", ("channels:history",)),
    Subscription("message.groups", "message", ("groups:history",)),
    Subscription("message.im", "message", ("im:history",)),
    Subscription("message.mpim", "message", ("mpim:history",)),
    Subscription("reaction_added", "reaction_added", ("reactions:read",)),
    Subscription("reaction_removed", "reaction_removed", ("reactions:read",)),
    Subscription("team_access_granted", "team_access_granted"),
    Subscription("tokens_revoked", "tokens_revoked"),
    Subscription("user_change", "user_change", ("users:read",)),
)

SCOPES = {
    "app_mentions:read": "to answer when someone mentions the bot",
    "assistant:write": "to show that it is working on an answer, and to suggest questions in its direct messages",
    "channels:history": "to notice paper links posted in public channels it was invited to",
    "channels:read": "to know a league's channel by name and who is in it, for votes and visibility",
    "chat:write": "to post cards, tournaments, polls and digests where it was invited",
    "commands": "to answer its slash commands and shortcuts",
    "files:read": "to read a list of papers (.bib, .ris, .nbib, .enw, .json, .txt) that somebody drops where it is",
    "files:write": "to upload the CSV of an export",
    "groups:history": "to notice paper links posted in private channels it was invited to",
    "groups:read": "to show a private league to the members of its channel only",
    "im:history": "to read what is written to the bot in a direct message",
    "im:read": "to show what belongs to a private league in direct messages to its members only",
    "im:write": "to send followers and voters the direct messages they asked for",
    "links:read": "to see links to papers, so that known ones can unfold with their rank",
    "links:write": "to unfold those links where a channel turned this on",
    "mpim:history": "to notice paper links posted in group direct messages it was added to",
    "mpim:read": "to show what belongs to a group direct message to its members only",
    "reactions:read": "to learn from emoji on papers which new preprints the team would like",
    "reactions:write": "to mark a message at once when its paper is taken in",
    "users:read": "to show names, and to tell members from guests and bots when they vote",
}
"""Reason of each scope, as the installer reads it."""

OPTIONAL = frozenset(
    {
        *("assistant:write", "channels:history", "files:read", "groups:history", "im:read"),
        *("links:read", "links:write", "mpim:history", "mpim:read", "reactions:read"),
    }
)
"""Scopes that may be declined; without them papers come by mention, command and direct message only."""

READING_CHANNELS = frozenset({"channels:history", "groups:history"})
"""Scopes of which one is needed to see links posted in channels."""

UNFURL_DOMAINS = ("arxiv.org", "doi.org", "openreview.net", "aclanthology.org", "biorxiv.org")
"""Domains whose links the bot may preview; Slack accepts five."""


def scopes() -> tuple[str, ...]:
    """Return all bot scopes to request, sorted."""
    return tuple(SCOPES)


def required_scopes() -> tuple[str, ...]:
    """Return the bot scopes that can't be declined, sorted."""
    return tuple(scope for scope in SCOPES if scope not in OPTIONAL)


def lacking_scopes(scopes: Collection[str]) -> tuple[str, ...]:
    """Return the required scopes that a token lacks, sorted; none if the server doesn't list the token's scopes.

    Optional scopes aren't included, because they were declined.
    """
    return tuple(scope for scope in required_scopes() if scopes and scope not in scopes)
