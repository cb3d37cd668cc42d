"""Standings: all ratings of a league at one moment, stored and read back."""

import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    and_,
    case,
    or_,
    select,
)

from storage.database.engine import Transaction
from storage.standings.rating_rows import EntryRating, replace_ratings
from storage.tables import Standings


@dataclass(frozen=True, slots=True)
class PastRating:
    """One entry in standings kept earlier; points and ranks as in `Figures`."""

    entry: int
    score: float
    interval: float
    rank: int
    rank_low: int
    rank_high: int
    matches: int


@dataclass(frozen=True, slots=True)
class _Memory:
    """The newest standings of a league as this process stored them."""

    standings: int
    rows: Mapping[int, EntryRating]
    past: Mapping[int, PastRating]


_MEMORY = "standings"


async def latest(session: Transaction, league: int) -> tuple[int | None, Mapping[int, PastRating]]:
    """The id and the ratings of a league's newest standings; what this process stored itself isn't read again."""
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
    """Replace the league's current ratings and keep them as standings; returns the standings' id.

    Both hold scores to a hundredth of a point, so that a card and a digest round the same number. With `previous`, the
    league's newest standings so far, only what differs from them is written, where this process stored those.
    """
    memory: _Memory | None = session.recall(_MEMORY, league)
    rows = memory.rows if memory is not None and memory.standings == previous else None
    figures = await replace_ratings(session, league, figures, rows)
    past = {
        f.entry: PastRating(
            f.entry, round(f.score, 2), round(f.interval, 2), f.rank, f.rank_low, f.rank_high, f.matches
        )
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
    """Standings as they are kept: one list an entry, which begins with the entry's id, as JSON."""
    rows = (
        f"[{f.entry}, {f.score}, {f.interval}, {f.rank}, {f.rank_low}, {f.rank_high}, {f.matches}]"
        for f in figures
    )
    return zlib.compress(f"[{', '.join(rows)}]".encode(), level=1)


def unpack(figures: bytes) -> dict[int, PastRating]:
    """Standings as they were kept, by entry."""
    return {row[0]: PastRating(*row) for row in json.loads(zlib.decompress(figures))}


def unpack_entries(figures: bytes, entries: Iterable[int]) -> dict[int, PastRating]:
    """Some entries of standings as they were kept; the others' figures aren't read: each begins its list."""
    text = zlib.decompress(figures)
    past = {}
    for entry in entries:
        at = text.find(b"[%d, " % entry)
        if at >= 0:
            past[entry] = PastRating(*json.loads(text[at : text.index(b"]", at) + 1]))
    return past


async def load_entries(session: Transaction, standings: int, entries: Iterable[int]) -> dict[int, PastRating]:
    """Some entries of the standings with this id."""
    row: bytes | None = await session.scalar(select(Standings.figures).where(Standings.id == standings))
    return {} if row is None else unpack_entries(row, entries)


async def load(session: Transaction, standings: int) -> dict[int, PastRating]:
    """The standings with this id, by entry."""
    row: bytes | None = await session.scalar(select(Standings.figures).where(Standings.id == standings))
    return {} if row is None else unpack(row)


async def load_at(
    session: Transaction, league: int, at: datetime
) -> tuple[int, datetime, dict[int, PastRating]] | None:
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


async def cause_of(session: Transaction, standings: int) -> tuple[str, int | None] | None:
    """What made these standings necessary: its kind and the row it is about."""
    row = (
        await session.execute(select(Standings.cause, Standings.about_id).where(Standings.id == standings))
    ).one_or_none()
    return None if row is None else (row.cause, row.about_id)


async def latest_id(session: Transaction, league: int) -> int | None:
    """The id of the newest standings of a league."""
    return await session.scalar(
        select(Standings.id).where(Standings.league_id == league).order_by(Standings.id.desc()).limit(1)
    )


async def latest_at(session: Transaction, league: int) -> datetime | None:
    """When the newest standings of a league were stored."""
    moment: datetime | None = await session.scalar(
        select(Standings.at).where(Standings.league_id == league).order_by(Standings.id.desc()).limit(1)
    )
    return moment


async def judge_estimates(session: Transaction, league: int) -> Mapping[str, Mapping[str, float]]:
    """By judge: what the newest fit of the league made of it; empty where there wasn't enough to tell."""
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
    """The standings before a tournament and after each of its refits, oldest first."""
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
