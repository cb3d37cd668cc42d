"""Work on rows: announce it, take a row under a lease, give the row back, and find failures."""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_, select, true, update

from storage.database.engine import Job, Transaction
from storage.database.statements import changed
from storage.tables import (
    Assessment,
    Batch,
    Entry,
    Evidence,
    InWorkspace,
    JudgeExam,
    League,
    Match,
    Occurrence,
    OutboxMessage,
    Paper,
    PaperCheck,
    Poll,
    PublishedSite,
    Schedule,
    Tournament,
    WebhookDelivery,
    Workspace,
)
from storage.work.moments import LONGEST_LEASE, LONGEST_WAIT, Moment

MAX_ATTEMPTS = 5
BACK_OFF_S = (10, 60, 300, 1800)
FAR = datetime(9000, 1, 1, tzinfo=UTC)
"""Due time of rows that wait until a person lets them continue."""
MOST_LAPSES = 2
"""After this many expired leases a row is suspected of crashing its process, and is tried alone."""
MOST_SWEPT = 1_000
"""Most rows of a kind that one sweep returns; the next sweep returns the rest."""


class Work(StrEnum):
    """Kinds of rows that have work; `bot.dispatch` says which function does each kind."""

    PAPER = "paper"
    ASSESSMENT = "assessment"
    MATCH = "match"
    EVIDENCE = "evidence"
    EXAM = "exam"
    BATCH = "batch"
    TOURNAMENT = "tournament"
    POLL = "poll"
    MESSAGE = "message"
    OCCURRENCE = "occurrence"
    CHECK = "check"
    SITE = "site"
    HOOK = "hook"


LeasedRow = (
    Paper | Assessment | Match | Evidence | JudgeExam | Batch | Tournament | OutboxMessage | Occurrence | PaperCheck
    | PublishedSite | WebhookDelivery
)  # fmt: skip

# kind → its table, the status in which a row waits, and the one in which a process holds it
ROWS: dict[Work, tuple[type[LeasedRow], str, str]] = {
    Work.PAPER: (Paper, "fetching", "fetching"),
    Work.ASSESSMENT: (Assessment, "planned", "assessing"),
    Work.MATCH: (Match, "planned", "judging"),
    Work.EVIDENCE: (Evidence, "planned", "judging"),
    Work.EXAM: (JudgeExam, "planned", "asking"),
    Work.BATCH: (Batch, "open", "asking"),
    Work.TOURNAMENT: (Tournament, "running", "running"),
    Work.MESSAGE: (OutboxMessage, "due", "posting"),
    Work.OCCURRENCE: (Occurrence, "planned", "running"),
    Work.CHECK: (PaperCheck, "planned", "checking"),
    Work.SITE: (PublishedSite, "due", "building"),
    Work.HOOK: (WebhookDelivery, "due", "sending"),
}


TAKEN_WITH_WORK = frozenset({Work.TOURNAMENT, Work.OCCURRENCE, Work.POLL})
"""Kinds of work done in the same transaction that takes the row, so that a failure also undoes the taking."""


@dataclass(slots=True)
class Holding:
    """The rows that the current job has leased, with the end of each lease.

    `on_lease` is called with the seconds of each new lease.
    """

    on_lease: Callable[[float], None]
    until: dict[tuple[Work, int], datetime] = field(default_factory=dict)


_alone: ContextVar[bool | None] = ContextVar("None: no suspects; else: only the job's own row", default=None)
_holding: ContextVar[Holding | None] = ContextVar("what the job in hand holds", default=None)


@contextmanager
def alone(*, apart: bool = False) -> Iterator[None]:
    """Allow leasing rows that may have crashed their process before, inside this block.

    Use it only where a crash harms no other work. With `apart`, a job works on its own row only.
    """
    mark = _alone.set(apart)
    try:
        yield
    finally:
        _alone.reset(mark)


def is_apart() -> bool:
    """Return whether the job may take no row beside its own."""
    return _alone.get() is True


def is_trusted(table: type[LeasedRow]) -> ColumnElement[bool]:
    """Return a condition: the row may be worked on here; a suspect only where nothing else runs."""
    return true() if _alone.get() is not None else table.lapses < MOST_LAPSES


@contextmanager
def holding(on_lease: Callable[[float], None]) -> Iterator[Holding]:
    """Record in the returned object all rows leased inside this block, even if the answer to the commit was lost."""
    account = Holding(on_lease)
    mark = _holding.set(account)
    try:
        yield account
    finally:
        _holding.reset(mark)


def _note(kind: Work, row_id: int, until: datetime, lease_s: float) -> None:
    account = _holding.get()
    if account is not None:
        account.until[kind, row_id] = until
        account.on_lease(lease_s)


