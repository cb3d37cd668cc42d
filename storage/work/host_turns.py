"""Turns at a web host or Slack channel: one caller of all processes at a time, with pauses between turns."""

from datetime import datetime, timedelta

from sqlalchemy import select, update

from storage.database.engine import Transaction
from storage.database.statements import changed, insert_once
from storage.tables import HostTurn

LONGEST_HOLD = timedelta(minutes=5)
"""How far ahead a place may be held; times further ahead come from a clock that was ahead and are ignored."""


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


async def give_back(session: Transaction, place: str, until: datetime, next_at: datetime) -> bool:
    """End this caller's reservation of a place, or renew it; the next caller may come at `next_at`.

    Return False, and do nothing, if the reservation until `until` was lost to another caller.
    """
    ours = update(HostTurn).where(HostTurn.host == place, HostTurn.next_at == until)
    return await changed(session, ours.values(next_at=next_at)) == 1


LONGEST_TURN = timedelta(minutes=30)
"""How far ahead turns at a place may be reserved."""


async def next_turn(
    session: Transaction, place: str, seconds: float, now: datetime, *, first: bool = False
) -> datetime:
    """Reserve a moment to call a place (a host or Slack channel) that takes one call each `seconds`; returns the moment.

    With `first`, the caller takes the next moment, also from an ordinary caller who waits for it; that one finds out by
    `was_taken_away`, and reserves another.
    """
    interval = timedelta(seconds=seconds)
    row = await _row(session, place, now)
    free = _believable(row.next_at, now)
    if not first:
        turn = max(free, now)
        row.next_at = turn + interval
    else:
        of_first = await _row(session, _first(place), now)
        turn = max(free, now) if free <= now + interval else free - (free - now) // interval * interval
        if turn <= now < free:  # that moment is just being used
            turn += interval
        turn = max(turn, _believable(of_first.next_at, now))
        of_first.next_at = turn + interval
        row.next_at = max(free, turn + interval)
    await session.flush()
    return turn


async def was_taken_away(session: Transaction, place: str, turn: datetime) -> bool:
    """Return whether a caller who goes first took a reserved moment."""
    next_at = await session.scalar(select(HostTurn.next_at).where(HostTurn.host == _first(place)))
    return next_at is not None and turn < next_at <= turn + LONGEST_TURN


def _first(place: str) -> str:
    return f"{place}:first"


def _believable(next_at: datetime, now: datetime) -> datetime:
    """Return when a place is free; what lies further ahead than anybody may reserve was set by a wrong clock."""
    return next_at if next_at <= now + LONGEST_TURN else now


async def _row(session: Transaction, place: str, now: datetime) -> HostTurn:
    await insert_once(session, HostTurn, host=place, next_at=now)
    return (await session.scalars(select(HostTurn).where(HostTurn.host == place).with_for_update())).one()
