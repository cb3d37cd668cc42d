"""Typed readers of JSON answers, shared by the sources: paths, dates, counts, identifiers."""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from typing import Final

from bot.papers.errors import SourceError, SourceUnavailableError
from bot.papers.fetching.fetcher import WebReply
from bot.papers.links import Reference, parse
from bot.papers.records import PaperRecord
from bot.papers.sources import SourceAnswer

AT_ONCE: Final = 4
_DAY: Final = re.compile(r"(\d{4})(?:[-/](\d{1,2}))?(?:[-/](\d{1,2}))?")


async def each(
    references: Sequence[Reference], ask: Callable[[Reference], Awaitable[PaperRecord]]
) -> dict[str, SourceAnswer]:
    """Ask for each reference by itself, a few at the same time; return answers by canonical id.

    Errors are values, not raised.
    """
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(reference: Reference) -> tuple[str, SourceAnswer]:
        async with gate:
            try:
                return reference.canonical, await ask(reference)
            except SourceError as error:
                return reference.canonical, error

    return dict(await asyncio.gather(*(one(reference) for reference in references)))


def json_of(reply: WebReply, source: str) -> object:
    """Parse a reply's JSON. Raises `SourceUnavailableError` if it is cut off or isn't JSON."""
    try:
        document: object = json.loads(reply.body)
    except (ValueError, RecursionError):
        raise SourceUnavailableError(f"{source}'s answer is broken or isn't JSON.") from None
    return document


def value_at(value: object, *path: str | int) -> object:
    """Return the value at a path of keys and indexes in parsed JSON, or None if the path leads nowhere."""
    for step in path:
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and isinstance(step, int) and -len(value) <= step < len(value):
            value = value[step]
        else:
            return None
    return value


def words(value: object) -> str | None:
    """Return a string with single spaces, or None for anything else; of a list, its first item."""
    if isinstance(value, list):
        value = value[0] if value else None
    return " ".join(value.split()) or None if isinstance(value, str) else None


def listed(value: object) -> list[object]:
    """Return the value if it is a list, else an empty list."""
    return value if isinstance(value, list) else []


def prose(value: object) -> str | None:
    """Return a passage of raw text, or None; of a list, its first item.

    Markup is removed later, when texts are cleaned.
    """
    text = value[0] if isinstance(value, list) and value else value
    return text if isinstance(text, str) and text.strip() else None


def counted(value: object) -> int | None:
    """Return the value if it is a count (an integer from 0), else None."""
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def day(value: object) -> datetime | None:
    """Return midnight UTC of a date written "2020-03-01", "2020/3" or "2020", or given as [2020, 3, 1]; else None."""
    if isinstance(value, list):
        value = "-".join(str(part) for part in value if part is not None)
    match = _DAY.match(str(value)) if isinstance(value, str) else None
    try:
        return datetime(int(match[1]), int(match[2] or 1), int(match[3] or 1), tzinfo=UTC) if match else None
    except ValueError:
        return None


def moment(milliseconds: object) -> datetime | None:
    """Return a time from milliseconds since 1970, or None."""
    if not isinstance(milliseconds, int | float) or isinstance(milliseconds, bool):
        return None
    try:
        return datetime.fromtimestamp(milliseconds / 1000, UTC)
    except (OverflowError, OSError, ValueError):
        return None


def identifiers(*texts: object) -> tuple[tuple[str, str], ...]:
    """Return (scheme, value) of each text that is an id ("doi:10.…", "arxiv:…", "pmid:…"), in order, each once."""
    references = [parse(text) for text in texts if isinstance(text, str)]
    return tuple(
        dict.fromkeys((r.scheme, r.value) for r in references if r is not None and r.scheme != "page")
    )
