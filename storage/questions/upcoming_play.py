"""Queries on what a league plays next, and why it waits."""

from datetime import datetime

from sqlalchemy import func, or_, select

from storage.database.engine import Transaction
from storage.spending import next_month
from storage.tables import (
    Assessment,
    Entry,
    Paper,
    Rating,
    Schedule,
    Tournament,
)


async def running_and_scheduled(session: Transaction, league: int) -> tuple[bool, list[tuple[str, str]]]:
    """Return whether a tournament is running, and (cron expression, time zone) of each active tournament schedule."""
    running = await session.scalar(
        select(func.count())
        .select_from(Tournament)
        .where(Tournament.league_id == league, Tournament.status.in_(("planned", "running")))
    )
    rows = await session.execute(
        select(Schedule.cron, Schedule.time_zone).where(
            Schedule.league_id == league, Schedule.kind == "tournament", Schedule.active.is_(True)
        )
    )
    return bool(running), [(row.cron, row.time_zone) for row in rows]


async def waits_for_money(session: Transaction, league: int, entry: int, now: datetime) -> bool:
    """Return whether a tournament of the league or the assessment of the entry waits for next month's money."""
    tournaments = select(Tournament.id).where(
        Tournament.league_id == league, Tournament.status == "paused", Tournament.held_for == "cap"
    )
    assessments = select(Assessment.id).where(
        Assessment.entry_id == entry, Assessment.status == "planned", Assessment.not_before == next_month(now)
    )
    return any([await session.scalar(query.limit(1)) is not None for query in (tournaments, assessments)])


async def count_uncertain(session: Transaction, league: int, target: float) -> tuple[int, int]:
    """Return (entries whose interval is above `target` points or missing, all entries)."""
    wide = func.count().filter(or_(Rating.interval.is_(None), Rating.interval > target))
    row = (
        await session.execute(
            select(wide.label("wide"), func.count().label("all"))
            .select_from(Entry)
            .join(Paper, Paper.id == Entry.paper_id)
            .join(Rating, Rating.entry_id == Entry.id, isouter=True)
            .where(Entry.league_id == league, Entry.removed_at.is_(None), Paper.status == "known")
        )
    ).one()
    return row.wide, row.all
