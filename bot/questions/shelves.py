"""The shelves of leagues, built off the event loop and kept until a paper or a rank changes."""

import asyncio
from collections import OrderedDict
from collections.abc import Sequence

from bot.questions.paper_mentions import Shelf, ShelfPaper

MOST = 32
"""So many leagues' shelves are kept, the last used."""


class Shelves:
    """Shelves by workspace and league; one over 3,500 papers takes 0.2 s to build, so it is built once, in a thread."""

    def __init__(self) -> None:
        self._shelves: OrderedDict[tuple[str, int], tuple[tuple[ShelfPaper, ...], Shelf]] = OrderedDict()

    async def shelf(self, workspace: str, league: int, papers: Sequence[ShelfPaper]) -> Shelf:
        """The shelf of these papers: the one that is kept, where they are the same."""
        key, now = (workspace, league), tuple(papers)
        before = self._shelves.get(key)
        if before is None or before[0] != now:
            before = now, await asyncio.to_thread(Shelf, now)
            self._shelves[key] = before
        self._shelves.move_to_end(key)
        while len(self._shelves) > MOST:
            self._shelves.popitem(last=False)
        return before[1]
