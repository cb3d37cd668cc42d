"""A league's decided matches in the form used for ratings, cached between refits and updated with new ones."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from sqlalchemy import ColumnElement, FromClause, Select, and_, case, exists, func, or_, select, true
from sqlalchemy.orm import aliased

from storage.database.engine import Transaction
from storage.database.statements import PREPARED, Ints, gathered, numbers
from storage.standings.counted_outcomes import (
    TEAM,
    EqualOutcomes,
    exam_failures,
    judges_at_chance,
    judges_kept_out,
)
from storage.tables import JudgeAtChance, JudgeExam, Match, Merge, Override, Poll, Verdict

LATE = timedelta(minutes=15)
"""How far before the newest cached match reading starts again, since a match's time is taken before it is stored."""
_MEMORY = "decided matches"


class _Kind(NamedTuple):
    """Properties that matches of a group share: judge, verdict, outcome, and how sure the judge was."""

    judge: str
    verdict: str | None
    outcome: str
    replaced: bool
    offline: bool
    grade: int
    twice: bool


_State = tuple[int, ...]
"""Check numbers of a cache: count and id sum of decided matches.

Counts of votes, overrides, reverts, merges and their undoing.
"""


@dataclass(frozen=True, slots=True, eq=False)
class _Decided:
    """Cached decided matches by kind, as rows (match, first entry, second entry), up to the newest match's time."""

    groups: Mapping[_Kind, Ints]
    newest: datetime | None
    state: _State

    def count(self) -> tuple[int, int]:
        """Return the number of matches and the sum of their ids."""
        return (
            sum(len(rows) for rows in self.groups.values()),
            sum(int(rows[:, 0].sum()) for rows in self.groups.values()),
        )

    def with_read(self, newer: "_Decided") -> "_Decided":
        """Return these matches updated with newly read ones, which replace older versions of the same match."""
        fresh = np.concatenate([np.zeros(0, dtype=np.int64), *(rows[:, 0] for rows in newer.groups.values())])
        groups = dict(newer.groups)
        for kind, rows in self.groups.items():
            rest = rows[~np.isin(rows[:, 0], fresh)]
            if len(rest):
                groups[kind] = np.concatenate([rest, groups[kind]]) if kind in groups else rest
        return _Decided(groups, newer.newest or self.newest, newer.state)


async def outcomes_that_count(session: Transaction, league: int) -> list[EqualOutcomes]:
    """Return the outcomes of all decided matches, and the verdicts that team votes replaced.

    A panel counts as one judge. Judges that failed their exam or are at chance are left out until somebody lets them
    count; outcomes of team votes stay.
    """
    *state, failed, at_chance = (await session.execute(_checks(league))).one()
    decided = await _decided(session, league, tuple(map(int, state)))
    kept_out = await judges_kept_out(session, league) if failed or at_chance else frozenset()
    groups: list[EqualOutcomes] = []
    for kind, matches in decided.groups.items():
        is_kept_out = kind.judge in kept_out
        if not kind.replaced:
            if is_kept_out:
                continue
            groups.append(
                EqualOutcomes(kind.judge, kind.outcome, kind.grade, kind.twice, matches, offline=kind.offline)
            )
            continue
        groups.append(
            EqualOutcomes(TEAM, kind.outcome, 0, twice=False, matches=matches, offline=kind.offline)
        )
        if kind.verdict is not None and not is_kept_out:
            groups.append(
                EqualOutcomes(
                    kind.judge,
                    kind.verdict,
                    0,
                    twice=False,
                    matches=matches,
                    counts=False,
                    offline=kind.offline,
                )
            )
    return groups


async def _decided(session: Transaction, league: int, state: _State) -> _Decided:
    """Return a league's decided matches from the cache plus newer ones; reads all if the check numbers don't fit."""
    matches: _Decided | None = session.recall(_MEMORY, league)
    if matches is not None and matches.state[2:] == state[2:] and matches.newest is not None:
        matches = matches.with_read(await _read(session, league, state, matches.newest - LATE))
    if matches is None or matches.state != state or matches.count() != state[:2]:
        matches = await _read(session, league, state)
    session.remember(_MEMORY, league, matches)
    return matches


