"""Collaborators of jobs: database, time, judges, paper sources; created once by `handlers.app`."""

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from bot.judges.interface import Judge
from bot.papers.errors import SourceError
from bot.papers.links import Reference
from bot.papers.reading.fulltext import FullText, Offer
from bot.papers.reading.pool import Readers
from bot.papers.records import PaperRecord
from bot.papers.sources.feeds.preprint_feeds import FeedDay
from bot.papers.sources.paper_lists import ListFile, PaperList
from bot.people import People
from bot.settings import Settings
from bot.work.metrics import Metrics
from bot.work.outage_hints import OutageHints
from bot.work.settlements import Settlements
from bot.work.timing import Time
from storage.database.engine import Database


class Reader(Protocol):
    """A source of full texts; `bot.papers.reading.fulltext.FullTexts` is the real one."""

    async def warm(self) -> None:
        """Prepare for reading, so that the first paper doesn't wait."""
        ...

    async def full_text(self, offer: Offer) -> FullText | None:
        """Return a paper's full text, or None if there is none. Raises `SourceError`."""
        ...


MOST_POSTING = 20
"""Most events that a process sends to other programs at once."""


class Feeds(Protocol):
    """A source of new preprints; `bot.papers.sources.feeds.preprint_feeds.PreprintFeeds` is the real one."""

    async def of_day(
        self,
        names: Sequence[str],
        day: date,
        *,
        cross: bool = False,
        skip: Collection[str] = (),
        most: int | None = None,
    ) -> FeedDay:
        """Return a day's new preprints of these feeds. Raises `SourceError`."""
        ...


class Libraries(Protocol):
    """A source of groups' libraries; `bot.papers.sources.zotero.ZoteroGroups` is the real one."""

    async def group_pages(self, group: int, collection: str = "") -> tuple[Sequence[bytes], int]:
        """Return pages of CSL-JSON, and how many items the group has in all. Raises `SourceError`."""
        ...


class Lists(Protocol):
    """A source of lists of papers; `bot.papers.sources.paper_lists.PaperLists` is the real one."""

    async def read(self, papers: PaperList) -> ListFile:
        """Return a list as a file of references. Raises `SourceError`."""
        ...


class Hooks(Protocol):
    """Posts to other programs' addresses; `bot.papers.fetching.fetcher.Fetcher` is the real one."""

    async def post(self, url: str, content: bytes, headers: Mapping[str, str]) -> int:
        """Post to a public https address and return the status. Raises `SourceError`."""
        ...


class Sources(Protocol):
    """A source of records; `bot.papers.resolving.Resolver` is the real one."""

    async def resolve(self, references: Sequence[Reference]) -> Mapping[str, PaperRecord | SourceError]:
        """Return records or errors, by canonical id."""
        ...


@dataclass(frozen=True, slots=True)
class OfferedPaper:
    """A paper suggested instead of one that can't be fetched here: its name, URL and canonical id."""

    name: str
    link: str
    canonical: str


@dataclass(frozen=True)
class Runtime:
    """Everything a job may use; `judges` holds judges and assessors by their name in the settings."""

    database: Database
    settings: Settings
    time: Time
    judges: Mapping[str, Judge]
    sources: Sources
    people: Callable[[str], People]
    reader: Reader | None = None
    feeds: Feeds | None = None
    libraries: Libraries | None = None
    lists: Lists | None = None
    hooks: Hooks | None = None
    readers: Readers = field(default_factory=Readers)
    """Processes that read files of references; each ends with its file."""
    rubric_version: str = ""
    """Version of the rubric that assessors use now."""
    metrics: Metrics = field(default_factory=Metrics)
    offers: tuple[OfferedPaper, ...] = ()
    """Papers that a card suggests if its own can't be found, for an installation without network."""
    settlements: Settlements = field(default_factory=Settlements)
    outages: OutageHints = field(default_factory=OutageHints)
    posting: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(MOST_POSTING))
    """Places for events on their way to other programs: slow ones must not hold up messages and polls."""
    firing: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held by the one firing of a schedule that this process prepares."""
    taken_along: set[int] = field(default_factory=set)
    """Firings that another one's job carried out here; their own jobs need not look. Rows say what is done, not this."""

    def judge(self, name: str) -> Judge | None:
        """Return the judge or assessor with this name, or None if the settings no longer name it."""
        return self.judges.get(name)
