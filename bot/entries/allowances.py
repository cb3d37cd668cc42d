"""Limits on papers entered by one message and by one person a day; further links wait for a click."""

from datetime import datetime, timedelta

from storage.database.engine import Transaction
from storage.entries import held_link_rows

MOST_IN_MESSAGE = 20
"""So many links of a message come in by themselves."""
MOST_A_DAY = 200
"""So many papers may a person bring in within 24 hours; owners answer for more."""
DAY = timedelta(hours=24)


async def room(session: Transaction, user: str, channel: str, ts: str, now: datetime) -> int:
    """How many more links of a message are entered without a click."""
    in_message = MOST_IN_MESSAGE - await held_link_rows.seen_in(session, channel, ts)
    return max(min(in_message, await left_today(session, user, now)), 0)


async def left_today(session: Transaction, user: str, now: datetime) -> int:
    """How many more papers a person may enter today."""
    return max(MOST_A_DAY - await held_link_rows.entered_since(session, user, now - DAY), 0)
