"""Simplifies messages for workspaces that don't support Slack's newer blocks."""

from collections.abc import Iterator

from handlers.blocks import charts, feedback, tables
from handlers.blocks.builders import Block, Message, message

LEVELS = 3
"""Number of levels of simplification: 0 as is; 1 without charts and feedback buttons, plain tables only; 2 text only."""

MOST_CHARTS = 2


def degrade(full: Message, level: int) -> Message:
    """Return a message in the form for workspaces that refuse newer blocks.

    `level` is 0 as is, 1 without charts, 2 text only.
    """
    blocks = tuple(_native(full.blocks) if level == 0 else _simpler(full.blocks, level))
    return full if blocks == full.blocks else message(full.text, blocks)


def _native(blocks: tuple[Block, ...]) -> Iterator[Block]:
    count = 0
    for block in blocks:
        count += block["type"] == "data_visualization"
        if block["type"] == "data_visualization" and count > MOST_CHARTS:
            yield from charts.as_text(block)
        else:
            yield block


def _simpler(blocks: tuple[Block, ...], level: int) -> Iterator[Block]:
    has_table = False
    for block in blocks:
        match block["type"]:
            case "data_visualization":
                yield from charts.as_text(block)
            case "data_table" if level == 1 and not has_table:
                has_table = True
                yield from tables.as_plain(block)
            case "table" if level == 1 and not has_table:
                has_table = True
                yield block
            case "data_table" | "table":
                yield from tables.as_text(block)
            case "context_actions":
                yield feedback.as_buttons(block)
            case _:
                yield block
