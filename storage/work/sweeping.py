"""The sweep: finds rows that have work but no job, and rows whose lease expired."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select, update

from storage.database.engine import Job, Transaction
from storage.database.statements import batched, changed
from storage.tables import Poll, Tournament, Workspace
from storage.work.leases import (
    FAR,
    LONGEST_LEASE,
    MOST_LAPSES,
    MOST_SWEPT,
    ROWS,
    LeasedRow,
    Work,
    is_due,
    is_free,
    of_live,
    of_open,
)


@dataclass(frozen=True, slots=True)
class SweepResult:
    """What a sweep found: jobs to run now, and jobs to run alone because their leases expired repeatedly."""

    due: Sequence[Job]
    alone: Sequence[tuple[Job, int]]
    """Jobs to run alone, each with its number of expired leases."""


async def sweep(session: Transaction, now: datetime) -> SweepResult:
    """Return rows with expired leases to waiting, and list the oldest rows of each kind with work to do.

    An expired lease isn't an attempt: the process was stopped, or the work crashed it. Rows that another process is
    changing are skipped, and so are rows of workspaces that removed the bot.
    """
    due: list[Job] = []
    alone: list[tuple[Job, int]] = []
    removed_workspaces = select(Workspace.id).where(Workspace.removed_at.is_not(None))
    for kind, (table, waiting_status, held_status) in ROWS.items():
        await _return_lapsed(session, table, waiting_status, held_status, now)
        rows = await session.execute(
            select(table.id, table.workspace_id, table.lapses)
            .where(
                table.status == waiting_status,
                is_free(table, now),
                is_due(table, now),
                of_open(table),
                table.workspace_id.not_in(removed_workspaces),
            )
            .order_by(table.id)
            .limit(MOST_SWEPT)
        )
        for row in rows:
            job = Job(kind.value, row.id, row.workspace_id)
            if row.lapses < MOST_LAPSES:
                due.append(job)
            else:
                alone.append((job, row.lapses))
    polls = await session.execute(
        select(Poll.id, Poll.workspace_id)
        .where(
            or_(Poll.status == "open", Poll.told_at.is_(None)),
            is_due(Poll, now),
            Poll.workspace_id.not_in(removed_workspaces),
        )
        .order_by(Poll.closes_at)
        .limit(MOST_SWEPT)
    )
    due.extend(Job(Work.POLL.value, row.id, row.workspace_id) for row in polls)
    overdue = await session.execute(
        select(Tournament.id, Tournament.workspace_id)
        .where(
            Tournament.status == "paused",
            Tournament.deadline <= now,
            Tournament.workspace_id.not_in(removed_workspaces),
        )
        .limit(MOST_SWEPT)
    )
    due.extend(Job(Work.TOURNAMENT.value, row.id, row.workspace_id) for row in overdue)
    return SweepResult(due, alone)


async def _return_lapsed(
    session: Transaction, table: type[LeasedRow], waiting_status: str, held_status: str, now: datetime
) -> None:
    """Return rows with an expired or impossibly long lease to waiting; counts a lapse, not an attempt."""
    lapsed_ids = (
        await session.scalars(
            select(table.id)
            .where(
                table.status == held_status,
                or_(table.leased_until <= now, table.leased_until > now + LONGEST_LEASE),
            )
            .order_by(table.id)
            .with_for_update(skip_locked=True)
        )
    ).all()
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


async def next_due_at(session: Transaction, now: datetime) -> datetime | None:
    """Return the next time at which a row becomes due or a lease expires, or None."""
    moments: list[datetime] = []
    for table, waiting_status, _held in ROWS.values():
        moment = await session.scalar(
            select(table.not_before)
            .where(
                table.status == waiting_status, table.not_before > now, table.not_before < FAR, of_live(table)
            )
            .order_by(table.not_before)
            .limit(1)
        )
        if moment is not None:
            moments.append(moment)
    return min(moments, default=None)
