"""Outcomes that count in a league's ratings, and the rubric ratings from which the ratings start."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from sqlalchemy import (
    ColumnElement,
    Select,
    case,
    exists,
    or_,
    select,
)
from sqlalchemy.orm import aliased

from storage.database.engine import Transaction
from storage.database.statements import PREPARED, Floats, Ints, gathered, numbers
from storage.tables import Assessment, Entry, JudgeAtChance, JudgeExam, Match, Paper


@dataclass(frozen=True, slots=True, eq=False)
class EqualOutcomes:
    """Decided matches with the same judge, outcome and grade; `matches` has rows (match, first entry, second entry).

    `judge` is `TEAM` for outcomes that a team vote set; the replaced verdicts form a group with `counts=False`. `grade`
    is the margin: 0 not given, 1 slight, 2 clear. `twice`: the judge said the same in both orders. `offline`: verdicts of
    an offline judge, which count only if no other judge decided that pair.
    """

    judge: str
    outcome: str
    grade: int
    twice: bool
    matches: Ints
    counts: bool = True
    offline: bool = False


async def active_entries(session: Transaction, league: int) -> tuple[Ints, Floats]:
    """Return a league's active entries of known papers, and each one's median rubric rating (1 to 10).

    NaN if no assessment is done. Offline assessments count only if there is no other. An assessment that is being
    repeated counts with its old value.
    """
    entries = await session.scalar(_known_entries(league))
    ids = np.sort(numbers(entries, 1).ravel()) if entries else np.zeros(0, dtype=np.int64)
    rubrics = np.full(len(ids), np.nan)
    rows = await session.execute(_rubric_ratings(league))
    for row in sorted(
        rows, key=lambda row: -row.offline
    ):  # whatever else there is replaces what offline ones say
        rated_ids, medians = _medians(np.fromstring(row.ratings, dtype=np.float64, sep=" ").reshape(-1, 2))
        is_active = np.isin(rated_ids, ids)
        rubrics[np.searchsorted(ids, rated_ids[is_active])] = medians[is_active]
    return ids, rubrics


@lru_cache(maxsize=PREPARED)
def _known_entries(league: int) -> Select[Any]:
    return (
        select(gathered(Entry.id))
        .join(Paper, Paper.id == Entry.paper_id)
        .where(Entry.league_id == league, Entry.removed_at.is_(None), Paper.status == "known")
    )


@lru_cache(maxsize=PREPARED)
def _rubric_ratings(league: int) -> Select[Any]:
    offline = case((Assessment.assessor == "offline", 1), else_=0).label("offline")
    return (
        select(offline, gathered(Assessment.entry_id, Assessment.rating).label("ratings"))
        .join(Entry, Entry.id == Assessment.entry_id)
        .where(Entry.league_id == league, Assessment.rating.is_not(None))
        .group_by(offline)
    )


def _medians(ratings: Floats) -> tuple[Ints, Floats]:
    """Return the distinct entries, sorted, and the median rating of each, from rows (entry, rating)."""
    rows = ratings[np.lexsort((ratings[:, 1], ratings[:, 0]))]
    entries, starts, counts = np.unique(rows[:, 0], return_index=True, return_counts=True)
    lower, upper = rows[starts + (counts - 1) // 2, 1], rows[starts + counts // 2, 1]
    return entries.astype(np.int64), (lower + upper) / 2


def present_entries(league: int) -> Select[int]:
    """Return a query for the ids of a league's entries that aren't removed."""
    return select(Entry.id).where(Entry.league_id == league, Entry.removed_at.is_(None))


def both_present(league: int) -> ColumnElement[bool]:
    """Return a condition: neither entry of the match is removed."""
    present = present_entries(league)
    return Match.first_id.in_(present) & Match.second_id.in_(present)


def exam_failures() -> Select[str]:
    """Return a query for the names of judges that failed their exam and that nobody admitted."""
    return select(JudgeExam.judge).where(JudgeExam.passed.is_(False), JudgeExam.admitted_by.is_(None))


def judges_at_chance(league: int) -> Select[str]:
    """Return a query for the names of judges left out of a league, since they agree with its people by chance only."""
    return select(JudgeAtChance.judge).where(
        JudgeAtChance.league_id == league,
        JudgeAtChance.left_out_at.is_not(None),
        JudgeAtChance.kept_by.is_(None),
    )


async def judges_kept_out(session: Transaction, league: int) -> frozenset[str]:
    """Return the judges whose verdicts don't count in a league: exam failed, or at chance."""
    return frozenset(await session.scalars(exam_failures())) | await judges_left_out(session, league)


async def judges_left_out(session: Transaction, league: int) -> frozenset[str]:
    """Return the judges whose verdicts don't count in a league because they are at chance."""
    return frozenset(await session.scalars(judges_at_chance(league)))


def counting(league: int, *, admitted: bool = True) -> ColumnElement[bool]:
    """Return a condition: the match counts in the ratings of a league.

    Offline verdicts count only if no other judge decided the same pair. Verdicts of a judge that failed its exam, or that
    is left out as one at chance, count if somebody said so, or with `admitted=False` always. An outcome set by a team
    vote always counts.
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
    by_team = or_(Match.outcome != Match.verdict, Match.weight != 1.0)
    condition = (
        (Match.league_id == league)
        & (Match.status == "decided")
        & or_(Match.pool != "offline", by_team, ~has_real)
    )
    kept_out = Match.judge.in_(exam_failures()) | Match.judge.in_(judges_at_chance(league))
    return condition & or_(Match.panel.is_(True), by_team, ~kept_out) if admitted else condition


TEAM = "team"
"""Name used as the judge of an outcome that a team vote set; no model has this name."""
