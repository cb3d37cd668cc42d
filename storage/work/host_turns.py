"""Turns at a web host or Slack channel: one caller of all processes at a time, with pauses between turns."""

from datetime import datetime, timedelta

from sqlalchemy import select, update

from storage.database.engine import Transaction
from storage.database.statements import changed, insert_once
from storage.tables import HostTurn

LONGEST_HOLD = timedelta(days=1)
"""How far ahead a place may be held; times further ahead come from a wrong clock and are ignored."""


async def take(session: Transaction, place: str, hold_s: float, now: datetime) -> tuple[bool, datetime]:
    """Reserve a place (a web host or Slack channel) for this caller for at most `hold_s` seconds, if it is free.

    Returns (whether it is reserved now, when the current reservation ends).
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
    """End this caller's reservation of a place; the next caller may come at `next_at`.

    Does nothing if the reservation until `until` was lost to another caller.
    """
    await changed(
        session,
        update(HostTurn).where(HostTurn.host == place, HostTurn.next_at == until).values(next_at=next_at),
    )


LONGEST_TURN = timedelta(hours=1)
"""How far ahead turns at a place may be reserved."""


async def next_turn(
    session: Transaction, place: str, seconds: float, now: datetime, *, first: bool = False
) -> datetime:
    """Reserve a moment to call a place (a host or Slack channel) that takes one call each `seconds`; returns the moment.

    With `first`, the caller goes before all ordinary waiting callers, who then wait longer.
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
