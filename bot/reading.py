"""A person's reading list: papers saved, read, and in which order they are best read."""

from dataclasses import dataclass
from datetime import datetime

from bot.errors import NotFoundError
from bot.people import People
from bot.visibility import visible
from storage import leagues, papers, reading
from storage.database import Transaction
from storage.reading import Kept

__all__ = ["MOST", "Kept", "ReadingList", "mark_read", "reading_list", "save", "take_off"]

MOST = 15
"""Papers shown of each half of the list."""


@dataclass(frozen=True, slots=True)
class ReadingList:
    """What is to be read and what was, each by rank."""

    to_read: tuple[Kept, ...]
    read: tuple[Kept, ...]


async def _title(session: Transaction, entry_id: int, user: str, people: People) -> str:
    entry, paper = await papers.entry(session, entry_id)
    league = await leagues.get(session, entry.league_id)
    if entry.removed_at is not None or not await visible(session, league, user, people):
        raise NotFoundError("That paper isn't here.")
    return paper.title or paper.canonical


async def save(session: Transaction, entry: int, user: str, *, people: People, now: datetime) -> str:
    """Put an entry on a person's list, to be read (again); returns its title."""
    title = await _title(session, entry, user, people)
    if not await reading.save(session, entry, user, now):
        await reading.mark(session, entry, user, None)
    return title


async def mark_read(session: Transaction, entry: int, user: str, *, people: People, now: datetime) -> str:
    """Note that a person read an entry, saved or not; returns its title."""
    title = await _title(session, entry, user, people)
    await reading.save(session, entry, user, now)
    await reading.mark(session, entry, user, now)
    return title


async def take_off(session: Transaction, entry: int, user: str, *, people: People) -> str:
    """Take an entry off a person's list; returns its title."""
    title = await _title(session, entry, user, people)
    await reading.take_off(session, entry, user)
    return title


async def reading_list(session: Transaction, user: str, league_ids: list[int]) -> ReadingList:
    """A person's list over these leagues, which the caller has found visible to them."""
    to_read = await reading.kept(session, user, league_ids, read=False, limit=MOST)
    read = await reading.kept(session, user, league_ids, read=True, limit=MOST)
    return ReadingList(tuple(to_read), tuple(read))
