"""Limits the simultaneous calls to each server, and queues the others."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Slots:
    """Limits how many calls a server gets at the same time, over all judges of a process.

    Waiting retries go before waiting first calls.
    """

    def __init__(self, each: int) -> None:
        self.each = each
        self._free: dict[str, int] = {}
        self._waiting: dict[str, deque[asyncio.Future[None]]] = {}

    @asynccontextmanager
    async def at(self, place: str, *, urgent: bool = False) -> AsyncIterator[None]:
        """Hold a slot of a server inside this block; urgent callers go before others that wait."""
        await self._take(place, urgent=urgent)
        try:
            yield
        finally:
            self._give(place)

    async def _take(self, place: str, *, urgent: bool) -> None:
        waiting = self._waiting.setdefault(place, deque())
        free = self._free.setdefault(place, self.each)
        if free:
            self._free[place] = free - 1
            return
        turn = asyncio.get_running_loop().create_future()
        if urgent:
            waiting.appendleft(turn)
        else:
            waiting.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._give(place)
            raise

    def _give(self, place: str) -> None:
        waiting = self._waiting[place]
        while waiting:
            turn = waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                return
        self._free[place] += 1
