"""PubMed and PMC papers, through Europe PMC, whose answers contain both ids."""

from collections.abc import Sequence
from typing import Final

from bot.papers.errors import PaperNotFoundError
from bot.papers.fetching.fetcher import Fetcher
from bot.papers.links import Reference
from bot.papers.records import PaperRecord
from bot.papers.sources import SourceAnswer, SourceContext, SourceDeclaration
from bot.papers.sources.fields import counted, day, each, identifiers, json_of, listed, prose, value_at, words
from bot.papers.standing import Standing, gravest, of_types, of_update

REST_URL: Final = "https://www.ebi.ac.uk/europepmc/webservices/rest"


class EuropePmcSource:
    """Fetches papers named by PubMed or PMC ids, from Europe PMC's API."""

    def __init__(self, fetcher: Fetcher, url: str = REST_URL) -> None:
        self._fetcher = fetcher
        self._url = url.rstrip("/")

    async def records(self, references: Sequence[Reference]) -> dict[str, SourceAnswer]:
        """Return an answer for each reference."""
        return await each(references, self._record)

    async def _record(self, reference: Reference) -> PaperRecord:
        by_pmid = reference.scheme == "pmid"
        query = f"EXT_ID:{reference.value} AND SRC:MED" if by_pmid else f"PMCID:{reference.value}"
        answer = json_of(
            await self._fetcher.get(
                f"{self._url}/search",
                params={"query": query, "resultType": "core", "format": "json", "pageSize": "1"},
            ),
            "Europe PMC",
        )
        paper = value_at(answer, "resultList", "result", 0)
        title = words(value_at(paper, "title"))
        if title is None:
            name = f"PubMed id {reference.value}" if by_pmid else reference.value
            raise PaperNotFoundError(f"Europe PMC has no paper with the {name}.")
        return _read(paper, reference, title)


def _read(paper: object, reference: Reference, title: str) -> PaperRecord:
    also = identifiers(
        *(
            f"{key}:{value}"
            for key in ("pmid", "pmcid", "doi")
            if (value := words(value_at(paper, key))) is not None
        )
    )
    pdfs = [
        url
        for link in listed(value_at(paper, "fullTextUrlList", "fullTextUrl"))
        if value_at(link, "documentStyle") == "pdf" and (url := words(value_at(link, "url")))
    ]
    return PaperRecord(
        identifiers=tuple(dict.fromkeys(((reference.scheme, reference.value), *also))),
        title=title.removesuffix("."),
        authors=tuple(n for a in listed(value_at(paper, "authorList", "author")) if (n := _name(a))),
        abstract=prose(value_at(paper, "abstractText")),
        published=day(value_at(paper, "firstPublicationDate")),
        licence=words(value_at(paper, "license")),
        pdf_url=pdfs[0] if pdfs else None,
        url=reference.link,
        source="Europe PMC",
        standing=_standing(paper),
        venue=words(value_at(paper, "journalInfo", "journal", "title"))
        or words(value_at(paper, "journalTitle")),
        citations=counted(value_at(paper, "citedByCount")),
    )


_CORRECTIONS: Final = {
    "retraction in": "retraction",
    "partial retraction in": "partial_retraction",
    "erratum in": "erratum",
    "corrected and republished in": "correction",
    "expression of concern in": "expression_of_concern",
}
"""PubMed's types of links from a paper to notices about it, mapped to the names of the registrars' updates."""


def _standing(paper: object) -> Standing | None:
    """Return a paper's standing, such as retracted, from its publication types and the notices linked in PubMed."""
    types = [kind for one in listed(value_at(paper, "pubTypeList", "pubType")) if (kind := words(one))]
    notices = [
        _CORRECTIONS.get((words(value_at(link, "type")) or "").lower(), "")
        for link in listed(value_at(paper, "commentCorrectionList", "commentCorrection"))
    ]
    return gravest([of_types(types), *map(of_update, notices)])


def _name(author: object) -> str | None:
    first, last = words(value_at(author, "firstName")), words(value_at(author, "lastName"))
    return (
        f"{first} {last}"
        if first and last
        else words(value_at(author, "fullName")) or words(value_at(author, "collectiveName"))
    )


def _opened(context: SourceContext) -> EuropePmcSource:
    return EuropePmcSource(context.fetcher, context.address("europepmc", REST_URL))


SOURCE: Final = SourceDeclaration("europepmc", _opened, schemes=("pmid", "pmcid"))
