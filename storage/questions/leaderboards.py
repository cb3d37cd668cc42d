"""Queries for leaderboards: entries with their ratings, filtered, sorted and counted."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, Literal

from sqlalchemy import ColumnElement, Row, ScalarSelect, Select, String, cast, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from storage.database.engine import Transaction
from storage.questions.category_places import in_category
from storage.tables import (
    Assessment,
    Entry,
    League,
    Paper,
    Rating,
    Standings,
    Tag,
)
from storage.tables.papers import shown_title

Sort = Literal["score", "rating", "uncertain", "age"]


@dataclass(frozen=True, slots=True)
class BoardLine:
    """A row of a leaderboard; score and interval in points, ranks from 1, all None until the entry is rated."""

    entry: int
    league: int
    title: str
    url: str
    category: str | None
    submitted_by: str
    submitted_at: datetime
    rank: int | None
    rank_low: int | None
    rank_high: int | None
    score: float | None
    interval: float | None
    wins: int
    losses: int
    draws: int
    rubric: float | None
    place: int | None = None
    """The paper's rank among the ranked papers of the board's category, from 1.

    None if the board isn't limited to one.
    """

    @property
    def matches(self) -> int:
        """Number of matches that count in the ratings."""
        return self.wins + self.losses + self.draws


def _line(row: Row[*tuple[Any, ...]]) -> BoardLine:
    return BoardLine(
        row.id,
        row.league_id,
        shown_title(row.title, row.canonical),
        row.url,
        row.category,
        row.submitted_by,
        row.submitted_at,
        row.rank,
        row.rank_low,
        row.rank_high,
        row.score,
        row.interval,
        row.wins or 0,
        row.losses or 0,
        row.draws or 0,
        row.rubric,
    )


_RUBRIC = func.coalesce(
    Rating.rubric,
    select(func.avg(Assessment.rating))
    .where(Assessment.entry_id == Entry.id)
    .correlate(Entry)
    .scalar_subquery(),
)
"""SQL for the rubric rating of an entry: the stored one, or the mean of its assessments before it is rated."""


def _lines(leagues: Sequence[int]) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Entry.id,
            Entry.league_id,
            Paper.title,
            Paper.canonical,
            Paper.url,
            Paper.category,
            Entry.submitted_by,
            Entry.submitted_at,
            Rating.rank,
            Rating.rank_low,
            Rating.rank_high,
            Rating.score,
            Rating.interval,
            Rating.wins,
            Rating.losses,
            Rating.draws,
            _RUBRIC.label("rubric"),
        )
        .join(Paper, Paper.id == Entry.paper_id)
        .outerjoin(Rating, Rating.entry_id == Entry.id)
        .where(Entry.league_id.in_(leagues), Entry.removed_at.is_(None), Paper.status == "known")
    )


def _order(sort: Sort) -> tuple[Any, ...]:
    match sort:
        case "score":
            return Rating.rank.is_(None), Rating.rank, Entry.id
        case "rating":
            return _RUBRIC.is_(None), _RUBRIC.desc(), Rating.rank, Entry.id
        case "uncertain":
            return Rating.interval.is_(None), Rating.interval.desc(), Rating.rank, Entry.id
        case "age":
            return Entry.submitted_at.desc(), Entry.id.desc()


_PLACE: Final = func.rank().over(order_by=func.coalesce(Rating.rank, 10**9))
"""SQL expression for an entry's rank among the entries that the statement's filters leave."""


def _filters(
    category: str | None, submitter: str | None, since: datetime | None, tag: str | None
) -> list[ColumnElement[bool]]:
    filters: list[ColumnElement[bool]] = []
    if category is not None:
        filters.append(or_(*(in_category(each) for each in category.lower().split(","))))
    if submitter is not None:
        filters.append(Entry.submitted_by == submitter)
    if since is not None:
        filters.append(Entry.submitted_at >= since)
    if tag is not None:
        filters.append(exists().where(Tag.entry_id == Entry.id, Tag.tag == tag))
    return filters


async def board(
    session: Transaction,
    league: int,
    *,
    sort: Sort,
    limit: int,
    offset: int = 0,
    category: str | None = None,
    submitter: str | None = None,
    since: datetime | None = None,
    tag: str | None = None,
) -> list[BoardLine]:
    """Return a page of the leaderboard in this order.

    A category includes its subcategories ("cs" includes "cs.CL").
    """
    statement = _lines([league]).where(*_filters(category, submitter, since, tag))
    by_place = category is not None and submitter is None and since is None and tag is None
    rows = await session.execute(
        (statement.add_columns(_PLACE.label("place")) if by_place else statement)
        .order_by(*_order(sort))
        .limit(limit)
        .offset(offset)
    )
    if not by_place:
        return [_line(row) for row in rows]
    return [replace(_line(row), place=None if row.rank is None else row.place) for row in rows]


async def right_above(session: Transaction, league: int, rank: int, limit: int) -> list[int]:
    """Return up to `limit` active entries ranked directly above a rank, the nearest first."""
    rows = await session.scalars(
        select(Rating.entry_id)
        .join(Entry, Entry.id == Rating.entry_id)
        .where(Rating.league_id == league, Rating.rank < rank, Entry.removed_at.is_(None))
        .order_by(Rating.rank.desc(), Rating.entry_id)
        .limit(limit)
    )
    return list(rows)


async def count_filtered(
    session: Transaction,
    league: int,
    *,
    category: str | None = None,
    submitter: str | None = None,
    since: datetime | None = None,
    tag: str | None = None,
) -> int:
    """Return how many entries the leaderboard with these filters has."""
    number = await session.scalar(
        select(func.count(Entry.id))
        .join(Paper, Paper.id == Entry.paper_id)
        .where(
            Entry.league_id == league,
            Entry.removed_at.is_(None),
            Paper.status == "known",
            *_filters(category, submitter, since, tag),
        )
    )
    return number or 0


@dataclass(frozen=True, slots=True)
class EntryCounts:
    """Counts of a league's active entries: paper known, paper still being fetched; and its frequent categories."""

    known: int
    waiting: int
    categories: tuple[str, ...]
    """Categories, the most frequent first."""