def due(session: Transaction, kind: Work, row_id: int, workspace: str | None = None) -> None:
    """Announce that a row has work to do; the queue is told after the commit.

    `workspace` is the session's unless given.
    """
    session.info["due"].append(Job(kind.value, row_id, workspace or session.workspace))


def is_free(table: type[LeasedRow], now: datetime | Moment) -> ColumnElement[bool]:
    """Return an SQL condition: no process has the row leased.

    Expired leases don't count, and neither do those so long that a wrong clock must have set them.
    """
    return or_(
        table.leased_until.is_(None), table.leased_until <= now, table.leased_until > now + LONGEST_LEASE
    )


def is_due(table: type[LeasedRow | Poll], now: datetime | Moment) -> ColumnElement[bool]:
    """Return an SQL condition: the row's time to be worked on has come.

    It also holds for a time so far ahead that a wrong clock must have set it; rows that wait for a person have the
    time `FAR` and aren't due.
    """
    return or_(
        table.not_before.is_(None),
        table.not_before <= now,
        and_(table.not_before > now + LONGEST_WAIT, table.not_before < FAR),
    )


@cache
def of_live(table: type[InWorkspace]) -> ColumnElement[bool]:
    """Return an SQL condition: the row's workspace still has the bot installed."""
    return exists(
        select(Workspace.id).where(Workspace.id == table.workspace_id, Workspace.removed_at.is_(None))
    )


@cache
def of_open(table: type[LeasedRow]) -> ColumnElement[bool]:
    """Return an SQL condition: the row belongs to no league, or to one that isn't closed."""
    closed_leagues = select(League.id).where(League.closed_at.is_not(None))
    if table is Match or table is Tournament:
        return table.league_id.not_in(closed_leagues)
    if table is JudgeExam:
        return or_(table.league_id.is_(None), table.league_id.not_in(closed_leagues))
    if table is Assessment:
        return table.entry_id.not_in(select(Entry.id).where(Entry.league_id.in_(closed_leagues)))
    if table is Evidence:
        return table.match_id.not_in(select(Match.id).where(Match.league_id.in_(closed_leagues)))
    if table is Occurrence:
        return table.schedule_id.not_in(select(Schedule.id).where(Schedule.league_id.in_(closed_leagues)))
    return true()


async def take(
    session: Transaction, kind: Work, row_id: int, now: datetime, lease_s: float, *, ends: bool = False
) -> bool:
    """Lease a waiting row to the current job for `lease_s` seconds; return whether that succeeded.

    With `ends` it is marked done at once: for work that this transaction does whole, or undoes with the mark.

    False if another process has it, it is done or not due, its workspace removed the bot, its league is closed, or it
    is suspected of crashing processes and this isn't an `alone` block.
    """
    table, waiting_status, held_status = ROWS[kind]
    until = now + timedelta(seconds=lease_s)
    held = {"status": held_status, "leased_until": until}
    fresh = {"status": "done", "leased_until": None, "failure": None} if ends else held
    count = await changed(
        session,
        update(table)
        .where(
            table.id == row_id,
            table.status == waiting_status,
            is_free(table, now),
            is_due(table, now),
            of_live(table),
            of_open(table),
            is_trusted(table),
        )
        .values(**fresh, attempts=table.attempts + 1),
    )
    if count and not ends:
        _note(kind, row_id, until, lease_s)
    return count == 1


async def take_over(
    session: Transaction, kind: Work, row_id: int, from_status: str, now: datetime, lease_s: float
) -> bool:
    """Lease a row that has the given status, for work to be done at once. Returns False if its status is another."""
    table, _waiting, held_status = ROWS[kind]
    until = now + timedelta(seconds=lease_s)
    taken = await changed(
        session,
        update(table)
        .where(table.id == row_id, table.status == from_status)
        .values(status=held_status, leased_until=until, attempts=table.attempts + 1),
    )
    if taken:
        _note(kind, row_id, until, lease_s)
    return taken == 1


async def renew(session: Transaction, kind: Work, row_id: int, now: datetime, lease_s: float) -> bool:
    """Extend the lease of a row to `lease_s` seconds from now, before another long call; return False if it was lost."""
    table, _waiting, _held = ROWS[kind]
    until = now + timedelta(seconds=lease_s)
    if not await is_ours(session, kind, row_id):
        return False
    await changed(session, update(table).where(table.id == row_id).values(leased_until=until))
    _note(kind, row_id, until, lease_s)
    return True


def held_until(kind: Work, row_id: int) -> datetime | None:
    """Return when the current job's lease on a row ends, for guarding updates of the row.

    Returns the year 1 if the job hasn't leased the row, so that no update matches, and None outside a job.
    """
    account = _holding.get()
    return None if account is None else account.until.get((kind, row_id), datetime.min.replace(tzinfo=UTC))


