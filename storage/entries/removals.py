"""Entries taken out of a league and brought back; their matches stay and stop counting."""

from datetime import datetime

from sqlalchemy import select, update

from storage.database.engine import Transaction
from storage.database.statements import changed
from storage.tables import Entry, Paper


async def remove(session: Transaction, entry: int, user: str, now: datetime) -> bool:
    """Take an entry out; False when it was out already."""
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
    """Bring an entry back; False when it wasn't out."""
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
    """(entry, title) of what was taken out of a league since a moment, newest first."""
    rows = await session.execute(
        select(Entry.id, Paper.title, Paper.canonical)
        .join(Paper, Paper.id == Entry.paper_id)
        .where(Entry.league_id == league, Entry.removed_at >= moment, Entry.merged_into.is_(None))
        .order_by(Entry.removed_at.desc(), Entry.id)
    )
    return [(row.id, row.title or row.canonical) for row in rows]


async def brought_by(session: Transaction, channel: str, ts: str) -> list[tuple[int, str]]:
    """(entry, submitter) of the entries that came with this message and are still there."""
    rows = await session.execute(
        select(Entry.id, Entry.submitted_by)
        .where(Entry.channel == channel, Entry.message_ts == ts, Entry.removed_at.is_(None))
        .order_by(Entry.id)
    )
    return [(row.id, row.submitted_by) for row in rows]
