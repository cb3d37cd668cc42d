"""Entries taken out of a league and brought back; their matches stay and stop counting."""

from datetime import datetime

from sqlalchemy import update

from storage.database import Transaction
from storage.tables import Entry
from storage.work import changed


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
            .where(Entry.id == entry, Entry.removed_at.is_not(None))
            .values(removed_at=None, removed_by=None),
        )
        == 1
    )
