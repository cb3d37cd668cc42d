"""Queries for matches of a tournament on which judges disagreed."""

from dataclasses import dataclass

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import aliased

from storage.database.engine import Transaction
from storage.tables import Match, Verdict


@dataclass(frozen=True, slots=True)
class JudgeDisagreement:
    """A match on which judges disagree; `winner` is "first", "second" or "draw" of its entries as stored.

    `other` is who decided differently: the same judge in the other order, or another judge on the same pair.
    """

    match: int
    first: int
    second: int
    judge: str
    winner: str
    other: str


async def decided_differently_swapped(
    session: Transaction, tournament: int, limit: int
) -> list[JudgeDisagreement]:
    """Return matches whose judge decided differently when the papers were shown in the other order."""
    swap = aliased(Verdict)
    rows = await session.execute(
        select(
            Match.id,
            Match.first_id,
            Match.second_id,
            Verdict.judge,
            Verdict.winner,
            swap.winner.label("swapped"),
        )
        .join(Verdict, and_(Verdict.match_id == Match.id, Verdict.kind == "verdict"))
        .join(swap, and_(swap.match_id == Match.id, swap.kind == "swap"))
        .where(Match.tournament_id == tournament, Match.status == "decided", swap.winner != Verdict.winner)
        .order_by(Match.id)
        .limit(limit)
    )
    return [JudgeDisagreement(r.id, r.first_id, r.second_id, r.judge, r.winner, r.judge) for r in rows]


async def decided_differently_before(
    session: Transaction, tournament: int, limit: int
) -> list[JudgeDisagreement]:
    """Return matches of a pair on which another judge had decided differently before."""
    other = aliased(Match)
    same_way = and_(other.first_id == Match.first_id, other.second_id == Match.second_id)
    turned = and_(other.first_id == Match.second_id, other.second_id == Match.first_id)
    rows = await session.execute(
        select(
            Match.id, Match.first_id, Match.second_id, Match.judge, Match.verdict, other.judge.label("other"),
            other.verdict.label("other_said"), other.first_id.label("other_first"),
        )
        .join(other, or_(same_way, turned))
        .where(
            Match.tournament_id == tournament,
            Match.status == "decided",
            other.status == "decided",
            other.id < Match.id,
            other.judge != Match.judge,
        )
        .order_by(Match.id, other.id)
        .limit(50 * limit)
    )  # fmt: skip
    disagreements: dict[int, JudgeDisagreement] = {}
    for row in rows:
        winner = row.other_said or "draw"
        if row.other_first != row.first_id:
            winner = {"first": "second", "second": "first"}.get(winner, winner)
        if winner != row.verdict and row.id not in disagreements:
            disagreements[row.id] = JudgeDisagreement(
                row.id, row.first_id, row.second_id, row.judge, row.verdict or "draw", row.other
            )
    return list(disagreements.values())[:limit]
