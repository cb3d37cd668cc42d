"""Starts tournaments by schedule: when a league plays by itself, and how many matches."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import numpy as np

from bot.leagues.league_schedules import PLAYS_AT, change_schedule, end_schedule, read_timing
from bot.leagues.rights import require_owner
from bot.matches import assignment
from bot.people import Viewer
from bot.spending.held_tournaments import resume_tournament
from bot.spending.price_estimates import prices
from bot.standings import refit
from bot.tournaments.expected_matches import expected_matches, most_matches
from bot.tournaments.starting import TournamentPlan, start
from bot.work.runtime import Runtime
from storage import spending
from storage.database.engine import Transaction
from storage.entries import entry_rows
from storage.errors import NotFoundError
from storage.leagues import league_rows
from storage.matches import shown_orders
from storage.tables import League, Schedule, Tournament
from storage.tournaments import schedules, tournament_rows

SET_SCHEDULE = "set when it plays by itself"


@dataclass(frozen=True, slots=True)
class DueMatches:
    """A schedule's next tournament: uncertain papers, most and expected matches, and the target interval in points."""

    papers: int
    matches: int
    expected: int
    target: float


async def start_scheduled(
    session: Transaction, runtime: Runtime, schedule: Schedule, now: datetime
) -> Tournament | None:
    """Start a schedule's tournament, or return None if every interval meets the target.

    A paper that every judge has seen against all others in both orders doesn't play. A tournament paused for the monthly
    cap resumes instead, once a match fits the cap again.
    """
    options = schedule.options
    league = await league_rows.get(session, schedule.league_id)
    if (waiting := await _at_the_cap(session, runtime, league, now)) is not None:
        await resume_tournament(
            session, waiting.id, "It went on by itself: there is room under the monthly cap again."
        )
        return waiting
    coming = await matches_due(session, runtime, league, options)
    if coming is None:
        return None
    money = options.get("usd")
    playing = len(await entry_rows.playable(session, league.id))
    top = options.get("top")
    if top is not None and top >= playing:  # everybody is among the top: the whole ranking it is
        top = None
    plan = TournamentPlan(
        coming.matches,
        None if money is None else Decimal(money),
        top,
        coming.target,
        panel=bool(options.get("panel")),
        batch=bool(options.get("batch")),
    )
    return await start(
        session,
        runtime,
        league=league.id,
        plan=plan,
        user=schedule.created_by,
        channel=league.channel,
        now=now,
        schedule=schedule.id,
    )


async def matches_due(
    session: Transaction, runtime: Runtime, league: League, options: Mapping[str, Any]
) -> DueMatches | None:
    """Return the matches that a schedule with these options would start now; None if nothing needs to be played.

    Without an own number, the schedule may play twice as many matches as its uncertain papers should need.
    """
    target = float(options.get("target") or league.target_interval)
    able = set(await entry_rows.playable(session, league.id))
    board = await refit.fit_input(session, league.id)
    judges = league.judges or runtime.settings.judges
    order_counts = await shown_orders.shown_orders_of(session, league.id)
    repeats = Counter(
        entry
        for pair in {frozenset(pair) for pair in assignment.exhausted_pairs(order_counts, judges)}
        for entry in (pair if pair <= able else ())
    )
    plays = np.array(
        [entry in able and repeats[entry] < len(able) - 1 for entry in board.entries], dtype=bool
    )
    plays &= board.matches < most_matches(target, board.spread)
    due = plays & ((await board.fit()).interval > target)
    count = int(np.sum(due))
    if not count or len(able) < 2:  # noqa: PLR2004 - a match has two sides
        return None
    most = int(options.get("matches") or most_matches(target, board.spread) * count)
    missing = np.maximum(1, expected_matches(target, board.spread) - board.matches[due]).sum()
    uncertain_sides = 1 + (count - 1) / (len(able) - 1)  # of a match: its opponent may be uncertain, too
    return DueMatches(count, most, min(most, int(np.ceil(missing / uncertain_sides))), target)


async def _at_the_cap(
    session: Transaction, runtime: Runtime, league: League, now: datetime
) -> Tournament | None:
    """Return the tournament that is paused for the league's cap though a match would fit it again, or None."""
    for tournament in await tournament_rows.running(session, league.id):
        if tournament.held_for == "cap":
            match = prices(runtime, tournament.judges).match
            if await spending.spent_this_month(session, league.id, now) + match <= league.monthly_cap:
                return tournament
    return None


async def set_schedule(
    session: Transaction,
    league: League,
    viewer: Viewer,
    phrase: str,
    options: dict[str, Any],
    *,
    now: datetime,
) -> Schedule:
    """Let the league play by itself at these times; for owners and admins only.

    `options` are matches, usd and top (None: no limit) and target (points; None: the league's). Raises `BadRequestError`
    for an unreadable phrase, `NotAllowedError`.
    """
    await require_owner(session, league, viewer, SET_SCHEDULE)
    timing = read_timing(phrase, league.time_zone, PLAYS_AT)
    schedule_id = await change_schedule(
        session, league, "tournament", timing, user=viewer.user, now=now,
        options={**options, "target": options.get("target") or league.target_interval},
    )  # fmt: skip
    detail = {"cron": timing.cron, "time_zone": timing.time_zone, **options}
    await league_rows.note(session, league.id, viewer.user, "tournament.scheduled", detail, now)
    schedule = await schedules.get(session, schedule_id)
    if schedule is None:
        raise NotFoundError("That schedule was taken away meanwhile. Please set it again.")
    return schedule


async def stop_schedule(session: Transaction, league: League, viewer: Viewer, *, now: datetime) -> bool:
    """Stop scheduled tournaments; return False if there were none. For owners and admins."""
    await require_owner(session, league, viewer, SET_SCHEDULE)
    schedules_stopped = [
        schedule
        for schedule in await schedules.of_league(session, league.id, "tournament")
        if await end_schedule(session, league, schedule.id)
    ]
    if schedules_stopped:
        await league_rows.note(session, league.id, viewer.user, "tournament.unscheduled", {}, now)
    return bool(schedules_stopped)
