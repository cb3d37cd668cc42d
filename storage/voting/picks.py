"""Proposals of papers to discuss: kept in the options of their message, one per league and day."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from storage.database.engine import Transaction
from storage.tables import Entry, OutboxMessage, Paper, Rating

KIND = "pick"


async def pick_options(session: Transaction, channel: str, key: str) -> Mapping[str, Any] | None:
    """Return the options of a channel's proposal, or None if there is none of this key."""
    options: dict[str, Any] | None = await session.scalar(
        select(OutboxMessage.options).where(
            OutboxMessage.kind == KIND, OutboxMessage.channel == channel, OutboxMessage.key == key
        )
    )
    return options


async def taken_entries(session: Transaction, league: int) -> set[int]:
    """Return the entries that somebody of a league offered to present."""
    rows = await session.scalars(
        select(OutboxMessage.options).where(OutboxMessage.kind == KIND, OutboxMessage.about_id == league)
    )
    return {int(entry) for options in rows for entry in options.get("presenters", {})}


async def best_entries(session: Transaction, league: int, most: int) -> list[int]:
    """Return the best ranked entries of a league whose papers may still be discussed."""
    rows = await session.scalars(
        select(Entry.id)
        .join(Rating, Rating.entry_id == Entry.id)
        .join(Paper, Paper.id == Entry.paper_id)
        .where(Entry.league_id == league, Entry.removed_at.is_(None), Paper.withdrawn.is_(False))
        .order_by(Rating.rank, Entry.id)
        .limit(most)
    )
    return list(rows)
