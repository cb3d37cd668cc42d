"""Rows of the papers that a group discussed, and of what its people wrote about papers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select, update

from storage.database.engine import Transaction
from storage.database.statements import changed, insert_once
from storage.tables import Discussion, Entry, Note, Paper

__all__ = ["Discussion", "Note"]
"""Names that the floors above import from here."""


@dataclass(frozen=True, slots=True)
class DiscussedPaper:
    """A paper that a group discussed, when, who presented it, the thread's URL, and how many notes there are."""

    entry: int
    title: str
    paper_url: str
    at: datetime
    presenter: str | None
    url: str | None
    notes: int


async def mark(
    session: Transaction,
    league: int,
    entry: int,
    by: str,
    presenter: str | None,
    url: str | None,
    now: datetime,
) -> None:
    """Store that an entry was discussed; a presenter or thread known before stays where none is given now."""
    values = {"by": by, "at": now, "presenter": presenter, "url": url}
    if await insert_once(session, Discussion, league_id=league, entry_id=entry, **values):
        return
    known = {name: value for name, value in values.items() if value is not None}
    await changed(session, update(Discussion).where(Discussion.entry_id == entry).values(**known))


async def unmark(session: Transaction, entry: int) -> bool:
    """Store that an entry wasn't discussed; return False if it wasn't marked."""
    return await changed(session, delete(Discussion).where(Discussion.entry_id == entry)) == 1


async def of_entry(session: Transaction, entry: int) -> Discussion | None:
    """Return an entry's discussion, or None."""
    row: Discussion | None = await session.scalar(select(Discussion).where(Discussion.entry_id == entry))
    return row


async def discussed_entries(session: Transaction, entry_ids: Sequence[int]) -> set[int]:
    """Return which of these entries were discussed."""
    return set(await session.scalars(select(Discussion.entry_id).where(Discussion.entry_id.in_(entry_ids))))


async def of_league(session: Transaction, league: int, limit: int) -> list[DiscussedPaper]:
    """Return the papers that a league discussed, newest first."""
    notes = select(func.count()).where(Note.entry_id == Entry.id).correlate(Entry).scalar_subquery()
    rows = await session.execute(
        select(
            Entry.id, Paper.title, Paper.canonical, Paper.url.label("paper_url"), Discussion.at,
            Discussion.presenter, Discussion.url, notes.label("notes"),
        )
        .join(Discussion, Discussion.entry_id == Entry.id)
        .join(Paper, Paper.id == Entry.paper_id)
        .where(Entry.league_id == league, Entry.removed_at.is_(None))
        .order_by(Discussion.at.desc(), Entry.id.desc())
        .limit(limit)
    )  # fmt: skip
    return [
        DiscussedPaper(
            row.id, row.title or row.canonical, row.paper_url, row.at, row.presenter, row.url, row.notes
        )
        for row in rows
    ]


async def write_note(session: Transaction, entry: int, user: str, text: str, now: datetime) -> None:
    """Store a person's note about an entry, in place of their earlier one."""
    values = {"text": text, "at": now}
    if not await insert_once(session, Note, entry_id=entry, user=user, **values):
        await changed(session, update(Note).where(Note.entry_id == entry, Note.user == user).values(**values))


async def remove_note(session: Transaction, entry: int, user: str) -> bool:
    """Delete a person's note about an entry; return False if there was none."""
    return await changed(session, delete(Note).where(Note.entry_id == entry, Note.user == user)) == 1


async def notes_on(session: Transaction, entry: int) -> Sequence[Note]:
    """Return the notes about an entry, the oldest first."""
    return (
        await session.scalars(select(Note).where(Note.entry_id == entry).order_by(Note.at, Note.user))
    ).all()


async def count_notes(session: Transaction, entry_ids: Sequence[int]) -> dict[int, int]:
    """Return how many notes there are about each of these entries that has any."""
    rows = await session.execute(
        select(Note.entry_id, func.count().label("notes"))
        .where(Note.entry_id.in_(entry_ids))
        .group_by(Note.entry_id)
    )
    return {row.entry_id: row.notes for row in rows}


async def forget(session: Transaction, user: str) -> None:
    """Delete a person's notes."""
    await changed(session, delete(Note).where(Note.user == user))
