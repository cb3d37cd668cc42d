"""Changes a league's monthly cap."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from bot.leagues.rights import Right, claim, require
from bot.leagues.settings import read_cap
from bot.leagues.visibility import visible_league
from bot.people import Viewer
from storage import assessments
from storage.database.engine import Transaction
from storage.leagues import league_rows
from storage.tables import League
from storage.tournaments import tournament_rows


async def set_cap(
    session: Transaction,
    league_id: int,
    viewer: Viewer,
    cap: Decimal,
    *,
    now: datetime,
    models: list[str] | None = None,
) -> League:
    """Change a league's monthly cap in USD; work that waited for money becomes due.

    `models` are those whose prices the person was shown; None if no prices were shown.
    """
    league = await visible_league(session, league_id, viewer)
    await require(session, league, Right.BUDGET, viewer)
    await claim(session, league, viewer, now)
    values: dict[str, Any] = {"monthly_cap": read_cap(cap)}
    if models is not None:
        values["announced"] = models
    await league_rows.change(session, league.id, viewer.user, now, **values)
    await assessments.make_due_with_money(session, league.id)
    return await league_rows.get(session, league.id)


async def tournament_held_at_cap(session: Transaction, league: int) -> int | None:
    """Return the id of the newest tournament paused because the league's monthly cap is reached, or None.

    Only a person can resume it.
    """
    return next(
        (row.id for row in reversed(await tournament_rows.running(session, league)) if row.held_for == "cap"),
        None,
    )
