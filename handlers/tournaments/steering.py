"""Steps that pause, resume or cancel a tournament."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from bot.people import Viewer
from bot.tournaments import estimates, pausing_and_cancelling
from handlers.slack.services import Services
from storage.database.engine import Transaction
from storage.tournaments import tournament_rows
from storage.tournaments.tournament_rows import Tournament

Step = Callable[[Transaction, int, Viewer, datetime], Awaitable[Tournament]]


def resuming(services: Services) -> Step:
    """Return the function that resumes a tournament; it refuses if the league's cap leaves no money to play."""

    async def resume(session: Transaction, tournament: int, viewer: Viewer, now: datetime) -> Tournament:
        waited_for = (await tournament_rows.get(session, tournament)).held_for
        row = await pausing_and_cancelling.resume(session, tournament, viewer, now)
        if waited_for == "cap":
            await estimates.check_affordable(session, services.runtime, row.league_id, now)
        return row

    return resume
