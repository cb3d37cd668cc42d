"""Matches, tournaments and assessments: planned, taken, decided, each change guarded by the status it leaves."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import repeat
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select, update
from structlog.contextvars import bind_contextvars

from storage.database.engine import Transaction
from storage.database.statements import changed, gathered, insert_once, numbers
from storage.errors import NotFoundError
from storage.tables import Entry, Match, Message, Tournament, Verdict
from storage.work.leases import Work, due

OPEN = ("planned", "judging")
COUNTED = (*OPEN, "decided")
TOURNAMENT_GONE = "That tournament isn't here."


@dataclass(frozen=True, slots=True)
class Pairing:
    """A match to be: entries in the order shown, and who judges."""

    first: int
    second: int
    judge: str
    pool: str
    wants_swap: bool = False
    panel: bool = False


@dataclass(frozen=True, slots=True)
class Counts:
    """Matches of a tournament by status."""

    planned: int = 0
    judging: int = 0
    decided: int = 0
    failed: int = 0
    cancelled: int = 0

    @property
    def open(self) -> int:
        """Matches still to be decided."""
        return self.planned + self.judging


async def get(session: Transaction, match_id: int) -> Match:
    """The match; raises `NotFoundError`."""
    row: Match | None = await session.scalar(select(Match).where(Match.id == match_id))
    if row is None:
        raise NotFoundError("That match isn't here.")
    bind_contextvars(match=row.id, league=row.league_id)
    return row


async def tournament(session: Transaction, tournament_id: int) -> Tournament:
    """The tournament; raises `NotFoundError`."""
    row: Tournament | None = await session.scalar(select(Tournament).where(Tournament.id == tournament_id))
    if row is None:
        raise NotFoundError(TOURNAMENT_GONE)
    return row


async def plan(
    session: Transaction,
    *,
    league: int,
    tournament: int | None,
    round_number: int,
    pairings: Sequence[Pairing],
    now: datetime,
    requested_by: str | None = None,
) -> list[int]:
    """Plan matches and say they are due; returns their ids."""
    rows = [
        Match(
            league_id=league,
            tournament_id=tournament,
            round=round_number,
            first_id=pairing.first,
            second_id=pairing.second,
            judge=pairing.judge,
            pool=pairing.pool,
            wants_swap=pairing.wants_swap,
            panel=pairing.panel,
            requested_by=requested_by,
            planned_at=now,
        )
        for pairing in pairings
    ]
    session.add_all(rows)
    await session.flush()
    for row in rows:
        due(session, Work.MATCH, row.id)
    return [row.id for row in rows]


async def add_verdict(session: Transaction, match_id: int, kind: str, values: dict[str, Any]) -> bool:
    """Write a call's verdict, once per kind; False when there is one already."""
    return await insert_once(
        session, Verdict, workspace_id=session.workspace, match_id=match_id, kind=kind, **values
    )


async def verdicts(session: Transaction, match_id: int) -> dict[str, Verdict]:
    """The verdicts on a match by kind."""
    return {
        row.kind: row for row in await session.scalars(select(Verdict).where(Verdict.match_id == match_id))
    }


async def decide(session: Transaction, match_id: int, outcome: str, now: datetime) -> bool:
    """End a held match with a verdict; False when it isn't held any more."""
    return (
        await changed(
            session,
            update(Match)
            .where(Match.id == match_id, Match.status == "judging")
            .values(
                status="decided",
                verdict=outcome,
                outcome=outcome,
                decided_at=now,
                leased_until=None,
                failure=None,
            ),
        )
        == 1
    )


async def fail(session: Transaction, match_id: int, reason: str) -> bool:
    """End a held match without a verdict."""
    return (
        await changed(
            session,
            update(Match)
            .where(Match.id == match_id, Match.status == "judging")
            .values(status="failed", failure=reason, leased_until=None),
        )
        == 1
    )


