"""Builders of Slack blocks; each cuts its content to Slack's limits, so that callers needn't check."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from handlers.blocks.text import (
    DAY,
    clip,
    clusters,
    date,
    escape,
    length,
    link,
    one_line,
    plain_date,
    scale_bar,
    short_name,
    shorten,
)

__all__ = [
    "DAY",
    "Block",
    "Message",
    "actions",
    "button",
    "characters",
    "clip",
    "clusters",
    "confirm",
    "context",
    "date",
    "divider",
    "escape",
    "fields",
    "fresh",
    "header",
    "home",
    "image",
    "length",
    "link",
    "message",
    "modal",
    "mrkdwn",
    "one_line",
    "option",
    "overflow",
    "paragraphs",
    "plain",
    "plain_date",
    "scale_bar",
    "section",
    "select",
    "short_name",
    "shorten",
]

Block = dict[str, object]

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
MESSAGE_TEXT = 4_000
BLOCK_CHARACTERS = 13_000
SECTION_TEXT = 3_000
MENU_OPTIONS = 100


@dataclass(frozen=True, slots=True)
class Message:
    """A Slack message: blocks, and the plain text used by notifications and screen readers."""

    text: str
    blocks: tuple[Block, ...]


def plain(text: str, limit: int) -> Block:
    """Build a `plain_text` object of at most `limit` characters, never empty."""
    return {"type": "plain_text", "text": one_line(text, limit) or "–", "emoji": True}


def mrkdwn(text: str, limit: int) -> Block:
    """Build a `mrkdwn` object of at most `limit` characters, never empty. Callers escape text that isn't ours."""
    return {"type": "mrkdwn", "text": clip(text, limit) or "–"}


def header(text: str) -> Block:
    """Build a large heading of plain text."""
    return {"type": "header", "text": plain(text, 150)}


def section(text: str, accessory: Block | None = None) -> Block:
    """Build a paragraph of mrkdwn, optionally with an element at its right."""
    block: Block = {"type": "section", "text": mrkdwn(text, SECTION_TEXT)}
    if accessory is not None:
        block["accessory"] = accessory
    return block


def paragraphs(text: str, most: int = 5) -> list[Block]:
    """Split long mrkdwn into at most `most` section blocks between lines; the rest is cut with an ellipsis."""
    parts: list[str] = []
    for line in text.splitlines():
        for piece in _in_pieces(line, SECTION_TEXT - 100):
            if parts and length(parts[-1]) + length(piece) < SECTION_TEXT - 100:
                parts[-1] += "\n" + piece
            else:
                parts.append(piece)
    if len(parts) > most:
        parts = [*parts[: most - 1], parts[most - 1].rstrip() + " …"]
    return [section(part) for part in parts if part.strip()]


def fields(*texts: str) -> Block:
    """Build a block of short texts in two columns, at most ten."""
    return {"type": "section", "fields": [mrkdwn(text, 2_000) for text in texts[:10]]}


def context(*texts: str) -> Block:
    """Build a line of small print from mrkdwn texts; more than ten texts are joined into the tenth."""
    elements = list(texts[:9]) + ([" · ".join(texts[9:])] if len(texts) > 9 else [])  # noqa: PLR2004 - Slack takes ten
    return {"type": "context", "elements": [mrkdwn(text, 2_000) for text in elements]}


def divider() -> Block:
    """Build a horizontal line."""
    return {"type": "divider"}


def image(url: str, alt: str, title: str | None = None) -> Block:
    """Build an image; `alt` describes it for people who can't see it."""
    block: Block = {"type": "image", "image_url": url, "alt_text": one_line(alt, 2_000)}
    if title:
        block["title"] = plain(title, 2_000)
    return block


def actions(*elements: Block) -> Block:
    """Build a row of at most 25 buttons or menus; equal action ids get a suffix (`vote.cast:1`)."""
    counts: dict[object, int] = {}
    distinct: list[Block] = []
    for element in elements[:25]:
        name = element["action_id"]
        count = counts.get(name, 0)
        counts[name] = count + 1
        distinct.append(element if count == 0 else {**element, "action_id": f"{name}:{count}"})
    return {"type": "actions", "elements": distinct}


def button(
    text: str,
    action_id: str,
    value: str = "",
    style: str | None = None,
    url: str | None = None,
    confirm: Block | None = None,
    label: str | None = None,
) -> Block:
    """Build a button; `style` is "primary" or "danger", `label` the text for screen readers."""
    element: Block = {"type": "button", "text": plain(text, 75), "action_id": _identifier(action_id)}
    if value:
        element["value"] = _whole(value, 2_000)
    if style is not None:
        element["style"] = style
    if url is not None:
        element["url"] = _whole(url, 3_000)
    if confirm is not None:
        element["confirm"] = confirm
    if label is not None:
        element["accessibility_label"] = one_line(label, 75)
    return element


def confirm(title: str, text: str, yes: str = "Yes", no: str = "No") -> Block:
    """Build the confirmation question that Slack shows before a button acts."""
    return {
        "title": plain(title, 100),
        "text": plain(text, 300),
        "confirm": plain(yes, 30),
        "deny": plain(no, 30),
    }


