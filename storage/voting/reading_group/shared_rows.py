"""Rows of tags on papers, and of the reading list that a league's channel shares."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select

from storage.database.engine import Transaction
from storage.database.statements import changed, insert_once
from storage.tables import Discussion, Entry, ListedPaper, Paper, Rating, Tag


@dataclass(frozen=True, slots=True)
class SharedPaper:
    """A paper on a channel's reading list: who put it there, its rank (None while not rated), and if it was discussed."""

    entry: int
    title: str
    url: str
    rank: int | None
    by: str
    is_discussed: bool


async def add_tag(session: Transaction, league: int, entry: int, tag: str, by: str, now: datetime) -> bool:
    """Put a tag on an entry; return False if it was there."""
    return await insert_once(session, Tag, league_id=league, entry_id=entry, tag=tag, by=by, at=now)


async def remove_tag(session: Transaction, entry: int, tag: str) -> bool:
    """Take a tag off an entry; return False if it wasn't there."""
    return await changed(session, delete(Tag).where(Tag.entry_id == entry, Tag.tag == tag)) == 1


async def tags_on(session: Transaction, entry: int) -> list[str]:
    """Return an entry's tags, in the order of the alphabet."""
    return list(await session.scalars(select(Tag.tag).where(Tag.entry_id == entry).order_by(Tag.tag)))


async def count_tags(session: Transaction, league: int) -> dict[str, int]:
    """Return how many papers of a league have each tag, the most frequent first."""
    count = func.count().label("papers")
    rows = await session.execute(
        select(Tag.tag, count)
        .join(Entry, Entry.id == Tag.entry_id)
        .where(Tag.league_id == league, Entry.removed_at.is_(None))
        .group_by(Tag.tag)
        .order_by(count.desc(), Tag.tag)
    )
    return {row.tag: row.papers for row in rows}


async def tagged_entries(session: Transaction, league: int, tag: str) -> set[int]:
    """Return the entries of a league that have a tag."""
    return set(await session.scalars(select(Tag.entry_id).where(Tag.league_id == league, Tag.tag == tag)))


async def put_on_list(session: Transaction, league: int, entry: int, by: str, now: datetime) -> bool:
    """Put an entry on the channel's reading list; return False if it was there."""
    return await insert_once(session, ListedPaper, league_id=league, entry_id=entry, by=by, at=now)


async def take_off_list(session: Transaction, entry: int) -> bool:
    """Take an entry off the channel's reading list; return False if it wasn't there."""
    return await changed(session, delete(ListedPaper).where(ListedPaper.entry_id == entry)) == 1


async def is_listed(session: Transaction, entry: int) -> bool:
    """Return whether an entry is on the channel's reading list."""
    return await session.scalar(select(ListedPaper.by).where(ListedPaper.entry_id == entry)) is not None


async def count_listed(session: Transaction, league: int) -> int:
    """Return how many entries are on the channel's reading list."""
    rows = select(func.count()).select_from(ListedPaper).where(ListedPaper.league_id == league)
    return await session.scalar(rows) or 0


async def shared_list(session: Transaction, league: int, limit: int) -> Sequence[SharedPaper]:
    """Return the channel's reading list: first what wasn't discussed, then by rank."""
    discussed = Discussion.entry_id.is_not(None).label("discussed")
    rows = await session.execute(
        select(Entry.id, Paper.title, Paper.canonical, Paper.url, Rating.rank, ListedPaper.by, discussed)
        .join(ListedPaper, ListedPaper.entry_id == Entry.id)
        .join(Paper, Paper.id == Entry.paper_id)
        .outerjoin(Rating, Rating.entry_id == Entry.id)
        .outerjoin(Discussion, Discussion.entry_id == Entry.id)
        .where(Entry.league_id == league, Entry.removed_at.is_(None))
        .order_by(discussed, Rating.rank.is_(None), Rating.rank, ListedPaper.at)
        .limit(limit)
    )
    return [
        SharedPaper(row.id, row.title or row.canonical, row.url, row.rank, row.by, bool(row.discussed))
        for row in rows
    ]
