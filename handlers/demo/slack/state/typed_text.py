"""Text that a person typed, as Slack stores it: `text` with links in brackets, and the same as rich text."""

import html
import re
from typing import Final

from handlers.demo.slack.state.links import escape, slack_links
from handlers.demo.slack.wire import Json

_BRACKETS: Final = re.compile(r"<([^<>]+)>")
_BROADCASTS: Final = {"here", "channel", "everyone"}


def typed(text: str) -> tuple[str, list[Json]]:
    """Return the `text` and `blocks` of a person's message."""
    source = slack_links(escape(text))
    return source, rich_text(source)


def rich_text(source: str) -> list[Json]:
    """Return text as one rich_text block; no block for empty text."""
    if not source:
        return []
    section: Json = {"type": "rich_text_section", "elements": _elements(source)}
    return [{"type": "rich_text", "elements": [section]}]


def _elements(source: str) -> list[Json]:
    elements: list[Json] = []
    last = 0
    for bracket in _BRACKETS.finditer(source):
        elements += _plain(source[last : bracket.start()])
        elements.append(_bracketed(bracket[1]))
        last = bracket.end()
    return elements + _plain(source[last:])


def _plain(text: str) -> list[Json]:
    return [{"type": "text", "text": html.unescape(text)}] if text else []


def _bracketed(inner: str) -> Json:
    target, _, label = inner.partition("|")
    if target[0] == "@":
        return {"type": "user", "user_id": target[1:]}
    if target[0] == "#":
        return {"type": "channel", "channel_id": target[1:]}
    if target[1:] in _BROADCASTS:
        return {"type": "broadcast", "range": target[1:]}
    if target[0] == "!":
        return {"type": "text", "text": label or inner}
    link: Json = {"type": "link", "url": html.unescape(target)}
    return link | ({"text": html.unescape(label)} if label else {})
