"""Replaces mentions of people by their current names, so that a message notifies nobody unintentionally."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError

from bot.people import BY_ITSELF, People, is_app
from handlers.blocks.builders import Block, Message, escape
from handlers.slack.workspaces.block_support import error_code

_MENTION = re.compile(r"<@([\w-]+)(?:\|[^<>]*)?>")

log = structlog.get_logger(__name__)


async def with_names(message: Message, people: People, *, may_call: bool = True) -> Message:
    """Return a message with current names for all people it mentions.

    With `may_call=False` all mentions become names, because Slack would offer to invite mentioned people to the channel.
    """
    names = await _names([message.text, *message.blocks], people, may_call=may_call)
    if not names:
        return message
    blocks = tuple(_renamed(block, names) for block in message.blocks)
    return replace(message, text=_in_text(message.text, names), blocks=blocks)


async def named_view(view: Block, people: People) -> Block:
    """Return a window or Home tab with current names for people who left; mentions there notify nobody."""
    names = await _names([view], people, may_call=True)
    copy: Block = _renamed(view, names) if names else view
    return copy


async def _names(of: Any, people: People, *, may_call: bool) -> dict[str, str]:
    """Return display names by user id, for mentions that must be replaced by names."""
    names: dict[str, str] = {}
    for user in dict.fromkeys(_mentioned(of)):
        try:
            person = await people.person(user)
        except SlackApiError as error:
            log.warning("person_unknown", user=user, error=error_code(error))
            continue
        is_no_user = user in BY_ITSELF or is_app(user)
        if person.is_deleted or is_no_user or (not may_call and person.name != user):
            names[user] = person.name
    return names


def _mentioned(of: Any) -> Iterator[str]:
    match of:
        case str():
            yield from _MENTION.findall(of)
        case {"type": "user", "user_id": user}:
            yield str(user)
        case Mapping():
            for value in of.values():
                yield from _mentioned(value)
        case list() | tuple():
            for value in of:
                yield from _mentioned(value)


def _renamed(of: Any, names: Mapping[str, str]) -> Any:
    match of:
        case str():
            return _in_text(of, names)
        case {"type": "user", "user_id": user} if user in names:
            return {"type": "text", "text": names[user]}
        case dict():
            return {key: _renamed(value, names) for key, value in of.items()}
        case list() | tuple():
            return [_renamed(value, names) for value in of]
        case _:
            return of


def _in_text(text: str, names: Mapping[str, str]) -> str:
    def name(mention: re.Match[str]) -> str:
        user = mention[1]
        return escape(names[user]) if user in names else mention[0]

    return _MENTION.sub(name, text)
