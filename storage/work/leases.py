"""Work on rows: say that it is due, take a row under a lease, give it back, and find what fell by the wayside."""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_, select, true, update

from storage.database.engine import Job, Transaction
from storage.database.statements import changed
from storage.tables import (
    Assessment,
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
    Schedule,
    Tournament,
    Workspace,
)

MAX_ATTEMPTS = 5
BACK_OFF_S = (10, 60, 300, 1800)
LONGEST_LEASE = timedelta(days=1)
LONGEST_WAIT = timedelta(days=40)
"""A month's cap is waited for, and the monthly look at a paper's source."""
FAR = datetime(9000, 1, 1, tzinfo=UTC)
"""The moment of rows that wait until a person lets them go on."""
MOST_LAPSES = 2
"""A row whose lease ran out so often may have taken its process down: it is tried alone from then on."""
MOST_SWEPT = 1_000
"""Rows of a kind that one sweep tells of; the next sweep finds the rest."""


class Work(StrEnum):
    """The kinds of rows that have work. `bot.dispatch` says which function does it."""

    PAPER = "paper"
    ASSESSMENT = "assessment"
    MATCH = "match"
    EVIDENCE = "evidence"
    EXAM = "exam"
    TOURNAMENT = "tournament"
    POLL = "poll"
    MESSAGE = "message"
    OCCURRENCE = "occurrence"
    CHECK = "check"


LeasedRow = (
    Paper | Assessment | Match | Evidence | JudgeExam | Tournament | OutboxMessage | Occurrence | PaperCheck
)

# kind → its table, the status in which a row waits, and the one in which a process holds it
ROWS: dict[Work, tuple[type[LeasedRow], str, str]] = {
    Work.PAPER: (Paper, "fetching", "fetching"),
    Work.ASSESSMENT: (Assessment, "planned", "assessing"),
    Work.MATCH: (Match, "planned", "judging"),
    Work.EVIDENCE: (Evidence, "planned", "judging"),
    Work.EXAM: (JudgeExam, "planned", "asking"),
    Work.TOURNAMENT: (Tournament, "running", "running"),
    Work.MESSAGE: (OutboxMessage, "due", "posting"),
    Work.OCCURRENCE: (Occurrence, "planned", "running"),
    Work.CHECK: (PaperCheck, "planned", "checking"),
}


TAKEN_WITH_WORK = frozenset({Work.TOURNAMENT, Work.OCCURRENCE, Work.POLL})
"""Kinds whose row is taken in the very transaction that does the work: a break rolls the taking back."""


@dataclass(slots=True)
class Holding:
    """The rows that a job took, each with the moment until which it is held; `held` hears of each new lease's seconds."""

    on_lease: Callable[[float], None]
    until: dict[tuple[Work, int], datetime] = field(default_factory=dict)


_alone: ContextVar[bool] = ContextVar("whether rows whose leases ran out may be taken", default=False)
_holding: ContextVar[Holding | None] = ContextVar("what the job in hand holds", default=None)


@contextmanager
def alone() -> Iterator[None]:
    """Inside, rows whose leases ran out may be taken too: this process does nothing else, or can't be spared."""
    mark = _alone.set(True)
    try:
        yield
    finally:
        _alone.reset(mark)


@contextmanager
def holding(on_lease: Callable[[float], None]) -> Iterator[Holding]:
    """Keep account of what is taken inside, also by a transaction whose commit was never answered."""
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
    """Say that a row has work, of this session's workspace or the named one; the queue hears of it after the commit."""
    session.info["due"].append(Job(kind.value, row_id, workspace or session.workspace))


def is_free(table: type[LeasedRow], now: datetime) -> ColumnElement[bool]:
    """Rows that nobody holds: no lease, one that ran out, or one so long that only a wrong clock can have given it."""
    return or_(
        table.leased_until.is_(None), table.leased_until <= now, table.leased_until > now + LONGEST_LEASE
    )


def is_due(table: type[LeasedRow | Poll], now: datetime) -> ColumnElement[bool]:
    """Rows whose moment has come, or whose moment only a wrong clock can have set; what waits for a person has `FAR`."""
    return or_(
        table.not_before.is_(None),
        table.not_before <= now,
        and_(table.not_before > now + LONGEST_WAIT, table.not_before < FAR),
    )


