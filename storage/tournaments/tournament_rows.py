"""Rows of tournaments. Each change requires the status before it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update

from storage.database.engine import Transaction
from storage.database.statements import changed
from storage.errors import NotFoundError
from storage.tables import OutboxMessage, Tournament
from storage.work.leases import Work, due

__all__ = ["Tournament"]
"""Names that the floors above import from here, such as the row class `Tournament`."""


OVER = ("finished", "cancelled", "failed")
"""Statuses of a tournament in which no match begins any more."""
GONE = "That tournament isn't here."


async def get(session: Transaction, tournament_id: int) -> Tournament:
    """Return the tournament with this id. Raises `NotFoundError` if the workspace has none."""
    row: Tournament | None = await session.scalar(select(Tournament).where(Tournament.id == tournament_id))
    if row is None:
        raise NotFoundError(GONE)
    return row


async def number_in_league(session: Transaction, tournament: Tournament) -> int:
    """Return the number of a tournament within its league, from 1."""
    earlier = select(func.count()).select_from(Tournament)
    earlier = earlier.where(Tournament.league_id == tournament.league_id, Tournament.id <= tournament.id)
    return await session.scalar(earlier) or 1


async def tournament_numbered(session: Transaction, league: int, number: int) -> Tournament:
    """Return the tournament with this number in a league, from 1. Raises `NotFoundError`."""
    row: Tournament | None = await session.scalar(
        select(Tournament)
        .where(Tournament.league_id == league)
        .order_by(Tournament.id)
        .limit(1)
        .offset(max(0, number - 1))
    )
    if row is None or number < 1:
        raise NotFoundError(f"This league has played no tournament {number}.")
    return row


async def held_until(session: Transaction, tournament_id: int) -> datetime | None:
    """Return the earliest time at which a tournament is worked on again, or None if it waits for nothing."""
    until: datetime | None = await session.scalar(
        select(Tournament.not_before).where(Tournament.id == tournament_id)
    )
    return until


async def change(
    session: Transaction, tournament_id: int, *, from_statuses: Sequence[str], **values: Any
) -> bool:
    """Change columns of a tournament whose status is one of `from_statuses`; return False if it has another status."""
    return (
        await changed(
            session,
            update(Tournament)
            .where(Tournament.id == tournament_id, Tournament.status.in_(from_statuses))
            .values(**values),
        )
        == 1
    )


async def running(session: Transaction, league: int) -> Sequence[Tournament]:
    """Return a league's tournaments that are planned, running or paused, oldest first."""
    return (
        await session.scalars(
            select(Tournament)
            .where(Tournament.league_id == league, Tournament.status.in_(("planned", "running", "paused")))
            .order_by(Tournament.id)
        )
    ).all()


async def end_pause_at_deadline(session: Transaction, tournament_id: int, now: datetime) -> bool:
    """Resume a paused tournament whose deadline has passed, so that it can end; return False for any other."""
    overdue = update(Tournament).where(
        Tournament.id == tournament_id, Tournament.status == "paused", Tournament.deadline <= now
    )
    values = {
        "status": "running",
        "held_for": None,
        "reason": None,
        "not_before": None,
        "leased_until": None,
    }
    return await changed(session, overdue.values(**values)) == 1


async def wake(session: Transaction, tournament_id: int) -> bool:
    """Let a running tournament check at once whether its round is over; return False if it isn't running.

    Without this, one with a deadline would check only then.
    """
    runs = await change(session, tournament_id, from_statuses=("running",), not_before=None)
    if runs:
        due(session, Work.TOURNAMENT, tournament_id)
    return runs


async def held_for_judge(session: Transaction) -> Sequence[Tournament]:
    """Return the workspace's tournaments that are paused because a judge can't be asked."""
    return (
        await session.scalars(
            select(Tournament).where(Tournament.status == "paused", Tournament.held_for == "judge")
        )
    ).all()


async def recent(session: Transaction, league: int, limit: int) -> Sequence[Tournament]:
    """Return the newest tournaments of a league."""
    return (
        await session.scalars(
            select(Tournament)
            .where(Tournament.league_id == league)
            .order_by(Tournament.id.desc())
            .limit(limit)
        )
    ).all()


async def count_match_messages(session: Transaction, tournament_id: int) -> int:
    """Return how many matches of a tournament have their own Slack message."""
    query = (
        select(func.count())
        .select_from(OutboxMessage)
        .where(OutboxMessage.kind == "match", OutboxMessage.thread_key == f"tournament:{tournament_id}")
    )
    return await session.scalar(query) or 0
