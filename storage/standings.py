"""Ratings and standings: the league's outcomes read in one go, its figures written in one go, old ones read back."""

import json
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    case,
    column,
    delete,
    exists,
    func,
    insert,
    inspect,
    literal,
    or_,
    select,
)
from sqlalchemy.orm import aliased

from storage.database.engine import Transaction
from storage.database.statements import Ints, changed, gathered, numbers, upsert
from storage.tables import Assessment, Entry, Match, Paper, Rating, Standings


@dataclass(frozen=True, slots=True)
class EntryPoint:
    """An active entry and the median of its rubric ratings (1 to 10), None where no assessor is done."""

    entry: int
    rubric: float | None


@dataclass(frozen=True, slots=True, eq=False)
class Alike:
    """What counts of decided matches of one judge, outcome and weight: a row each of match, first and second entry."""

    judge: str
    outcome: str
    weight: float
    matches: Ints


@dataclass(frozen=True, slots=True)
class Figures:
    """The rating of one entry: points for score and interval (half-width of 95 %), ranks from 1."""

    entry: int
    theta: float
    stderr: float
    score: float
    interval: float
    rank: int
    rank_low: int
    rank_high: int
    wins: int
    losses: int
    draws: int
    rubric: float | None

    @property
    def matches(self) -> int:
        """Matches that count."""
        return self.wins + self.losses + self.draws


def _rubrics(rows: Sequence[tuple[int, float]]) -> dict[int, float]:
    by_entry: dict[int, list[float]] = {}
    for entry, rating in rows:
        by_entry.setdefault(entry, []).append(rating)
    medians = {}
    for entry, ratings in by_entry.items():
        ordered = sorted(ratings)
        middle = len(ordered) // 2
        medians[entry] = ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2
    return medians


async def rubric_ratings(session: Transaction, league: int) -> dict[int, float]:
    """The median rubric rating of each assessed entry; offline assessments only where there is no other.

    A review that is being written again counts as it was until then.
    """
    rows = (
        await session.execute(
            select(Assessment.entry_id, Assessment.rating, Assessment.assessor)
            .join(Entry, Entry.id == Assessment.entry_id)
            .where(Entry.league_id == league, Assessment.rating.is_not(None))
        )
    ).all()
    real = {row.entry_id for row in rows if row.assessor != "offline"}
    return _rubrics(
        [(r.entry_id, r.rating) for r in rows if r.assessor != "offline" or r.entry_id not in real]
    )


async def entries(session: Transaction, league: int) -> list[EntryPoint]:
    """Every active entry of a known paper, in the order of arrival."""
    ids = await session.scalars(
        select(Entry.id)
        .join(Paper, Paper.id == Entry.paper_id)
        .where(Entry.league_id == league, Entry.removed_at.is_(None), Paper.status == "known")
        .order_by(Entry.id)
    )
    rubrics = await rubric_ratings(session, league)
    return [EntryPoint(entry, rubrics.get(entry)) for entry in ids]


def counting(league: int) -> ColumnElement[bool]:
    """Which matches of a league count: decided ones; offline ones only while no other judge has decided any.

    An outcome the team set stays, whatever judge it replaced.
    """
    other = aliased(Match)
    has_real = exists(
        select(other.id).where(other.league_id == league, other.status == "decided", other.pool != "offline")
    )
    return (
        (Match.league_id == league)
        & (Match.status == "decided")
        & or_(Match.pool != "offline", Match.outcome != Match.verdict, Match.weight != 1.0, ~has_real)
    )


async def outcomes(session: Transaction, league: int) -> list[Alike]:
    """Every outcome that counts; a panel is a judge of its own."""
    judge = case((Match.panel.is_(True), "panel"), else_=Match.judge).label("judge")
    rows = await session.execute(
        select(
            judge,
            Match.outcome,
            Match.weight,
            gathered(Match.id, Match.first_id, Match.second_id).label("matches"),
        )
        .where(counting(league), Match.outcome.is_not(None))
        .group_by(judge, Match.outcome, Match.weight)
    )
    return [Alike(row.judge, row.outcome, row.weight, numbers(row.matches, 3)) for row in rows]


