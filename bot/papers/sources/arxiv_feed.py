"""arXiv's daily announcements: a category's RSS feed, requested once a day."""

import asyncio
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date
from email.utils import parsedate_to_datetime
from itertools import chain, zip_longest
from typing import Final
from xml.etree.ElementTree import Element

from bot.papers.categories import NAMES
from bot.papers.errors import SourceUnavailableError
from bot.papers.fetching.fetcher import HTML_BYTES, Fetcher
from bot.papers.fetching.pacing import Turn, place_of
from bot.papers.links import parse
from bot.papers.records import PaperRecord, cleaned
from bot.papers.sources.arxiv import SECONDS_BETWEEN
from storage.errors import BadRequestError

FEED_URL: Final = "https://rss.arxiv.org/rss"
_ANNOUNCE: Final = "{http://arxiv.org/schemas/atom}announce_type"
_DC: Final = "{http://purl.org/dc/elements/1.1/}"


@dataclass(frozen=True, slots=True)
class Announcement:
    """One paper in arXiv's daily feed; `kind` is arXiv's word: new, cross, replace or replace-cross."""

    kind: str
    record: PaperRecord


class ArxivFeeds:
    """Reads arXiv's daily feeds of new preprints, each fetched once for all leagues; `url` may be a mirror's."""

    def __init__(self, fetcher: Fetcher, turn: Turn, url: str = FEED_URL) -> None:
        self._fetcher = fetcher
        self._turn = turn
        self._url = url.rstrip("/")
        self._read: dict[str, tuple[date, tuple[Announcement, ...]]] = {}
        self._locks: dict[str, asyncio.Lock] = {}

    async def new_preprints(
        self,
        categories: Sequence[str],
        day: date,
        *,
        cross: bool = False,
        skip: Collection[str] = (),
        most: int | None = None,
    ) -> tuple[PaperRecord, ...]:
        """Return a day's new preprints of these arXiv categories, each once, categories alternating; empty at weekends.

        `cross` includes papers cross-listed from other categories; replacements are never included. `skip` are canonical
        ids to leave out, `most` limits the number. Raises `BadRequestError` for an unknown category, `SourceError` if
        there is no feed.
        """
        kinds = {"new", "cross"} if cross else {"new"}
        lists = []
        for category in categories:
            if category not in NAMES:
                raise BadRequestError(f"arXiv has no category {category}; write one such as cs.AI.")
            announcements = await self._of(category, day)
            lists.append([one.record for one in announcements if one.kind in kinds])
        records: dict[str, PaperRecord] = {}
        for record in chain.from_iterable(zip_longest(*lists)):
            if record is not None and (name := f"arxiv:{record.identifiers[0][1]}") not in skip:
                records.setdefault(name, record)
        first_records = list(records.values())[:most]
        checks = await cleaned(first_records, self._fetcher.readers)
        return tuple(record for record in checks if isinstance(record, PaperRecord))

    async def _of(self, category: str, day: date) -> tuple[Announcement, ...]:
        async with self._locks.setdefault(category, asyncio.Lock()):
            day_and_items = self._read.get(category)
            if day_and_items is None or day_and_items[0] != day:
                async with self._turn(place_of(self._url), SECONDS_BETWEEN):
                    page = await self._fetcher.get(
                        f"{self._url}/{category}", accept="application/rss+xml", most_bytes=2 * HTML_BYTES
                    )
                day_and_items = self._read[category] = (
                    day,
                    read_announcements(await self._fetcher.readers.xml(page.body, "arXiv")),
                )
            return day_and_items[1]


def read_announcements(root: Element) -> tuple[Announcement, ...]:
    """Return the papers announced in a feed. Raises `SourceUnavailableError` if it isn't RSS."""
    if root.tag != "rss":
        raise SourceUnavailableError("arXiv's feed isn't RSS.")
    return tuple(
        Announcement((item.findtext(_ANNOUNCE) or "").strip(), record)
        for item in root.iter("item")
        if (record := _record(item)) is not None
    )


def _record(item: Element) -> PaperRecord | None:
    reference = parse((item.findtext("link") or "").strip())
    title = " ".join((item.findtext("title") or "").split())
    if reference is None or reference.scheme != "arxiv" or not title:
        return None
    description = " ".join((item.findtext("description") or "").split())
    abstract = description.partition("Abstract:")[2].strip()
    version = re.search(r"v(\d+)$", (item.findtext("guid") or "").strip())
    categories = tuple(
        dict.fromkeys(c.text.strip() for c in item.iterfind("category") if c.text and c.text.strip())
    )
    try:
        moment = parsedate_to_datetime(item.findtext("pubDate") or "").astimezone(UTC)
    except ValueError:
        moment = None
    return PaperRecord(
        identifiers=(("arxiv", reference.value),),
        title=title,
        authors=tuple(n.strip() for n in (item.findtext(f"{_DC}creator") or "").split(",") if n.strip()),
        abstract=abstract or None,
        categories=categories,
        primary_category=categories[0] if categories else None,
        published=moment,
        updated=moment,
        version=int(version[1]) if version else 1,
        licence=(item.findtext(f"{_DC}rights") or "").strip() or None,
        pdf_url=f"https://arxiv.org/pdf/{reference.value}",
        url=reference.link,
        source="arXiv",
    )
