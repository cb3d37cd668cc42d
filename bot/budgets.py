"""A league's budget: its monthly cap, changed by whoever may."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from bot.leagues import cap_of, seen
from bot.people import People
from bot.rights import Right, require
from storage import assessments, leagues, matches
from storage.database import Transaction
from storage.tables import League


async def set_cap(
    session: Transaction,
    league_id: int,
    user: str,
    cap: Decimal,
    *,
    people: People,
    now: datetime,
    announced: list[str] | None = None,
) -> League:
    """Change a league's monthly cap, in USD; what waited for money is due again.

    `announced` are the models whose price the person was shown; None where they weren't.
    """
    league = await seen(session, league_id, user, people)
    await require(session, league, Right.BUDGET, user, people)
    values: dict[str, Any] = {"monthly_cap": cap_of(cap)}
    if announced is not None:
        values["announced"] = announced
    await leagues.change(session, league.id, user, now, **values)
    await assessments.go_on(session, league.id)
    return await leagues.get(session, league.id)


async def held(session: Transaction, league: int) -> int | None:
    """The newest tournament that waits for the league's monthly cap: it goes on when somebody resumes it."""
    return next(
        (row.id for row in reversed(await matches.running(session, league)) if row.held_for == "cap"), None
    )
