"""Lets calls that wait for reserved money take turns, and wakes the first of them when a call is settled here."""

import asyncio
from collections import defaultdict
from collections.abc import Hashable
from weakref import WeakValueDictionary


class Settlements:
    """One event per workspace, set whenever a call's cost is settled, and one queue per budget.

    Only the first in a queue checks the money, so that a settlement wakes one call and not all.
    """

    def __init__(self) -> None:
        self._next: dict[str, asyncio.Event] = defaultdict(asyncio.Event)
        self._queues: WeakValueDictionary[Hashable, asyncio.Lock] = WeakValueDictionary()

    def queue(self, purse: Hashable) -> asyncio.Lock:
        """Return the queue of calls that wait for the same budget; hold it while checking the money."""
        return self._queues.setdefault(purse, asyncio.Lock())

    def next(self, workspace: str) -> asyncio.Event:
        """Return the event of the workspace's next settlement; get it before checking the money."""
        return self._next[workspace]

    def tell(self, workspace: str) -> None:
        """Wake the calls that wait in the workspace."""
        event = self._next.pop(workspace, None)
        if event is not None:
            event.set()
