"""Rows of a league's current ratings."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    column,
    delete,
    func,
    inspect,
    literal,
    select,
    true,
)

from storage.database.engine import Transaction
from storage.database.statements import changed, upsert
from storage.tables import Rating


class EntryRating(NamedTuple):
    """Rating of an entry: `score` and `interval` (95 % half-width) in points, `theta` and `stderr` in logits.

    Ranks from 1.
    """

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
        """Number of matches that count in the rating."""
        return self.wins + self.losses + self.draws


UNSEEN = 0.05
"""Change of a score or an interval, in points, below which a rating stays as it is stored."""
MANY = 500
"""Number of rows from which only the changed ratings are written."""

_RATED = ("entry_id", *EntryRating._fields[1:])
"""The columns of a rating, in the order of `EntryRating`."""
_SQLITE_UPSERT = (
    f"INSERT INTO ratings (workspace_id, league_id, {', '.join(_RATED)}) "  # noqa: S608 - names of our own columns
    f"VALUES (?, ?, {', '.join('?' for _ in _RATED)}) ON CONFLICT (entry_id) DO UPDATE SET "
    f"{', '.join(f'{name} = excluded.{name}' for name in _RATED[1:])} "
    "WHERE ratings.league_id = excluded.league_id AND ratings.workspace_id = excluded.workspace_id"
)
"""Statement for rows given straight to SQLite's driver, a fifth of the time of one statement over a JSON text."""


async def replace_ratings(
    session: Transaction,
    league: int,
    figures: Sequence[EntryRating],
    before: Mapping[int, EntryRating] | None = None,
) -> Sequence[EntryRating]:
    """Replace the league's current ratings; returns the ratings as stored.

    With `before` (the stored ratings by entry), only rows with a visible change are written.
    """
    if (
        before is None
        or len(before) < MANY
        or before.keys() - {f.entry for f in figures}
        or await count_rated(session, league) != len(before)
    ):
        await _write(session, league, figures, whole=True)
        return figures
    rows = [before[f.entry] if f.entry in before and _is_same(before[f.entry], f) else f for f in figures]
    await _write(session, league, [row for row in rows if before.get(row.entry) is not row], whole=False)
    return rows


def _is_same(one: EntryRating, other: EntryRating) -> bool:
    """Return whether nobody would see a difference: scores are shown in whole points, and exported in tenths."""
    return (
        abs(one.score - other.score) < UNSEEN
        and abs(one.interval - other.interval) < UNSEEN
        and (one.rank, one.rank_low, one.rank_high) == (other.rank, other.rank_low, other.rank_high)
        and (one.wins, one.losses, one.draws, one.rubric)
        == (other.wins, other.losses, other.draws, other.rubric)
    )


async def _write(session: Transaction, league: int, figures: Sequence[EntryRating], *, whole: bool) -> None:
    """Insert or update rating rows; `whole` says that the league has no others."""
    mine = Rating.league_id == league
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    if whole:
        entry_ids = [f.entry for f in figures]
        others = (
            true()
            if is_sqlite
            else Rating.entry_id.not_in(select(func.unnest(literal(entry_ids, type_=ARRAY(BigInteger)))))
        )
        await changed(session, delete(Rating).where(mine, others))
    if not figures:
        return
    if is_sqlite:
        connection = await session.connection()
        await connection.exec_driver_sql(_SQLITE_UPSERT, [(session.workspace, league, *f) for f in figures])
        return
    fresh = upsert(session, Rating).from_select(
        ["workspace_id", "league_id", *_RATED],
        select(literal(session.workspace), literal(league), *_as_arrays(figures)).where(true()),
    )
    updated = {name: fresh.excluded[name] for name in _RATED if name != "entry_id"}
    own = mine & (Rating.workspace_id == session.workspace)  # an upsert is narrowed by nobody else
    await session.execute(
        fresh.on_conflict_do_update(index_elements=[Rating.entry_id], set_=updated, where=own)
    )


def _as_arrays(figures: Sequence[EntryRating]) -> list[ColumnElement[Any]]:
    """Return the columns of these ratings, read by PostgreSQL from one array a column.

    A set of parameters per row would take three times as long.
    """
    types = {name: inspect(Rating).columns[name].type for name in _RATED}
    columns = zip(*figures, strict=True)
    arrays = [
        literal(list(values), type_=ARRAY(types[name])) for name, values in zip(_RATED, columns, strict=True)
    ]
    rows = func.unnest(*arrays).table_valued(*(column(name, types[name]) for name in _RATED))
    return list(rows.render_derived().c)


async def thetas(session: Transaction, league: int) -> dict[int, float]:
    """Return the current strength of each rated entry of a league in logits, by entry id."""
    rows = await session.execute(select(Rating.entry_id, Rating.theta).where(Rating.league_id == league))
    return {row.entry_id: row.theta for row in rows}


async def ratings_of(session: Transaction, entry_ids: Sequence[int]) -> Mapping[int, EntryRating]:
    """Return the current ratings of these entries by entry id; unrated ones are left out."""
    rows = await session.execute(select(Rating).where(Rating.entry_id.in_(entry_ids)))
    return {row.entry_id: rating_row(row) for row in rows.scalars()}


def rating_row(row: Rating) -> EntryRating:
    """Convert a row of the table to an `EntryRating`."""
    return EntryRating(
        row.entry_id, row.theta, row.stderr, row.score, row.interval, row.rank, row.rank_low, row.rank_high,
        row.wins, row.losses, row.draws, row.rubric,
    )  # fmt: skip


async def count_rated(session: Transaction, league: int) -> int:
    """Return the number of rated entries of a league."""
    return (
        await session.scalar(select(func.count()).select_from(Rating).where(Rating.league_id == league)) or 0
    )


async def top_ratings(session: Transaction, league: int, limit: int) -> list[EntryRating]:
    """Return the current ratings of a league's best `limit` entries."""
    rows = await session.scalars(
        select(Rating).where(Rating.league_id == league).order_by(Rating.rank).limit(limit)
    )
    return [rating_row(row) for row in rows]


async def mean_interval(session: Transaction, league: int) -> float | None:
    """Return the mean half-width of a league's ratings, in points, or None without ratings."""
    return await session.scalar(select(func.avg(Rating.interval)).where(Rating.league_id == league))


async def spread(session: Transaction, league: int) -> float | None:
    """Return the spread of a league's true strengths in logits (variance of estimates less their error), or None."""
    row = (
        await session.execute(
            select(
                func.count(),
                func.avg(Rating.theta * Rating.theta),
                func.avg(Rating.theta),
                func.avg(Rating.stderr * Rating.stderr),
            ).where(Rating.league_id == league)
        )
    ).one()
    number, square, mean, error = row
    return float(square - mean**2 + error) ** 0.5 if number else None
