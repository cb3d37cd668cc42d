"""Rows of standings: all ratings of a league at one moment."""

import json
import zlib
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import (
    and_,
    case,
    or_,
    select,
)

from storage.database.engine import Transaction
from storage.database.statements import batched
from storage.standings.rating_rows import EntryRating, replace_ratings
from storage.tables import Standings

AT_ONCE = 200
"""How many standings' ratings are read by one statement."""


class PastRating(NamedTuple):
    """An entry's rating in earlier standings; score and interval in points, ranks from 1."""

    entry: int
    score: float
    interval: float
    rank: int
    rank_low: int
    rank_high: int
    matches: int


@dataclass(frozen=True, slots=True)
class _Memory:
    """Cache of a league's newest standings, as stored by this process."""

    standings: int
    rows: Mapping[int, EntryRating]
    past: Mapping[int, PastRating]


_MEMORY = "standings"


async def latest(session: Transaction, league: int) -> tuple[int | None, Mapping[int, PastRating]]:
    """Return the id (None if none) and the ratings by entry of a league's newest standings, cached if stored here."""
    memory: _Memory | None = session.recall(_MEMORY, league)
    figures = case(
        (Standings.id == (0 if memory is None else memory.standings), None), else_=Standings.figures
    )
    row = (
        await session.execute(
            select(Standings.id, figures.label("figures"))
            .where(Standings.league_id == league)
            .order_by(Standings.id.desc())
            .limit(1)
        )
    ).one_or_none()
    if row is None:
        return None, {}
    if row.figures is not None:
        return row.id, unpack(row.figures)
    assert memory is not None
    return row.id, memory.past


async def store(
    session: Transaction,
    league: int,
    figures: Sequence[EntryRating],
    *,
    cause: str,
    about_id: int | None,
    outcomes: int,
    now: datetime,
    judges: Mapping[str, Mapping[str, float]] | None = None,
    previous: int | None = None,
) -> int:
    """Replace the league's current ratings and store them as new standings; returns the standings' id.

    With `previous` (id of the newest standings so far), only changed ratings are written, if this process stored those
    standings.
    """
    memory: _Memory | None = session.recall(_MEMORY, league)
    rows = memory.rows if memory is not None and memory.standings == previous else None
    figures = await replace_ratings(session, league, figures, rows)
    past = {
        f.entry: PastRating(f.entry, f.score, f.interval, f.rank, f.rank_low, f.rank_high, f.matches)
        for f in figures
    }
    standings = Standings(
        league_id=league,
        cause=cause,
        about_id=about_id,
        entries=len(figures),
        outcomes=outcomes,
        at=now,
        judges={judge: dict(of) for judge, of in (judges or {}).items()},
        figures=pack(past.values()),
    )
    session.add(standings)
    await session.flush()
    session.remember(_MEMORY, league, _Memory(standings.id, {f.entry: f for f in figures}, past))
    return standings.id


def pack(figures: Iterable[PastRating]) -> bytes:
    """Compress a league's ratings to bytes for storage; read them with `unpack`.

    The content is JSON lists, one per entry, that begin with the entry's id.
    """
    return zlib.compress(json.dumps(list(figures)).encode(), level=1)


def unpack(figures: bytes) -> dict[int, PastRating]:
    """Decompress ratings that `pack` compressed; returns them by entry id."""
    return {row[0]: PastRating(*row) for row in json.loads(zlib.decompress(figures))}


def unpack_entries(figures: bytes, entries: Iterable[int]) -> dict[int, PastRating]:
    """Decompress only these entries of standings made by `pack`; returns ratings by entry."""
    text = zlib.decompress(figures)
    past = {}
    for entry in entries:
        at = text.find(b"[%d, " % entry)
        if at >= 0:
            past[entry] = PastRating(*json.loads(text[at : text.index(b"]", at) + 1]))
    return past


