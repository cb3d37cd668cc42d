"""The seam every paper source fills: references in, records or errors out, errors being values."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol
from urllib.parse import urlsplit

from bot.papers.links import Reference
from bot.papers.records import PaperRecord
from storage.errors import SourceError

Answer = PaperRecord | SourceError


class Turn(Protocol):
    """How a place is asked: one caller at a time, in all processes, and `seconds` from one beginning to the next."""

    def __call__(self, place: str, seconds: float) -> AbstractAsyncContextManager[None]:
        """`async with turn(place, seconds):` waits for the place and holds it."""
        ...


def place_of(url: str) -> str:
    """The place that an address belongs to: all hosts of arXiv are one, any other host is its own."""
    host = urlsplit(url).hostname or ""
    return "arxiv.org" if host == "arxiv.org" or host.endswith(".arxiv.org") else host


class Source(Protocol):
    """Where records of some references come from."""

    async def records(self, references: Sequence[Reference]) -> dict[str, Answer]:
        """An answer for each reference, by its canonical id; never raises a `SourceError`."""
        ...
