"""Queries on matches: what an entry played, and its record."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, case, func, or_, select

from storage.database.engine import Transaction
from storage.standings.past_standings import PastRating, unpack_entries
from storage.tables import (
    Entry,
    League,
    Match,
    Override,
    Paper,
    Poll,
    Standings,
    Tournament,
    Verdict,
)

MOST_POINTS = 20
"""At how many moments a paper's past ratings are shown."""


@dataclass(frozen=True, slots=True)
class PastMatch:
    """A decided match; `verdict` and `outcome` are "first", "second" or "draw" of the entries as stored.

    `criteria` gives the better one on each criterion: "first", "second" or "even". `swapped`: the judge saw the second
    entry as "Paper 1". `overridden_at` is when a team vote replaced the verdict, None if none did or it was reverted.
    `cost` is in USD.
    """

    match: int
    first: int
    second: int
    judge: str
    verdict: str
    outcome: str
    decided_at: datetime
    model: str | None
    rationale: str | None
    criteria: Mapping[str, str]
    confidence: float | None
    swapped: bool
    cost: Decimal
    overridden_at: datetime | None
    open_poll: int | None
    first_version: int | None
    second_version: int | None
    purpose_version: int | None
    """Version of the league's purpose that the judge was given; `purpose_now` is the current version."""
    purpose_now: int
    panel: bool = False
    """Whether several judges decided it together; `judge` and what follows are of the one whose turn it was."""


def _played(row: Row[*tuple[Any, ...]]) -> PastMatch:
    return PastMatch(
        row.id,
        row.first_id,
        row.second_id,
        row.judge,
        row.verdict or "draw",
        row.outcome or "draw",
        row.decided_at,
        row.model,
        row.rationale,
        row.criteria or {},
        row.confidence,
        bool(row.swapped),
        Decimal(row.cost or 0),
        row.overridden_at,
        row.open_poll,
        row.first_version,
        row.second_version,
        row.purpose_version,
        row.purpose_now,
        bool(row.panel),
    )


def _matches_of(entry: int, other: int | None) -> ColumnElement[bool]:
    if other is None:
        sides = or_(Match.first_id == entry, Match.second_id == entry)
    else:
        sides = or_(
            and_(Match.first_id == entry, Match.second_id == other),
            and_(Match.first_id == other, Match.second_id == entry),
        )
    return and_(sides, Match.status == "decided")


async def past_matches(
    session: Transaction, entry: int, other: int | None, *, limit: int, offset: int = 0
) -> list[PastMatch]:
    """Return an entry's decided matches, newest first; only those against `other` if given."""
    newest = (Match.decided_at.desc(), Match.id.desc())
    rows = await session.execute(
        _decided().where(_matches_of(entry, other)).order_by(*newest).limit(limit).offset(offset)
    )
    return [_played(row) for row in rows]


async def league_matches(
    session: Transaction, league: int, since: datetime | None, *, limit: int, offset: int = 0
) -> tuple[list[PastMatch], int]:
    """Return a league's matches decided at or after `since`, oldest first, and how many there are in all.

    Matches of removed papers aren't among them.
    """
    there = select(Entry.id).where(Entry.league_id == league, Entry.removed_at.is_(None))
    wanted = and_(
        Match.league_id == league,
        Match.status == "decided",
        Match.first_id.in_(there),
        Match.second_id.in_(there),
        *([] if since is None else [Match.decided_at >= since]),
    )
    total = await session.scalar(select(func.count()).select_from(Match).where(wanted))
    rows = await session.execute(
        _decided().where(wanted).order_by(Match.decided_at, Match.id).limit(limit).offset(offset)
    )
    return [_played(row) for row in rows], total or 0


def _decided() -> Select[*tuple[Any, ...]]:
    """Select what a `PastMatch` is made of."""
    in_force = (
        select(func.max(Override.at))
        .where(Override.match_id == Match.id, Override.reverted_at.is_(None))
        .correlate(Match)
        .scalar_subquery()
    )
    open_poll = (
        select(func.max(Poll.id))
        .where(Poll.match_id == Match.id, Poll.status == "open")
        .correlate(Match)
        .scalar_subquery()
    )
    return (
        select(
            Match.id,
            Match.first_id,
            Match.second_id,
            Match.judge,
            Match.verdict,
            Match.outcome,
            Match.decided_at,
            Match.panel,
            Verdict.model,
            Verdict.rationale,
            Verdict.criteria,
            Verdict.confidence,
            Verdict.swapped,
            Verdict.cost,
            Verdict.first_version,
            Verdict.second_version,
            Verdict.purpose_version,
            League.purpose_version.label("purpose_now"),
            in_force.label("overridden_at"),
            open_poll.label("open_poll"),
        )
        .join(League, League.id == Match.league_id)
        .outerjoin(Verdict, and_(Verdict.match_id == Match.id, Verdict.kind == "verdict"))
    )