async def note_tried(session: Transaction, match_id: int, tried: dict[str, str]) -> None:
    """Keep, by judge, why those who were asked gave no verdict."""
    await changed(session, update(Match).where(Match.id == match_id).values(tried=tried))


async def hand_over(session: Transaction, match_id: int, judge: str, pool: str) -> bool:
    """Give a held match to another judge; it is planned again."""
    return (
        await changed(
            session,
            update(Match)
            .where(Match.id == match_id, Match.status == "judging")
            .values(status="planned", judge=judge, pool=pool, leased_until=None, not_before=None),
        )
        == 1
    )


async def cancel_open(session: Transaction, tournament_id: int, *, keep_judging: bool) -> int:
    """Cancel a tournament's matches that aren't decided; those being judged may be left to finish."""
    statuses = ("planned",) if keep_judging else OPEN
    return await changed(
        session,
        update(Match)
        .where(Match.tournament_id == tournament_id, Match.status.in_(statuses))
        .values(status="cancelled", leased_until=None),
    )


async def hold(session: Transaction, tournament_id: int, until: datetime | None) -> None:
    """Keep a tournament's planned matches from being taken until a moment; None lets them go and says they are due."""
    planned = (Match.tournament_id == tournament_id) & (Match.status == "planned")
    await changed(session, update(Match).where(planned).values(not_before=until))
    if until is None:
        for row_id in await session.scalars(select(Match.id).where(planned)):
            due(session, Work.MATCH, row_id)


async def held_until(session: Transaction, tournament_id: int) -> datetime | None:
    """The moment until which a tournament waits, where it waits for one."""
    until: datetime | None = await session.scalar(
        select(Tournament.not_before).where(Tournament.id == tournament_id)
    )
    return until


async def counts(session: Transaction, tournament_id: int) -> Counts:
    """How many matches of a tournament stand where."""
    rows = await session.execute(
        select(Match.status, func.count()).where(Match.tournament_id == tournament_id).group_by(Match.status)
    )
    return Counts(**{str(status): int(number) for status, number in rows})


async def move_tournament(
    session: Transaction, tournament_id: int, *, leaving: Sequence[str], **values: Any
) -> bool:
    """Change a tournament that is in one of these statuses; False when it isn't."""
    return (
        await changed(
            session,
            update(Tournament)
            .where(Tournament.id == tournament_id, Tournament.status.in_(leaving))
            .values(**values),
        )
        == 1
    )


async def running(session: Transaction, league: int) -> Sequence[Tournament]:
    """Tournaments of a league that run or pause, oldest first."""
    return (
        await session.scalars(
            select(Tournament)
            .where(Tournament.league_id == league, Tournament.status.in_(("planned", "running", "paused")))
            .order_by(Tournament.id)
        )
    ).all()


async def held_for_judge(session: Transaction) -> Sequence[Tournament]:
    """Tournaments of the workspace that wait for a judge."""
    return (
        await session.scalars(
            select(Tournament).where(Tournament.status == "paused", Tournament.held_for == "judge")
        )
    ).all()


async def recent(session: Transaction, league: int, limit: int) -> Sequence[Tournament]:
    """The newest tournaments of a league."""
    return (
        await session.scalars(
            select(Tournament)
            .where(Tournament.league_id == league)
            .order_by(Tournament.id.desc())
            .limit(limit)
        )
    ).all()


async def judged(
    session: Transaction, league: int
) -> tuple[dict[tuple[int, str], int], dict[tuple[int, str], int]]:
    """What rotation needs, by (entry, judge): matches, and how often the entry was shown first."""
    met: Counter[tuple[int, str]] = Counter()
    shown_first: Counter[tuple[int, str]] = Counter()
    for judge, first, second in await _shown_by(session, Match.league_id == league):
        shown_first.update(zip(first, repeat(judge), strict=False))
        met.update(zip(first + second, repeat(judge), strict=False))
    return met, shown_first


