"""Counts of waiting work and messages over all workspaces, for monitoring."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from storage.database.engine import Transaction
from storage.tables import Assessment, Evidence, JudgeExam, Match, OutboxMessage, Paper, Poll
from storage.work.leases import ROWS, Work, is_due, is_free, is_void, of_live

_SINCE: dict[str, tuple[type[Paper | Assessment | Match | Evidence | JudgeExam], str, Any]] = {
    "paper": (Paper, "fetching", Paper.created_at),
    "assessment": (Assessment, "planned", Assessment.created_at),
    "match": (Match, "planned", Match.planned_at),
    "evidence": (Evidence, "planned", Evidence.created_at),
    "exam": (JudgeExam, "planned", JudgeExam.created_at),
}


@dataclass(frozen=True, slots=True)
class Backlog:
    """How many rows of one kind of work could be worked on now.

    `since` is when the oldest of them was stored, None if there are none.
    """

    kind: str
    rows: int
    since: datetime | None


async def backlogs_of_workers(session: Transaction, now: datetime) -> list[Backlog]:
    """Count the rows that wait for work now, for each kind of work and over all workspaces.

    Votes past their end count as a kind, too.
    """
    backlogs = []
    for kind, (table, status, since) in _SINCE.items():
        row = (
            await session.execute(
                select(func.count(table.id), func.min(since)).where(
                    table.status == status,
                    is_due(table, now),
                    is_free(table, now),
                    of_live(table),
                )
            )
        ).one()
        backlogs.append(Backlog(kind, row[0], row[1]))
    row = (
        await session.execute(
            select(func.count(Poll.id), func.min(Poll.closes_at)).where(
                Poll.status == "open", Poll.closes_at <= now, of_live(Poll)
            )
        )
    ).one()
    return [*backlogs, Backlog("poll", row[0], row[1])]


async def outbox(session: Transaction, now: datetime) -> tuple[int, datetime | None]:
    """Return how many messages wait to be written, and since when the oldest unposted one waits (None: none does)."""
    due = (
        OutboxMessage.status == "due",
        is_due(OutboxMessage, now),
        of_live(OutboxMessage),
    )
    number = await session.scalar(select(func.count(OutboxMessage.id)).where(*due)) or 0
    oldest = await session.scalar(
        select(func.min(OutboxMessage.created_at)).where(*due, OutboxMessage.ts.is_(None))
    )
    return number, oldest


async def count_failed(session: Transaction) -> dict[str, int]:
    """Return how many rows failed for good, by kind of work."""
    counts = {}
    for kind, (table, _waiting, _held) in ROWS.items():
        statement = select(func.count(table.id)).where(table.status == "failed", of_live(table))
        counts[kind.value] = await session.scalar(statement) or 0
    void = select(func.count(Poll.id)).where(is_void(), of_live(Poll))
    return counts | {Work.POLL.value: await session.scalar(void) or 0}


async def overdue(session: Transaction, now: datetime) -> dict[str, float]:
    """Return how many seconds the oldest waiting poll, message and match are overdue, by kind."""
    moments = {
        "poll": select(func.min(func.coalesce(Poll.not_before, Poll.closes_at))).where(
            Poll.status == "open", Poll.closes_at <= now, of_live(Poll)
        ),
        "message": select(func.min(func.coalesce(OutboxMessage.not_before, OutboxMessage.created_at))).where(
            OutboxMessage.status == "due", OutboxMessage.ts.is_(None), of_live(OutboxMessage)
        ),
        "match": select(func.min(func.coalesce(Match.not_before, Match.planned_at))).where(
            Match.status == "planned", of_live(Match)
        ),
    }
    seconds = {}
    for kind, statement in moments.items():
        since = await session.scalar(statement)
        seconds[kind] = 0.0 if since is None else max((now - since).total_seconds(), 0.0)
    return seconds