async def is_ours(session: Transaction, kind: Work, row_id: int) -> bool:
    """Return whether the current job still has its lease on a row; outside a job, whether anybody has.

    A job that lost the lease must write nothing.
    """
    table, _waiting, held_status = ROWS[kind]
    account = _holding.get()
    statement = select(table.id).where(table.id == row_id, table.status == held_status)
    if account is not None:
        statement = statement.where(table.leased_until == account.until.get((kind, row_id)))
    return await session.scalar(statement.with_for_update()) is not None


async def give_back(
    session: Transaction,
    kind: Work,
    row_id: int,
    *,
    reason: str,
    not_before: datetime,
    counts: bool = True,
    until: datetime | None = None,
) -> bool:
    """Return a leased row to wait until `not_before`; after five counted attempts it fails with the reason instead.

    Returns whether it failed for good. Does nothing if the lease was lost, or (with `until`) isn't the one that ends
    then.
    """
    table, waiting_status, held_status = ROWS[kind]
    ours = (table.id == row_id) & (table.status == held_status)
    if until is not None:
        ours &= table.leased_until == until
    row = (await session.execute(select(table.attempts).where(ours).with_for_update())).one_or_none()
    if row is None:
        return False
    failed = counts and row.attempts >= MAX_ATTEMPTS
    values: dict[str, Any] = {
        "status": "failed" if failed else waiting_status,
        "failure": reason,
        "leased_until": None,
        "not_before": None if failed else not_before,
    }
    if not counts:
        values["attempts"] = table.attempts - 1
    await changed(session, update(table).where(ours).values(**values))
    return failed


async def note_failure(session: Transaction, kind: Work, row_id: int, reason: str, now: datetime) -> bool:
    """Store why work on a row broke off unexpectedly; return whether that was the fifth attempt.

    A row leased in a transaction of its own keeps its lease, which may be another process's by now. For kinds in
    `TAKEN_WITH_WORK`, whose lease was undone with the work, the attempt is counted here and the row waits.
    """
    table, waiting_status, held_status = (Poll, "open", "open") if kind is Work.POLL else ROWS[kind]
    if kind not in TAKEN_WITH_WORK:
        await changed(
            session,
            update(table).where(table.id == row_id, table.status == held_status).values(failure=reason),
        )
        return False
    attempts = await session.scalar(
        select(table.attempts).where(table.id == row_id, table.status == waiting_status).with_for_update()
    )
    if attempts is None:
        return False
    failed = attempts + 1 >= MAX_ATTEMPTS
    after = (
        waiting_status if kind is Work.POLL or not failed else "failed"
    )  # a poll is closed as void by who hears of it
    await changed(
        session,
        update(table)
        .where(table.id == row_id, table.status == waiting_status)
        .values(
            status=after,
            attempts=attempts + 1,
            failure=reason,
            leased_until=None,
            not_before=None if failed else now + timedelta(seconds=BACK_OFF_S[attempts]),
        ),
    )
    return failed


async def attempts(session: Transaction, kind: Work, row_id: int) -> int:
    """Return how many times a row was taken since it last succeeded."""
    table = ROWS[kind][0]
    return await session.scalar(select(table.attempts).where(table.id == row_id)) or 0


async def retry_failed(session: Transaction, kind: Work, row_id: int) -> bool:
    """Plan a row that failed for good again, with all attempts; return False if it isn't failed."""
    table, waiting_status, _held = ROWS[kind]
    count = await changed(
        session,
        update(table)
        .where(table.id == row_id, table.status == "failed")
        .values(
            status=waiting_status, attempts=0, lapses=0, failure=None, leased_until=None, not_before=None
        ),
    )
    if count:
        due(session, kind, row_id)
    return count == 1


def is_void() -> ColumnElement[bool]:
    """Return an SQL condition: a poll was closed as void, because closing it failed five times."""
    return Poll.closed_by == Poll.VOID


async def failures(session: Transaction, fine: Collection[str] = ()) -> list[tuple[str, int, str]]:
    """Return what failed for good or ended, as (kind of work, row id, reason). Reasons in `fine` are left out.

    A poll that couldn't be closed, and so counts for nothing, is among it.
    """
    rows_of_all: list[tuple[str, int, str]] = []
    over = {kind: table.status.in_(("failed", "ended")) for kind, (table, _waiting, _held) in ROWS.items()}
    for kind, is_over in {**over, Work.POLL: is_void()}.items():
        table = Poll if kind is Work.POLL else ROWS[kind][0]
        is_listed = or_(table.failure.is_(None), table.failure.not_in(fine))
        rows = await session.execute(select(table.id, table.failure).where(is_over, is_listed).limit(50))
        rows_of_all.extend((kind.value, row.id, row.failure or "no reason kept") for row in rows)
    return rows_of_all