async def _shown_by(
    session: Transaction, *which: ColumnElement[bool]
) -> list[tuple[str, list[int], list[int]]]:
    """By judge: the first and second entries of matches that are decided or will be."""
    rows = await session.execute(
        select(Match.judge, gathered(Match.first_id, Match.second_id).label("entries"))
        .where(*which, Match.status.in_(COUNTED))
        .group_by(Match.judge)
        .order_by(Match.judge)
    )
    sides = [(row.judge, numbers(row.entries, 2).T.tolist()) for row in rows]
    return [(judge, first, second) for judge, (first, second) in sides]


async def shown(
    session: Transaction, league: int, between: tuple[int, int] | None = None
) -> Counter[tuple[int, int, str]]:
    """How often each judge was or will be shown two entries in this order, in all the league or between two entries.

    Counts every call that bears on an outcome, other opinions of a panel and swaps too, but not evidence for voters.
    """
    decides = [Match.league_id == league]
    if between is not None:
        decides += [Match.first_id.in_(between), Match.second_id.in_(between)]
    found: Counter[tuple[int, int, str]] = Counter()
    for judge, first, second in await _shown_by(session, *decides):
        found.update(zip(first, second, repeat(judge), strict=False))
    further = (
        select(Verdict.judge, Verdict.swapped, gathered(Match.first_id, Match.second_id).label("entries"))
        .join(Match, Match.id == Verdict.match_id)
        .where(*decides, Match.status.in_(COUNTED), Verdict.kind.not_in(("verdict", "evidence")))
        .group_by(Verdict.judge, Verdict.swapped)
    )
    for row in await session.execute(further):
        stored = numbers(row.entries, 2).T.tolist()
        one, other = reversed(stored) if row.swapped else stored
        found.update(zip(one, other, repeat(row.judge), strict=False))
    return found


async def of_tournament(session: Transaction, tournament_id: int) -> Sequence[Match]:
    """All decided matches of a tournament, in order."""
    return (
        await session.scalars(
            select(Match)
            .where(Match.tournament_id == tournament_id, Match.status == "decided")
            .order_by(Match.id)
        )
    ).all()


async def told(session: Transaction, tournament_id: int) -> int:
    """How many matches of a tournament have a message of their own."""
    wanted = (
        select(func.count())
        .select_from(Message)
        .where(Message.kind == "match", Message.thread_key == f"tournament:{tournament_id}")
    )
    return await session.scalar(wanted) or 0


async def failed_reasons(session: Transaction, tournament_id: int) -> list[str]:
    """Why matches of a tournament failed, each reason once, most frequent first."""
    rows = await session.execute(
        select(Match.failure, func.count())
        .where(Match.tournament_id == tournament_id, Match.status == "failed")
        .group_by(Match.failure)
        .order_by(func.count().desc())
        .limit(5)
    )
    return [f"{reason} ({number})" for reason, number in rows]


async def between(session: Transaction, a: int, b: int) -> int:
    """How many matches two entries have decided or open."""
    return (
        await session.scalar(
            select(func.count())
            .select_from(Match)
            .where(
                or_(
                    and_(Match.first_id == a, Match.second_id == b),
                    and_(Match.first_id == b, Match.second_id == a),
                ),
                Match.status.in_(COUNTED),
            )
        )
        or 0
    )


async def played(session: Transaction, entry_ids: Sequence[int]) -> dict[int, int]:
    """Decided matches of each entry."""
    number: dict[int, int] = dict.fromkeys(entry_ids, 0)
    for column in (Match.first_id, Match.second_id):
        rows = await session.execute(
            select(column, func.sum(case((Match.status == "decided", 1), else_=0)))
            .join(Entry, Entry.id == column)
            .where(column.in_(entry_ids))
            .group_by(column)
        )
        for entry, count in rows:
            number[entry] += int(count)
    return number
