"""Deletes rows that only prevent repetition or are long over; `docs/running.md` lists how long each is kept."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, exists, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from storage.database.engine import Database, Transaction
from storage.database.statements import changed
from storage.tables import Conversation, Event, HeldLinks, HostTurn, Occurrence, OutboxMessage

AT_ONCE = 2_000
"""Rows deleted per transaction, so that nobody waits for it."""
EVENT = timedelta(days=2)
"""How long events are kept; Slack repeats one for some hours only."""
TURN = timedelta(days=1)
CONVERSATION = timedelta(days=30)
HELD_LINKS = timedelta(days=90)
OCCURRENCE = timedelta(days=100)
"""How long runs of schedules are kept; the newest one that was carried out always stays."""
MESSAGE = timedelta(days=365)
TOLD_ONCE = (
    "notice", "digest", "poll_reminder", "poll_announced", "judge_outage", "judge_answers", "budget", "picture",
)  # fmt: skip
"""Kinds of messages that never change once posted; cards, matches and votes stay as long as their league."""


async def forget_old(database: Database, now: datetime) -> int:
    """Delete rows that are kept no longer, a few at a time; return how many."""
    count = 0
    for key, is_old in _rules(now):
        while True:
            async with database.transaction(None) as session:
                batch = await _forget(session, key, is_old)
            count += batch
            if batch < AT_ONCE:
                break
    return count


async def _forget(session: Transaction, key: InstrumentedAttribute[Any], is_old: ColumnElement[bool]) -> int:
    some = (await session.scalars(select(key).where(is_old).limit(AT_ONCE))).all()
    return await changed(session, delete(key.class_).where(key.in_(some), is_old)) if some else 0


def _rules(now: datetime) -> list[tuple[InstrumentedAttribute[Any], ColumnElement[bool]]]:
    """Return (key column of a table, condition for its rows that are too old)."""
    newer = aliased(Occurrence)
    is_followed = exists().where(
        newer.schedule_id == Occurrence.schedule_id, newer.status == "done", newer.at > Occurrence.at
    )
    return [
        (Event.id, Event.at < now - EVENT),
        (HostTurn.host, (HostTurn.next_at < now - TURN) | (HostTurn.next_at > now + TURN)),
        (Conversation.id, Conversation.at < now - CONVERSATION),
        (HeldLinks.id, HeldLinks.at < now - HELD_LINKS),
        (
            Occurrence.id,
            (Occurrence.at < now - OCCURRENCE)
            & Occurrence.status.in_(("done", "missed", "failed"))
            & is_followed,
        ),
        (
            OutboxMessage.id,
            (OutboxMessage.created_at < now - MESSAGE)
            & OutboxMessage.kind.in_(TOLD_ONCE)
            & OutboxMessage.status.in_(("posted", "failed", "ended", "deleted")),
        ),
    ]
