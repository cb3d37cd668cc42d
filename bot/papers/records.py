"""What a source says of one paper, whatever the source."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class PaperRecord:
    """A paper as one source gave it; what the source didn't say is None or empty, never invented.

    `identifiers` are (scheme, value) pairs, the one asked for first. `title` is raw:
    `bot.papers.text.title_text` makes it readable. Times are aware, UTC.
    """

    identifiers: tuple[tuple[str, str], ...]
    title: str
    authors: tuple[str, ...]
    abstract: str | None
    categories: tuple[str, ...]
    primary_category: str | None
    published: datetime | None
    updated: datetime | None
    version: int | None
    comment: str | None
    withdrawn: bool
    licence: str | None
    pdf_url: str | None
    url: str
    source: str
