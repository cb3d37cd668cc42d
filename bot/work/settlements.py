"""Wake calls that wait for reserved money when a call settles in this process."""

import asyncio


class Settlements:
    """One event a workspace; each settlement sets it and makes a new one."""

    def __init__(self) -> None:
        self._next: dict[str, asyncio.Event] = {}

    def next(self, workspace: str) -> asyncio.Event:
        """Set at the next settlement in the workspace; ask before looking at the money."""
        return self._next.setdefault(workspace, asyncio.Event())

    def tell(self, workspace: str) -> None:
        """Wake all who wait in the workspace."""
        event = self._next.pop(workspace, None)
        if event is not None:
            event.set()
