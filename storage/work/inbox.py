"""Rows of events from Slack: each is processed once, even if delivered again, late, or to two processes."""

from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import delete, select, update

from storage.database.engine import Transaction
from storage.database.statements import changed, insert_once
from storage.tables import Event

AT_IT = timedelta(seconds=20)
"""How long a process may work on an event before another process takes it over."""

TakeResult = Literal["taken", "busy", "done"]


async def take(session: Transaction, event: str, now: datetime) -> TakeResult:
    """Begin to process an event from Slack.

    Returns "taken", "busy" (another process works on it) or "done" (processed before).
    """
    if await insert_once(session, Event, event=event, at=now):
        return "taken"
    row = (await session.execute(select(Event.at, Event.done_at).where(Event.event == event))).one()
    if row.done_at is not None:
        return "done"
    stale = update(Event).where(Event.event == event, Event.done_at.is_(None), Event.at == row.at)
    if abs(now - row.at) < AT_IT or not await changed(session, stale.values(at=now)):
        return "busy"
    return "taken"


async def done(session: Transaction, event: str, now: datetime) -> None:
    """Record that an event from Slack was processed, so that no repetition of it is."""
    await changed(session, update(Event).where(Event.event == event).values(done_at=now))


async def give_back(session: Transaction, event: str) -> None:
    """Let a failed event be processed again when Slack delivers it once more."""
    await changed(session, delete(Event).where(Event.event == event, Event.done_at.is_(None)))
