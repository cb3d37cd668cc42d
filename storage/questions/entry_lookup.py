"""Queries that find an entry of a league by words, rank, or identifier of its paper."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, or_, select

from storage.database.engine import Transaction
from storage.tables import (
    Entry,
    Identifier,
    Paper,
    Rating,
)
from storage.tables.papers import shown_title


async def search_entries(
    session: Transaction, league: int, words: Sequence[str], limit: int
) -> list[tuple[int, str]]:
    """Return (entry id, title) of active entries that contain all words (casefolded), best first.

    Searches titles and authors; only if nothing matches, also abstracts.
    """
    for conditions in (
        [Paper.search_text.contains(word, autoescape=True) for word in words],
        [
            or_(
                Paper.search_text.contains(word, autoescape=True),
                Paper.abstract.icontains(word, autoescape=True),
            )
            for word in words
        ],
    ):
        if entries := await _entries_that(session, league, conditions, limit):
            return entries
    return []


async def _entries_that(
    session: Transaction, league: int, conditions: Sequence[ColumnElement[bool]], limit: int
) -> list[tuple[int, str]]:
    rows = await session.execute(
        select(Entry.id, Paper.title, Paper.canonical)
        .join(Paper, Paper.id == Entry.paper_id)
        .outerjoin(Rating, Rating.entry_id == Entry.id)
        .where(
            Entry.league_id == league,
            Entry.removed_at.is_(None),
            *conditions,
        )
        .order_by(Rating.rank.is_(None), Rating.rank, Entry.id)
        .limit(limit)
    )
    return [(row.id, shown_title(row.title, row.canonical)) for row in rows]


async def titled(session: Transaction, entry: int) -> list[tuple[int, str]]:
    """Return [(entry id, title)] for an entry, or an empty list if there is no such entry."""
    rows = await session.execute(
        select(Entry.id, Paper.title, Paper.canonical)
        .join(Paper, Paper.id == Entry.paper_id)
        .where(Entry.id == entry, Entry.removed_at.is_(None))
    )
    return [(row.id, shown_title(row.title, row.canonical)) for row in rows]


async def all_titles(session: Transaction, league: int) -> list[tuple[int, str]]:
    """Return (entry id, title) of each active entry whose paper has a title."""
    rows = await session.execute(
        select(Entry.id, Paper.title)
        .join(Paper, Paper.id == Entry.paper_id)
        .where(Entry.league_id == league, Entry.removed_at.is_(None), Paper.title.is_not(None))
        .order_by(Entry.id)
    )
    return [(row.id, row.title) for row in rows]


@dataclass(frozen=True, slots=True)
class NamedEntry:
    """A paper of a league with all names by which people may call it; `rank` is None while it isn't rated."""

    entry: int
    title: str
    authors: tuple[str, ...]
    canonical: str
    rank: int | None


async def named_entries(session: Transaction, league: int) -> list[NamedEntry]:
    """Return all active entries of a league, best rank first."""
    rows = await session.execute(
        select(Entry.id, Paper.title, Paper.authors, Paper.canonical, Rating.rank)
        .join(Paper, Paper.id == Entry.paper_id)
        .outerjoin(Rating, Rating.entry_id == Entry.id)
        .where(Entry.league_id == league, Entry.removed_at.is_(None))
        .order_by(Rating.rank.is_(None), Rating.rank, Entry.id)
    )
    return [
        NamedEntry(
            row.id, shown_title(row.title, row.canonical), tuple(row.authors or ()), row.canonical, row.rank
        )
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class EntryText:
    """Title and abstract of an active entry's paper; `rank` is None while it isn't rated."""

    entry: int
    title: str
    url: str
    abstract: str
    rank: int | None


async def entry_texts(session: Transaction, league: int) -> list[EntryText]:
    """Return title and abstract of all active entries whose paper is known."""
    rows = await session.execute(
        select(Entry.id, Paper.title, Paper.url, Paper.abstract, Paper.canonical, Rating.rank)
        .join(Paper, Paper.id == Entry.paper_id)
        .outerjoin(Rating, Rating.entry_id == Entry.id)
        .where(Entry.league_id == league, Entry.removed_at.is_(None), Paper.status == "known")
    )
    return [EntryText(r.id, shown_title(r.title, r.canonical), r.url, r.abstract or "", r.rank) for r in rows]


async def active_entry(session: Transaction, league: int, entry: int) -> int | None:
    """Return the entry's id if it is an active entry of the league, else None."""
    return await session.scalar(
        select(Entry.id).where(Entry.id == entry, Entry.league_id == league, Entry.removed_at.is_(None))
    )


async def entry_at_rank(session: Transaction, league: int, rank: int) -> int | None:
    """Return the id of the active entry with this rank, or None."""
    return await session.scalar(
        select(Rating.entry_id)
        .join(Entry, Entry.id == Rating.entry_id)
        .where(Rating.league_id == league, Rating.rank == rank, Entry.removed_at.is_(None))
        .limit(1)
    )


async def entry_of_paper(session: Transaction, league: int, scheme: str, value: str) -> int | None:
    """Return the id of the entry whose paper has this identifier, also if it was removed; None if there is none."""
    return await session.scalar(
        select(Entry.id)
        .join(Identifier, Identifier.paper_id == Entry.paper_id)
        .where(Entry.league_id == league, Identifier.scheme == scheme, Identifier.value == value)
        .limit(1)
    )
