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


LONGEST_TURN = timedelta(hours=1)
"""How far ahead turns of a place may be taken."""


async def next_turn(
    session: Transaction, place: str, seconds: float, now: datetime, *, first: bool = False
) -> datetime:
    """Take the next free turn of a place (a channel, a host) where turns lie `seconds` apart; returns its moment.

    `first` goes before all who wait, behind others that do; those who come later wait for as much longer.
    """
    turn = await _turn(session, place, seconds, now)
    return await _turn(session, f"{place}:first", seconds, now) if first else turn


async def _turn(session: Transaction, place: str, seconds: float, now: datetime) -> datetime:
    await insert_once(session, HostTurn, host=place, next_at=now)
    row = (await session.scalars(select(HostTurn).where(HostTurn.host == place).with_for_update())).one()
    is_near = row.next_at <= now + LONGEST_TURN  # what lies further ahead was set by a wrong clock
    turn = max(row.next_at, now) if is_near else now
    row.next_at = turn + timedelta(seconds=seconds)
    await session.flush()
    return turn
