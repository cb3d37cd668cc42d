"""The seam every paper source fills: references in, records or errors out, errors being values."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

from bot.errors import SourceError
from bot.papers.links import Reference
from bot.papers.records import PaperRecord

Answer = PaperRecord | SourceError
Turn = Callable[[str, float], Awaitable[None]]
"""`await turn(host, seconds)` returns when the host may be asked again, `seconds` after the last time."""


class Source(Protocol):
    """Where records of some references come from."""

    async def records(self, references: Sequence[Reference]) -> dict[str, Answer]:
        """An answer for each reference, by its canonical id; never raises a `SourceError`."""
        ...
