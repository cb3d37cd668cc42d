"""Writes a league's papers, a filtered leaderboard or a reading list as a bibliography file."""

from collections.abc import Sequence
from dataclasses import replace

from bot.exchange.references import Citation, Format, write
from storage.database.engine import Transaction
from storage.exchange.cited_papers import CitedPaper, cited_papers

PREPRINTS = frozenset({"arxiv", "biorxiv", "medrxiv", "openreview"})


async def references(session: Transaction, entries: Sequence[int], form: Format) -> tuple[str, int]:
    """Return a bibliography file of these entries' papers in order, and the number of papers in it."""
    papers = await cited_papers(session, entries)
    return write([citation_of(paper) for paper in papers], form), len(papers)


async def references_in(
    session: Transaction, entries: Sequence[int], forms: Sequence[Format]
) -> dict[Format, str]:
    """Return a bibliography file of these entries' papers in each format, from one reading of them."""
    citations = [citation_of(paper) for paper in await cited_papers(session, entries)]
    return {form: write(citations, form) for form in forms}


async def citation(session: Transaction, entry: int) -> tuple[str, str]:
    """Return an entry's paper as BibTeX and as RIS, without its abstract; both empty if the paper isn't known."""
    cited = [replace(citation_of(paper), abstract=None) for paper in await cited_papers(session, [entry])]
    return write(cited, "bib"), write(cited, "ris")


def citation_of(paper: CitedPaper) -> Citation:
    """Convert a stored paper to a citation."""
    names = dict(reversed(paper.identifiers))  # the first of a scheme counts
    scheme = paper.canonical.partition(":")[0]
    is_preprint = scheme in PREPRINTS or ("arxiv" in names and "doi" not in names)
    day = paper.published
    return Citation(
        id=paper.canonical,
        title=paper.title,
        authors=paper.authors,
        kind="preprint" if is_preprint else "article" if "doi" in names else "other",
        year=None if day is None else day.year,
        month=None if day is None else day.month,
        day=None if day is None else day.day,
        doi=names.get("doi"),
        arxiv=names.get("arxiv"),
        category=paper.category,
        url=paper.url,
        abstract=paper.abstract,
        note="Withdrawn" if paper.withdrawn else None,
    )