_RATED: dict[str, Callable[[Figures], float | None]] = {
    "entry_id": attrgetter("entry"),
    "score": lambda f: round(f.score, 2),
    "interval": lambda f: round(f.interval, 2),
    **{
        name: attrgetter(name)
        for name in ("theta", "stderr", "rank", "rank_low", "rank_high", "wins", "losses", "draws", "rubric")
    },
}
"""How each column of a rating is read off its figures."""


async def _replace(session: Transaction, league: int, figures: Sequence[Figures]) -> None:
    """Let these be the league's ratings.

    PostgreSQL takes an array a column, and changes the rows that are there: a row each, with its foreign keys to be
    looked up, takes three times as long and leaves as much again to be vacuumed.
    """
    mine = Rating.league_id == league
    if session.get_bind().dialect.name == "sqlite":
        await changed(session, delete(Rating).where(mine))
        owner = {"workspace_id": session.workspace, "league_id": league}
        rows = [{**owner, **{name: read(f) for name, read in _RATED.items()}} for f in figures]
        if rows:
            await session.execute(insert(Rating), rows)
        return
    types = {name: inspect(Rating).columns[name].type for name in _RATED}
    arrays = {
        name: literal([read(f) for f in figures], type_=ARRAY(types[name])) for name, read in _RATED.items()
    }
    staying = select(func.unnest(arrays["entry_id"]))
    await changed(session, delete(Rating).where(mine, Rating.entry_id.not_in(staying)))
    rows_of = func.unnest(*arrays.values()).table_valued(*(column(name, types[name]) for name in _RATED))
    fresh = upsert(session, Rating).from_select(
        ["workspace_id", "league_id", *_RATED],
        select(literal(session.workspace), literal(league), *rows_of.render_derived().c),
    )
    figured = {name: fresh.excluded[name] for name in _RATED if name != "entry_id"}
    await session.execute(
        fresh.on_conflict_do_update(index_elements=[Rating.entry_id], set_=figured, where=mine)
    )


async def keep(
    session: Transaction,
    league: int,
    figures: Sequence[Figures],
    *,
    cause: str,
    about_id: int | None,
    outcomes: int,
    now: datetime,
    judges: Mapping[str, Mapping[str, float]] | None = None,
) -> int:
    """Replace the league's current ratings and keep them as standings; returns the standings' id.

    Both hold scores to a hundredth of a point, so that a card and a digest round the same number.
    """
    await _replace(session, league, figures)
    packed = Standings(
        league_id=league,
        cause=cause,
        about_id=about_id,
        entries=len(figures),
        outcomes=outcomes,
        at=now,
        judges={judge: dict(of) for judge, of in (judges or {}).items()},
        figures=zlib.compress(
            json.dumps(
                [
                    [
                        f.entry,
                        round(f.score, 2),
                        round(f.interval, 2),
                        f.rank,
                        f.rank_low,
                        f.rank_high,
                        f.matches,
                    ]
                    for f in figures
                ]
            ).encode(),
            level=1,
        ),
    )
    session.add(packed)
    await session.flush()
    return packed.id


@dataclass(frozen=True, slots=True)
class Kept:
    """One entry in standings kept earlier; points and ranks as in `Figures`."""

    entry: int
    score: float
    interval: float
    rank: int
    rank_low: int
    rank_high: int
    matches: int


def unpack(figures: bytes) -> dict[int, Kept]:
    """Standings as they were kept, by entry."""
    return {row[0]: Kept(*row) for row in json.loads(zlib.decompress(figures))}


def picked(figures: bytes, entries: Iterable[int]) -> dict[int, Kept]:
    """Some entries of standings as they were kept; the others' figures aren't read: each begins its list."""
    text = zlib.decompress(figures)
    found = {}
    for entry in entries:
        at = text.find(b"[%d, " % entry)
        if at >= 0:
            found[entry] = Kept(*json.loads(text[at : text.index(b"]", at) + 1]))
    return found


