"""The collaborators of jobs: database, time, judges, paper sources; made once by `handlers.app`."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from bot.judges.interface import Judge
from bot.papers.errors import SourceError
from bot.papers.links import Reference
from bot.papers.reading.fulltext import FullText, Offer
from bot.papers.records import PaperRecord
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
        """Get ready to read, so that the first paper doesn't wait for that."""
        ...

    async def full_text(self, offer: Offer) -> FullText | None:
        """A paper's full text, None if it offers none. Raises `SourceError`."""
        ...


class Feeds(Protocol):
    """A source of new preprints; `bot.papers.sources.arxiv_feed.ArxivFeeds` is the real one."""

    async def new_preprints(
        self,
        categories: Sequence[str],
        day: date,
        *,
        cross: bool = False,
        skip: Collection[str] = (),
        most: int | None = None,
    ) -> Sequence[PaperRecord]:
        """A day's new preprints. Raises `SourceError`."""
        ...


class Sources(Protocol):
    """A source of records; `bot.papers.resolving.Resolver` is the real one."""

    async def resolve(self, references: Sequence[Reference]) -> Mapping[str, PaperRecord | SourceError]:
        """Records or errors, by canonical id."""
        ...


@dataclass(frozen=True, slots=True)
class OfferedPaper:
    """A paper offered in place of a link that can't be fetched here: its name, link and canonical id."""

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
    rubric_version: str = ""
    """Of the rubric that assessors are given now."""
    metrics: Metrics = field(default_factory=Metrics)
    offers: tuple[OfferedPaper, ...] = ()
    """What a card offers where its paper can't be had: an installation without a network knows its own papers only."""
    settlements: Settlements = field(default_factory=Settlements)
    outages: OutageHints = field(default_factory=OutageHints)

    def judge(self, name: str) -> Judge | None:
        """The judge of this name, or None if the settings don't name it any more."""
        return self.judges.get(name)
