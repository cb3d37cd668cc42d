"""Records for any DOI through doi.org, which asks Crossref, DataCite or mEDRA and answers in CSL JSON."""

import dataclasses
import re
from collections.abc import Sequence
from typing import Final
from urllib.parse import quote

from bot.papers.errors import PaperNotFoundError, SourceError
from bot.papers.fetching.fetcher import Fetcher
from bot.papers.links import Reference
from bot.papers.records import PaperRecord
from bot.papers.sources import SourceAnswer, SourceContext, SourceDeclaration
from bot.papers.sources.datacite import DATACITE, is_registered_here, with_datacite
from bot.papers.sources.fields import day, each, identifiers, json_of, listed, prose, value_at, words
from bot.papers.sources.openalex import FIELDS, OPENALEX_URL, OpenAlexWork, work_of
from bot.papers.standing import Standing, gravest, of_types, of_update

SEMANTIC_SCHOLAR_URL: Final = "https://api.semanticscholar.org"
CSL: Final = "application/vnd.citationstyles.csl+json"
_OSF: Final = re.compile(r"10\.\d{5}/osf\.io/[a-z0-9]{5}")
_NEW_VERSIONS: Final = frozenset({"new_version", "new_edition", "version"})
"""Kinds of updates in which a paper replaces a paper, so that it isn't a notice."""
_NOT_PAPERS: Final = {
    "dataset": "dataset",
    "software": "piece of software",
    "graphic": "picture",
    "figure": "figure",
    "motion_picture": "film",
    "song": "recording",
    "map": "map",
}
"""Kinds of items in CSL that are no papers, in words."""
_SAME_WORK: Final = ("is-preprint-of", "has-preprint", "is-identical-to", "is-same-as")


class DoiSource:
    """Fetches papers named by DOIs. A missing abstract is looked up at OpenAlex, then at Semantic Scholar."""

    def __init__(
        self,
        fetcher: Fetcher,
        url: str = "https://doi.org",
        *,
        openalex_url: str = OPENALEX_URL,
        semantic_scholar_url: str = SEMANTIC_SCHOLAR_URL,
        openalex_key: str | None = None,
        semantic_scholar_key: str | None = None,
    ) -> None:
        self._fetcher = fetcher
        self._url = url.rstrip("/")
        self._openalex_url = openalex_url.rstrip("/")
        self._semantic_scholar_url = semantic_scholar_url.rstrip("/")
        self._openalex_key = openalex_key
        self._semantic_scholar_headers = {"x-api-key": semantic_scholar_key} if semantic_scholar_key else {}

    async def records(self, references: Sequence[Reference]) -> dict[str, SourceAnswer]:
        """Return an answer for each DOI (or arXiv id, requested by its DataCite DOI)."""
        return await each(references, self._record)

    async def _record(self, reference: Reference) -> PaperRecord:
        doi = f"10.48550/arxiv.{reference.value}" if reference.scheme == "arxiv" else reference.value
        try:
            reply = await self._fetcher.get(f"{self._url}/{quote(doi, safe='/')}", accept=CSL)
        except PaperNotFoundError:
            if _OSF.fullmatch(reference.value):  # newer OSF preprints have DOIs for their versions only
                of_version = dataclasses.replace(
                    reference, value=f"{reference.value}_v{reference.version or 1}"
                )
                record = await self._record(of_version)
                ids = tuple(dict.fromkeys((("doi", reference.value), *record.identifiers)))
                return dataclasses.replace(record, identifiers=ids, url=reference.link)
            raise PaperNotFoundError(f"No registrar knows the DOI {doi}.") from None
        csl = json_of(reply, "doi.org")
        title = words(value_at(csl, "title"))
        if title is None:
            raise SourceError(f"The registrar gives no title for the DOI {doi}.")
        if (kind := words(value_at(csl, "type"))) in _NOT_PAPERS:
            raise PaperNotFoundError(f"The DOI {doi} names a {_NOT_PAPERS[kind]}, not a paper.")
        record = _from_csl(csl, reference, title)
        if is_registered_here(csl):
            record = await self._with_datacite(record, doi)
        return await self._completed(record, doi)

    async def _with_datacite(self, record: PaperRecord, doi: str) -> PaperRecord:
        """Add DataCite's fields, which the registrars' common format leaves out; unchanged where it doesn't answer."""
        try:
            reply = await self._fetcher.get(f"{self._url}/{quote(doi, safe='/')}", accept=DATACITE)
            return with_datacite(record, json_of(reply, "DataCite"))
        except SourceError:  # it says nothing now; a later look asks again
            return record

    async def _completed(self, record: PaperRecord, doi: str) -> PaperRecord:
        """Add OpenAlex's fields to a record; an abstract that both lack is looked up at Semantic Scholar."""
        try:
            work = await self._from_openalex(doi)
        except SourceError:  # it says nothing now; a later look asks again
            work = None
        if work is not None:
            record = dataclasses.replace(
                record,
                abstract=record.abstract or work.abstract,
                identifiers=tuple(dict.fromkeys((*record.identifiers, *work.identifiers))),
                standing=gravest([record.standing, work.standing]),
                citations=work.citations,
                venue=record.venue or work.venue,
                licence=record.licence or work.licence,
            )
        if record.abstract:
            return record
        try:
            abstract, also = await self._from_semantic_scholar(doi)
        except SourceError:
            return record
        ids = tuple(dict.fromkeys((*record.identifiers, *also)))
        return dataclasses.replace(record, abstract=abstract, identifiers=ids)

    async def _from_openalex(self, doi: str) -> OpenAlexWork:
        params = {"select": FIELDS} | ({"api_key": self._openalex_key} if self._openalex_key else {})
        address = f"{self._openalex_url}/works/doi:{quote(doi, safe='/')}"
        return work_of(json_of(await self._fetcher.get(address, params=params), "OpenAlex"))

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
            *(f"{key.lower()}:{words(value_at(paper, 'externalIds', key))}" for key in ("ArXiv", "DOI"))
        )
        return prose(value_at(paper, "abstract")), also


