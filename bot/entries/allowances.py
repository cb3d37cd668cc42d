"""Limits on papers added by one message and by one person a day; further links wait for confirmation."""

from datetime import datetime, timedelta

from storage.database.engine import Transaction
from storage.entries import held_link_rows

MOST_IN_MESSAGE = 20
"""Most links of one message that are added without confirmation."""
MOST_A_DAY = 200
"""Most papers that a person may add in 24 hours without an owner's confirmation."""
DAY = timedelta(hours=24)


async def room(session: Transaction, user: str, channel: str, ts: str, now: datetime) -> int:
    """Return how many more links of one message may become entries without a person's confirmation."""
    in_message = MOST_IN_MESSAGE - await held_link_rows.seen_in(session, channel, ts)
    return max(min(in_message, await left_today(session, user, now)), 0)


async def left_today(session: Transaction, user: str, now: datetime) -> int:
    """Return how many more papers a person may add today."""
    return max(MOST_A_DAY - await held_link_rows.entered_since(session, user, now - DAY, now), 0)
