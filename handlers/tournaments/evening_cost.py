"""Estimate of a scheduled tournament's matches and cost, in a sentence or two."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.tournaments import estimates, scheduled_tournaments
from handlers.slack.services import Services
from handlers.tournaments.start_window_view import cost_line, evening_line, saving_line
from storage.database.engine import Transaction
from storage.leagues.league_rows import League


async def evening_of(
    session: Transaction, services: Services, league: League, options: Mapping[str, Any], now: datetime
) -> str:
    """Return a sentence or two on what a schedule with these options would play now, and its cost."""
    due = await scheduled_tournaments.matches_due(session, services.runtime, league, options)
    if due is None:
        return evening_line(None, "")
    panel, batch = bool(options.get("panel")), bool(options.get("batch")) and not options.get("panel")
    of = await estimates.estimate(
        session, services.runtime, league, due.matches, now, panel=panel, batch=batch
    )
    expected = await estimates.estimate(
        session, services.runtime, league, due.expected, now, panel=panel, batch=batch
    )
    of = replace(of, likely=expected.likely)
    at_once = await estimates.estimate(session, services.runtime, league, due.expected, now, panel=panel)
    return evening_line(due, cost_line(of) + (saving_line(of, at_once) if batch else ""))


async def cost_of(
    session: Transaction,
    services: Services,
    league: League,
    matches: int,
    judges: Sequence[str] | None,
    *,
    panel: bool,
) -> str:
    """Return the sentence on the cost of matches requested in words, "" if free; on a panel every judge is paid."""
    names = judges or league.judges or services.settings.judges
    of = await estimates.estimate(
        session, services.runtime, league, matches, services.now(), names, panel=panel
    )
    return "" if of.is_free else f" {cost_line(of)}"
