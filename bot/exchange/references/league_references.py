"""Writes a league's papers, a filtered leaderboard or a reading list as a bibliography file."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from bot.exchange.references import Citation, Format, PublicationKind, keys_of, write
from storage.database.engine import Transaction
from storage.exchange.cited_papers import CitedPaper, NamedPaper, cited_papers, named_papers

PREPRINT_SERVERS: Final = frozenset({"arxiv", "biorxiv", "medrxiv"})
_PREPRINT_DOI: Final = re.compile(
    r"10\.(?:48550|1101|64898|21203|20944|26434|36227|2139|31234|31219|31235|35542|22541|55458)/"
)
"""Pattern of DOIs that preprint servers give."""
_PREPRINT_VENUE: Final = re.compile(
    r"\b(?:(?:ar|bior|medr|chemr|psyar|techr)xiv|research square|ssrn|preprints?|under review|submitted"
    r"|rejected|withdrawn)\b",
    re.IGNORECASE,
)  # fmt: skip
_CONFERENCE: Final = re.compile(
    r"\b(?:conference|conf\.|symposium|workshops?|advances in neural information processing systems|annual meeting)"
    r"|\b(?:NeurIPS|NIPS|ICLR|ICML|AISTATS|COLT|CoRL|UAI|ACL|EMNLP|NAACL|EACL|COLING|CoNLL|CVPR|ICCV|ECCV|WACV|AAAI|IJCAI|KDD"
    r"|SIGIR|INTERSPEECH|Interspeech|ICASSP|ICRA|IROS|COLM)\b"
)


async def references(session: Transaction, entries: Sequence[int], form: Format) -> tuple[str, int]:
    """Return a bibliography file of these entries' papers in order, and the number of papers in it."""
    citations = await citations_of(session, entries)
    return write(citations, form), len(citations)


async def citation(session: Transaction, entry: int) -> tuple[str, str]:
    """Return an entry's paper as BibTeX and as RIS, without its abstract; both empty if the paper isn't known."""
    cited = [replace(each, abstract=None) for each in await citations_of(session, [entry])]
    return write(cited, "bib"), write(cited, "ris")


async def citations_of(session: Transaction, entries: Sequence[int]) -> list[Citation]:
    """Return the citations of these entries' papers in order.

    Keys are those of the whole league in the order in which papers came, by their first titles: they stay the same in
    every export, whatever is added or renamed later.
    """
    papers = await cited_papers(session, entries)
    named = [_named(paper) for paper in await named_papers(session, entries)] if papers else []
    keys = dict(zip((each.id for each in named), keys_of(named), strict=True))
    return [citation_of(paper, keys) for paper in papers]


def _named(paper: NamedPaper) -> Citation:
    year = None if paper.published is None else paper.published.year
    return Citation(paper.canonical, paper.title, paper.authors, year=year)


def citation_of(paper: CitedPaper, keys: Mapping[str, str]) -> Citation:
    """Convert a stored paper to a citation; `keys` by canonical id."""
    names = dict(reversed(paper.identifiers))  # the first of a scheme counts
    kind, venue, day = _kind(paper, names), paper.venue, paper.published
    return Citation(
        id=paper.canonical,
        key=keys.get(paper.canonical),
        title=paper.title,
        authors=paper.authors,
        kind=kind,
        year=None if day is None else day.year,
        month=None if day is None else day.month,
        day=None if day is None else day.day,
        venue=None if kind == "preprint" and venue and _PREPRINT_VENUE.search(venue) else venue,
        doi=names.get("doi"),
        arxiv=names.get("arxiv"),
        category=paper.category,
        url=paper.url,
        abstract=paper.abstract,
        note="Withdrawn" if paper.withdrawn else None,
    )


def _kind(paper: CitedPaper, names: Mapping[str, str]) -> PublicationKind:
    """Return what kind of publication a paper is, by its ids and where it appeared."""
    scheme, doi, venue = paper.canonical.partition(":")[0], names.get("doi", ""), paper.venue or ""
    is_published = bool(doi) and not _PREPRINT_DOI.match(doi)
    if _PREPRINT_VENUE.search(venue):
        venue = ""
    if not is_published and (
        scheme in PREPRINT_SERVERS or doi or "arxiv" in names or (scheme == "openreview" and not venue)
    ):
        return "preprint"
    if scheme == "acl" or (_CONFERENCE.search(venue) or _CONFERENCE.search(venue.lower())):
        return "conference"
    return "article" if is_published or venue else "other"
