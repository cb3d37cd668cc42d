"""Lets calls that wait for reserved money take turns, and wakes the first of them when a call is settled here."""

import asyncio
from collections import defaultdict
from collections.abc import Hashable
from weakref import WeakValueDictionary


class Settlements:
    """Wakes calls that wait for reserved money when another call of the workspace is paid.

    Only the first in the queue for a budget checks the money, so that a payment wakes one call and not all.
    """

    def __init__(self) -> None:
        self._next: dict[str, asyncio.Event] = defaultdict(asyncio.Event)
        self._queues: WeakValueDictionary[Hashable, asyncio.Lock] = WeakValueDictionary()

    def queue(self, purse: Hashable) -> asyncio.Lock:
        """Return the lock that lines up the calls waiting for one budget; hold it while checking the money."""
        return self._queues.setdefault(purse, asyncio.Lock())

    def next(self, workspace: str) -> asyncio.Event:
        """Return the event that is set at the workspace's next payment; get it before checking the money."""
        return self._next[workspace]

    def tell(self, workspace: str) -> None:
        """Wake the calls that wait for money in the workspace, because one was just paid."""
        event = self._next.pop(workspace, None)
        if event is not None:
            event.set()