def _is_decided(league: int) -> ColumnElement[bool]:
    return and_(Match.league_id == league, Match.status == "decided")


@lru_cache(maxsize=PREPARED)
def _checks(league: int) -> Select[Any]:
    """Return a query for the check numbers, then the numbers of judges that failed their exam and of those at chance."""
    mine = Match.league_id == league
    matches = select(func.count().label("number"), func.coalesce(func.sum(Match.id), 0).label("ids"))
    polls = select(func.count(Poll.id).label("number")).join(Match, Match.id == Poll.match_id)
    league_of_override = select(Match.league_id).where(Match.id == Override.match_id).scalar_subquery()
    overrides = select(
        func.count(Override.id).label("number"), func.count(Override.reverted_at).label("undone")
    ).where(league_of_override == league)  # a join would be begun from all matches
    merges = select(func.count(Merge.id).label("number"), func.count(Merge.undone_at).label("undone"))
    failures = exam_failures().with_only_columns(func.count(JudgeExam.judge).label("number"))
    at_chance = judges_at_chance(league).with_only_columns(func.count(JudgeAtChance.judge).label("number"))
    parts = (
        matches.where(_is_decided(league)).subquery(), polls.where(mine, Poll.status == "closed").subquery(),
        overrides.subquery(), merges.subquery(), failures.subquery(), at_chance.subquery(),
    )  # fmt: skip
    together: FromClause = parts[0]
    for part in parts[1:]:
        together = together.join(part, true())
    return select(*(column for part in parts for column in part.c)).select_from(together)


@lru_cache(maxsize=PREPARED)
def _matches_by_kind(league: int) -> Select[Any]:
    """Return a query for a league's decided matches: one row a kind, with the matches as one text."""
    confirmed = (Match.pool == "offline") & (Match.weight != 1.0)  # by the team, whose word it is then
    replaced = or_(Match.outcome != Match.verdict, confirmed)
    own_word = and_(Match.panel.is_(False), Verdict.winner == Match.verdict, Match.verdict != "draw")
    swap = aliased(Verdict)
    again = exists().where(swap.match_id == Match.id, swap.kind == "swap", swap.winner == Match.verdict)
    columns: tuple[ColumnElement[Any], ...] = (
        case((Match.panel.is_(True), "panel"), else_=Match.judge).label("judge"),
        Match.verdict.label("verdict"),
        Match.outcome.label("outcome"),
        case((replaced, 1), else_=0).label("replaced"),
        case((Match.pool == "offline", 1), else_=0).label("offline"),
        case((~own_word, 0), (Verdict.margin == "slight", 1), (Verdict.margin == "clear", 2), else_=0).label(
            "grade"
        ),
        case((and_(own_word, again), 1), else_=0).label("twice"),
    )
    return (
        select(
            *columns,
            gathered(Match.id, Match.first_id, Match.second_id).label("matches"),
            func.max(Match.decided_at).label("newest"),
        )
        .join(Verdict, (Verdict.match_id == Match.id) & (Verdict.kind == "verdict"), isouter=True)
        .where(_is_decided(league), Match.outcome.is_not(None))
        .group_by(*columns)
    )


async def _read(session: Transaction, league: int, state: _State, since: datetime | None = None) -> _Decided:
    statement = _matches_by_kind(league)
    if since is not None:
        statement = statement.where(Match.decided_at > since)
    groups: dict[_Kind, Ints] = {}
    newest: list[datetime] = []
    for row in await session.execute(statement):
        kind = _Kind(
            row.judge,
            row.verdict,
            row.outcome,
            bool(row.replaced),
            bool(row.offline),
            row.grade,
            bool(row.twice),
        )
        groups[kind] = numbers(row.matches, 3)
        newest += [] if row.newest is None else [row.newest]
    return _Decided(groups, max(newest, default=None), state)
