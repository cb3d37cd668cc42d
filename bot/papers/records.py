"""A source's metadata of one paper (a record), and the cleaning of its texts."""

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.papers.errors import SourceError
from bot.papers.reading.pool import Readers, ReadingError
from bot.papers.standing import OUT, Standing, gravest, of_comment, of_title
from bot.papers.text.characters import single_spaced

_RAW_CHARACTERS: Final = 200_000
_MOST_AUTHORS: Final = 5_000
_MOST_LINKS: Final = 10
_URL_BYTES: Final = 2_000
_UNREADABLE: Final = (
    "Its title, abstract or authors are written so that they can't be read in reasonable time."
)


@dataclass(frozen=True, slots=True)
class PaperRecord:
    """A paper as one source describes it; unknown fields are None or empty, never made up.

    `identifiers` are (scheme, value) pairs, the requested one first. A source fills in raw text; `cleaned` keeps
    the title's LaTeX in `raw_title`, and determines `standing`. Times are UTC. `code` and `data` are URLs, `citations` a
    count, `venue` a journal or conference, `versions` numbers with their days as far as they are known.
    """

    identifiers: tuple[tuple[str, str], ...]
    title: str
    url: str
    source: str
    authors: tuple[str, ...] = ()
    abstract: str | None = None
    categories: tuple[str, ...] = ()
    primary_category: str | None = None
    published: datetime | None = None
    updated: datetime | None = None
    version: int | None = None
    comment: str | None = None
    withdrawn: bool = False
    licence: str | None = None
    pdf_url: str | None = None
    standing: Standing | None = None
    venue: str | None = None
    citations: int | None = None
    code: tuple[str, ...] = ()
    data: tuple[str, ...] = ()
    versions: tuple[tuple[int, datetime], ...] = ()
    raw_title: str | None = None


async def cleaned(records: Sequence[PaperRecord], readers: Readers) -> list[PaperRecord | SourceError]:
    """Clean all texts of records in a separate process; records that can't be read become errors."""
    try:
        return list(await _passed(records, readers))
    except ReadingError:
        if len(records) == 1:
            return [
                SourceError(
                    "Its title, abstract or authors are written so that they can't be read in reasonable time."
                )
            ]
    apart: list[PaperRecord | SourceError] = []
    for record in records:
        apart += await cleaned([record], readers)
    return apart


async def _passed(records: Sequence[PaperRecord], readers: Readers) -> list[PaperRecord]:
    texts = [text for record in records for text in _texts(record)]
    clean_texts = iter(await readers.gate(texts))
    return [_with(record, clean_texts) for record in records]


def _texts(record: PaperRecord) -> list[tuple[str, str]]:
    """Return a record's texts for cleaning, in the order in which `_with` expects them back."""
    return [
        ("title", record.title[:_RAW_CHARACTERS]),
        ("latex title", record.title[:_RAW_CHARACTERS]),
        ("abstract", (record.abstract or "")[:_RAW_CHARACTERS]),
        *(
            ("name", (text or "")[:_RAW_CHARACTERS])
            for text in (record.venue, record.licence, record.primary_category)
        ),
        ("abstract", (record.comment or "")[:_RAW_CHARACTERS]),
        *(("name", name[:_RAW_CHARACTERS]) for name in record.authors[:_MOST_AUTHORS]),
        *(("name", name[:_RAW_CHARACTERS]) for name in record.categories[:_MOST_LINKS]),
    ]


def _with(record: PaperRecord, clean_texts: Iterator[str]) -> PaperRecord:
    title, latex_title, abstract, venue, licence, category, comment = (next(clean_texts) for _ in range(7))
    authors = [next(clean_texts) for _ in record.authors[:_MOST_AUTHORS]]
    categories = [next(clean_texts) for _ in record.categories[:_MOST_LINKS]]
    standing = gravest(
        [record.standing, of_title(title), of_comment(comment) if record.source == "arXiv" else None]
    )
    if record.withdrawn and standing not in OUT:
        standing = "withdrawn"
    return dataclasses.replace(
        record,
        title=title,
        raw_title=latex_title,
        abstract=abstract or None,
        venue=venue or None,
        licence=licence or None,
        primary_category=category or None,
        comment=comment or None,
        authors=tuple(dict.fromkeys(name for name in authors if name)),
        categories=tuple(dict.fromkeys(name for name in categories if name)),
        standing=standing,
        withdrawn=standing in OUT,
        url=_address(record.url) or record.url,
        pdf_url=_address(record.pdf_url),
        code=_addresses(record.code),
        data=_addresses(record.data),
    )


def _addresses(urls: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(plain for url in urls[:_MOST_LINKS] if (plain := _address(url))))


def _address(url: str | None) -> str | None:
    """Return the URL without characters that can't be stored; None if it isn't a web address."""
    plain = single_spaced((url or "")[: 2 * _URL_BYTES].encode(errors="ignore").decode())
    return plain if plain.startswith(("https://", "http://")) and len(plain) <= _URL_BYTES else None
