"""Paces calls to a host: a limited number at once, and seconds between their starts."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Protocol
from urllib.parse import urlsplit
from weakref import WeakValueDictionary

MOST_PLACES = 1_000
"""Number of hosts from which those free for long are forgotten."""


class Turn(Protocol):
    """Interface for waiting until a host may be asked again.

    `SharedTurns` counts over all processes, `Pacer` within one.
    """

    def __call__(self, place: str, seconds: float) -> AbstractAsyncContextManager[None]:
        """Wait for the host's turn and hold it inside the block: `async with turn(place, seconds):`."""
        ...


class Pacer:
    """Makes callers in one process wait for their turn at a host; at most `at_once` ask it at the same time."""

    def __init__(
        self,
        now: Callable[[], float] | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        *,
        at_once: int = 1,
    ) -> None:
        self._now = now
        self._sleep = sleep
        self._at_once = at_once
        self._free_at: dict[str, float] = {}
        self._held: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()

    @asynccontextmanager
    async def __call__(self, place: str, seconds: float) -> AsyncIterator[None]:
        """Wait for this host's next turn and hold it inside the block."""
        async with self._held.setdefault(place, asyncio.Semaphore(self._at_once)):
            now = self._now() if self._now is not None else asyncio.get_running_loop().time()
            at = max(now, self._free_at.get(place, now))
            if len(self._free_at) >= MOST_PLACES:
                self._free_at = {name: free for name, free in self._free_at.items() if free > now}
            self._free_at[place] = at + seconds
            if at > now:
                await self._sleep(at - now)
            yield


def place_of(url: str) -> str:
    """Return the host by which a URL is paced; all hosts of arXiv count as one."""
    host = urlsplit(url).hostname or ""
    return "arxiv.org" if host == "arxiv.org" or host.endswith(".arxiv.org") else host
