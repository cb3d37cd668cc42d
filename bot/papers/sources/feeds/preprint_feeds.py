"""The day's new preprints from all places that a league named: arXiv, bioRxiv, medRxiv and OpenReview's venues."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import chain, zip_longest

from bot.papers.errors import SourceError, SourceUnavailableError
from bot.papers.fetching.fetcher import Fetcher
from bot.papers.records import PaperRecord, cleaned
from bot.papers.sources.arxiv_feed import ArxivFeeds
from bot.papers.sources.feeds.biorxiv_feed import BiorxivFeed
from bot.papers.sources.feeds.feed_names import kind_of
from bot.papers.sources.openreview import OpenReviewSource


@dataclass(frozen=True, slots=True)
class FeedDay:
    """A day's new preprints, a sentence for each feed that refused, and for each (by name) that may answer later."""

    records: tuple[PaperRecord, ...]
    failures: tuple[str, ...] = ()
    late: Mapping[str, str] = field(default_factory=dict)


class PreprintFeeds:
    """Reads the feeds of a league, one after another; each is asked once a day for all leagues."""

    def __init__(
        self, fetcher: Fetcher, arxiv: ArxivFeeds, biorxiv: BiorxivFeed, openreview: OpenReviewSource
    ) -> None:
        self._fetcher = fetcher
        self._arxiv = arxiv
        self._biorxiv = biorxiv
        self._openreview = openreview

    async def of_day(
        self,
        names: Sequence[str],
        day: date,
        *,
        cross: bool = False,
        skip: Collection[str] = (),
        most: int | None = None,
    ) -> FeedDay:
        """Return the day's preprints of these feeds, each once, feeds alternating; `skip` are canonical ids to leave out.

        Each feed stands by itself, those of arXiv together: one that is away holds up no other.
        """
        lists: list[Sequence[PaperRecord]] = []
        failures: list[str] = []
        late: dict[str, str] = {}
        categories = [name for name in names if kind_of(name) == "arxiv"]
        if categories:
            try:
                lists.append(
                    await self._arxiv.new_preprints(categories, day, cross=cross, skip=skip, most=most)
                )
            except SourceUnavailableError as error:
                late |= dict.fromkeys(categories, error.sentence)
            except SourceError as error:
                failures.append(f"arXiv: {error.sentence}")
        for name in names:
            if name in categories:
                continue
            try:
                lists.append(await self._others(name, day, skip, most))
            except SourceUnavailableError as error:
                late[name] = error.sentence
            except SourceError as error:
                failures.append(f"{name}: {error.sentence}")
        records = {
            record.identifiers[0]: record
            for record in chain.from_iterable(zip_longest(*lists))
            if record is not None
        }
        return FeedDay(tuple(records.values())[:most], tuple(failures), late)

    async def _others(
        self, name: str, day: date, skip: Collection[str], most: int | None
    ) -> list[PaperRecord]:
        if kind_of(name) == "biorxiv":
            records: Sequence[PaperRecord] = await self._biorxiv.posted(name, day)
        else:
            records = await self._openreview.of_venue(name, day)
        fresh = [record for record in records if ":".join(record.identifiers[0]) not in skip][:most]
        checks = await cleaned(fresh, self._fetcher.readers) if fresh else []
        return [record for record in checks if isinstance(record, PaperRecord)]
