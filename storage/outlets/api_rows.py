"""Reads a league's papers a page at a time, for programs."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Select, select

from storage.database.engine import Transaction
from storage.tables import Assessment, Entry, Identifier, Paper, Rating


class ApiPaper(NamedTuple):
    """A paper in a league with its rating, None until it has played."""

    entry: Entry
    paper: Paper
    rating: Rating | None


SORTS: Mapping[str, tuple[Any, ...]] = {
    "rank": (Rating.rank.is_(None), Rating.rank, Entry.id),
    "certainty": (Rating.interval.is_(None), Rating.interval, Entry.id),
    "matches": ((Rating.wins + Rating.losses + Rating.draws).desc().nulls_last(), Entry.id),
    "title": (Paper.title, Entry.id),
    "added": (Entry.submitted_at.desc(), Entry.id.desc()),
}
"""Sort orders by name."""


def _papers(league: int) -> Select[*tuple[Any, ...]]:
    return (
        select(Entry, Paper, Rating)
        .join(Paper, Paper.id == Entry.paper_id)
        .outerjoin(Rating, Rating.entry_id == Entry.id)
        .where(Entry.league_id == league, Entry.removed_at.is_(None))
    )


async def papers(session: Transaction, league: int, sort: str, *, limit: int, offset: int) -> list[ApiPaper]:
    """Return a page of a league's papers in an order of `SORTS`."""
    rows = await session.execute(_papers(league).order_by(*SORTS[sort]).limit(limit).offset(offset))
    return [ApiPaper(*row) for row in rows]


async def paper_named(session: Transaction, league: int, canonical: str) -> ApiPaper | None:
    """Return the paper of a league with this identifier ("arxiv:1706.03762", or any other that it has), or None."""
    scheme, _, value = canonical.partition(":")
    named = select(Identifier.paper_id).where(Identifier.scheme == scheme, Identifier.value == value)
    for which in (Paper.canonical == canonical, Paper.id.in_(named)):
        row = (await session.execute(_papers(league).where(which).limit(1))).one_or_none()
        if row is not None:
            return ApiPaper(*row)
    return None


async def names_of(session: Transaction, league: int, entries: Iterable[int]) -> dict[int, tuple[str, str]]:
    """Return (canonical id, title) of the papers of those of these entries that weren't removed."""
    rows = await session.execute(
        select(Entry.id, Paper.canonical, Paper.title)
        .join(Paper, Paper.id == Entry.paper_id)
        .where(Entry.league_id == league, Entry.id.in_(set(entries)), Entry.removed_at.is_(None))
    )
    return {row.id: (row.canonical, row.title or row.canonical) for row in rows}


async def reviews(session: Transaction, entry: int) -> Sequence[Assessment]:
    """Return the finished assessments of an entry, oldest first."""
    return (
        await session.scalars(
            select(Assessment)
            .where(Assessment.entry_id == entry, Assessment.status == "done")
            .order_by(Assessment.id)
        )
    ).all()
