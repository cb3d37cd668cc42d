"""Reads OpenAlex's answers (abstract, citations, retraction, licence) and adds them to arXiv's records."""

import asyncio
import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.papers.errors import SourceError
from bot.papers.fetching.fetcher import Fetcher
from bot.papers.records import PaperRecord
from bot.papers.sources.fields import counted, identifiers, json_of, listed, value_at, words
from bot.papers.standing import Standing, gravest, of_types

OPENALEX_URL: Final = "https://api.openalex.org"
FIELDS: Final = "ids,abstract_inverted_index,is_retracted,type,type_crossref,cited_by_count,primary_location"
_MOST_WORDS: Final = 20_000


@dataclass(frozen=True, slots=True)
class OpenAlexWork:
    """Fields of a paper at OpenAlex that its DOI registrar lacks."""

    abstract: str | None
    identifiers: tuple[tuple[str, str], ...]
    standing: Standing | None
    citations: int | None
    venue: str | None
    licence: str | None = None


def work_of(answer: object) -> OpenAlexWork:
    """Parse a work from an answer of OpenAlex's API."""
    return OpenAlexWork(
        abstract=abstract_of_index(value_at(answer, "abstract_inverted_index")),
        identifiers=identifiers(words(value_at(answer, "ids", "pmid"))),
        standing=openalex_standing(answer),
        citations=counted(value_at(answer, "cited_by_count")),
        venue=words(value_at(answer, "primary_location", "source", "display_name")),
        licence=words(value_at(answer, "primary_location", "license")),
    )


AT_ONCE: Final = 25
"""Papers in one request; each may have two DOIs, and OpenAlex accepts fifty values in a filter."""
PATIENCE_S: Final = 5.0
"""Seconds that a card waits for OpenAlex's additional fields; then it is posted without them."""
_ARXIV_DOI: Final = "10.48550/arxiv."


class OpenAlexWorks:
    """Adds OpenAlex's fields to the records of preprints, many in one request."""

    def __init__(self, fetcher: Fetcher, url: str = OPENALEX_URL, key: str | None = None) -> None:
        self._fetcher = fetcher
        self._url = url.rstrip("/")
        self._key = key

    async def complete(self, records: Sequence[PaperRecord]) -> list[PaperRecord]:
        """Return the records with OpenAlex's citations, venue, licence and standing; unchanged where it has none."""
        whole: list[PaperRecord] = []
        is_silent = False
        for start in range(0, len(records), AT_ONCE):
            batch = records[start : start + AT_ONCE]
            works: dict[str, OpenAlexWork] = {}
            if not is_silent:
                try:
                    async with asyncio.timeout(PATIENCE_S):
                        works = await self._works([doi for record in batch for doi in _dois(record)])
                except (SourceError, TimeoutError):  # it says nothing now; a later look asks again
                    is_silent = True
            whole += [
                _completed(record, [works[doi] for doi in _dois(record) if doi in works]) for record in batch
            ]
        return whole

    async def _works(self, dois: Sequence[str]) -> dict[str, OpenAlexWork]:
        params = {
            "filter": f"doi:{'|'.join(doi for doi in dois if not set(doi) & set(',|'))}",
            "select": f"doi,{FIELDS}",
            "per-page": str(2 * AT_ONCE),
        } | ({"api_key": self._key} if self._key else {})
        answer = json_of(await self._fetcher.get(f"{self._url}/works", params=params), "OpenAlex")
        return {
            (words(value_at(work, "doi")) or "").lower().removeprefix("https://doi.org/"): work_of(work)
            for work in listed(value_at(answer, "results"))
        }


def _dois(record: PaperRecord) -> list[str]:
    """Return the DOIs under which OpenAlex may list a preprint: arXiv's and the published article's."""
    values = {"arxiv": _ARXIV_DOI, "doi": ""}
    return [f"{values[scheme]}{value}".lower() for scheme, value in record.identifiers if scheme in values]


def _completed(record: PaperRecord, works: Sequence[OpenAlexWork]) -> PaperRecord:
    """Return a record with fields of its OpenAlex works; the larger citation count of preprint and article is used."""
    counts = [work.citations for work in works if work.citations is not None]
    venues = [work.venue for work in works if work.venue and not work.venue.lower().startswith("arxiv")]
    return dataclasses.replace(
        record,
        citations=max(counts, default=record.citations),
        venue=record.venue or next(iter(venues), None),
        licence=record.licence or next((work.licence for work in works if work.licence), None),
        standing=gravest([record.standing, *(work.standing for work in works)]),
    )


def openalex_standing(work: object) -> Standing | None:
    """Return a work's publication status at OpenAlex, or None."""
    types = [kind for key in ("type", "type_crossref") if (kind := words(value_at(work, key)))]
    return gravest(["retracted" if value_at(work, "is_retracted") is True else None, of_types(types)])


def abstract_of_index(index: object) -> str | None:
    """Return an abstract rebuilt from OpenAlex's inverted index (word to positions), or None."""
    items = index.items() if isinstance(index, dict) else ()
    words_at = [
        (place, str(word)) for word, places in items for place in listed(places) if isinstance(place, int)
    ]
    return " ".join(word for _, word in sorted(words_at)[:_MOST_WORDS]) or None
