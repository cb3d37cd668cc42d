"""The card of an entry: everything that a league knows about the paper."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from statistics import median
from typing import Literal

from bot.judges.interface import CRITERIA, SCORES
from bot.papers.sources.page import FROM_FILE
from bot.papers.text import category_name, short_authors
from bot.schedules.cron import next_times
from storage.database.engine import Transaction
from storage.entries import entry_rows, merges
from storage.errors import BadRequestError
from storage.leagues import league_rows
from storage.matches import verdict_statistics
from storage.questions import leaderboards, upcoming_play
from storage.standings import rating_rows
from storage.standings.rating_rows import EntryRating
from storage.tables import Assessment, League
from storage.tables.papers import shown_title
from storage.voting import duels

ReadingState = Literal["fetching", "failed", "known"]


@dataclass(frozen=True, slots=True)
class Score:
    """One rubric score of a paper, 1 to 10, over all assessors: median, lowest, highest, and each assessor's own."""

    name: str
    median: float
    low: float
    high: float
    by_assessor: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class AssessorState:
    """How far one assessor is with a paper: planned, assessing, done, or failed with the reason."""

    assessor: str
    status: str
    failure: str | None


@dataclass(frozen=True, slots=True)
class CardView:
    """Everything that a paper's card in Slack shows.

    Scores and `interval` (half-width at 95 %) are in points, rubric scores from 1 to 10. `figures` is None while the
    entry isn't rated, `low` and `high` are the ends of the league's scale. `next_play` is the next scheduled time;
    `playing`: a tournament is running now.
    """

    entry: int
    paper: int
    league: int
    league_name: str
    status: ReadingState
    failure: str | None
    title: str
    url: str
    canonical: str
    authors: str
    abstract: str | None
    category: str | None
    published: datetime | None
    version: int | None
    withdrawn: bool
    comment: str | None
    contribution: str | None
    figures: EntryRating | None
    ranked_entries: int
    low: float
    high: float
    scores: tuple[Score, ...]
    assessors: tuple[AssessorState, ...]
    flags: tuple[str, ...]
    submitted_by: str
    submitted_at: datetime
    removed_at: datetime | None
    removed_by: str | None
    playing: bool
    next_play: datetime | None
    texts_read: tuple[str, ...] = ()
    """Texts that the assessors read ("full text", "abstract"), each once."""
    assessed_as: tuple[int, ...] = ()
    """Older versions of the paper that assessors read."""
    merged_papers: tuple[tuple[str, str], ...] = ()
    """Papers merged into this one: (canonical id, reason)."""
    criteria: tuple[tuple[str, int, int], ...] = ()
    """(criterion, matches in which judges preferred this paper, matches judged on the criterion)."""
    from_file: bool = False
    """Whether title and abstract were read from the PDF itself, because no source describes the paper."""
    waits_for_consent: bool = False
    """Whether an assessor that costs money waits until somebody has seen its price and set the league up."""
    waits_for_money: bool = False
    """Whether an assessment, or the running tournament, waits for the league's monthly cap."""
    is_settled: bool = False
    """Whether the interval meets the league's target, so that no more matches are needed."""
    standing: str | None = None
    """Publication status after the paper appeared ("retracted", …), as in `bot.papers.standing`."""
    all_authors: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    venue: str | None = None
    citations: int | None = None
    licence: str | None = None
    code: tuple[str, ...] = ()
    data: tuple[str, ...] = ()
    versions: tuple[tuple[int, datetime], ...] = ()
    """The paper's known versions, as pairs of number and date, oldest first."""
    duels: tuple[int, int] = (0, 0)
    """People's choices in duels with this paper, and how many of them were for it."""
    left_out: str | None = None
    """Why a known paper plays no matches (a sentence), or None."""

    @property
    def win_rate(self) -> float | None:
        """Share of wins, with draws as half, from 0 to 1; None before the first match."""
        if self.figures is None or not self.figures.matches:
            return None
        return (self.figures.wins + self.figures.draws / 2) / self.figures.matches

    @property
    def is_playable(self) -> bool:
        """Whether the entry may play matches: known, not withdrawn, not removed, not left out."""
        return (
            self.status == "known"
            and not self.withdrawn
            and self.removed_at is None
            and self.left_out is None
        )