@dataclass(frozen=True, slots=True)
class Record:
    """An entry's wins, losses and draws, by the outcomes that count in the ratings."""

    wins: int = 0
    losses: int = 0
    draws: int = 0

    @property
    def matches(self) -> int:
        """Number of matches: wins, losses and draws together."""
        return self.wins + self.losses + self.draws


async def records(session: Transaction, entry: int, other: int | None = None) -> dict[int, Record]:
    """Return the entry's record against each opponent by entry id, or against `other` only."""
    mine_first = Match.first_id == entry
    opponent = case((mine_first, Match.second_id), else_=Match.first_id)
    won = or_(
        and_(mine_first, Match.outcome == "first"), and_(Match.second_id == entry, Match.outcome == "second")
    )
    drawn = Match.outcome == "draw"
    rows = await session.execute(
        select(
            opponent.label("opponent"),
            func.sum(case((won, 1), else_=0)).label("wins"),
            func.sum(case((drawn, 1), else_=0)).label("draws"),
            func.count().label("matches"),
        )
        .where(_matches_of(entry, other))
        .group_by(opponent)
    )
    return {
        row.opponent: Record(int(row.wins), int(row.matches - row.wins - row.draws), int(row.draws))
        for row in rows
    }


async def entries_of_matches(session: Transaction, match_ids: Iterable[int]) -> dict[int, tuple[int, int]]:
    """Return both entry ids of each match, in the order shown to the judge."""
    rows = await session.execute(
        select(Match.id, Match.first_id, Match.second_id).where(Match.id.in_(list(match_ids)))
    )
    return {row.id: (row.first_id, row.second_id) for row in rows}


async def tournament_starts(
    session: Transaction, tournament_ids: Iterable[int]
) -> dict[int, tuple[datetime, int]]:
    """Return (start, largest number of matches) of each tournament."""
    rows = await session.execute(
        select(Tournament.id, Tournament.created_at, Tournament.budget_matches).where(
            Tournament.id.in_(list(tournament_ids))
        )
    )
    return {row.id: (row.created_at, row.budget_matches) for row in rows}


async def all_decided(
    session: Transaction, league: int
) -> list[tuple[int, str, str, str, str, str, float, str]]:
    """Return all decided matches: id, both papers' URLs, judge, verdict, outcome, weight, time."""
    urls = {
        row.id: row.url
        for row in await session.execute(
            select(Entry.id, Paper.url)
            .join(Paper, Paper.id == Entry.paper_id)
            .where(Entry.league_id == league)
        )
    }
    rows = await session.execute(
        select(
            Match.id,
            Match.first_id,
            Match.second_id,
            Match.judge,
            Match.verdict,
            Match.outcome,
            Match.weight,
            Match.decided_at,
        )
        .where(Match.league_id == league, Match.status == "decided")
        .order_by(Match.id)
    )
    return [
        (
            row.id,
            urls.get(row.first_id, ""),
            urls.get(row.second_id, ""),
            row.judge,
            row.verdict or "",
            row.outcome or "",
            row.weight,
            row.decided_at.isoformat() if row.decided_at else "",
        )
        for row in rows
    ]


async def rating_series(session: Transaction, league: int, entry: int) -> list[tuple[datetime, PastRating]]:
    """Return an entry's ratings in at most 20 standings spread evenly over its history, oldest first."""
    since = select(Entry.submitted_at).where(Entry.id == entry).scalar_subquery()
    ids = (
        await session.scalars(
            select(Standings.id)
            .where(Standings.league_id == league, Standings.at >= since)
            .order_by(Standings.id)
        )
    ).all()
    if len(ids) > MOST_POINTS:
        ids = [ids[round(i * (len(ids) - 1) / (MOST_POINTS - 1))] for i in range(MOST_POINTS)]
    rows = await session.execute(
        select(Standings.at, Standings.figures).where(Standings.id.in_(ids)).order_by(Standings.id)
    )
    points = [(row.at, unpack_entries(row.figures, [entry]).get(entry)) for row in rows]
    return [(at, figures) for at, figures in points if figures is not None]
