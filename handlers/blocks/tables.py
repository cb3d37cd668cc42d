"""Tables in three forms: Slack's `data_table`, its older `table`, and lines of text."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from handlers.blocks.builders import Block, context, escape, length, link, one_line, paragraphs

MOST_ROWS = 100
MOST_COLUMNS = 20
MOST_CHARACTERS = 9_000
"""Maximum characters of all cells together, below Slack's own limit so that the message fits too."""


@dataclass(frozen=True, slots=True)
class Number:
    """A table cell with a number: sorted by `value`, shown as `text`."""

    value: float
    text: str


@dataclass(frozen=True, slots=True)
class Linked:
    """A table cell whose text links to a URL."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Mention:
    """A table cell with a person's user id, shown as their current name."""

    user: str


@dataclass(frozen=True, slots=True)
class Moment:
    """A table cell with a time, shown in the reader's time zone."""

    at: datetime
    style: str = "{date_short_pretty} at {time}"


Cell = str | int | float | Number | Linked | Mention | Moment


def table(
    columns: Sequence[str],
    rows: Sequence[Sequence[Cell]],
    caption: str,
    page_size: int = 10,
    row_header: int = 0,
) -> Block:
    """Build a `data_table`, which sorts, filters and pages itself; rows that don't fit are counted in the caption.

    `row_header` is the column that names the row for screen readers. Raises `ValueError` without rows, or for rows of
    different length.
    """
    names = [one_line(name, 60) or "–" for name in columns]
    if not rows or not 1 <= len(names) <= MOST_COLUMNS or any(len(row) != len(names) for row in rows):
        raise ValueError("a table needs rows as long as its header, and 1 to 20 columns")
    texts = [[_cell(cell) for cell in row] for row in rows[:MOST_ROWS]]
    room = MOST_CHARACTERS - sum(map(length, names))
    cells: list[list[Block]] = []
    for row in texts:
        room -= sum(length(cell_text(cell)) for cell in row)
        if cells and room < 0:
            break
        cells.append(row)
    rest = len(rows) - len(cells)
    heading: list[Block] = [{"type": "raw_text", "text": name} for name in names]
    return {
        "type": "data_table",
        "caption": one_line(caption, 200) + (f" … and {rest} more" if rest else ""),
        "rows": [heading, *cells],
        "page_size": max(1, min(page_size, MOST_ROWS)),
        "row_header_column_index": row_header,
    }


def as_plain(native: Block) -> list[Block]:
    """Convert a `data_table` to a caption and a `table` of at most 100 rows including the header."""
    rows = table_rows(native)[:MOST_ROWS]
    rest = len(table_rows(native)) - len(rows)
    numeric = [all(row[i]["type"] == "raw_number" for row in rows[1:]) for i in range(len(rows[0]))]
    caption = escape(str(native["caption"])) + (f" … and {rest} more" if rest else "")
    return [
        context(caption),
        {
            "type": "table",
            "rows": [
                [
                    {"type": "raw_text", "text": cell["text"]} if cell["type"] == "raw_number" else cell
                    for cell in row
                ]
                for row in rows
            ],
            "column_settings": [
                {"align": "right" if right else "left", "is_wrapped": not right} for right in numeric
            ],
        },
    ]


def as_text(block: Block) -> list[Block]:
    """Convert a `data_table` or `table` to text: the header once, then one line per row."""
    head, *rows = table_rows(block)
    caption = block.get("caption")
    lines = [f"*{escape(str(caption))}*"] if caption else []
    lines.append("_" + " · ".join(escape(cell_text(cell)) for cell in head) + "_")
    lines += [" · ".join(_markup(cell) for cell in row) for row in rows]
    return paragraphs("\n".join(lines))


def table_rows(block: Block) -> list[list[Block]]:
    """Return a table block's rows of cells, header first."""
    rows = block["rows"]
    assert isinstance(rows, list)
    return rows


def cell_text(cell: Block) -> str:
    """Return what a table cell shows, as plain text."""
    if cell["type"] != "rich_text":
        return str(cell["text"])
    element = _rich_element(cell)
    if element["type"] == "date":
        return str(element["fallback"])
    return str(element.get("text") or f"@{element.get('user_id', '')}")


def _markup(cell: Block) -> str:
    if cell["type"] != "rich_text":
        return escape(str(cell["text"]))
    element = _rich_element(cell)
    if element["type"] == "user":
        return f"<@{element['user_id']}>"
    if element["type"] == "text":
        return escape(str(element["text"]))
    if element["type"] == "date":
        return f"<!date^{element['timestamp']}^{element['format']}|{element['fallback']}>"
    return link(str(element["url"]), str(element["text"]))


def _rich_element(cell: Block) -> Block:
    sections = cell["elements"]
    assert isinstance(sections, list)
    element = sections[0]["elements"][0]
    assert isinstance(element, dict)
    return element


def _cell(cell: Cell) -> Block:
    match cell:
        case str():
            return {"type": "raw_text", "text": one_line(cell, 200) or "–"}
        case bool():
            return {"type": "raw_text", "text": "yes" if cell else "no"}
        case int() | float():
            return {"type": "raw_number", "value": cell, "text": f"{cell:g}"}
        case Number(value, text):
            return {"type": "raw_number", "value": value, "text": text or "–"}
        case Linked(text, url) if url.startswith(("http://", "https://")):
            return _rich({"type": "link", "url": url, "text": one_line(text, 200) or "–"})
        case Linked(text, _):
            return {"type": "raw_text", "text": one_line(text, 200) or "–"}
        case Mention(user):
            return _rich({"type": "user", "user_id": user})
        case Moment(at, style):
            fallback = at.astimezone(UTC).strftime("%d %b %Y, %H:%M UTC")
            return _rich(
                {"type": "date", "timestamp": int(at.timestamp()), "format": style, "fallback": fallback}
            )


def _rich(element: Block) -> Block:
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [element]}]}
