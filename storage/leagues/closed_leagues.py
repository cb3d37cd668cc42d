"""Close leagues whose home channel can't receive messages, and reopen them."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select, update

from storage.database.engine import Transaction
from storage.database.statements import changed
from storage.tables import League, Occurrence, Schedule


async def close(session: Transaction, league: int, reason: str, now: datetime) -> bool:
    """Close a league for a reason and end its waiting schedule runs; return False if it was closed."""
    ours = update(League).where(League.id == league, League.closed_at.is_(None))
    if not await changed(session, ours.values(closed_at=now, closed_reason=reason)):
        return False
    schedules = select(Schedule.id).where(Schedule.league_id == league)
    occurrences = update(Occurrence).where(
        Occurrence.schedule_id.in_(schedules), Occurrence.status == "planned"
    )
    await changed(session, occurrences.values(status="missed"))
    return True


async def reopen(session: Transaction, league: int) -> bool:
    """Reopen a closed league; return False if it wasn't closed."""
    row: League | None = await session.scalar(select(League).where(League.id == league))
    if row is None or row.closed_at is None:
        return False
    row.closed_at = row.closed_reason = None
    await session.flush()
    return True


async def reopen_after(session: Transaction, reasons: Collection[str]) -> int:
    """Reopen all leagues that were closed for one of these reasons; return how many."""
    ours = update(League).where(League.closed_reason.in_(reasons))
    return await changed(session, ours.values(closed_at=None, closed_reason=None))
