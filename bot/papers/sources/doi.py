"""Any DOI, through doi.org, which asks Crossref, DataCite or mEDRA and answers in CSL JSON."""

import dataclasses
import re
from collections.abc import Sequence
from typing import Final
from urllib.parse import quote

from bot.papers.fetching.fetcher import Fetcher
from bot.papers.links import Reference
from bot.papers.records import PaperRecord
from bot.papers.sources import Answer
from bot.papers.sources.fields import day, each, identifiers, json_of, listed, look, prose, words
from storage.errors import PaperNotFoundError, SourceError

CSL: Final = "application/vnd.citationstyles.csl+json"
_OSF: Final = re.compile(r"10\.\d{5}/osf\.io/[a-z0-9]{5}")
_SAME_WORK: Final = ("is-preprint-of", "has-preprint", "is-identical-to", "is-same-as")


class DoiSource:
    """Records by DOI; an abstract it lacks is sought at OpenAlex, then at Semantic Scholar."""

    def __init__(
        self,
        fetcher: Fetcher,
        url: str = "https://doi.org",
        *,
        openalex_url: str = "https://api.openalex.org",
        semantic_scholar_url: str = "https://api.semanticscholar.org",
        openalex_key: str | None = None,
        semantic_scholar_key: str | None = None,
    ) -> None:
        self._fetcher = fetcher
        self._url = url.rstrip("/")
        self._openalex_url = openalex_url.rstrip("/")
        self._semantic_scholar_url = semantic_scholar_url.rstrip("/")
        self._openalex_key = openalex_key
        self._semantic_scholar_headers = {"x-api-key": semantic_scholar_key} if semantic_scholar_key else {}

    async def records(self, references: Sequence[Reference]) -> dict[str, Answer]:
        """An answer for each DOI (or arXiv id, asked by its DataCite DOI)."""
        return await each(references, self._record)

    async def _record(self, reference: Reference) -> PaperRecord:
        doi = f"10.48550/arxiv.{reference.value}" if reference.scheme == "arxiv" else reference.value
        try:
            fetched = await self._fetcher.get(f"{self._url}/{quote(doi, safe='/')}", accept=CSL)
        except PaperNotFoundError:
            if _OSF.fullmatch(reference.value):  # newer OSF preprints have DOIs for their versions only
                versioned = dataclasses.replace(
                    reference, value=f"{reference.value}_v{reference.version or 1}"
                )
                found = await self._record(versioned)
                ids = tuple(dict.fromkeys((("doi", reference.value), *found.identifiers)))
                return dataclasses.replace(found, identifiers=ids, url=reference.link)
            raise PaperNotFoundError(f"No registrar knows the DOI {doi}.") from None
        csl = json_of(fetched, "doi.org")
        title = words(look(csl, "title"))
        if title is None:
            raise SourceError(f"The registrar gives no title for the DOI {doi}.")
        record = _from_csl(csl, reference, title)
        return record if record.abstract else await self._with_abstract(record, doi)

    async def _with_abstract(self, record: PaperRecord, doi: str) -> PaperRecord:
        for ask in (self._from_openalex, self._from_semantic_scholar):
            try:
                abstract, also = await ask(doi)
            except SourceError:
                continue
            record = dataclasses.replace(
                record, abstract=abstract, identifiers=tuple(dict.fromkeys((*record.identifiers, *also)))
            )
            if abstract:
                break
        return record

    async def _from_openalex(self, doi: str) -> tuple[str | None, tuple[tuple[str, str], ...]]:
        params = {"select": "ids,abstract_inverted_index"} | (
            {"api_key": self._openalex_key} if self._openalex_key else {}
        )
        work = json_of(
            await self._fetcher.get(f"{self._openalex_url}/works/doi:{quote(doi, safe='/')}", params=params),
            "OpenAlex",
        )
        pmid = words(look(work, "ids", "pmid"))
        return abstract_of_index(look(work, "abstract_inverted_index")), identifiers(pmid)

    async def _from_semantic_scholar(self, doi: str) -> tuple[str | None, tuple[tuple[str, str], ...]]:
        address = f"{self._semantic_scholar_url}/graph/v1/paper/DOI:{quote(doi, safe='/')}"
        paper = json_of(
            await self._fetcher.get(
                address,
                params={"fields": "abstract,externalIds"},
                headers=self._semantic_scholar_headers,
            ),
            "Semantic Scholar",
        )
        also = identifiers(
            *(f"{k.lower()}:{v}" for k, v in _items(look(paper, "externalIds")) if k in {"ArXiv", "DOI"})
        )
        return prose(look(paper, "abstract")), also


def _items(value: object) -> list[tuple[str, object]]:
    return [(str(k), v) for k, v in value.items()] if isinstance(value, dict) else []


def abstract_of_index(index: object) -> str | None:
    """OpenAlex's abstract: word → places, back to words in their places."""
    placed = [
        (place, word) for word, places in _items(index) for place in listed(places) if isinstance(place, int)
    ]
    return prose(" ".join(word for _, word in sorted(placed)))


def _from_csl(csl: object, reference: Reference, title: str) -> PaperRecord:
    subtitle = words(look(csl, "subtitle"))
    pdfs = [
        url
        for link in listed(look(csl, "link"))
        if look(link, "content-type") == "application/pdf" and (url := words(look(link, "URL")))
    ]
    related = [
        f"{words(look(item, 'id-type'))}:{words(look(item, 'id'))}"
        for kind in _SAME_WORK
        for item in listed(look(csl, "relation", kind))
    ]
    return PaperRecord(
        identifiers=(
            (reference.scheme, reference.value),
            *(i for i in identifiers(*related) if i != (reference.scheme, reference.value)),
        ),
        title=title if subtitle is None or subtitle.lower() in title.lower() else f"{title}: {subtitle}",
        authors=tuple(name for author in listed(look(csl, "author")) if (name := _name(author))),
        abstract=prose(look(csl, "abstract")),
        categories=(),
        primary_category=None,
        published=day(look(csl, "issued", "date-parts", 0)) or day(look(csl, "published", "date-parts", 0)),
        updated=None,
        version=reference.version,
        comment=words(look(csl, "container-title")),
        withdrawn=any(
            look(item, "type") in {"retraction", "withdrawal"} for item in listed(look(csl, "updated-by"))
        )
        or title.upper().startswith(("RETRACTED", "WITHDRAWN")),
        licence=words(look(csl, "license", 0, "URL")) or words(look(csl, "copyright")),
        pdf_url=pdfs[0] if pdfs else None,
        url=reference.link,
        source="doi.org",
    )


def _name(author: object) -> str | None:
    whole = " ".join(part for key in ("given", "family") if (part := words(look(author, key))))
    return whole or words(look(author, "literal")) or words(look(author, "name"))
