"""A person's reading list: saved papers, read or unread, by rank."""

from dataclasses import dataclass
from datetime import datetime

from bot.leagues.visibility import present_entry
from bot.people import Viewer
from storage.database.engine import Transaction
from storage.following import reading_lists
from storage.following.reading_lists import SavedPaper

MOST = 15
"""Most papers shown in each half of the reading list."""


@dataclass(frozen=True, slots=True)
class ReadingList:
    """A person's saved papers, unread and read, each by rank."""

    unread_papers: tuple[SavedPaper, ...]
    read_papers: tuple[SavedPaper, ...]


async def _resolve(session: Transaction, entry_id: int, viewer: Viewer) -> tuple[int, str]:
    """Return an entry's id and title; for a merged entry, those of the remaining one. Raises `NotFoundError`."""
    entry, paper, _league = await present_entry(session, entry_id, viewer)
    return entry.id, paper.title or paper.canonical


async def save(session: Transaction, entry: int, viewer: Viewer, *, now: datetime) -> str:
    """Save an entry to a person's reading list as unread; return its title."""
    entry, title = await _resolve(session, entry, viewer)
    if not await reading_lists.save(session, entry, viewer.user, now):
        await reading_lists.mark(session, entry, viewer.user, None)
    return title


async def mark_read(session: Transaction, entry: int, viewer: Viewer, *, now: datetime) -> str:
    """Mark an entry as read by a person, saved before or not; return its title."""
    entry, title = await _resolve(session, entry, viewer)
    await reading_lists.save(session, entry, viewer.user, now)
    await reading_lists.mark(session, entry, viewer.user, now)
    return title


async def take_off(session: Transaction, entry: int, viewer: Viewer) -> str:
    """Remove an entry from a person's reading list; return its title."""
    entry, title = await _resolve(session, entry, viewer)
    await reading_lists.take_off(session, entry, viewer.user)
    return title


async def reading_list(session: Transaction, user: str, league_ids: list[int]) -> ReadingList:
    """Return a person's reading list over these leagues; the caller passes only leagues they may see."""
    unread_papers = await reading_lists.saved_papers(session, user, league_ids, read=False, limit=MOST)
    read_papers = await reading_lists.saved_papers(session, user, league_ids, read=True, limit=MOST)
    return ReadingList(tuple(unread_papers), tuple(read_papers))
