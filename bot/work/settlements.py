"""Let calls that wait for reserved money take turns, and wake the first of them when a call settles here."""

import asyncio
from collections import defaultdict
from collections.abc import Hashable
from weakref import WeakValueDictionary


class Settlements:
    """An event for each workspace, set at each settlement, and a queue for each purse.

    Only the first in a purse's queue looks at the money, so that a settlement wakes one call and not all.
    """

    def __init__(self) -> None:
        self._next: dict[str, asyncio.Event] = defaultdict(asyncio.Event)
        self._queues: WeakValueDictionary[Hashable, asyncio.Lock] = WeakValueDictionary()

    def queue(self, purse: Hashable) -> asyncio.Lock:
        """The queue of those who wait for the same money: hold it while looking."""
        return self._queues.setdefault(purse, asyncio.Lock())

    def next(self, workspace: str) -> asyncio.Event:
        """Return the event of the workspace's next settlement; get it before checking the money."""
        return self._next[workspace]

    def tell(self, workspace: str) -> None:
        """Wake all that look in the workspace."""
        event = self._next.pop(workspace, None)
        if event is not None:
            event.set()
