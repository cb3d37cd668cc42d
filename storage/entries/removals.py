"""Remove entries from a league and restore them. Their matches stay stored but don't count while removed."""

from datetime import datetime

from sqlalchemy import select, update

from storage.database.engine import Transaction
from storage.database.statements import changed
from storage.tables import Entry, Paper
from storage.tables.papers import shown_title


async def remove(session: Transaction, entry: int, user: str, now: datetime) -> bool:
    """Remove an entry from its league; return False if it was removed before."""
    return (
        await changed(
            session,
            update(Entry)
            .where(Entry.id == entry, Entry.removed_at.is_(None))
            .values(removed_at=now, removed_by=user),
        )
        == 1
    )


async def restore(session: Transaction, entry: int) -> bool:
    """Restore a removed entry; return False if it wasn't removed, or was merged into another."""
    return (
        await changed(
            session,
            update(Entry)
            .where(Entry.id == entry, Entry.removed_at.is_not(None), Entry.merged_into.is_(None))
            .values(removed_at=None, removed_by=None),
        )
        == 1
    )


async def since(session: Transaction, league: int, moment: datetime) -> list[tuple[int, str]]:
    """Return (entry id, title) of the entries removed from a league since a moment, newest first."""
    rows = await session.execute(
        select(Entry.id, Paper.title, Paper.canonical)
        .join(Paper, Paper.id == Entry.paper_id)
        .where(Entry.league_id == league, Entry.removed_at >= moment, Entry.merged_into.is_(None))
        .order_by(Entry.removed_at.desc(), Entry.id)
    )
    return [(row.id, shown_title(row.title, row.canonical)) for row in rows]


async def brought_by(session: Transaction, channel: str, ts: str) -> list[tuple[int, str]]:
    """Return (entry id, submitter) of the entries that a message brought and that aren't removed."""
    rows = await session.execute(
        select(Entry.id, Entry.submitted_by)
        .where(Entry.channel == channel, Entry.message_ts == ts, Entry.removed_at.is_(None))
        .order_by(Entry.id)
    )
    return [(row.id, row.submitted_by) for row in rows]
