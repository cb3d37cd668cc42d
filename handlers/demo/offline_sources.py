"""Paper sources of the demo: it knows its own papers, and answers that it is offline for others."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from bot.papers.errors import PaperNotFoundError, SourceError
from bot.papers.links import Reference
from bot.papers.records import PaperRecord
from bot.work.runtime import OfferedPaper
from handlers.demo.papers import NOTE, PAPERS, SHORT, SUGGESTIONS, DemoPaper

OFFERS = tuple(OfferedPaper(SHORT[paper.arxiv], paper.link, paper.key) for paper in SUGGESTIONS)
OFFLINE = (
    f"This demo is offline and knows {len(PAPERS) + len(SUGGESTIONS)} papers only. Try one of these, "
    "or start it with `paperbout demo --online`."
)


class OfflineSources:
    """Replacement for the real paper sources that uses no network."""

    def __init__(self) -> None:
        self._known = {paper.key: record(paper) for paper in (*PAPERS, *SUGGESTIONS)}

    async def resolve(self, references: Sequence[Reference]) -> Mapping[str, PaperRecord | SourceError]:
        """Return the demo's own papers by canonical id.

        For others a `PaperNotFoundError` that says the demo is offline.
        """
        return {
            reference.canonical: self._known.get(reference.canonical, PaperNotFoundError(OFFLINE))
            for reference in references
        }


def record(paper: DemoPaper) -> PaperRecord:
    """Return a paper of the demo as a source would, with our own summary as the abstract."""
    scheme, _, value = paper.key.partition(":")
    day = datetime.fromisoformat(paper.published).replace(tzinfo=UTC)
    return PaperRecord(
        identifiers=((scheme, value),),
        title=paper.title,
        authors=paper.authors,
        abstract=NOTE + paper.summary,
        categories=(paper.category,) if paper.category else (),
        primary_category=paper.category or None,
        published=day,
        updated=day,
        version=1 if scheme == "arxiv" else None,
        url=paper.link,
        source="arXiv" if scheme == "arxiv" else "DOI",
    )
