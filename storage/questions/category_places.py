"""Papers of a category, by their primary or any other one, and a paper's place among them."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, String, cast, func, or_, select

from storage.database.engine import Transaction
from storage.tables import Entry, Paper, Rating

MOST_CATEGORIES: Final = 6
"""So many of a paper's categories are looked at; more than that arXiv seldom gives."""


def in_category(code: str) -> ColumnElement[bool]:
    """Whether a paper's primary or any other category is this one or one below it (cs: cs.CL, …)."""
    primary, others = func.lower(Paper.category), func.lower(cast(Paper.categories, String))
    return or_(
        primary == code,
        primary.startswith(f"{code}.", autoescape=True),
        others.contains(f'"{code}"', autoescape=True),
        others.contains(f'"{code}.', autoescape=True),
    )


@dataclass(frozen=True, slots=True)
class CategoryPlace:
    """An entry's place among the ranked papers of one of its categories, from 1, and how many these are."""

    code: str
    place: int
    ranked: int


async def places_in_categories(session: Transaction, entry: int) -> list[CategoryPlace]:
    """Read a ranked entry's place in each of its categories, the primary one first; empty if it isn't ranked."""
    row = (
        await session.execute(
            select(Entry.league_id, Paper.category, Paper.categories, Rating.rank)
            .join(Paper, Paper.id == Entry.paper_id)
            .join(Rating, Rating.entry_id == Entry.id)
            .where(Entry.id == entry, Entry.removed_at.is_(None))
        )
    ).one_or_none()
    if row is None:
        return []
    codes = list(dict.fromkeys([*([row.category] if row.category else []), *(row.categories or [])]))
    places = []
    for code in codes[:MOST_CATEGORIES]:
        counts = (
            await session.execute(
                select(func.count(), func.count().filter(Rating.rank < row.rank))
                .select_from(Entry)
                .join(Paper, Paper.id == Entry.paper_id)
                .join(Rating, Rating.entry_id == Entry.id)
                .where(
                    Entry.league_id == row.league_id,
                    Entry.removed_at.is_(None),
                    Paper.status == "known",
                    in_category(code.lower()),
                )
            )
        ).one()
        places.append(CategoryPlace(code, counts[1] + 1, counts[0]))
    return places