def of_live(table: type[InWorkspace]) -> ColumnElement[bool]:
    """Rows of workspaces that have the bot; nothing is done for one that removed it."""
    return exists(
        select(Workspace.id).where(Workspace.id == table.workspace_id, Workspace.removed_at.is_(None))
    )


def of_open(table: type[LeasedRow]) -> ColumnElement[bool]:
    """Rows of no league, or of one that doesn't rest because its channel takes nothing."""
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


async def take(session: Transaction, kind: Work, row_id: int, now: datetime, lease_s: float) -> bool:
    """Take a waiting row for `lease_s` seconds.

    False when another has it, it is over, it isn't due yet, its workspace removed the bot, its league rests, or its
    lease ran out so often that it may be taken `alone` only.
    """
    table, waiting_status, held_status = ROWS[kind]
    until = now + timedelta(seconds=lease_s)
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
            true() if _alone.get() else table.lapses < MOST_LAPSES,
        )
        .values(status=held_status, leased_until=until, attempts=table.attempts + 1),
    )
    if count:
        _note(kind, row_id, until, lease_s)
    return count == 1


async def renew(session: Transaction, kind: Work, row_id: int, now: datetime, lease_s: float) -> bool:
    """Hold a row that is held for `lease_s` seconds from now: a second long call begins. False when it isn't held."""
    table, _waiting, _held = ROWS[kind]
    until = now + timedelta(seconds=lease_s)
    if not await is_ours(session, kind, row_id):
        return False
    await changed(session, update(table).where(table.id == row_id).values(leased_until=until))
    _note(kind, row_id, until, lease_s)
    return True


async def is_ours(session: Transaction, kind: Work, row_id: int) -> bool:
    """Whether the job in hand still holds a row that it took: one who lost it, however late it wakes, writes nothing.

    Outside a job, whether anybody holds it.
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
    """Return a held row to wait until `not_before`; after five attempts that count it ends `failed` with the reason.

    Returns whether it failed for good. A row that is no longer held is left alone, and so is one held until another
    moment than `held`, where given: somebody else has it.
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


async def broke(session: Transaction, kind: Work, row_id: int, reason: str, now: datetime) -> bool:
    """Keep why work on a row broke off in a way nobody foresaw; returns whether that was the fifth time.

    A row that was taken in a transaction of its own keeps its lease: whoever holds it now may be another. One whose
    taking was rolled back with the work (a tournament, an occurrence) counts the attempt here and waits.
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
    """How often a row was taken since it last succeeded."""
    table = ROWS[kind][0]
    return await session.scalar(select(table.attempts).where(table.id == row_id)) or 0


async def again(session: Transaction, kind: Work, row_id: int) -> bool:
    """Let a row that failed for good wait again, with all its attempts; False when it isn't failed."""
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


async def failures(session: Transaction, fine: Collection[str] = ()) -> list[tuple[str, int, str]]:
    """Everything that failed for good: kind, id, reason; not what ended for a reason that is `fine`."""
    rows_of_all: list[tuple[str, int, str]] = []
    for kind, (table, _waiting, _held) in ROWS.items():
        rows = await session.execute(
            select(table.id, table.failure)
            .where(
                table.status.in_(("failed", "ended")),
                or_(table.failure.is_(None), table.failure.not_in(fine)),
            )
            .limit(50)
        )
        rows_of_all.extend((kind.value, row.id, row.failure or "no reason kept") for row in rows)
    return rows_of_all


async def give_up(session: Transaction, kind: Work, row_id: int, reason: str) -> bool:
    """End a row `failed` whose work took down the process that did it alone; False when it is over."""
    table, waiting_status, held_status = ROWS[kind]
    ours = update(table).where(
        table.id == row_id, table.status.in_((waiting_status, held_status)), table.lapses >= MOST_LAPSES
    )
    values = {"status": "failed", "failure": reason, "leased_until": None, "not_before": None}
    return await changed(session, ours.values(**values)) == 1


async def trust_again(session: Transaction, kind: Work, row_id: int) -> None:
    """Forget how often a row's lease ran out: its work came through."""
    table = ROWS[kind][0]
    await changed(session, update(table).where(table.id == row_id).values(lapses=0))
