"""The seam every paper source fills: references in, records or errors out, errors being values."""

from collections.abc import Sequence
from typing import Protocol

from bot.papers.links import Reference
from bot.papers.records import PaperRecord
from storage.errors import SourceError

Answer = PaperRecord | SourceError


class Source(Protocol):
    """Where records of some references come from."""

    async def records(self, references: Sequence[Reference]) -> dict[str, Answer]:
        """An answer for each reference, by its canonical id; never raises a `SourceError`."""
        ...
