"""What a league's verdicts say of its judges, counted in SQL."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import combinations

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import aliased

from storage.database import Transaction
from storage.tables import Match, Poll, Verdict


@dataclass(frozen=True, slots=True)
class Calls:
    """A judge's verdicts counted: `first_shown` of those that aren't draws went to the paper shown first."""

    judge: str
    model: str
    verdicts: int
    draws: int
    first_shown: int
    cost: Decimal
    last_at: datetime


async def calls(session: Transaction, league: int) -> list[Calls]:
    """What each judge of a league said, over its matches' verdicts."""
    shown_first = case((Verdict.swapped.is_(True), "second"), else_="first")
    rows = await session.execute(
        select(
            Verdict.judge,
            func.max(Verdict.model).label("model"),
            func.count().label("verdicts"),
            func.sum(case((Verdict.winner == "draw", 1), else_=0)).label("draws"),
            func.sum(case((Verdict.winner == shown_first, 1), else_=0)).label("first_shown"),
            func.sum(Verdict.cost).label("cost"),
            func.max(Verdict.at).label("last_at"),
        )
        .join(Match, Match.id == Verdict.match_id)
        .where(Match.league_id == league, Match.status == "decided", Verdict.kind == "verdict")
        .group_by(Verdict.judge)
        .order_by(func.count().desc(), Verdict.judge)
    )
    return [
        Calls(r.judge, r.model, r.verdicts, int(r.draws), int(r.first_shown), Decimal(r.cost or 0), r.last_at)
        for r in rows
    ]


@dataclass(frozen=True, slots=True)
class Same:
    """How often two decisions on the same pair were the same, of how many."""

    same: int
    of: int


async def swaps(session: Transaction, league: int) -> dict[str, Same]:
    """By judge: of the matches judged in both orders, those decided the same way twice."""
    again = aliased(Verdict)
    rows = await session.execute(
        select(
            Verdict.judge,
            func.count().label("both"),
            func.sum(case((Verdict.winner == again.winner, 1), else_=0)).label("same"),
        )
        .join(Match, Match.id == Verdict.match_id)
        .join(
            again,
            and_(
                again.match_id == Verdict.match_id,
                again.judge == Verdict.judge,
                again.kind.in_(("swap", "evidence")),
            ),
        )
        .where(Match.league_id == league, Verdict.kind == "verdict")
        .group_by(Verdict.judge)
    )
    return {row.judge: Same(int(row.same), row.both) for row in rows}


async def against_team(session: Transaction, league: int) -> dict[str, Same]:
    """By judge: of the matches a vote decided, those in which the team agreed with the verdict."""
    rows = await session.execute(
        select(
            Match.judge,
            func.count().label("votes"),
            func.sum(case((Poll.result.in_((Match.verdict, "stands")), 1), else_=0)).label("same"),
        )
        .join(Poll, Poll.match_id == Match.id)
        .where(
            Match.league_id == league, Poll.status == "closed", Poll.result.in_(("first", "second", "draw"))
        )
        .group_by(Match.judge)
    )
    return {row.judge: Same(int(row.same), row.votes) for row in rows}


@dataclass(frozen=True, slots=True)
class Crossed:
    """How often judge `a` said `a_says` and `b` said `b_says` of the same pair, seen from its older entry."""

    a: str
    b: str
    a_says: str
    b_says: str
    times: int


async def crossed(session: Transaction, league: int) -> list[Crossed]:
    """Verdicts of different judges on the same two entries, as counts for each pair of judges."""
    ordered = Match.first_id < Match.second_id
    low = case((ordered, Match.first_id), else_=Match.second_id)
    high = case((ordered, Match.second_id), else_=Match.first_id)
    decided = and_(Match.league_id == league, Match.status == "decided", Match.verdict.is_not(None))
    shared = (
        select(low.label("low"), high.label("high"))
        .where(decided)
        .group_by(low, high)
        .having(func.min(Match.judge) < func.max(Match.judge))
        .subquery()
    )
    rows = await session.execute(
        select(shared.c.low, shared.c.high, Match.first_id, Match.judge, Match.verdict)
        .join(shared, and_(low == shared.c.low, high == shared.c.high))
        .where(decided)
    )
    turned = {"first": "second", "second": "first", "draw": "draw"}
    said: dict[tuple[int, int], list[tuple[str, str]]] = {}
    for row in rows:
        verdict = row.verdict if row.first_id == row.low else turned[row.verdict]
        said.setdefault((row.low, row.high), []).append((row.judge, verdict))
    times: Counter[tuple[str, str, str, str]] = Counter()
    for verdicts in said.values():
        for (a, a_says), (b, b_says) in combinations(sorted(verdicts), 2):
            if a != b:
                times[a, b, a_says, b_says] += 1
    return [Crossed(*key, number) for key, number in sorted(times.items())]
