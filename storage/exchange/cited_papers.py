"""Papers of a league with all that a bibliography needs, in the order requested."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

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
    venue: str | None
    url: str
    withdrawn: bool
    identifiers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class NamedPaper:
    """What the key of a paper's citation is made of; `title` is the first one that it had."""

    canonical: str
    title: str
    authors: tuple[str, ...]
    published: datetime | None


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
            paper.published, paper.venue, paper.url, paper.withdrawn, tuple(identifiers.get(entry, ())),
        )
        for entry in entries
        if (paper := papers.get(entry)) is not None
    ]  # fmt: skip


async def named_papers(session: Transaction, entries: Sequence[int]) -> list[NamedPaper]:
    """Return all known papers of the leagues of these entries, removed ones too, in the order in which they came."""
    leagues: set[int] = set()
    for some in batched(entries, AT_ONCE):
        leagues |= set(await session.scalars(select(Entry.league_id).where(Entry.id.in_(some)).distinct()))
    rows = await session.execute(
        select(
            func.min(Entry.id).label("first"), Paper.canonical, Paper.published, Paper.authors,
            func.coalesce(Paper.first_title, Paper.title, Paper.canonical).label("title"),
        )
        .join(Paper, Paper.id == Entry.paper_id)
        .where(Entry.league_id.in_(leagues), Paper.status == "known")
        .group_by(Paper.id)
        .order_by("first")
    )  # fmt: skip
    return [NamedPaper(row.canonical, row.title, tuple(row.authors), row.published) for row in rows]
