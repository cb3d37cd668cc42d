"""Rows of overrides: team votes that replace verdicts. They are marked as reverted, never deleted."""

from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from storage.database.engine import Transaction
from storage.database.statements import changed
from storage.errors import NotFoundError
from storage.tables import Match, Override


async def set_outcome(session: Transaction, match_id: int, outcome: str, weight: float) -> None:
    """Set the outcome and the weight that count for a decided match."""
    statement = update(Match).where(Match.id == match_id, Match.status == "decided")
    await changed(session, statement.values(outcome=outcome, weight=weight))


async def add_override(
    session: Transaction,
    *,
    match_id: int,
    poll_id: int,
    outcome: str,
    weight: float,
    ratings: dict[str, Any],
    now: datetime,
) -> int:
    """Store a team vote's outcome that replaces a verdict; returns the override's id."""
    row = Override(
        match_id=match_id, poll_id=poll_id, outcome=outcome, weight=weight, ratings=ratings, at=now
    )
    session.add(row)
    await session.flush()
    return row.id


async def override(session: Transaction, override_id: int) -> Override:
    """Return the override with this id. Raises `NotFoundError` if the workspace has none."""
    row: Override | None = await session.scalar(select(Override).where(Override.id == override_id))
    if row is None:
        raise NotFoundError("That override isn't here any more.")
    return row


async def override_of(session: Transaction, poll_id: int) -> Override | None:
    """Return the override that resulted from a poll, or None."""
    return await session.scalar(
        select(Override).where(Override.poll_id == poll_id).execution_options(populate_existing=True)
    )


async def override_in_force(session: Transaction, match_id: int) -> Override | None:
    """Return the override that now counts for a match, or None."""
    return await session.scalar(
        select(Override)
        .where(Override.match_id == match_id, Override.reverted_at.is_(None))
        .order_by(Override.id.desc())
        .limit(1)
    )


async def mark_reverted(session: Transaction, override_id: int, by: str, reason: str, now: datetime) -> bool:
    """Mark an override as reverted; return False if somebody else had reverted it."""
    statement = update(Override).where(Override.id == override_id, Override.reverted_at.is_(None))
    return (
        await changed(session, statement.values(reverted_at=now, reverted_by=by, revert_reason=reason)) == 1
    )


async def add_ratings(session: Transaction, override_id: int, ratings: dict[str, Any]) -> None:
    """Replace the rating changes stored with an override."""
    await changed(session, update(Override).where(Override.id == override_id).values(ratings=ratings))
