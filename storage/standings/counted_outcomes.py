"""The outcomes that count for a league's ratings, and the rubric ratings they start from."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import (
    ColumnElement,
    Select,
    case,
    exists,
    literal,
    or_,
    select,
)
from sqlalchemy.orm import InstrumentedAttribute, aliased

from storage.database.engine import Transaction
from storage.database.statements import Ints, gathered, numbers
from storage.tables import Assessment, Entry, Match, Paper, Verdict


@dataclass(frozen=True, slots=True)
class EntryRubric:
    """An active entry and the median of its rubric ratings (1 to 10), None where no assessor is done."""

    entry: int
    rubric: float | None


@dataclass(frozen=True, slots=True, eq=False)
class EqualOutcomes:
    """Decided matches of one judge, outcome and grade: a row each of match, first and second entry.

    The judge of what the team set is `TEAM`; the verdict it replaced is a group of its own that doesn't count. `grade` is
    0 where the judge didn't say by how much, 1 slightly, 2 clearly. `twice`: the judge said the same of both orders.
    """

    judge: str
    outcome: str
    grade: int
    twice: bool
    matches: Ints
    counts: bool = True


def _rubrics(rows: Sequence[tuple[int, float]]) -> dict[int, float]:
    by_entry: dict[int, list[float]] = {}
    for entry, rating in rows:
        by_entry.setdefault(entry, []).append(rating)
    medians = {}
    for entry, ratings in by_entry.items():
        values = sorted(ratings)
        middle = len(values) // 2
        medians[entry] = values[middle] if len(values) % 2 else (values[middle - 1] + values[middle]) / 2
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


async def active_entries(session: Transaction, league: int) -> list[EntryRubric]:
    """Every active entry of a known paper, in the order of arrival."""
    ids = await session.scalars(
        select(Entry.id)
        .join(Paper, Paper.id == Entry.paper_id)
        .where(Entry.league_id == league, Entry.removed_at.is_(None), Paper.status == "known")
        .order_by(Entry.id)
    )
    rubrics = await rubric_ratings(session, league)
    return [EntryRubric(entry, rubrics.get(entry)) for entry in ids]


def present_entries(league: int) -> Select[int]:
    """The ids of a league's entries that aren't removed."""
    return select(Entry.id).where(Entry.league_id == league, Entry.removed_at.is_(None))


def both_present(league: int) -> ColumnElement[bool]:
    """Matches both of whose entries are in the league now."""
    present = present_entries(league)
    return Match.first_id.in_(present) & Match.second_id.in_(present)


def counting(league: int) -> ColumnElement[bool]:
    """Which matches of a league count: decided ones; offline ones only while no other between present ones is.

    An outcome the team set stays, whatever judge it replaced.
    """
    other = aliased(Match)
    present = present_entries(league)
    has_real = exists(
        select(other.id).where(
            other.league_id == league,
            other.status == "decided",
            other.pool != "offline",
            other.first_id.in_(present),
            other.second_id.in_(present),
        )
    )
    return (
        (Match.league_id == league)
        & (Match.status == "decided")
        & or_(Match.pool != "offline", Match.outcome != Match.verdict, Match.weight != 1.0, ~has_real)
    )


TEAM = "team"
"""The judge of an outcome that people set over a verdict; no model has such a name."""


async def outcomes_that_count(session: Transaction, league: int) -> list[EqualOutcomes]:
    """Every outcome that counts, and the verdicts that the team replaced; a panel is a judge of its own."""
    judge = case((Match.panel.is_(True), "panel"), else_=Match.judge)
    confirmed = (Match.pool == "offline") & (Match.weight != 1.0)  # by the team, whose word it is then
    replaced = or_(Match.outcome != Match.verdict, confirmed)
    conditions = (counting(league), Match.outcome.is_not(None))
    grade = case(
        (or_(Match.panel.is_(True), replaced), 0),
        (Verdict.margin == "slight", 1),
        (Verdict.margin == "clear", 2),
        else_=0,
    )
    swap = aliased(Verdict)
    said_again = exists().where(
        swap.match_id == Match.id,
        swap.kind == "swap",
        swap.winner == Match.verdict,
        Verdict.winner == Match.verdict,
    )
    twice = said_again & (Match.verdict != "draw") & ~replaced
    return [
        *await _equal(session, case((replaced, TEAM), else_=judge), Match.outcome, grade, twice, *conditions),
        *await _equal(
            session,
            judge,
            Match.verdict,
            literal(0),
            literal(value=False),
            *conditions,
            replaced,
            Match.verdict.is_not(None),
            counts=False,
        ),
    ]


async def _equal(
    session: Transaction,
    judge: ColumnElement[str],
    outcome: InstrumentedAttribute[str | None],
    grade: ColumnElement[int],
    twice: ColumnElement[bool],
    *conditions: ColumnElement[bool],
    counts: bool = True,
) -> list[EqualOutcomes]:
    columns = judge.label("judge"), outcome.label("outcome"), grade.label("grade"), twice.label("twice")
    rows = await session.execute(
        select(*columns, gathered(Match.id, Match.first_id, Match.second_id).label("matches"))
        .join(Verdict, (Verdict.match_id == Match.id) & (Verdict.kind == "verdict"), isouter=True)
        .where(*conditions)
        .group_by(*columns)
    )
    return [
        EqualOutcomes(row.judge, row.outcome, row.grade, bool(row.twice), numbers(row.matches, 3), counts)
        for row in rows
    ]