async def kept_of(session: Transaction, standings: int, entries: Iterable[int]) -> dict[int, Kept]:
    """Some entries of the standings with this id."""
    row: bytes | None = await session.scalar(select(Standings.figures).where(Standings.id == standings))
    return {} if row is None else picked(row, entries)


async def kept(session: Transaction, standings: int) -> dict[int, Kept]:
    """The standings with this id, by entry."""
    row: bytes | None = await session.scalar(select(Standings.figures).where(Standings.id == standings))
    return {} if row is None else unpack(row)


async def kept_at(
    session: Transaction, league: int, at: datetime
) -> tuple[int, datetime, dict[int, Kept]] | None:
    """The newest standings at or before a moment: (id, when kept, by entry), or None."""
    row = (
        await session.execute(
            select(Standings.id, Standings.at, Standings.figures)
            .where(Standings.league_id == league, Standings.at <= at)
            .order_by(Standings.at.desc(), Standings.id.desc())
            .limit(1)
        )
    ).one_or_none()
    return None if row is None else (row.id, row.at, unpack(row.figures))


async def cause(session: Transaction, standings: int) -> tuple[str, int | None] | None:
    """What made these standings necessary: its kind and the row it is about."""
    row = (
        await session.execute(select(Standings.cause, Standings.about_id).where(Standings.id == standings))
    ).one_or_none()
    return None if row is None else (row.cause, row.about_id)


async def latest(session: Transaction, league: int) -> int | None:
    """The id of the newest standings of a league."""
    return await session.scalar(
        select(Standings.id).where(Standings.league_id == league).order_by(Standings.id.desc()).limit(1)
    )


async def judges_of(session: Transaction, league: int) -> Mapping[str, Mapping[str, float]]:
    """By judge: what the newest fit of the league made of it; empty where there wasn't enough to tell."""
    found = await session.scalar(
        select(Standings.judges)
        .where(Standings.league_id == league)
        .order_by(Standings.at.desc(), Standings.id.desc())
        .limit(1)
    )
    return found or {}


async def thetas(session: Transaction, league: int) -> dict[int, float]:
    """The current strength of every rated entry, in logits."""
    rows = await session.execute(select(Rating.entry_id, Rating.theta).where(Rating.league_id == league))
    return {row.entry_id: row.theta for row in rows}


async def current(session: Transaction, entry_ids: Sequence[int]) -> Mapping[int, Figures]:
    """The current rating of each of these entries that has one."""
    rows = await session.execute(select(Rating).where(Rating.entry_id.in_(entry_ids)))
    return {row.entry_id: figures_of(row) for row in rows.scalars()}


def figures_of(row: Rating) -> Figures:
    """A row of ratings as plain figures."""
    return Figures(
        row.entry_id, row.theta, row.stderr, row.score, row.interval, row.rank, row.rank_low, row.rank_high,
        row.wins, row.losses, row.draws, row.rubric,
    )  # fmt: skip


async def size(session: Transaction, league: int) -> int:
    """How many entries are rated."""
    return (
        await session.scalar(select(func.count()).select_from(Rating).where(Rating.league_id == league)) or 0
    )


def as_json(figures: Kept | Figures) -> dict[str, Any]:
    """The few figures a rating change is told with."""
    return {"score": figures.score, "interval": figures.interval, "rank": figures.rank}


async def top(session: Transaction, league: int, limit: int) -> list[Figures]:
    """The league's leaders now."""
    rows = await session.scalars(
        select(Rating).where(Rating.league_id == league).order_by(Rating.rank).limit(limit)
    )
    return [figures_of(row) for row in rows]


async def mean_interval(session: Transaction, league: int) -> float | None:
    """The mean half-width of the league's intervals now, points."""
    return await session.scalar(select(func.avg(Rating.interval)).where(Rating.league_id == league))
