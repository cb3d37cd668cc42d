"""Refreshes cards of the newest papers when their league's state changes."""

from datetime import datetime, timedelta

from storage.database.engine import Transaction
from storage.entries import entry_rows
from storage.work import outbox

FRESH = timedelta(days=7)
"""How long after its submission a paper's card is refreshed by changes of its league."""
MOST_CARDS = 40
"""Most cards refreshed at once; Slack allows some fifty changes a minute."""


async def refresh(session: Transaction, league: int, since: datetime | None = None) -> None:
    """Queue an update of the Slack cards of a league's newest papers.

    `since` limits it to papers submitted after that moment.
    """
    with outbox.background():
        for entry in await entry_rows.arrived_since(session, league, since, MOST_CARDS):
            await outbox.bump(session, "card", entry)
