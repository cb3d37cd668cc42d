"""What a league's schedule plays: what is new until every interval meets the target; then the league rests."""

from datetime import datetime
from decimal import Decimal

from bot import standings
from bot.tournaments import Plan, start
from bot.workshop import Workshop
from storage import leagues, papers
from storage.database import Transaction
from storage.tables import Schedule, Tournament

PER_PAPER = 12
"""Matches a scheduled tournament may play per paper that still needs some."""


async def start_scheduled(
    session: Transaction, workshop: Workshop, schedule: Schedule, now: datetime
) -> Tournament | None:
    """Start what a schedule asks for, unless every interval meets the target already: a league at rest costs nothing."""
    options = schedule.options
    league = await leagues.get(session, schedule.league_id)
    target = float(options.get("target") or league.target_interval)
    able = set(await papers.playable(session, league.id))
    board = await standings.board(session, league.id)
    wide = board.fit().interval > target
    unsettled = [
        entry for entry, is_wide in zip(board.entries, wide, strict=True) if is_wide and entry in able
    ]
    if not unsettled or len(able) < 2:  # noqa: PLR2004 - a match has two sides
        return None
    budget = int(options.get("matches") or PER_PAPER * len(unsettled))
    money = options.get("usd")
    return await start(
        session,
        workshop,
        league=league.id,
        plan=Plan(budget, None if money is None else Decimal(money), options.get("top"), target),
        user=schedule.created_by,
        channel=league.channel,
        now=now,
        schedule=schedule.id,
    )
