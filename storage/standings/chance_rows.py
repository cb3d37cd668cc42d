"""Rows of judges that agree with a league's people no more than a coin would, and of how long they still count."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete, select, update

from storage.database.engine import Transaction
from storage.database.statements import changed, insert_once
from storage.tables import JudgeAtChance

__all__ = ["JudgeAtChance"]


async def at_chance(session: Transaction, league: int) -> Mapping[str, JudgeAtChance]:
    """Return a league's rows by judge, also of judges that somebody kept."""
    rows = await session.scalars(select(JudgeAtChance).where(JudgeAtChance.league_id == league))
    return {row.judge: row for row in rows}


async def get(session: Transaction, league: int, judge: str) -> JudgeAtChance | None:
    """Return a judge's row in a league as it stands in the database, or None if it has none."""
    statement = select(JudgeAtChance).where(JudgeAtChance.league_id == league, JudgeAtChance.judge == judge)
    return await session.scalar(statement, execution_options={"populate_existing": True})


async def add(
    session: Transaction,
    league: int,
    judge: str,
    *,
    figures: tuple[float, float, float, int],
    now: datetime,
    counts_until: datetime,
) -> bool:
    """Store that owners are told of a judge, with (share, low, high, votes); return False if they were already."""
    share, low, high, votes = figures
    return await insert_once(
        session,
        JudgeAtChance,
        league_id=league,
        judge=judge,
        share=share,
        low=low,
        high=high,
        votes=votes,
        told_at=now,
        counts_until=counts_until,
    )


async def leave_out(session: Transaction, league: int, judge: str, now: datetime) -> bool:
    """Let a judge's verdicts count no longer, whoever kept it; return False if they don't already."""
    statement = update(JudgeAtChance).where(
        JudgeAtChance.league_id == league,
        JudgeAtChance.judge == judge,
        JudgeAtChance.left_out_at.is_(None) | JudgeAtChance.kept_by.is_not(None),
    )
    return await changed(session, statement.values(left_out_at=now, kept_by=None)) == 1


async def keep(session: Transaction, league: int, judge: str, user: str) -> bool:
    """Let a judge's verdicts count though it is at chance; return False if somebody said so already."""
    statement = update(JudgeAtChance).where(
        JudgeAtChance.league_id == league, JudgeAtChance.judge == judge, JudgeAtChance.kept_by.is_(None)
    )
    return await changed(session, statement.values(kept_by=user)) == 1


async def remove(session: Transaction, league: int, judge: str) -> bool:
    """Delete the row of a judge that is no longer at chance; return False if it had none."""
    statement = delete(JudgeAtChance).where(JudgeAtChance.league_id == league, JudgeAtChance.judge == judge)
    return await changed(session, statement) == 1
