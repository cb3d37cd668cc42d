"""Frame of every answer: paging and sharing buttons, shown as a message or in a window."""

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
        ids.PLAY_NOW, ids.FEEDBACK,
    )
)  # fmt: skip
"""Names of the buttons whose answers can be shown in a window."""


@dataclass(frozen=True, slots=True)
class Frame:
    """Where the rows of an answer lie in the whole list.

    `page.offset` is the first one; the others count all rows and rows per page.
    """

    SUFFIXES: ClassVar[tuple[str, str]] = (":before", ":after")
    """Suffixes of the action ids of the buttons for the previous and the next page."""
    page: ids.Page
    total: int = 0
    size: int = 0
    previous: str = phrases.PREVIOUS
    next: str = phrases.NEXT

    def buttons(self) -> list[Block]:
        """Return the buttons for the previous and next page, as far as these exist."""
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
    """An answer to a question before the paging buttons are added.

    It has plain text for notifications, blocks, and the buttons that begin its last row.
    """

    text: str
    blocks: tuple[Block, ...]
    frame: Frame
    buttons: tuple[Block, ...] = ()


def private(answer: Answer) -> Message:
    """Return an answer as a message for the person who asked, with paging and a share button."""
    share = button(phrases.SHARE, *ids.SHARE.carry(answer.frame.page))
    menus = [element for element in answer.buttons if element["type"] == "overflow"]
    others = [element for element in answer.buttons if element["type"] != "overflow"]
    return message(answer.text, [*answer.blocks, actions(*answer.frame.buttons(), *others, share, *menus)])


def shared(answer: Answer, user: str, now: datetime) -> Message:
    """Return an answer as a message for a channel, naming who shared it and when."""
    row = [*answer.frame.buttons(), *answer.buttons]
    tail = [actions(*row)] if row else []
    return message(
        f"<@{user}> shared: {answer.text}",
        [context(f"<@{user}> shared, {date(now, lead='as of')}"), *answer.blocks, *tail],
    )


def window(answer: Answer) -> Block:
    """Return an answer as a modal window, without the buttons whose answers don't fit a window."""
    row = [*answer.frame.buttons(), *answer.buttons]
    tail = [actions(*row)] if row else []
    return message_window(message(answer.text, [*answer.blocks, *tail]))


def message_window(source: Message) -> Block:
    """Return a message as a modal window, without tables and without buttons that post into a channel."""
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
    """Return the elements whose answer fits a modal, or that only open a URL."""
    assert isinstance(elements, list)
    return [
        element
        for element in (choice for each in elements for choice in _as_buttons(each))
        if "url" in element or str(element["action_id"]).startswith(IN_WINDOWS)
    ]


def _as_buttons(element: Block) -> list[Block]:
    """Return a menu's options as buttons; any other element is returned unchanged."""
    options = element["options"] if element["type"] == "overflow" else None
    if not isinstance(options, list):
        return [element]
    return [button(option["text"]["text"], *ids.from_menu(option["value"])) for option in options]


def card_window(answer: Answer) -> Block:
    """Return a paper's card as a modal window, without buttons that post into a channel."""
    blocks = list(degrade(message(answer.text, answer.blocks), LEVELS - 1).blocks)
    elements = _in_windows(list(answer.buttons))
    return modal("Paper", [*blocks, actions(*elements)] if elements else blocks)


def place(rank: int | None) -> str:
    """Format a rank ("#3"), or "–" for None."""
    return "–" if rank is None else f"#{rank}"


def title(text: str, most: int = 90) -> str:
    """Shorten a paper's title to one line of plain text for a list."""
    return one_line(text, most)


def loading_window(title: str) -> Block:
    """Return the window that opens at once, while its content is being read."""
    return modal(title, [section("One moment …")])


def notice_window(title: str, sentence: str) -> Block:
    """Return a window that only shows a sentence."""
    return modal(title, [section(escape(sentence))])