def _from_csl(csl: object, reference: Reference, title: str) -> PaperRecord:
    subtitle = words(value_at(csl, "subtitle"))
    pdfs = [
        url
        for link in listed(value_at(csl, "link"))
        if value_at(link, "content-type") == "application/pdf" and (url := words(value_at(link, "URL")))
    ]
    same_works = [
        f"{words(value_at(item, 'id-type'))}:{words(value_at(item, 'id'))}"
        for kind in _SAME_WORK
        for item in listed(value_at(csl, "relation", kind))
    ]
    own = [f"doi:{words(value_at(csl, 'DOI'))}"] if reference.value.startswith("10/") else []
    return PaperRecord(
        identifiers=(
            (reference.scheme, reference.value),
            *(i for i in identifiers(*own, *same_works) if i != (reference.scheme, reference.value)),
        ),
        title=title if subtitle is None or subtitle.lower() in title.lower() else f"{title}: {subtitle}",
        authors=tuple(name for author in listed(value_at(csl, "author")) if (name := _name(author))),
        abstract=prose(value_at(csl, "abstract")),
        published=day(value_at(csl, "issued", "date-parts", 0))
        or day(value_at(csl, "published", "date-parts", 0)),
        version=reference.version,
        licence=words(value_at(csl, "license", 0, "URL")) or words(value_at(csl, "copyright")),
        pdf_url=pdfs[0] if pdfs else None,
        url=reference.link,
        source="doi.org",
        standing=_standing(csl),
        venue=words(value_at(csl, "container-title")) or words(value_at(csl, "event", "name")),
        code=_related(
            csl, ("is-supplemented-by", "has-software", "is-compiled-by"), ("github.com", "gitlab.com")
        ),
        data=_related(
            csl,
            ("is-supplemented-by", "has-data", "is-documented-by", "references"),
            ("zenodo", "dryad", "figshare"),
        ),
    )


def _standing(csl: object) -> Standing | None:
    """Return the publication status by Crossref's updates and relations, or None."""
    standings: list[Standing | None] = [
        of_update(words(value_at(item, "type")) or "") for item in listed(value_at(csl, "updated-by"))
    ]
    updates = [words(value_at(item, "type")) or "" for item in listed(value_at(csl, "update-to"))]
    if any(kind.lower().replace("-", "_") not in _NEW_VERSIONS for kind in updates):
        standings.append("notice")
    relation = value_at(csl, "relation")
    standings += [of_update(str(kind)) for kind in (relation if isinstance(relation, dict) else ())]
    standings.append(of_types([kind for key in ("subtype", "genre") if (kind := words(value_at(csl, key)))]))
    return gravest(standings)


def _related(csl: object, kinds: tuple[str, ...], hosts: tuple[str, ...]) -> tuple[str, ...]:
    """Return the URLs of related items of these kinds at these hosts."""
    ids = [
        words(value_at(item, "id")) or ""
        for kind in kinds
        for item in listed(value_at(csl, "relation", kind))
    ]
    urls = [url if url.startswith("http") else f"https://doi.org/{url}" for url in ids if url]
    return tuple(url for url in urls if any(host in url.lower() for host in hosts))


def _name(author: object) -> str | None:
    whole = " ".join(part for key in ("given", "family") if (part := words(value_at(author, key))))
    return whole or words(value_at(author, "literal")) or words(value_at(author, "name"))


def _opened(context: SourceContext) -> DoiSource:
    return DoiSource(
        context.fetcher,
        context.address("doi", "https://doi.org"),
        openalex_url=context.address("openalex", OPENALEX_URL),
        semantic_scholar_url=context.address("semantic_scholar", SEMANTIC_SCHOLAR_URL),
        openalex_key=context.keys.openalex,
        semantic_scholar_key=context.keys.semantic_scholar,
    )


SOURCE: Final = SourceDeclaration("doi", _opened, schemes=("doi",))