async def count_entries(session: Transaction, league: int) -> EntryCounts:
    """Count a league's active entries, and return its 25 most frequent categories, secondary ones too."""
    others = cast(Paper.categories, String).label("others")  # PostgreSQL doesn't group by JSON
    rows = await session.execute(
        select(Paper.status, Paper.category, others, func.count().label("entries"))
        .select_from(Entry)
        .join(Paper, Paper.id == Entry.paper_id)
        .where(Entry.league_id == league, Entry.removed_at.is_(None))
        .group_by(Paper.status, Paper.category, others)
    )
    statuses: Counter[str] = Counter()
    categories: Counter[str] = Counter()
    for row in rows:
        statuses[row.status] += row.entries
        for category in {row.category, *json.loads(row.others or "[]")} - {None}:
            categories[category] += row.entries
    frequent = sorted(categories, key=lambda category: (-categories[category], category))
    return EntryCounts(statuses["known"], statuses["fetching"], tuple(frequent[:25]))


async def overall_board(
    session: Transaction, leagues: Sequence[int], *, limit: int, offset: int = 0
) -> list[BoardLine]:
    """Return rated entries of several leagues, highest score first."""
    rows = await session.execute(
        _lines(leagues)
        .where(Rating.rank.is_not(None))
        .order_by(Rating.score.desc(), Entry.id)
        .limit(limit)
        .offset(offset)
    )
    return [_line(row) for row in rows]


async def count_rated_in(session: Transaction, leagues: Sequence[int]) -> dict[int, int]:
    """Return the number of rated entries, by league."""
    rows = await session.execute(
        select(Rating.league_id, func.count()).where(Rating.league_id.in_(leagues)).group_by(Rating.league_id)
    )
    return {league: count for league, count in rows.all()}  # noqa: C416 - rows aren't plain tuples to the type checker


