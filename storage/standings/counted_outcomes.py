"""The outcomes that count for a league's ratings, and the rubric ratings they start from."""

from dataclasses import dataclass

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
from storage.database.statements import Floats, Ints, gathered, numbers
from storage.tables import Assessment, Entry, JudgeExam, Match, Paper


@dataclass(frozen=True, slots=True, eq=False)
class EqualOutcomes:
    """Decided matches of one judge, outcome and grade: a row each of match, first and second entry.

    The judge of what the team set is `TEAM`; the verdict it replaced is a group of its own that doesn't count. `grade` is
    0 where the judge didn't say by how much, 1 slightly, 2 clearly. `twice`: the judge said the same of both orders.
    `offline`: of an offline judge's matches, whose verdicts count only while no other match between the same entries is.
    """

    judge: str
    outcome: str
    grade: int
    twice: bool
    matches: Ints
    counts: bool = True
    offline: bool = False


async def active_entries(session: Transaction, league: int) -> tuple[Ints, Floats]:
    """The active entries of known papers by arrival, and the median of each one's rubric ratings (1 to 10).

    NaN where no assessor is done. Offline assessments count only where there is no other; one that is being written again
    counts as it was until then.
    """
    entries = await session.scalar(
        select(gathered(Entry.id))
        .join(Paper, Paper.id == Entry.paper_id)
        .where(Entry.league_id == league, Entry.removed_at.is_(None), Paper.status == "known")
    )
    ids = np.sort(numbers(entries, 1).ravel()) if entries else np.zeros(0, dtype=np.int64)
    rubrics = np.full(len(ids), np.nan)
    offline = case((Assessment.assessor == "offline", 1), else_=0).label("offline")
    rows = await session.execute(
        select(offline, gathered(Assessment.entry_id, Assessment.rating).label("ratings"))
        .join(Entry, Entry.id == Assessment.entry_id)
        .where(Entry.league_id == league, Assessment.rating.is_not(None))
        .group_by(offline)
    )
    for row in sorted(
        rows, key=lambda row: -row.offline
    ):  # whatever else there is replaces what offline ones say
        rated_ids, medians = _medians(np.fromstring(row.ratings, dtype=np.float64, sep=" ").reshape(-1, 2))
        is_active = np.isin(rated_ids, ids)
        rubrics[np.searchsorted(ids, rated_ids[is_active])] = medians[is_active]
    return ids, rubrics


def _medians(ratings: Floats) -> tuple[Ints, Floats]:
    """Entries, sorted, and the median of each one's ratings, given as rows of entry and rating."""
    rows = ratings[np.lexsort((ratings[:, 1], ratings[:, 0]))]
    entries, starts, counts = np.unique(rows[:, 0], return_index=True, return_counts=True)
    lower, upper = rows[starts + (counts - 1) // 2, 1], rows[starts + counts // 2, 1]
    return entries.astype(np.int64), (lower + upper) / 2


def present_entries(league: int) -> Select[int]:
    """The ids of a league's entries that aren't removed."""
    return select(Entry.id).where(Entry.league_id == league, Entry.removed_at.is_(None))


def both_present(league: int) -> ColumnElement[bool]:
    """Matches both of whose entries are in the league now."""
    present = present_entries(league)
    return Match.first_id.in_(present) & Match.second_id.in_(present)


def judges_kept_out() -> Select[str]:
    """The judges that didn't pass their exam and that nobody admitted."""
    return select(JudgeExam.judge).where(JudgeExam.passed.is_(False), JudgeExam.admitted_by.is_(None))


def counting(league: int, *, admitted: bool = True) -> ColumnElement[bool]:
    """Which matches of a league count: decided ones; offline ones only while no other between present ones is.

    Verdicts of a judge that didn't pass its exam count once somebody admitted it; with `admitted` False they are among
    the rest. An outcome the team set stays, whatever judge it replaced.
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
    return (
        condition & or_(Match.panel.is_(True), by_team, Match.judge.not_in(judges_kept_out()))
        if admitted
        else condition
    )


TEAM = "team"
"""The judge of an outcome that people set over a verdict; no model has such a name."""
