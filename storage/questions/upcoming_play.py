"""What plays next in a league, and what keeps it waiting."""

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
    """Whether a tournament runs now, and (cron, time zone) of every active schedule for one."""
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
    """Whether a tournament of the league is held at the month's cap, or the entry's assessment until the next month."""
    tournaments = select(Tournament.id).where(
        Tournament.league_id == league, Tournament.status == "paused", Tournament.held_for == "cap"
    )
    assessments = select(Assessment.id).where(
        Assessment.entry_id == entry, Assessment.status == "planned", Assessment.not_before == next_month(now)
    )
    return any([await session.scalar(query.limit(1)) is not None for query in (tournaments, assessments)])


async def count_uncertain(session: Transaction, league: int, target: float) -> tuple[int, int]:
    """How many entries have no interval within `target` points, unplayed ones among them, and how many there are."""
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
