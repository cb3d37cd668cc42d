"""Catalogues (DBLP, Semantic Scholar, OpenAlex), whose entries lead to a paper's own id."""

import dataclasses
from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import urlsplit

from bot.papers.errors import PaperNotFoundError
from bot.papers.fetching.fetcher import Fetcher
from bot.papers.links import Reference, parse
from bot.papers.records import PaperRecord
from bot.papers.sources import AskById, SourceAnswer, SourceContext, SourceDeclaration
from bot.papers.sources.doi import SEMANTIC_SCHOLAR_URL
from bot.papers.sources.fields import counted, day, each, json_of, listed, prose, value_at, words
from bot.papers.sources.openalex import OPENALEX_URL, abstract_of_index, openalex_standing
from bot.papers.standing import gravest


class _Catalogue:
    """Reads a catalogue's entry, then asks the source of the best id in it; the entry itself is used if that fails."""

    def __init__(self, fetcher: Fetcher, by_id: AskById) -> None:
        self._fetcher = fetcher
        self._by_id = by_id

    async def records(self, references: Sequence[Reference]) -> dict[str, SourceAnswer]:
        """Return an answer for each reference."""
        return await each(references, self._record)

    async def _entry(self, reference: Reference) -> tuple[PaperRecord, list[Reference]]:
        raise NotImplementedError

    async def _record(self, reference: Reference) -> PaperRecord:
        entry, references = await self._entry(reference)
        for answer in (await self._by_id(references[:1])).values() if references else ():
            if isinstance(answer, PaperRecord):
                ids = (*answer.identifiers, *entry.identifiers)
                return dataclasses.replace(
                    answer,
                    identifiers=tuple(dict.fromkeys(ids)),
                    abstract=answer.abstract or entry.abstract,
                    standing=gravest([answer.standing, entry.standing]),
                    venue=answer.venue or entry.venue,
                    citations=answer.citations if answer.citations is not None else entry.citations,
                )
        if not entry.title:
            raise PaperNotFoundError("This catalogue's entry names no paper that can be looked up.")
        return entry


def _named(*texts: str | None) -> list[Reference]:
    """Return the papers' own ids among these links and ids, pages last, without ids of catalogues."""
    references = [r for text in texts if text and (r := parse(text)) is not None]
    return sorted(
        references,
        key=lambda r: ("arxiv", "doi", "acl", "openreview", "pmid", "pmcid", "iacr", "page").index(r.scheme),
    )


def _entry(
    reference: Reference, source: str, title: str, references: Sequence[Reference], **fields: Any
) -> PaperRecord:
    ids = tuple((r.scheme, r.value) for r in references if r.scheme != "page")
    return PaperRecord(
        identifiers=(*ids, (reference.scheme, reference.value)),
        title=title,
        url=reference.link,
        source=source,
        **fields,
    )


class DblpSource(_Catalogue):
    """Fetches papers named by DBLP links, from DBLP's XML."""

    async def _entry(self, reference: Reference) -> tuple[PaperRecord, list[Reference]]:
        reply = await self._fetcher.get(f"{reference.link}.xml", accept="application/xml")
        root = await self._fetcher.readers.xml(reply.body, "DBLP")
        title = (
            " ".join("".join(next(root.iter("title")).itertext()).split())
            if root.find(".//title") is not None
            else ""
        )
        references = [r for r in _named(*(e.text for e in root.iter("ee"))) if "dblp.org" not in r.value]
        authors = tuple(" ".join(a.text.rstrip("0123456789").split()) for a in root.iter("author") if a.text)
        year = root.find(".//year")
        return _entry(
            reference,
            "DBLP",
            title.removesuffix("."),
            references,
            authors=authors,
            published=day(year.text if year is not None else None),
        ), references


