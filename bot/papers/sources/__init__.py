"""Interface of all paper sources: references in, records or errors out (errors are returned, not raised).

A source is one module here with a `SourceDeclaration`; `bot.papers.resolving.SOURCES` lists them. New kinds of URLs get
their rule in `bot.papers.links`.
"""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import urlsplit

from bot.papers.errors import SourceError
from bot.papers.fetching.fetcher import Fetcher
from bot.papers.fetching.pacing import Turn
from bot.papers.links import Reference
from bot.papers.records import PaperRecord

SourceAnswer = PaperRecord | SourceError
AskById = Callable[[Sequence[Reference]], Awaitable[dict[str, SourceAnswer]]]
"""Function that returns answers for references by canonical id, each from the source that knows it."""


class Source(Protocol):
    """A source of records for certain references."""

    async def records(self, references: Sequence[Reference]) -> dict[str, SourceAnswer]:
        """Return an answer for each reference, by its canonical id; never raises a `SourceError`."""
        ...


@dataclass(frozen=True, slots=True)
class Keys:
    """Keys and passwords for the sources; None if an installation has none."""

    openalex: str | None = field(default=None, repr=False)
    semantic_scholar: str | None = field(default=None, repr=False)
    openreview_user: str | None = None
    openreview_password: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class SourceContext:
    """Everything a source needs when it is opened.

    `addresses` replaces base URLs by name (a mirror's, a test server's); `turn` paces hosts across processes; `ask`
    fetches references from any source; `source` returns another source by name.
    """

    fetcher: Fetcher
    addresses: Mapping[str, str]
    keys: Keys
    turn: Turn
    sleep: Callable[[float], Awaitable[None]]
    ask: AskById
    source: Callable[[str], Source]

    def address(self, name: str, default: str) -> str:
        """Return the base URL called `name`, or `default`, without a slash at its end."""
        return self.addresses.get(name, default).rstrip("/")


@dataclass(frozen=True, slots=True)
class SourceDeclaration:
    """Declaration of a source: its name, how to open it, and the references it answers.

    It takes references by scheme, pages by host (subdomains included), and DOIs that match `dois`. A source that declares
    hosts or DOIs precedes those that declare the whole scheme.
    """

    name: str
    open: Callable[[SourceContext], Source]
    schemes: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    dois: re.Pattern[str] | None = None

    def takes_by_name(self, reference: Reference) -> bool:
        """Return whether the reference is a DOI or page that this source declares by pattern or host."""
        if reference.scheme == "doi":
            return self.dois is not None and self.dois.fullmatch(reference.value) is not None
        if reference.scheme != "page":
            return False
        host = urlsplit(reference.value).hostname or ""
        return any(host == name or host.endswith(f".{name}") for name in self.hosts)
