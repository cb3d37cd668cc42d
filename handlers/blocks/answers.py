"""The frame of every answer: rows of a page with paging and sharing, as a message or in a window."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from handlers.blocks import ids, phrases
from handlers.blocks.builders import (
    Block,
    Message,
    actions,
    button,
    context,
    date,
    escape,
    message,
    modal,
    one_line,
    section,
)
from handlers.blocks.degrading import LEVELS, degrade

IN_WINDOWS = tuple(
    action.name
    for action in (
        ids.ASSESSMENT, ids.WHY, ids.HISTORY, ids.MORE, ids.COMPARE, ids.PAGE, ids.READ_MATCH, ids.CHALLENGE,
        ids.PLAY_NOW,
    )
)  # fmt: skip
"""Buttons whose answer fits a window."""


@dataclass(frozen=True, slots=True)
class Frame:
    """Where an answer stands: the page shown (its `offset` is the first row), rows in all, rows a page."""

    SUFFIXES: ClassVar[tuple[str, str]] = (":before", ":after")
    """How the ids of the buttons end that turn pages."""
    page: ids.Page
    total: int = 0
    size: int = 0
    previous: str = phrases.PREVIOUS
    next: str = phrases.NEXT

    def buttons(self) -> list[Block]:
        """Backwards and forwards, where there is such a page."""
        buttons = []
        if self.size and self.page.offset > 0:
            before = self.page._replace(offset=max(0, self.page.offset - self.size))
            buttons.append(button(self.previous, *ids.PAGE.carry(before, "before")))
        if self.size and self.page.offset + self.size < self.total:
            after = self.page._replace(offset=self.page.offset + self.size)
            buttons.append(button(self.next, *ids.PAGE.carry(after, "after")))
        return buttons


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer before it is framed: plain text, blocks, what its last row of buttons begins with."""

    text: str
    blocks: tuple[Block, ...]
    frame: Frame
    buttons: tuple[Block, ...] = ()


def private(answer: Answer) -> Message:
    """For the person who asked: with paging, and a button that shares the same answer."""
    share = button(phrases.SHARE, *ids.SHARE.carry(answer.frame.page))
    menus = [element for element in answer.buttons if element["type"] == "overflow"]
    others = [element for element in answer.buttons if element["type"] != "overflow"]
    return message(answer.text, [*answer.blocks, actions(*answer.frame.buttons(), *others, share, *menus)])


def shared(answer: Answer, user: str, now: datetime) -> Message:
    """For a channel, saying who shared it and as of when."""
    row = [*answer.frame.buttons(), *answer.buttons]
    tail = [actions(*row)] if row else []
    return message(
        f"<@{user}> shared: {answer.text}",
        [context(f"<@{user}> shared, {date(now, lead='as of')}"), *answer.blocks, *tail],
    )


def window(answer: Answer) -> Block:
    """The answer in a modal, with those of its buttons whose answer fits one."""
    row = [*answer.frame.buttons(), *answer.buttons]
    tail = [actions(*row)] if row else []
    return message_window(message(answer.text, [*answer.blocks, *tail]))


def message_window(source: Message) -> Block:
    """A message as a modal, which takes no tables, and no buttons that answer into a channel."""
    full = degrade(source, LEVELS - 1)
    blocks: list[Block] = [] if full.blocks else [section(full.text)]
    for block in full.blocks:
        if block["type"] == "actions":
            elements = _in_windows(block["elements"])
            blocks += [{**block, "elements": elements}] if elements else []
        else:
            accessory = _in_windows([block["accessory"]] if "accessory" in block else [])
            rest = {key: value for key, value in block.items() if key != "accessory"}
            blocks.append({**rest, "accessory": accessory[0]} if accessory else rest)
    return modal("Paperbout", blocks)


def _in_windows(elements: object) -> list[Block]:
    """Those of these elements whose answer fits a window, or that only open an address."""
    assert isinstance(elements, list)
    return [
        element
        for element in elements
        if "url" in element or str(element["action_id"]).startswith(IN_WINDOWS)
    ]


def card_window(answer: Answer) -> Block:
    """A card in a modal, with those of its buttons that don't answer into a channel."""
    blocks = list(degrade(message(answer.text, answer.blocks), LEVELS - 1).blocks)
    elements = _in_windows(list(answer.buttons))
    return modal("Paper", [*blocks, actions(*elements)] if elements else blocks)


def place(rank: int | None) -> str:
    """A rank as people write it."""
    return "–" if rank is None else f"#{rank}"


def title(text: str, most: int = 90) -> str:
    """A title for a line of a list, plain."""
    return one_line(text, most)


def loading_window(title: str) -> Block:
    """What opens at once, while what it will show is read."""
    return modal(title, [section("One moment …")])


def notice_window(title: str, sentence: str) -> Block:
    """A window that only says something."""
    return modal(title, [section(escape(sentence))])
