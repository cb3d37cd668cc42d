"""A league's decided matches as ratings take them in, kept in memory between refits; each reading adds what is new."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import numpy as np
from sqlalchemy import ColumnElement, FromClause, and_, case, exists, func, or_, select, true
from sqlalchemy.orm import aliased

from storage.database.engine import Transaction
from storage.database.statements import Ints, gathered, numbers
from storage.standings.counted_outcomes import TEAM, EqualOutcomes, judges_kept_out
from storage.tables import JudgeExam, Match, Merge, Override, Poll, Verdict

LATE = timedelta(minutes=15)
"""Matches are read again from so long before the newest one known: their moments are taken before they are stored."""
_MEMORY = "decided matches"


class _Kind(NamedTuple):
    """What matches of a group have in common: the judge and its verdict, what counts, and how sure the judge was."""

    judge: str
    verdict: str | None
    outcome: str
    replaced: bool
    offline: bool
    grade: int
    twice: bool


_State = tuple[int, ...]
"""Count of decided matches, sum of their ids; then counts of polls, overrides, reverts, merges, and judges kept out."""


@dataclass(frozen=True, slots=True, eq=False)
class _Decided:
    """Decided matches by kind, a row each of match, first and second entry, as of the newest one's moment."""

    groups: Mapping[_Kind, Ints]
    newest: datetime | None
    state: _State

    def count(self) -> tuple[int, int]:
        """How many matches, and the sum of their ids."""
        return (
            sum(len(rows) for rows in self.groups.values()),
            sum(int(rows[:, 0].sum()) for rows in self.groups.values()),
        )

    def with_read(self, newer: "_Decided") -> "_Decided":
        """These matches and those read now, which replace what was known of them."""
        fresh = np.concatenate([np.zeros(0, dtype=np.int64), *(rows[:, 0] for rows in newer.groups.values())])
        groups = dict(newer.groups)
        for kind, rows in self.groups.items():
            rest = rows[~np.isin(rows[:, 0], fresh)]
            if len(rest):
                groups[kind] = np.concatenate([rest, groups[kind]]) if kind in groups else rest
        return _Decided(groups, newer.newest or self.newest, newer.state)


async def outcomes_that_count(session: Transaction, league: int) -> list[EqualOutcomes]:
    """Every outcome of decided matches, and the verdicts that the team replaced; a panel is a judge of its own.

    Those of judges that didn't pass their exam are left out until somebody admits them; what the team set stays.
    """
    decided = await _decided(session, league)
    has_kept_out = decided.state[-1] > 0
    kept_out = set(await session.scalars(judges_kept_out())) if has_kept_out else set()
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


async def _decided(session: Transaction, league: int) -> _Decided:
    """The decided matches of a league: what is remembered and what came since, or all where that doesn't add up."""
    state = await _state(session, league)
    matches: _Decided | None = session.recall(_MEMORY, league)
    if matches is not None and matches.state[2:] == state[2:] and matches.newest is not None:
        matches = matches.with_read(await _read(session, league, state, matches.newest - LATE))
    if matches is None or matches.state != state or matches.count() != state[:2]:
        matches = await _read(session, league, state)
    session.remember(_MEMORY, league, matches)
    return matches


def _is_decided(league: int) -> ColumnElement[bool]:
    return and_(Match.league_id == league, Match.status == "decided")


async def _state(session: Transaction, league: int) -> _State:
    """What a league's matches are checked by, in one statement."""
    mine = Match.league_id == league
    matches = select(func.count().label("number"), func.coalesce(func.sum(Match.id), 0).label("ids"))
    polls = select(func.count(Poll.id).label("number")).join(Match, Match.id == Poll.match_id)
    overrides = select(
        func.count(Override.id).label("number"), func.count(Override.reverted_at).label("undone")
    )
    overrides = overrides.join(Match, Match.id == Override.match_id).where(mine)
    merges = select(func.count(Merge.id).label("number"), func.count(Merge.undone_at).label("undone"))
    kept_out = judges_kept_out().with_only_columns(func.count(JudgeExam.judge).label("number"))
    parts = (
        matches.where(_is_decided(league)).subquery(), polls.where(mine, Poll.status == "closed").subquery(),
        overrides.subquery(), merges.subquery(), kept_out.subquery(),
    )  # fmt: skip
    together: FromClause = parts[0]
    for part in parts[1:]:
        together = together.join(part, true())
    row = (
        await session.execute(select(*(column for part in parts for column in part.c)).select_from(together))
    ).one()
    return tuple(map(int, row))


async def _read(session: Transaction, league: int, state: _State, since: datetime | None = None) -> _Decided:
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
    statement = (
        select(
            *columns,
            gathered(Match.id, Match.first_id, Match.second_id).label("matches"),
            func.max(Match.decided_at).label("newest"),
        )
        .join(Verdict, (Verdict.match_id == Match.id) & (Verdict.kind == "verdict"), isouter=True)
        .where(_is_decided(league), Match.outcome.is_not(None))
        .group_by(*columns)
    )  # fmt: skip
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
