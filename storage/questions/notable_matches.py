"""Queries for matches worth a second look: disputed ones, and wins against the odds."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import aliased

from storage.database.engine import Transaction
from storage.standings.counted_outcomes import counting
from storage.tables import Match, Override, Poll, Rating, Verdict


@dataclass(frozen=True, slots=True)
class DisputedMatch:
    """A disputed match; `why` is "open" (vote running), "overturned" (by the team) or "split" (judges differ)."""

    match: int
    first: int
    second: int
    why: str


@dataclass(frozen=True, slots=True)
class UnlikelyWin:
    """A match won by the entry that is now rated weaker; `gap` in logits, `variance` in logits squared."""

    match: int
    winner: int
    loser: int
    gap: float
    variance: float


async def disputed_matches(session: Transaction, league: int, limit: int) -> list[DisputedMatch]:
    """Return matches with open votes, then overturned ones, then those where judges differ; each newest first."""
    rows: list[DisputedMatch] = []
    columns = Match.id, Match.first_id, Match.second_id
    polls = (
        select(*columns)
        .join(Poll, Poll.match_id == Match.id)
        .where(counting(league), Poll.status == "open")
        .order_by(Poll.id.desc())
    )
    overrides = (
        select(*columns)
        .join(Override, Override.match_id == Match.id)
        .where(counting(league), Override.reverted_at.is_(None), Match.verdict != Override.outcome)
        .order_by(Override.id.desc())
    )
    other = aliased(Verdict)
    split = (
        select(*columns)
        .join(Verdict, Verdict.match_id == Match.id)
        .join(other, (other.match_id == Match.id) & (other.id > Verdict.id))
        .where(counting(league), other.winner != Verdict.winner)
        .group_by(*columns)
        .order_by(func.max(Verdict.id).desc())
    )
    for why, statement in (("open", polls), ("overturned", overrides), ("split", split)):
        matches = await session.execute(statement.limit(limit))
        rows += [DisputedMatch(row.id, row.first_id, row.second_id, why) for row in matches]
    by_match: dict[int, DisputedMatch] = {}
    for each in rows:
        by_match.setdefault(each.match, each)
    return list(by_match.values())[:limit]


async def unlikely_wins(session: Transaction, league: int, least: float, limit: int) -> Sequence[UnlikelyWin]:
    """Return wins over an opponent now rated at least `least` logits stronger, the largest gap first."""
    winner, loser = aliased(Rating), aliased(Rating)
    won = case((Match.outcome == "first", Match.first_id), else_=Match.second_id)
    lost = case((Match.outcome == "first", Match.second_id), else_=Match.first_id)
    gap = loser.theta - winner.theta
    rows = await session.execute(
        select(
            Match.id,
            winner.entry_id.label("winner"),
            loser.entry_id.label("loser"),
            gap.label("gap"),
            (winner.stderr * winner.stderr + loser.stderr * loser.stderr).label("variance"),
        )
        .join(winner, winner.entry_id == won)
        .join(loser, loser.entry_id == lost)
        .where(counting(league), or_(Match.outcome == "first", Match.outcome == "second"), gap >= least)
        .order_by(gap.desc(), Match.id)
        .limit(limit)
    )
    return [UnlikelyWin(row.id, row.winner, row.loser, row.gap, row.variance) for row in rows]
