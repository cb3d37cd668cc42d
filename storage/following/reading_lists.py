"""Reading lists: the entries that a person saved, and which of these they have read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update

from storage.database.engine import Transaction
from storage.database.statements import changed, insert_once
from storage.tables import Entry, Paper, Rating, Saved
from storage.tables.papers import shown_title


@dataclass(frozen=True, slots=True)
class SavedPaper:
    """An entry on a reading list; `rank` is None while it isn't rated."""

    entry: int
    league: int
    title: str
    url: str
    rank: int | None
    read: bool


async def save(session: Transaction, entry: int, user: str, now: datetime) -> bool:
    """Save an entry to a person's reading list; return False if it was there."""
    return await insert_once(session, Saved, entry_id=entry, user=user, saved_at=now)


async def take_off(session: Transaction, entry: int, user: str) -> bool:
    """Remove an entry from a person's reading list; return False if it wasn't there."""
    return await changed(session, delete(Saved).where(Saved.entry_id == entry, Saved.user == user)) == 1


async def mark(session: Transaction, entry: int, user: str, read_at: datetime | None) -> bool:
    """Set when a person read a saved paper (None: not read); return False if it isn't on their reading list."""
    statement = update(Saved).where(Saved.entry_id == entry, Saved.user == user).values(read_at=read_at)
    return await changed(session, statement) == 1


async def forget(session: Transaction, user: str) -> int:
    """Delete a person's reading list; return how many entries it had."""
    return await changed(session, delete(Saved).where(Saved.user == user))


async def saved_papers(
    session: Transaction, user: str, leagues: Sequence[int], *, read: bool, limit: int
) -> list[SavedPaper]:
    """Return a person's read or unread saved entries in these leagues, best rank first."""
    rows = await session.execute(
        select(Entry.id, Entry.league_id, Paper.title, Paper.canonical, Paper.url, Rating.rank)
        .join(Saved, Saved.entry_id == Entry.id)
        .join(Paper, Paper.id == Entry.paper_id)
        .join(Rating, Rating.entry_id == Entry.id, isouter=True)
        .where(
            Saved.user == user,
            Entry.league_id.in_(leagues),
            Entry.removed_at.is_(None),
            Saved.read_at.is_not(None) if read else Saved.read_at.is_(None),
        )
        .order_by(Rating.rank.is_(None), Rating.rank, Saved.saved_at)
        .limit(limit)
    )
    return [
        SavedPaper(row.id, row.league_id, shown_title(row.title, row.canonical), row.url, row.rank, read)
        for row in rows
    ]
