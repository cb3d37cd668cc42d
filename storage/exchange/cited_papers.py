"""Papers of a league with all that a bibliography needs, in the order requested."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from storage.database.engine import Transaction
from storage.database.statements import batched
from storage.tables import Entry, Identifier, Paper

AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class CitedPaper:
    """A paper with what a bibliography needs; `identifiers` are (scheme, value) pairs such as ("doi", "10.1/x")."""

    canonical: str
    title: str
    authors: tuple[str, ...]
    abstract: str | None
    category: str | None
    published: datetime | None
    url: str
    withdrawn: bool
    identifiers: tuple[tuple[str, str], ...]


async def cited_papers(session: Transaction, entries: Sequence[int]) -> list[CitedPaper]:
    """Return the papers of these entries in the same order; entries without a known paper are left out."""
    papers: dict[int, Paper] = {}
    identifiers: dict[int, list[tuple[str, str]]] = {}
    for some in batched(entries, AT_ONCE):
        rows = await session.execute(
            select(Entry.id, Paper)
            .join(Paper, Paper.id == Entry.paper_id)
            .where(Entry.id.in_(some), Paper.status == "known")
        )
        papers |= {row[0]: row[1] for row in rows}
        names = await session.execute(
            select(Entry.id, Identifier.scheme, Identifier.value)
            .join(Identifier, Identifier.paper_id == Entry.paper_id)
            .where(Entry.id.in_(some))
            .order_by(Identifier.id)
        )
        for name in names:
            identifiers.setdefault(name.id, []).append((name.scheme, name.value))
    return [
        CitedPaper(
            paper.canonical, paper.title or paper.canonical, tuple(paper.authors), paper.abstract, paper.category,
            paper.published, paper.url, paper.withdrawn, tuple(identifiers.get(entry, ())),
        )
        for entry in entries
        if (paper := papers.get(entry)) is not None
    ]  # fmt: skip
