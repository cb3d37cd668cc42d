"""The inbox: each event of Slack's once, though it be delivered five times, late, or to two processes at once."""

from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import delete, select, update

from storage.database.engine import Transaction
from storage.database.statements import changed, insert_once
from storage.tables import Event

AT_IT = timedelta(seconds=20)
"""How long a process may be at an event before another takes it for dead."""
KEPT = timedelta(days=2)

TakeResult = Literal["taken", "busy", "done"]


async def take(session: Transaction, event: str, now: datetime) -> TakeResult:
    """Take an event in; "busy" while another process is at it, "done" when it was taken in before."""
    if await insert_once(session, Event, workspace_id=session.workspace, event=event, at=now):
        return "taken"
    row = (await session.execute(select(Event.at, Event.done_at).where(Event.event == event))).one()
    if row.done_at is not None:
        return "done"
    stale = update(Event).where(Event.event == event, Event.done_at.is_(None), Event.at == row.at)
    if now - row.at < AT_IT or not await changed(session, stale.values(at=now)):
        return "busy"
    return "taken"


async def done(session: Transaction, event: str, now: datetime) -> None:
    """Note that an event has had its effect."""
    await changed(session, update(Event).where(Event.event == event).values(done_at=now))


async def give_back(session: Transaction, event: str) -> None:
    """Let an event that failed be taken in again when Slack delivers it once more."""
    await changed(session, delete(Event).where(Event.event == event, Event.done_at.is_(None)))


async def forget(session: Transaction, now: datetime) -> int:
    """Forget events so old that Slack delivers them no more; returns how many."""
    return await changed(session, delete(Event).where(Event.at < now - KEPT))