async def rubric_gaps(session: Transaction, league: int, limit: int) -> list[tuple[BoardLine, float, float]]:
    """Return entries whose match score and rubric rating differ most: (line, score percentile, rubric percentile).

    Percentiles are 0 to 1; papers with equal values share the middle of their range.
    """

    def percentile(figure: Any) -> ColumnElement[Any]:
        below = func.percent_rank().over(order_by=figure)
        above = func.percent_rank().over(order_by=figure.desc())
        return (below + 1 - above) / 2

    ranks = (
        select(
            Rating.entry_id.label("entry"),
            percentile(Rating.score).label("score_at"),
            percentile(Rating.rubric).label("rubric_at"),
        )
        .where(
            Rating.league_id == league,
            Rating.rubric.is_not(None),
            Rating.wins + Rating.losses + Rating.draws > 0,
        )
        .subquery()
    )
    rows = await session.execute(
        _lines([league])
        .add_columns(ranks.c.score_at, ranks.c.rubric_at)
        .join(ranks, ranks.c.entry == Entry.id)
        .order_by(func.abs(ranks.c.score_at - ranks.c.rubric_at).desc(), Entry.id)
        .limit(limit)
    )
    return [(_line(row), float(row.score_at), float(row.rubric_at)) for row in rows]


async def rating_scale(session: Transaction, league: int) -> tuple[float, float, int] | None:
    """Return (lower end of the lowest interval, upper end of the highest, number of rated entries).

    None if no entry is.
    """
    row = (
        await session.execute(
            select(
                func.min(Rating.score - Rating.interval),
                func.max(Rating.score + Rating.interval),
                func.count(),
            ).where(Rating.league_id == league)
        )
    ).one()
    return None if not row[2] else (float(row[0]), float(row[1]), int(row[2]))


async def assessments(session: Transaction, entry: int) -> Sequence[Assessment]:
    """Return all assessments of an entry, in the order in which they were planned."""
    return (
        await session.scalars(select(Assessment).where(Assessment.entry_id == entry).order_by(Assessment.id))
    ).all()


async def before_last_change(session: Transaction, league: int) -> tuple[int, datetime] | None:
    """Return (id, time) of the newest standings that have another cause than the latest standings, or None."""
    latest = aliased(Standings)

    def of_latest(column: InstrumentedAttribute[Any]) -> ScalarSelect[Any]:
        newest = select(column).where(latest.league_id == league).order_by(latest.id.desc()).limit(1)
        return newest.scalar_subquery()

    other = or_(
        Standings.cause != of_latest(latest.cause),
        Standings.about_id.is_distinct_from(of_latest(latest.about_id)),
    )
    row = (
        await session.execute(
            select(Standings.id, Standings.at)
            .where(Standings.league_id == league, other)
            .order_by(Standings.id.desc())
            .limit(1)
        )
    ).one_or_none()
    return None if row is None else (row.id, row.at)


async def first_kept(session: Transaction, league: int) -> datetime | None:
    """Return when the first standings of a league were stored, or None."""
    return await session.scalar(select(func.min(Standings.at)).where(Standings.league_id == league))


async def league_names(session: Transaction, leagues: Sequence[int]) -> dict[int, str]:
    """Return the names of leagues, by id."""
    rows = await session.execute(select(League.id, League.name).where(League.id.in_(leagues)))
    return {row.id: row.name for row in rows}


async def submitters(session: Transaction, league: int) -> list[str]:
    """Return the users who submitted entries to a league (at most 500)."""
    return list(
        await session.scalars(
            select(Entry.submitted_by).where(Entry.league_id == league).distinct().limit(500)
        )
    )


async def tags(session: Transaction, league: int) -> list[str]:
    """Return the tags of a league's papers, the most frequent first."""
    count = func.count().desc()
    rows = (
        select(Tag.tag)
        .join(Entry, Entry.id == Tag.entry_id)
        .where(Tag.league_id == league, Entry.removed_at.is_(None))
        .group_by(Tag.tag)
        .order_by(count, Tag.tag)
    )
    return list(await session.scalars(rows.limit(50)))
