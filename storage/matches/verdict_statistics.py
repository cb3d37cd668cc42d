"""Statistics of a league's judges, counted in SQL from their verdicts."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import numpy as np
from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import aliased

from storage.database.engine import Transaction
from storage.database.statements import Ints, batched, gathered, numbers
from storage.standings.counted_outcomes import counting
from storage.tables import Entry, Match, Paper, Poll, Spending, Verdict


@dataclass(frozen=True, slots=True)
class JudgeCounts:
    """Counts of a judge's verdicts; `first_shown` is how many wins went to the paper shown first.

    `latency_ms` is the (lower) median over all its verdicts, swapped ones too.
    """

    judge: str
    model: str
    verdicts: int
    draws: int
    first_shown: int
    last_at: datetime
    latency_ms: int


async def counts_of_judges(session: Transaction, league: int) -> list[JudgeCounts]:
    """Return the counts of each judge's verdicts on decided matches of a league, most verdicts first."""
    shown_first = case((Verdict.swapped.is_(True), "second"), else_="first")
    counts = and_(Match.status == "decided", _own_word())
    rows = await session.execute(
        select(
            Verdict.judge,
            func.max(Verdict.model).filter(counts).label("model"),
            func.count().filter(counts).label("verdicts"),
            func.count().filter(counts, Verdict.winner == "draw").label("draws"),
            func.count().filter(counts, Verdict.winner == shown_first).label("first_shown"),
            func.max(Verdict.at).filter(counts).label("last_at"),
            gathered(Verdict.latency_ms).label("latencies"),
        )
        .join(Match, Match.id == Verdict.match_id)
        .where(Match.league_id == league)
        .group_by(Verdict.judge)
    )
    judges = [
        JudgeCounts(
            r.judge, r.model, r.verdicts, r.draws, r.first_shown, r.last_at,
            _lower_median(numbers(r.latencies, 1)[:, 0]),
        )
        for r in rows
        if r.verdicts
    ]  # fmt: skip
    return sorted(judges, key=lambda one: (-one.verdicts, one.judge))


def _own_word() -> ColumnElement[bool]:
    """Return a condition: the verdict is a judge's first on its match, alone or on a panel (no swap, no evidence)."""
    return or_(Verdict.kind == "verdict", Verdict.kind.startswith("panel:"))


def _lower_median(values: Ints) -> int:
    middle = (len(values) - 1) // 2
    return int(np.partition(values, middle)[middle])


@dataclass(frozen=True, slots=True)
class JudgeCosts:
    """A judge's calls on matches of a league: how many, how many failed, and their cost in USD."""

    calls: int
    failures: int
    cost: Decimal


async def costs_of_judges(session: Transaction, league: int) -> dict[str, JudgeCosts]:
    """Return calls and cost on ended matches, by judge."""
    rows = await session.execute(
        select(
            Spending.judge,
            func.count().label("calls"),
            func.sum(case((Spending.result != "ok", 1), else_=0)).label("failures"),
            func.sum(Spending.cost).label("cost"),
        )
        .where(Spending.league_id == league, Spending.kind == "match", Spending.settled_at.is_not(None))
        .group_by(Spending.judge)
    )
    return {row.judge: JudgeCosts(row.calls, int(row.failures), Decimal(row.cost or 0)) for row in rows}


@dataclass(frozen=True, slots=True)
class SameVerdicts:
    """How often two sides decided alike: `same` of `of` pairs of decisions had the same winner."""

    same: int
    of: int


async def agreement_of_swaps(session: Transaction, league: int) -> dict[str, SameVerdicts]:
    """Return, by judge, how often it decided the same in both orders of the papers."""
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
    return {row.judge: SameVerdicts(int(row.same), row.both) for row in rows}


async def agreement_with_team(session: Transaction, league: int) -> dict[str, SameVerdicts]:
    """Return, by judge, how often the team's vote agreed with its verdict."""
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
    return {row.judge: SameVerdicts(int(row.same), row.votes) for row in rows}


async def criteria_won(session: Transaction, league: int, entry: int) -> dict[str, tuple[int, int]]:
    """Return (matches won, matches judged) on each criterion for an entry, from the matches that count."""
    rows = await session.execute(
        select(Match.first_id, Verdict.criteria)
        .join(Verdict, (Verdict.match_id == Match.id) & (Verdict.kind == "verdict"))
        .where(counting(league), or_(Match.first_id == entry, Match.second_id == entry))
    )
    tallies: dict[str, tuple[int, int]] = {}
    for first, criteria in rows:
        mine = "first" if first == entry else "second"
        for criterion, better in criteria.items():
            wins, of = tallies.get(criterion, (0, 0))
            tallies[criterion] = wins + (better == mine), of + 1
    return tallies


@dataclass(frozen=True, slots=True, eq=False)
class EqualVerdicts:
    """All counted decisions of a judge with the same winner.

    `entries` has a row (first entry id, second entry id) each.
    """

    judge: str
    verdict: str
    entries: Ints


async def verdicts_of_judges(session: Transaction, league: int) -> list[EqualVerdicts]:
    """Return every judge's decisions, on panels too, whether or not the judge is admitted; overrides are ignored."""
    alone = (
        select(Match.judge, Match.verdict, gathered(Match.first_id, Match.second_id).label("entries"))
        .where(counting(league, admitted=False), Match.verdict.is_not(None), Match.panel.is_(False))
        .group_by(Match.judge, Match.verdict)
    )
    panels = (
        select(
            Verdict.judge,
            Verdict.winner.label("verdict"),
            gathered(Match.first_id, Match.second_id).label("entries"),
        )
        .join(Match, Verdict.match_id == Match.id)
        .where(counting(league, admitted=False), Match.panel.is_(True), _own_word())
        .group_by(Verdict.judge, Verdict.winner)
    )
    return [
        EqualVerdicts(row.judge, row.verdict, numbers(row.entries, 2))
        for statement in (alone, panels)
        for row in await session.execute(statement)
    ]


MOST_ENTRIES = 1_000
"""How many entries one statement asks about."""


@dataclass(frozen=True, slots=True)
class PaperKinds:
    """An entry's title, and the codes of its categories; none where its source gives none."""

    title: str
    categories: tuple[str, ...]


async def paper_kinds(session: Transaction, entries: Collection[int]) -> dict[int, PaperKinds]:
    """Return title and categories of these entries' papers, by entry; papers without a title are left out."""
    kinds: dict[int, PaperKinds] = {}
    for part in batched(sorted(entries), MOST_ENTRIES):
        rows = await session.execute(
            select(Entry.id, Paper.title, Paper.categories, Paper.category)
            .join(Paper, Paper.id == Entry.paper_id)
            .where(Entry.id.in_(part), Paper.title.is_not(None))
        )
        for row in rows:
            only = [row.category] if row.category else []
            kinds[row.id] = PaperKinds(row.title, tuple(row.categories or only))
    return kinds


async def abstract_lengths(session: Transaction, league: int) -> dict[int, int]:
    """Return the length of each paper's abstract in characters, by entry."""
    rows = await session.execute(
        select(Entry.id, func.length(func.coalesce(Paper.abstract, "")))
        .join(Paper, Paper.id == Entry.paper_id)
        .where(Entry.league_id == league)
    )
    return {row[0]: row[1] for row in rows}