class SemanticScholarSource(_Catalogue):
    """Fetches papers named by Semantic Scholar links, from its API."""

    def __init__(
        self,
        fetcher: Fetcher,
        by_id: AskById,
        url: str = SEMANTIC_SCHOLAR_URL,
        key: str | None = None,
    ) -> None:
        super().__init__(fetcher, by_id)
        self._url = url.rstrip("/")
        self._headers = {"x-api-key": key} if key else {}

    async def _entry(self, reference: Reference) -> tuple[PaperRecord, list[Reference]]:
        name = urlsplit(reference.link).path.rpartition("/")[2]
        reply = await self._fetcher.get(
            f"{self._url}/graph/v1/paper/{name}",
            params={"fields": "title,abstract,authors,externalIds,publicationDate,year,venue,citationCount"},
            headers=self._headers,
        )
        paper = json_of(reply, "Semantic Scholar")
        ids = value_at(paper, "externalIds")
        references = _named(
            *(
                f"{scheme}:{value}"
                for key, scheme in (("ArXiv", "arxiv"), ("DOI", "doi"), ("ACL", "acl"), ("PubMed", "pmid"))
                if (value := words(value_at(ids, key))) is not None
            )
        )
        return _entry(
            reference,
            "Semantic Scholar",
            words(value_at(paper, "title")) or "",
            references,
            abstract=prose(value_at(paper, "abstract")),
            authors=tuple(n for a in listed(value_at(paper, "authors")) if (n := words(value_at(a, "name")))),
            published=day(value_at(paper, "publicationDate")) or day(str(value_at(paper, "year"))),
            venue=words(value_at(paper, "venue")),
            citations=counted(value_at(paper, "citationCount")),
        ), references


class OpenAlexSource(_Catalogue):
    """Fetches papers named by OpenAlex links, from its API; `key` is optional."""

    def __init__(
        self, fetcher: Fetcher, by_id: AskById, url: str = OPENALEX_URL, key: str | None = None
    ) -> None:
        super().__init__(fetcher, by_id)
        self._url = url.rstrip("/")
        self._key = key

    async def _entry(self, reference: Reference) -> tuple[PaperRecord, list[Reference]]:
        name = urlsplit(reference.link).path.rpartition("/")[2]
        params = {"api_key": self._key} if self._key else None
        work = json_of(await self._fetcher.get(f"{self._url}/works/{name}", params=params), "OpenAlex")
        references = _named(words(value_at(work, "doi")), words(value_at(work, "ids", "pmid")))
        return _entry(
            reference,
            "OpenAlex",
            words(value_at(work, "title")) or "",
            references,
            abstract=abstract_of_index(value_at(work, "abstract_inverted_index")),
            authors=tuple(
                n
                for a in listed(value_at(work, "authorships"))
                if (n := words(value_at(a, "author", "display_name")))
            ),
            published=day(value_at(work, "publication_date")),
            venue=words(value_at(work, "primary_location", "source", "display_name")),
            citations=counted(value_at(work, "cited_by_count")),
            standing=openalex_standing(work),
        ), references


def _dblp(context: SourceContext) -> DblpSource:
    return DblpSource(context.fetcher, context.ask)


def _semantic_scholar(context: SourceContext) -> SemanticScholarSource:
    address = context.address("semantic_scholar", SEMANTIC_SCHOLAR_URL)
    return SemanticScholarSource(context.fetcher, context.ask, address, context.keys.semantic_scholar)


def _openalex(context: SourceContext) -> OpenAlexSource:
    address = context.address("openalex", OPENALEX_URL)
    return OpenAlexSource(context.fetcher, context.ask, address, context.keys.openalex)


DBLP: Final = SourceDeclaration("dblp", _dblp, hosts=("dblp.org",))
SEMANTIC_SCHOLAR: Final = SourceDeclaration(
    "semantic_scholar", _semantic_scholar, hosts=("semanticscholar.org",)
)
OPENALEX: Final = SourceDeclaration("openalex", _openalex, hosts=("openalex.org",))
