"""Turns of a place outside (a source's host): one caller of all processes at a time, and a pause between them."""

from datetime import datetime, timedelta

from sqlalchemy import select, update

from storage.database.engine import Transaction
from storage.database.statements import changed, insert_once
from storage.tables import HostTurn

LONGEST_HOLD = timedelta(days=1)
"""How far ahead a place may be held or paused; what lies further ahead was set by a wrong clock."""


async def take(session: Transaction, place: str, hold_s: float, now: datetime) -> tuple[bool, datetime]:
    """Hold a place for at most `hold_s` seconds if it is free.

    Returns whether it was taken, and the moment until which it is held, by this caller or by another.
    """
    await insert_once(session, HostTurn, host=place, next_at=now)
    next_at = (
        await session.scalars(select(HostTurn.next_at).where(HostTurn.host == place).with_for_update())
    ).one()
    if now < next_at <= now + LONGEST_HOLD:
        return False, next_at
    until = now + timedelta(seconds=hold_s)
    await changed(session, update(HostTurn).where(HostTurn.host == place).values(next_at=until))
    return True, until


async def give_back(session: Transaction, place: str, until: datetime, next_at: datetime) -> None:
    """End one's hold: the place is free from `next_at` on. A hold that ran out meanwhile is left to who has it now."""
    await changed(
        session,
        update(HostTurn).where(HostTurn.host == place, HostTurn.next_at == until).values(next_at=next_at),
    )
