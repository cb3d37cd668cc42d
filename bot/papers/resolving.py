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
from bot.papers.sources.biorxiv import DOIS as PREPRINT_DOIS
from bot.papers.sources.biorxiv import BiorxivSource
from bot.papers.sources.catalogues import DblpSource, OpenAlexSource, SemanticScholarSource
from bot.papers.sources.doi import DoiSource
from bot.papers.sources.europepmc import EuropePmcSource
from bot.papers.sources.openreview import OpenReviewSource
from bot.papers.sources.page import PageSource

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
        doi_url: str = "https://doi.org",
        openalex_url: str = "https://api.openalex.org",
        semantic_scholar_url: str = "https://api.semanticscholar.org",
        biorxiv_url: str = "https://api.biorxiv.org",
        openreview_url: str = "https://api2.openreview.net",
        openreview_old_url: str = "https://api.openreview.net",
        europepmc_url: str = "https://www.ebi.ac.uk/europepmc/webservices/rest",
        openalex_key: str | None = None,
        openreview_token: str | None = None,
        turn: Turn | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        pacing = turn if turn is not None else Pacer(sleep=sleep)
        doi = DoiSource(
            fetcher,
            doi_url,
            openalex_url=openalex_url,
            semantic_scholar_url=semantic_scholar_url,
            openalex_key=openalex_key,
        )
        europepmc = EuropePmcSource(fetcher, europepmc_url)
        page = PageSource(fetcher, self.resolve)
        self._preprints = BiorxivSource(fetcher, biorxiv_url, fallback=doi)
        self._schemes: dict[str, Source] = {
            "arxiv": ArxivSource(fetcher, arxiv_url, pacing, fallback=doi, sleep=sleep),
            "doi": doi,
            "openreview": OpenReviewSource(
                fetcher, openreview_url, openreview_old_url, token=openreview_token
            ),
            "pmid": europepmc,
            "pmcid": europepmc,
            "acl": page,
            "iacr": page,
            "page": page,
        }
        self._hosts: dict[str, Source] = {
            "dblp.org": DblpSource(fetcher, self.resolve),
            "semanticscholar.org": SemanticScholarSource(fetcher, self.resolve, semantic_scholar_url),
            "openalex.org": OpenAlexSource(fetcher, self.resolve, openalex_url, openalex_key),
        }

    async def resolve(self, references: Sequence[Reference]) -> dict[str, Answer]:
        """A record or an error for each reference, by canonical id; one paper is asked once."""
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
        if reference.scheme == "doi" and PREPRINT_DOIS.fullmatch(reference.value):
            return self._preprints
        if reference.scheme != "page":
            return self._schemes.get(reference.scheme)
        labels = (urlsplit(reference.value).hostname or "").split(".")
        for start in range(len(labels)):
            if source := self._hosts.get(".".join(labels[start:])):
                return source
        return self._schemes.get("page")
