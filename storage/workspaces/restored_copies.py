"""After a restored backup: find what it lacks, and avoid ids that were used after it was made."""

from datetime import datetime, timedelta

from sqlalchemy import func, select, text, update

from storage.database.backup import UNKNOWN
from storage.database.engine import Database, Transaction
from storage.database.statements import changed
from storage.tables import Base, Event, League, OutboxMessage, SeenLink, Standings, Workspace

BEFORE = timedelta(minutes=10)
"""How long before the backup's newest row changes may be missing from the backup."""


async def mark_restored(database: Database, now: datetime) -> int:
    """Mark every workspace as restored from a backup that ends with its newest row; return how many.

    On PostgreSQL the id sequences jump ahead, because ids used after the backup are unknown.
    """
    async with database.transaction(None) as session:
        if not database.on_sqlite:
            await _jump(session)
        workspaces = (await session.scalars(select(Workspace.id))).all()
        for workspace in workspaces:
            newest = [  # what lies ahead was written by a clock that was wrong
                await session.scalar(
                    select(func.max(column)).where(table.workspace_id == workspace, column <= now)
                )
                for table, column in (
                    (Event, Event.at),
                    (OutboxMessage, OutboxMessage.created_at),
                    (SeenLink, SeenLink.at),
                    (Standings, Standings.at),
                )
            ]
            since = max((moment for moment in newest if moment is not None), default=None)
            if since is not None:
                await _mark(session, workspace, since - BEFORE, now)
        return len(workspaces)


async def _mark(session: Transaction, workspace: str, since: datetime, now: datetime) -> None:
    statement = update(Workspace).where(Workspace.id == workspace)
    await changed(session, statement.values(restored_from=since, restored_at=now, is_behind=True))
    messages = update(OutboxMessage).where(
        OutboxMessage.workspace_id == workspace,
        OutboxMessage.ts.is_(None),
        OutboxMessage.status.in_(("due", "posting")),
    )
    await changed(session, messages.values(tried_at=since, status="due", leased_until=None))


async def _jump(session: Transaction) -> None:
    for table in Base.metadata.sorted_tables:
        sequence = (
            await session.scalar(text("SELECT pg_get_serial_sequence(:table, 'id')"), {"table": table.name})
            if ("id" in table.c)
            else None
        )
        if sequence is not None:
            await session.execute(
                text("SELECT setval(:name, nextval(:name) + :gap)"), {"name": sequence, "gap": UNKNOWN}
            )


async def workspaces_behind(session: Transaction) -> list[tuple[str, datetime]]:
    """Return (workspace, time of its backup) of workspaces whose links posted since then aren't taken in yet."""
    rows = await session.execute(
        select(Workspace.id, Workspace.restored_from).where(
            Workspace.is_behind, Workspace.removed_at.is_(None), Workspace.restored_from.is_not(None)
        )
    )
    return [(row.id, row.restored_from) for row in rows]


async def mark_behind(session: Transaction, workspace: str, since: datetime) -> None:
    """Record that messages since a moment may be missing, because Slack dropped their events."""
    row = await session.get(Workspace, workspace, with_for_update=True)
    if row is None:
        return
    recovers = any(
        (reading or {}).get("recovery") for reading in await session.scalars(select(League.reading))
    )
    if recovers or not row.is_behind or row.restored_from is None or since < row.restored_from:
        row.restored_from = since
    row.is_behind = True


async def mark_caught_up(session: Transaction, workspace: str, until: datetime) -> None:
    """Record that the links posted until a moment are taken in; what Slack dropped later is still to be read."""
    row = update(Workspace).where(Workspace.id == workspace, Workspace.restored_from <= until)
    await changed(session, row.values(is_behind=False))
