"""References become records: each goes to the source that knows its scheme or its host, in batches."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from bot.papers.fetching.fetcher import Fetcher
from bot.papers.fetching.pacing import Pacer, Turn
from bot.papers.links import Reference
from bot.papers.records import PaperRecord, gated
from bot.papers.sources import Answer, Source
from bot.papers.sources.arxiv import ArxivSource
from bot.papers.sources.biorxiv import DOIS as PREPRINT_DOIS
from bot.papers.sources.biorxiv import BiorxivSource
from bot.papers.sources.catalogues import DblpSource, OpenAlexSource, SemanticScholarSource
from bot.papers.sources.doi import DoiSource
from bot.papers.sources.europepmc import EuropePmcSource
from bot.papers.sources.openreview import OpenReviewSource
from bot.papers.sources.page import PageSource
from storage.errors import SourceError

ARXIV_URL: Final = "https://export.arxiv.org/api/query"


@dataclass(frozen=True, slots=True)
class Keys:
    """What the sources may be given; None where an installation has none."""

    openalex: str | None = field(default=None, repr=False)
    semantic_scholar: str | None = field(default=None, repr=False)
    openreview_user: str | None = None
    openreview_password: str | None = field(default=None, repr=False)


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
        keys: Keys | None = None,
        turn: Turn | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._readers = fetcher.readers
        pacing = turn if turn is not None else Pacer(sleep=sleep)
        keys = keys or Keys()
        doi = DoiSource(
            fetcher,
            doi_url,
            openalex_url=openalex_url,
            semantic_scholar_url=semantic_scholar_url,
            openalex_key=keys.openalex,
            semantic_scholar_key=keys.semantic_scholar,
        )
        europepmc = EuropePmcSource(fetcher, europepmc_url)
        page = PageSource(fetcher, self._ask)
        self._preprints = BiorxivSource(fetcher, biorxiv_url, fallback=doi)
        self._schemes: dict[str, Source] = {
            "arxiv": ArxivSource(fetcher, arxiv_url, pacing, fallback=doi, sleep=sleep),
            "doi": doi,
            "openreview": OpenReviewSource(
                fetcher,
                openreview_url,
                openreview_old_url,
                user=keys.openreview_user,
                password=keys.openreview_password,
                elsewhere=page,
            ),
            "pmid": europepmc,
            "pmcid": europepmc,
            "acl": page,
            "iacr": page,
            "page": page,
        }
        self._hosts: dict[str, Source] = {
            "dblp.org": DblpSource(fetcher, self._ask),
            "semanticscholar.org": SemanticScholarSource(
                fetcher, self._ask, semantic_scholar_url, keys.semantic_scholar
            ),
            "openalex.org": OpenAlexSource(fetcher, self._ask, openalex_url, keys.openalex),
        }

    async def resolve(self, references: Sequence[Reference]) -> dict[str, Answer]:
        """A record that passed the gate, or an error, for each reference by canonical id; one paper is asked once."""
        answers = await self._ask(references)
        raw = {name: answer for name, answer in answers.items() if isinstance(answer, PaperRecord)}
        passed = await gated(list(raw.values()), self._readers)
        return answers | dict(zip(raw, passed, strict=True))

    async def _ask(self, references: Sequence[Reference]) -> dict[str, Answer]:
        """As the sources answer, raw."""
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
