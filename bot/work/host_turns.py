"""Turns at a source's host, shared by all processes through the database."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Final
from weakref import WeakValueDictionary

from bot.work.timing import Time
from storage.database.engine import Database
from storage.work import host_turns

HOLD_S: Final = 60.0
"""Seconds that a turn is held at most, longer than any fetch; a process that died blocks others no longer."""
LOOK_AGAIN_S: Final = 1.0


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
            began = self._time.now()
            try:
                yield
            finally:
                free = max(self._time.now(), began + timedelta(seconds=seconds))
                async with self._database.transaction(None) as session:
                    await host_turns.give_back(session, place, until, free)