async def load_entries(session: Transaction, standings: int, entries: Iterable[int]) -> dict[int, PastRating]:
    """Return these entries' ratings in the standings with this id, by entry."""
    row: bytes | None = await session.scalar(select(Standings.figures).where(Standings.id == standings))
    return {} if row is None else unpack_entries(row, entries)


async def load(session: Transaction, standings: int) -> dict[int, PastRating]:
    """Return all ratings of the standings with this id, by entry; empty if there are none."""
    row: bytes | None = await session.scalar(select(Standings.figures).where(Standings.id == standings))
    return {} if row is None else unpack(row)


async def load_at(
    session: Transaction, league: int, at: datetime
) -> tuple[int, datetime, dict[int, PastRating]] | None:
    """Return (id, time, ratings by entry) of the newest standings at or before a moment, or None."""
    row = (
        await session.execute(
            select(Standings.id, Standings.at, Standings.figures)
            .where(Standings.league_id == league, Standings.at <= at)
            .order_by(Standings.at.desc(), Standings.id.desc())
            .limit(1)
        )
    ).one_or_none()
    return None if row is None else (row.id, row.at, unpack(row.figures))


async def load_at_each(
    session: Transaction, league: int, moments: Sequence[datetime]
) -> list[dict[int, PastRating]]:
    """Return the ratings by entry at each moment: those of the newest standings at or before it, {} before the first.

    Two statements, however many the moments are; each standings' ratings are decompressed once.
    """
    rows = await session.execute(
        select(Standings.id, Standings.at)
        .where(Standings.league_id == league)
        .order_by(Standings.at, Standings.id)
    )
    stored = [(row.at, row.id) for row in rows]
    places = [bisect_right(stored, moment, key=lambda each: each[0]) - 1 for moment in moments]
    wanted = sorted({stored[place][1] for place in places if place >= 0})
    figures: dict[int, dict[int, PastRating]] = {}
    for some in batched(wanted, AT_ONCE):
        packed = await session.execute(select(Standings.id, Standings.figures).where(Standings.id.in_(some)))
        figures |= {row.id: unpack(row.figures) for row in packed}
    return [figures[stored[place][1]] if place >= 0 else {} for place in places]


async def cause_of(session: Transaction, standings: int) -> tuple[str, int | None] | None:
    """Return why these standings were computed: (kind of event, id of its row or None); None for an unknown id."""
    row = (
        await session.execute(select(Standings.cause, Standings.about_id).where(Standings.id == standings))
    ).one_or_none()
    return None if row is None else (row.cause, row.about_id)


async def latest_id(session: Transaction, league: int) -> int | None:
    """Return the id of a league's newest standings, or None."""
    return await session.scalar(
        select(Standings.id).where(Standings.league_id == league).order_by(Standings.id.desc()).limit(1)
    )


async def latest_at(session: Transaction, league: int) -> datetime | None:
    """Return when a league's newest standings were stored, or None."""
    moment: datetime | None = await session.scalar(
        select(Standings.at).where(Standings.league_id == league).order_by(Standings.id.desc()).limit(1)
    )
    return moment


async def judge_estimates(session: Transaction, league: int) -> Mapping[str, Mapping[str, float]]:
    """Return the estimates of each judge (such as its bias) from the league's newest fit; empty without enough data."""
    estimates = await session.scalar(
        select(Standings.judges)
        .where(Standings.league_id == league)
        .order_by(Standings.at.desc(), Standings.id.desc())
        .limit(1)
    )
    return estimates or {}


async def load_course(
    session: Transaction, tournament: int, before: int | None
) -> Sequence[tuple[datetime, dict[int, PastRating]]]:
    """Return (time, ratings by entry) of the standings before a tournament and after each of its refits, oldest first."""
    rows = await session.execute(
        select(Standings.at, Standings.figures)
        .where(
            or_(
                and_(Standings.cause == "tournament", Standings.about_id == tournament),
                Standings.id == before,
            )
        )
        .order_by(Standings.id)
    )
    return [(row.at, unpack(row.figures)) for row in rows]
