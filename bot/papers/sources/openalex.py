"""Reads OpenAlex's answers: abstract, citations, retraction."""

from dataclasses import dataclass
from typing import Final

from bot.papers.sources.fields import counted, identifiers, listed, value_at, words
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


def work_of(answer: object) -> OpenAlexWork:
    """Parse a work from an answer of OpenAlex's API."""
    return OpenAlexWork(
        abstract=abstract_of_index(value_at(answer, "abstract_inverted_index")),
        identifiers=identifiers(words(value_at(answer, "ids", "pmid"))),
        standing=openalex_standing(answer),
        citations=counted(value_at(answer, "cited_by_count")),
        venue=words(value_at(answer, "primary_location", "source", "display_name")),
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
