"""Finds what a mention or direct message says to the bot, and whether it is a question."""

import html
import re
from collections.abc import Mapping
from typing import Any

from bot.papers import links
from bot.papers.text import person_text
from handlers.slack.words.commands import BOARD, PAPER, Commands

IGNORED = frozenset(
    {
        "channel_join", "channel_leave", "channel_topic", "channel_purpose", "channel_name",
        "group_join", "group_leave", "pinned_item", "message_deleted", "message_replied", "ekm_access_denied",
        "reminder_add", "channel_archive", "channel_unarchive", "tombstone", "assistant_app_thread",
    }
)  # fmt: skip
HELP = "help"
SLACKBOT = "USLACKBOT"
_ADDRESS = re.compile(r"https?://", re.IGNORECASE)


def message_of(event: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the message that a person wrote or edited, or None.

    Messages of Slackbot and workflows count too, because people set these up.
    """
    if event.get("subtype") == "message_changed":
        message: Mapping[str, Any] = event.get("message") or {}
        before: Mapping[str, Any] = event.get("previous_message") or {}
        if message.get("text") == before.get("text") or not message.get("edited"):
            return None  # an unfurl, not an edit
    else:
        message = event
    if message.get("subtype") in IGNORED or not poster_of(message):
        return None
    return None if _is_apps(message) and not is_workflow(message) else message


def apps_message_of(event: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the message that another app, such as a feed, posted in a channel, or None."""
    if event.get("subtype") in IGNORED | {"message_changed"} or is_direct(event) or not poster_of(event):
        return None
    return event if _is_apps(event) and not is_workflow(event) else None


def poster_of(message: Mapping[str, Any]) -> str:
    """Return the id of who posted a message: a user's, or the bot's of an app that posts as no user."""
    return str(message.get("user") or message.get("bot_id") or "")


def is_workflow(message: Mapping[str, Any]) -> bool:
    """Return whether a workflow posted the message."""
    profile = message.get("bot_profile") or {}
    is_its_bot = isinstance(profile, Mapping) and profile.get("is_workflow_bot")
    return bool(is_its_bot or message.get("workflow_id"))


def is_persons(message: Mapping[str, Any]) -> bool:
    """Return whether a person wrote the message, and not Slackbot, a workflow or another app."""
    return not _is_apps(message) and message.get("user") != SLACKBOT


def _is_apps(message: Mapping[str, Any]) -> bool:
    return bool(message.get("bot_id") or message.get("app_id") or message.get("subtype") == "bot_message")


def is_asked(message: Mapping[str, Any]) -> bool:
    """Return whether a message may be answered: a person wrote it and hasn't edited it (then it was answered before)."""
    return is_persons(message) and not message.get("edited")


def is_direct(event: Mapping[str, Any]) -> bool:
    """Return whether an event's message is a direct message to the bot."""
    kind = event.get("channel_type")
    return kind == "im" or (kind is None and str(event.get("channel", "")).startswith("D"))


def is_edit(event: Mapping[str, Any]) -> bool:
    """Return whether an event is about an edited message; it may contain new links, but its question was answered."""
    return event.get("subtype") == "message_changed" or bool(event.get("edited"))


def question_of(message: Mapping[str, Any], bot_user: str, commands: Commands) -> str | None:
    """Return the question in a message, or None if it hands over papers in its text, forward, attachment or file name."""
    text = str(message.get("text") or "")
    words = question_in(text, bot_user, commands)
    if words is None or links.find(text) or not links.of_message(message):
        return words
    return words if commands.parse(words).command not in {PAPER, BOARD, HELP} else None


def question_in(text: str, bot_user: str, commands: Commands) -> str | None:
    """Return the question in a text, as words after the command; None if it hands over papers.

    A text without words asks for help. A text with a URL that isn't a paper's is left to the intake.
    """
    mention = re.compile(rf"<@{re.escape(bot_user)}(?:\|[^>]*)?>:?") if bot_user else None
    words = person_text(html.unescape(mention.sub(" ", text) if mention else text))
    if not words:
        return HELP
    if links.impossible_arxiv_ids(words):
        return None
    if not links.find(words):
        return None if _ADDRESS.search(words) else words
    return words if commands.take_links(words) else None
