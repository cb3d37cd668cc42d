"""What bioRxiv and medRxiv posted since the last weekday, by subject, through their API."""

import asyncio
from datetime import date, timedelta
from typing import Final

from bot.papers.fetching.fetcher import HTML_BYTES, Fetcher
from bot.papers.fetching.pacing import Turn, place_of
from bot.papers.links import parse
from bot.papers.records import PaperRecord
from bot.papers.sources.biorxiv import API_URL, record_of
from bot.papers.sources.fields import json_of, listed, value_at, words

SECONDS_BETWEEN: Final = 1.0
MOST_PAGES: Final = 4
"""Most pages read of one subject a day; the API gives a hundred papers each."""


class BiorxivFeed:
    """Reads new preprints of bioRxiv and medRxiv, each subject once a day for all leagues."""

    def __init__(self, fetcher: Fetcher, turn: Turn, url: str = API_URL) -> None:
        self._fetcher = fetcher
        self._turn = turn
        self._url = url.rstrip("/")
        self._read: dict[str, tuple[date, tuple[PaperRecord, ...]]] = {}
        self._locks: dict[str, asyncio.Lock] = {}

    async def posted(self, name: str, day: date) -> tuple[PaperRecord, ...]:
        """Return first versions posted since the weekday before `day`, of a feed such as "biorxiv:cell_biology".

        Raises `SourceError`.
        """
        async with self._locks.setdefault(name, asyncio.Lock()):
            day_and_records = self._read.get(name)
            if day_and_records is None or day_and_records[0] != day:
                day_and_records = self._read[name] = (day, await self._pages(name, day))
            return day_and_records[1]

    async def _pages(self, name: str, day: date) -> tuple[PaperRecord, ...]:
        server, _, subject = name.partition(":")
        last = day - timedelta(days=1)
        first = day - timedelta(days=3 if day.weekday() == 0 else 1)
        params = {"category": subject} if subject else None
        records: list[PaperRecord] = []
        cursor = 0
        for _ in range(MOST_PAGES):
            async with self._turn(place_of(self._url), SECONDS_BETWEEN):
                page = await self._fetcher.get(
                    f"{self._url}/details/{server}/{first}/{last}/{cursor}",
                    params=params,
                    accept="application/json",
                    most_bytes=4 * HTML_BYTES,
                )
            answer = json_of(page, "bioRxiv")
            items = listed(value_at(answer, "collection"))
            records += [record for item in items if (record := _record(item, server, subject)) is not None]
            cursor += len(items)
            total = words(value_at(answer, "messages", 0, "total")) or "0"
            if not items or not total.isdecimal() or cursor >= int(total[:9]):
                break
        return tuple(records)


def _record(item: object, server: str, subject: str) -> PaperRecord | None:
    """Return the record of a new preprint; None for a later version, a withdrawal, or another subject."""
    doi, title = words(value_at(item, "doi")), words(value_at(item, "title"))
    reference = parse(f"https://doi.org/{doi}") if doi and title else None
    if reference is None or words(value_at(item, "version")) not in {None, "1"}:
        return None
    theirs = (words(value_at(item, "category")) or "").casefold()
    if subject and theirs and theirs.replace(" ", "_") != subject:
        return None
    record = record_of([item], reference, server)
    return None if record.withdrawn else record