async def card(session: Transaction, entry_id: int, now: datetime) -> CardView:
    """Read all that an entry's card shows, as of `now`. Raises `NotFoundError` for an unknown entry."""
    entry, paper = await entry_rows.entry(session, entry_id)
    league = await league_rows.get(session, entry.league_id)
    reviews = await leaderboards.assessments(session, entry_id)
    reviews_done = _counted(reviews)
    figures = None if entry.removed_at else (await rating_rows.ratings_of(session, [entry_id])).get(entry_id)
    low, high, ranked_entries = await leaderboards.rating_scale(session, league.id) or (1500.0, 1500.0, 0)
    playing, next_play = await _plays(session, league, now)
    return CardView(
        entry=entry.id, paper=paper.id, league=league.id, league_name=league.name,
        status="known" if paper.status == "known" else "failed" if paper.status == "failed" else "fetching",
        failure=paper.failure, title=shown_title(paper.title, paper.canonical), url=paper.url, canonical=paper.canonical,
        authors=short_authors(paper.authors or []),
        abstract=paper.abstract,
        category=None if paper.category is None else category_name(paper.category),
        published=paper.published,
        version=paper.version,
        withdrawn=paper.withdrawn,
        comment=paper.comment,
        standing=paper.standing,
        all_authors=tuple(paper.authors or ()),
        categories=tuple(category_name(code) for code in paper.categories or ()),
        venue=paper.venue,
        citations=paper.citations,
        licence=paper.licence,
        code=tuple(paper.code or ()),
        data=tuple(paper.data or ()),
        versions=_versions(paper.versions or {}),
        contribution=next((review.contribution for review in reviews_done if review.contribution), None),
        figures=figures,
        ranked_entries=ranked_entries,
        low=low,
        high=high,
        scores=tuple(score for name in SCORES if (score := _score(name, reviews_done)) is not None),
        assessors=tuple(AssessorState(review.assessor, review.status, review.failure) for review in reviews),
        flags=tuple(flag for review in reviews_done for flag in review.flags or ()),
        submitted_by=entry.submitted_by,
        submitted_at=entry.submitted_at,
        removed_at=entry.removed_at,
        removed_by=entry.removed_by,
        playing=playing,
        waits_for_consent=_waits_for_consent(reviews, league),
        waits_for_money=await upcoming_play.waits_for_money(session, league.id, entry_id, now),
        is_settled=_is_settled(figures, league),
        next_play=next_play,
        texts_read=tuple(sorted({review.read for review in reviews_done if review.read}, reverse=True)),
        assessed_as=_older_versions(reviews_done, paper.version),
        merged_papers=tuple(await merges.names(session, paper.id)),
        from_file=paper.source == FROM_FILE,
        duels=await duels.totals_on(session, entry_id),
        left_out=paper.left_out,
        criteria=await _criteria(session, league.id, entry_id),
    )  # fmt: skip


def _is_settled(figures: EntryRating | None, league: League) -> bool:
    """Return whether matches have narrowed an entry's interval to the league's target."""
    if figures is None or figures.matches == 0:
        return False
    return figures.interval <= league.target_interval


async def _criteria(session: Transaction, league: int, entry: int) -> tuple[tuple[str, int, int], ...]:
    """Return (criterion, matches won, matches judged) of an entry, for each criterion that judges named in them."""
    wins = await verdict_statistics.criteria_won(session, league, entry)
    return tuple((name, *wins[name]) for name in CRITERIA if name in wins)


def _versions(days: Mapping[str, str]) -> tuple[tuple[int, datetime], ...]:
    """Return a paper's versions as pairs of number and date, oldest first."""
    return tuple(
        sorted((int(number), datetime.fromisoformat(day).replace(tzinfo=UTC)) for number, day in days.items())
    )


def _counted(reviews: Sequence[Assessment]) -> list[Assessment]:
    """Return the finished reviews; the offline judge's only if there is no other."""
    reviews_done = [review for review in reviews if review.status == "done"]
    return [review for review in reviews_done if review.assessor != "offline"] or reviews_done


def _waits_for_consent(reviews: Sequence[Assessment], league: League) -> bool:
    """Return whether a planned assessment is by a model whose price nobody in the league has seen."""
    announced = league.announced
    return announced is not None and any(
        review.status == "planned" and review.assessor not in announced for review in reviews
    )


def _older_versions(reviews: Sequence[Assessment], version: int | None) -> tuple[int, ...]:
    """Return the versions of the paper that these reviews read, without the current one."""
    versions = {review.paper_version for review in reviews if review.paper_version is not None}
    return tuple(sorted(versions - {version}))


def _score(name: str, reviews: list[Assessment]) -> Score | None:
    by_assessor = [
        (review.assessor, float(value)) for review in reviews if (value := getattr(review, name)) is not None
    ]
    if not by_assessor:
        return None
    values = [value for _, value in by_assessor]
    return Score(name, median(values), min(values), max(values), tuple(by_assessor))


async def _plays(session: Transaction, league: League, now: datetime) -> tuple[bool, datetime | None]:
    playing, schedules = await upcoming_play.running_and_scheduled(session, league.id)
    moments: list[datetime] = []
    for cron, time_zone in schedules:
        try:
            moments += next_times(cron, time_zone, now, 1)
        except BadRequestError:  # a schedule that can't be read is told of where schedules are shown
            continue
    return playing, min(moments, default=None)