def option(text: str, value: str, description: str | None = None) -> Block:
    """Build an option of a menu, radio group or checkboxes. Raises `ValueError` if `value` exceeds 75 characters."""
    entry: Block = {"text": plain(text, 75), "value": _whole(value, 75)}
    if description:
        entry["description"] = plain(description, 75)
    return entry


def select(placeholder: str, action_id: str, options: Sequence[Block], initial: str | None = None) -> Block:
    """Build a menu of at most 100 options; `initial` is the value selected at first."""
    choices = list(options[:MENU_OPTIONS])
    element: Block = {
        "type": "static_select",
        "placeholder": plain(placeholder, 150),
        "action_id": _identifier(action_id),
        "options": choices,
    }
    choice = next((entry for entry in choices if entry["value"] == initial), None)
    if choice is not None:
        element["initial_option"] = choice
    return element


def overflow(action_id: str, options: Sequence[Block]) -> Block:
    """Build a "⋯" menu of at most five options."""
    return {"type": "overflow", "action_id": _identifier(action_id), "options": list(options[:5])}


def modal(
    title: str,
    blocks: Sequence[Block],
    submit: str | None = None,
    private_metadata: str = "",
    callback_id: str = "",
    close: str = "Close",
    notify_on_close: bool = False,
) -> Block:
    """Build a modal; without `submit` it has no input. Blocks beyond Slack's limit are replaced by "and 7 more"."""
    view: Block = {
        "type": "modal",
        "title": plain(title, 24),
        "close": plain(close, 24),
        "blocks": _at_most(list(blocks), VIEW_BLOCKS),
    }
    if submit is not None:
        view["submit"] = plain(submit, 24)
    if private_metadata:
        view["private_metadata"] = _whole(private_metadata, 3_000)
    if callback_id:
        view["callback_id"] = _identifier(callback_id)
    if notify_on_close:
        view["notify_on_close"] = True
    return view


def home(blocks: Sequence[Block]) -> Block:
    """Build the view of the App Home tab."""
    return {"type": "home", "blocks": _at_most(list(blocks), VIEW_BLOCKS)}


def message(text: str, blocks: Iterable[Block] = ()) -> Message:
    """Build a message within Slack's limits: 4,000 characters of text, 50 blocks, 13,000 characters of blocks.

    What is cut is counted ("and 7 more"); buttons in the last block are always kept. `text` is mrkdwn, so callers escape
    text that isn't ours. Without blocks the text is shown. Raises `ValueError` if `text` is blank.
    """
    if not text.strip():
        raise ValueError("a message needs plain text: notifications and screen readers read it")
    return Message(clip(text, MESSAGE_TEXT), tuple(_within(list(blocks))))


def fresh(blocks: Sequence[Block], stem: str, version: int) -> list[Block]:
    """Return the blocks with new block ids, made from stem, version and place.

    Slack keeps showing the old block where an update keeps its id.
    """
    return [
        {**block, "block_id": _identifier(f"{stem}.{version}.{place}")} for place, block in enumerate(blocks)
    ]


def characters(block: object) -> int:
    """Count the characters of text in a block with all its elements."""
    if isinstance(block, dict):
        return sum(
            length(value) if key in {"text", "alt_text"} and isinstance(value, str) else characters(value)
            for key, value in block.items()
        )
    if isinstance(block, (list, tuple)):
        return sum(characters(element) for element in block)
    return 0


def _within(blocks: list[Block]) -> list[Block]:
    candidates = _at_most(blocks, MESSAGE_BLOCKS)
    if sum(map(characters, candidates)) <= BLOCK_CHARACTERS:
        return candidates
    tail = [blocks[-1]] if blocks[-1]["type"] == "actions" else []
    room = BLOCK_CHARACTERS - characters(tail) - 100
    head: list[Block] = []
    for block in blocks[: len(blocks) - len(tail)]:
        room -= characters(block)
        if room < 0 or len(head) == MESSAGE_BLOCKS - 2:
            break
        head.append(block)
    return [*head, _and_more(len(blocks) - len(head) - len(tail)), *tail]


def _at_most(blocks: list[Block], most: int) -> list[Block]:
    if len(blocks) <= most:
        return blocks
    tail = [blocks[-1]] if blocks[-1]["type"] == "actions" else []
    room = most - 1 - len(tail)
    return [*blocks[:room], _and_more(len(blocks) - room - len(tail)), *tail]


def _and_more(count: int) -> Block:
    return context(f"… and {count} more")


def _in_pieces(line: str, limit: int) -> list[str]:
    pieces: list[str] = []
    while length(line) > limit:
        cut = line.rfind(" ", 0, limit // 2)
        cut = cut if cut > 0 else limit // 2
        pieces.append(line[:cut])
        line = line[cut:].lstrip()
    return [*pieces, line]


def _identifier(name: str) -> str:
    return _whole(name, 255)


def _whole(value: str, limit: int) -> str:
    if length(value) > limit:
        raise ValueError(f"{value[:40]!r}… can't be cut, and Slack takes {limit} characters")
    return value
