"""What a league's schedule plays: what is new until every interval meets the target; then the league rests."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from bot import standings
from bot.errors import NotFoundError
from bot.leagues import require_owner
from bot.leagues import scheduled as timing_of
from bot.people import People
from bot.tournaments import Plan, start
from bot.workshop import Workshop
from storage import leagues, papers, schedules
from storage.database import Transaction
from storage.tables import League, Schedule, Tournament

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


async def put(
    session: Transaction,
    league: League,
    user: str,
    phrase: str,
    options: dict[str, Any],
    *,
    people: People,
    now: datetime,
) -> Schedule:
    """Let the league play by itself when the phrase says; owners and admins.

    `options` are matches, usd and top (each None: no such bound) and target (points; None: the league's).
    Raises `BadRequestError` for a phrase that can't be read.
    """
    await require_owner(session, league, user, people)
    timing = timing_of(phrase, league.time_zone, "19:00")
    schedule_id = await schedules.put(
        session,
        league=league.id,
        kind="tournament",
        channel=league.channel,
        cron=timing.cron,
        time_zone=timing.time_zone,
        options={**options, "target": options.get("target") or league.target_interval},
        user=user,
        now=now,
    )
    detail = {"cron": timing.cron, "time_zone": timing.time_zone, **options}
    await leagues.note(session, league.id, user, "tournament.scheduled", detail, now)
    kept = await schedules.get(session, schedule_id)
    if kept is None:
        raise NotFoundError("That schedule was taken away meanwhile. Please set it again.")
    return kept


async def stop(session: Transaction, league: League, user: str, *, people: People, now: datetime) -> bool:
    """Let the league play by hand only; returns whether it was scheduled. Owners and admins."""
    await require_owner(session, league, user, people)
    stopped = [
        schedule
        for schedule in await schedules.of_league(session, league.id, "tournament")
        if await schedules.stop(session, schedule.id)
    ]
    if stopped:
        await leagues.note(session, league.id, user, "tournament.unscheduled", {}, now)
    return bool(stopped)
