"""Turns at a source's host, shared by all processes through the database."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from weakref import WeakValueDictionary

from bot.work.timing import Time
from storage.database.engine import Database
from storage.work import host_turns

HOLD_S: Final = 12.0
"""Seconds that a turn is held without being renewed; a process that died blocks others no longer."""
RENEW_S: Final = 4.0
"""Real seconds between renewals of a turn that is in use."""
LOOK_AGAIN_S: Final = 1.0


@dataclass
class _Hold:
    """A turn that is in use; `until` is when it ends unless it is renewed."""

    until: datetime


class SharedTurns:
    """`Turn` at hosts shared by all processes: one caller at a time, `seconds` between starts."""

    def __init__(self, database: Database, time: Time) -> None:
        self._database = database
        self._time = time
        self._here: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    @asynccontextmanager
    async def __call__(self, place: str, seconds: float) -> AsyncIterator[None]:
        """Wait for the host and hold it inside this block; it is free again `seconds` after the start at the earliest."""
        async with self._here.setdefault(place, asyncio.Lock()):
            while True:
                now = self._time.now()
                async with self._database.transaction(None) as session:
                    has_turn, until = await host_turns.take(session, place, HOLD_S, now)
                if has_turn:
                    break
                await self._time.sleep(min(max((until - now).total_seconds(), 0.01), LOOK_AGAIN_S))
            began, hold = self._time.now(), _Hold(until)
            renewing = asyncio.create_task(self._renew(place, hold))
            try:
                yield
            finally:
                renewing.cancel()
                await asyncio.gather(renewing, return_exceptions=True)
                free = max(self._time.now(), began + timedelta(seconds=seconds))
                async with self._database.transaction(None) as session:
                    await host_turns.give_back(session, place, hold.until, free)

    async def _renew(self, place: str, hold: _Hold) -> None:
        """Hold a turn for longer, again and again, until cancelled or the turn was lost to another caller."""
        while True:
            await asyncio.sleep(RENEW_S)
            later = self._time.now() + timedelta(seconds=HOLD_S)
            async with self._database.transaction(None) as session:
                if not await host_turns.give_back(session, place, hold.until, later):
                    return
            hold.until = later
