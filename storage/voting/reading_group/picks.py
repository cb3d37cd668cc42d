"""Proposals of papers to discuss: kept in the options of their message, one per league and day; and what to propose."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import exists, select

from storage.database.engine import Transaction
from storage.tables import Discussion, DuelVote, Entry, ListedPaper, OutboxMessage, Paper, Rating

KIND = "pick"
MOST_EARLIER = 60
"""How many of the papers that a group discussed are looked at."""


@dataclass(frozen=True, slots=True)
class RankedPaper:
    """A ranked entry with its text, people's choices in duels about it and for it, and whether it is on the list."""

    entry: int
    rank: int
    title: str
    abstract: str
    asked: int
    chosen: int
    is_listed: bool


async def pick_options(session: Transaction, channel: str, key: str) -> Mapping[str, Any] | None:
    """Return the options of a channel's proposal, or None if there is none of this key."""
    options: dict[str, Any] | None = await session.scalar(
        select(OutboxMessage.options).where(
            OutboxMessage.kind == KIND, OutboxMessage.channel == channel, OutboxMessage.key == key
        )
    )
    return options


async def taken_entries(session: Transaction, league: int) -> set[int]:
    """Return the entries that a league discussed, or that somebody offered to present."""
    rows = await session.scalars(
        select(OutboxMessage.options).where(OutboxMessage.kind == KIND, OutboxMessage.about_id == league)
    )
    discussed = await session.scalars(select(Discussion.entry_id).where(Discussion.league_id == league))
    return {int(entry) for options in rows for entry in options.get("presenters", {})} | set(discussed)


async def best_papers(
    session: Transaction, league: int, most: int, without: Collection[int]
) -> list[RankedPaper]:
    """Return the best ranked entries of a league whose papers may be discussed, `without` some."""
    votes = await session.execute(
        select(DuelVote.first_id, DuelVote.second_id, DuelVote.choice).where(
            DuelVote.league_id == league, DuelVote.choice != "skip"
        )
    )
    asked, chosen = Counter[int](), Counter[int]()
    for row in votes:
        asked.update((row.first_id, row.second_id))
        chosen[row.first_id if row.choice == "first" else row.second_id] += 1
    listed = exists().where(ListedPaper.entry_id == Entry.id).label("listed")
    rows = await session.execute(
        select(Entry.id, Rating.rank, Paper.title, Paper.abstract, listed)
        .join(Rating, Rating.entry_id == Entry.id)
        .join(Paper, Paper.id == Entry.paper_id)
        .where(
            Entry.league_id == league,
            Entry.removed_at.is_(None),
            Entry.id.not_in(without),
            Paper.withdrawn.is_(False),
        )
        .order_by(Rating.rank, Entry.id)
        .limit(most)
    )
    return [
        RankedPaper(
            row.id,
            row.rank,
            row.title or "",
            row.abstract or "",
            asked[row.id],
            chosen[row.id],
            bool(row.listed),
        )
        for row in rows
    ]


async def earlier_texts(session: Transaction, entry_ids: Sequence[int]) -> list[tuple[str, str]]:
    """Return (title, abstract) of the newest of these entries."""
    rows = await session.execute(
        select(Paper.title, Paper.abstract)
        .join(Entry, Entry.paper_id == Paper.id)
        .where(Entry.id.in_(entry_ids))
        .order_by(Entry.id.desc())
        .limit(MOST_EARLIER)
    )
    return [(row.title or "", row.abstract or "") for row in rows]
