"""Wake calls that wait for reserved money when a call settles in this process."""

import asyncio


class Settlements:
    """An event for each workspace, set at each settlement."""

    def __init__(self) -> None:
        self._next: dict[str, asyncio.Event] = {}

    def next(self, workspace: str) -> asyncio.Event:
        """The event of the workspace's next settlement; get it before looking at the money."""
        return self._next.setdefault(workspace, asyncio.Event())

    def tell(self, workspace: str) -> None:
        """Wake all that wait in the workspace."""
        event = self._next.pop(workspace, None)
        if event is not None:
            event.set()
