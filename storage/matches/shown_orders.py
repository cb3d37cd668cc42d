"""Counts of the order in which judges were shown papers, used to balance that order in new matches."""

from collections import Counter
from itertools import repeat

from sqlalchemy import ColumnElement, select

from storage.database.engine import Transaction
from storage.database.statements import gathered, numbers
from storage.matches.match_rows import COUNTED
from storage.tables import Match, Verdict


async def judge_meetings(
    session: Transaction, league: int
) -> tuple[dict[tuple[int, str], int], dict[tuple[int, str], int]]:
    """Return, by (entry, judge), the number of matches and how often the entry was shown first."""
    met: Counter[tuple[int, str]] = Counter()
    shown_first: Counter[tuple[int, str]] = Counter()
    for judge, first, second in await _shown_by(session, Match.league_id == league):
        shown_first.update(zip(first, repeat(judge), strict=False))
        met.update(zip(first + second, repeat(judge), strict=False))
    return met, shown_first


async def _shown_by(
    session: Transaction, *which: ColumnElement[bool]
) -> list[tuple[str, list[int], list[int]]]:
    """Return (judge, first entries, second entries) of the matches that are decided or still to be played."""
    rows = await session.execute(
        select(Match.judge, gathered(Match.first_id, Match.second_id).label("entries"))
        .where(*which, Match.status.in_(COUNTED))
        .group_by(Match.judge)
        .order_by(Match.judge)
    )
    sides = [(row.judge, numbers(row.entries, 2).T.tolist()) for row in rows]
    return [(judge, first, second) for judge, (first, second) in sides]


async def shown_orders_of(
    session: Transaction, league: int, between: tuple[int, int] | None = None
) -> Counter[tuple[int, int, str]]:
    """Return how often each judge was or will be shown two entries in an order, by (first, second, judge).

    Covers the whole league, or only matches between two entries. Counts every call that affects an outcome, also
    panels and swaps, but not evidence for voters.
    """
    decides = [Match.league_id == league]
    if between is not None:
        decides += [Match.first_id.in_(between), Match.second_id.in_(between)]
    orders: Counter[tuple[int, int, str]] = Counter()
    for judge, first, second in await _shown_by(session, *decides):
        orders.update(zip(first, second, repeat(judge), strict=False))
    further = (
        select(Verdict.judge, Verdict.swapped, gathered(Match.first_id, Match.second_id).label("entries"))
        .join(Match, Match.id == Verdict.match_id)
        .where(*decides, Match.status.in_(COUNTED), Verdict.kind.not_in(("verdict", "evidence")))
        .group_by(Verdict.judge, Verdict.swapped)
    )
    for row in await session.execute(further):
        entries = numbers(row.entries, 2).T.tolist()
        one, other = reversed(entries) if row.swapped else entries
        orders.update(zip(one, other, repeat(row.judge), strict=False))
    return orders
