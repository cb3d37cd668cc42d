"""Rows of when people who follow topics hear of new papers."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, or_, select, update

from storage.database.engine import Transaction
from storage.database.statements import changed, upsert
from storage.tables import NewsTime, Workspace

__all__ = ["NewsTime"]
"""Names that the floors above import from here."""

LONGEST_WAIT = timedelta(days=100)
"""Longest plausible wait for a person's next news."""


async def of_person(session: Transaction, user: str) -> NewsTime | None:
    """Return when a person hears of new papers, or None."""
    row: NewsTime | None = await session.scalar(select(NewsTime).where(NewsTime.user == user))
    return row


async def put(session: Transaction, user: str, cron: str, time_zone: str, next_at: datetime) -> None:
    """Set when a person hears of new papers."""
    statement = upsert(session, NewsTime).values(
        workspace_id=session.workspace, user=user, cron=cron, time_zone=time_zone, next_at=next_at
    )
    new = {name: statement.excluded[name] for name in ("cron", "time_zone", "next_at")}
    await changed(session, statement.on_conflict_do_update(index_elements=["workspace_id", "user"], set_=new))


def _has_come(now: datetime) -> ColumnElement[bool]:
    """Return a condition: a person's time has come, or is so far ahead that a clock that was ahead must have set it."""
    return or_(NewsTime.next_at <= now, NewsTime.next_at > now + LONGEST_WAIT)


async def due(session: Transaction, now: datetime) -> Sequence[tuple[str, str]]:
    """Return (workspace, user) of whose time has come, in the session's workspace or (without one) in all."""
    rows = await session.execute(
        select(NewsTime.workspace_id, NewsTime.user)
        .join(Workspace, Workspace.id == NewsTime.workspace_id)
        .where(_has_come(now), Workspace.removed_at.is_(None))
        .order_by(NewsTime.id)
    )
    return [(row.workspace_id, row.user) for row in rows]


async def advance(session: Transaction, user: str, next_at: datetime, now: datetime) -> bool:
    """Set a person's next time once theirs has come; return False if another process did so."""
    row = update(NewsTime).where(NewsTime.user == user, _has_come(now))
    return await changed(session, row.values(next_at=next_at)) == 1


async def forget(session: Transaction, user: str) -> None:
    """Delete when a person hears of new papers."""
    await changed(session, delete(NewsTime).where(NewsTime.user == user))
