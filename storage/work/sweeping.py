"""The sweep: finds rows that have work but no job, and rows whose lease expired."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from sqlalchemy import Integer, Select, bindparam, or_, select, update

from storage.database.engine import Job, Transaction
from storage.database.statements import batched, changed
from storage.tables import Poll, Tournament, Workspace
from storage.work.leases import (
    FAR,
    MOST_LAPSES,
    MOST_SWEPT,
    ROWS,
    Work,
    is_due,
    is_free,
    of_live,
    of_open,
)
from storage.work.moments import LONGEST_LEASE, Moment


@dataclass(frozen=True, slots=True)
class SweepResult:
    """What a sweep found: jobs to run now, and jobs to run alone because their leases expired repeatedly."""

    due: Sequence[Job]
    alone: Sequence[tuple[Job, int]]
    """Jobs to run alone, each with its number of expired leases."""


_REMOVED_WORKSPACES = select(Workspace.id).where(Workspace.removed_at.is_not(None))


async def sweep(session: Transaction, now: datetime) -> SweepResult:
    """Return rows with expired leases to waiting, and list the oldest rows of each kind with work to do.

    An expired lease isn't an attempt: the process was stopped, or the work crashed it. Rows that another process is
    changing are skipped, and so are rows of workspaces that removed the bot.
    """
    due: list[Job] = []
    alone: list[tuple[Job, int]] = []
    times = Moment.at(now)
    given = {**times, "most": MOST_SWEPT}
    for kind in ROWS:
        await _return_lapsed(session, kind, times)
        for row in await session.execute(_waiting(kind), given):
            job = Job(kind.value, row.id, row.workspace_id)
            if row.lapses < MOST_LAPSES:
                due.append(job)
            else:
                alone.append((job, row.lapses))
    polls = await session.execute(_polls(), given)
    due.extend(Job(Work.POLL.value, row.id, row.workspace_id) for row in polls)
    overdue = await session.execute(_overdue(), given)
    due.extend(Job(Work.TOURNAMENT.value, row.id, row.workspace_id) for row in overdue)
    return SweepResult(due, alone)


# A sweep sends some forty statements, each second while rows are due: they are built once.


@cache
def _waiting(kind: Work) -> Select[int, str, int]:
    table, waiting_status, _held = ROWS[kind]
    return (
        select(table.id, table.workspace_id, table.lapses)
        .where(
            table.status == waiting_status,
            is_free(table, Moment()),
            is_due(table, Moment()),
            of_open(table),
            table.workspace_id.not_in(_REMOVED_WORKSPACES),
        )
        .order_by(table.id)
        .limit(bindparam("most", type_=Integer()))
    )


@cache
def _polls() -> Select[int, str]:
    return (
        select(Poll.id, Poll.workspace_id)
        .where(
            or_(Poll.status == "open", Poll.told_at.is_(None)),
            is_due(Poll, Moment()),
            Poll.workspace_id.not_in(_REMOVED_WORKSPACES),
        )
        .order_by(Poll.closes_at)
        .limit(bindparam("most", type_=Integer()))
    )


@cache
def _overdue() -> Select[int, str]:
    return (
        select(Tournament.id, Tournament.workspace_id)
        .where(
            Tournament.status == "paused",
            Tournament.deadline <= Moment(),
            Tournament.workspace_id.not_in(_REMOVED_WORKSPACES),
        )
        .limit(bindparam("most", type_=Integer()))
    )


@cache
def _lapsed(kind: Work) -> Select[int]:
    table, _waiting_status, held_status = ROWS[kind]
    is_over = or_(table.leased_until <= Moment(), table.leased_until > Moment() + LONGEST_LEASE)
    return (
        select(table.id)
        .where(table.status == held_status, is_over)
        .order_by(table.id)
        .with_for_update(skip_locked=True)
    )


async def _return_lapsed(session: Transaction, kind: Work, times: dict[str, datetime]) -> None:
    """Return rows with an expired or impossibly long lease to waiting; counts a lapse, not an attempt."""
    table, waiting_status, held_status = ROWS[kind]
    lapsed_ids = (await session.scalars(_lapsed(kind), times)).all()
    for ids in batched(lapsed_ids, MOST_SWEPT):
        back = update(table).where(table.id.in_(ids), table.status == held_status)
        values = {"status": waiting_status, "lapses": table.lapses + 1, "attempts": table.attempts - 1}
        await changed(session, back.values(**values, leased_until=None))


async def free_all(session: Transaction, now: datetime) -> int:
    """End all leases at once and return how many there were.

    Only for a process that knows it is the only one; the sweep then plans the rows again.
    """
    count = 0
    for table, _waiting, held_status in ROWS.values():
        count += await changed(
            session,
            update(table)
            .where(table.status == held_status, table.leased_until > now)
            .values(leased_until=now),
        )
    return count


@cache
def _next_due(kind: Work) -> Select[datetime | None]:
    table, waiting_status, _held = ROWS[kind]
    return (
        select(table.not_before)
        .where(
            table.status == waiting_status,
            table.not_before > Moment(),
            table.not_before < FAR,
            of_live(table),
        )
        .order_by(table.not_before)
        .limit(1)
    )


async def next_due_at(session: Transaction, now: datetime) -> datetime | None:
    """Return the next time at which a row becomes due or a lease expires, or None."""
    times = Moment.at(now)
    moments = [await session.scalar(_next_due(kind), times) for kind in ROWS]
    return min((moment for moment in moments if moment is not None), default=None)
