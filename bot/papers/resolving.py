"""References become records: each goes to the source that knows its scheme or its host, in batches."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Final
from urllib.parse import urlsplit

from bot.errors import SourceError
from bot.papers.fetching import Fetcher
from bot.papers.links import Reference
from bot.papers.sources import Answer, Source, Turn
from bot.papers.sources.arxiv import ArxivSource

ARXIV_URL: Final = "https://export.arxiv.org/api/query"


class Pacer:
    """A `Turn` for one process: a host is asked again only after its seconds have passed."""

    def __init__(
        self,
        now: Callable[[], float] | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._now = now
        self._sleep = sleep
        self._free_at: dict[str, float] = {}

    async def __call__(self, host: str, seconds: float) -> None:
        """Wait for this host's next turn and take it."""
        now = self._now() if self._now is not None else asyncio.get_running_loop().time()
        at = max(now, self._free_at.get(host, now))
        self._free_at[host] = at + seconds
        if at > now:
            await self._sleep(at - now)


class Resolver:
    """Asks the sources. Every address can be replaced by a mirror's or a test server's.

    `turn` paces arXiv across processes (`storage` supplies it); without one, pacing is this process's own.
    """

    def __init__(
        self,
        fetcher: Fetcher,
        *,
        arxiv_url: str = ARXIV_URL,
        turn: Turn | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        pacing = turn if turn is not None else Pacer(sleep=sleep)
        self._schemes: dict[str, Source] = {"arxiv": ArxivSource(fetcher, arxiv_url, pacing, sleep=sleep)}
        self._hosts: dict[str, Source] = {}

    async def resolve(self, references: Sequence[Reference]) -> dict[str, Answer]:
        """A record or an error for each reference, by canonical id; references to one paper are asked once."""
        wanted = {reference.canonical: reference for reference in references}
        grouped: dict[int, tuple[Source, list[Reference]]] = {}
        answers: dict[str, Answer] = {}
        for reference in wanted.values():
            source = self._source(reference)
            if source is None:
                answers[reference.canonical] = SourceError("Papers of this site can't be looked up.")
            else:
                grouped.setdefault(id(source), (source, []))[1].append(reference)
        for found in await asyncio.gather(*(source.records(group) for source, group in grouped.values())):
            answers |= found
        return {canonical: answers[canonical] for canonical in wanted}

    def _source(self, reference: Reference) -> Source | None:
        if reference.scheme != "page":
            return self._schemes.get(reference.scheme)
        labels = (urlsplit(reference.value).hostname or "").split(".")
        for start in range(len(labels)):
            if source := self._hosts.get(".".join(labels[start:])):
                return source
        return self._schemes.get("page")
