"""Finds the papers of an arXiv category, primary or secondary, and a paper's rank among them."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, String, cast, func, or_, select

from storage.database.engine import Transaction
from storage.tables import Entry, Paper, Rating

MOST_CATEGORIES: Final = 6
"""Maximum number of a paper's categories for which its rank is found; arXiv papers seldom have more."""


def in_category(code: str) -> ColumnElement[bool]:
    """Return the SQL condition that a paper is in a category or its subcategories (cs includes cs.CL)."""
    primary, others = func.lower(Paper.category), func.lower(cast(Paper.categories, String))
    return or_(
        primary == code,
        primary.startswith(f"{code}.", autoescape=True),
        others.contains(f'"{code}"', autoescape=True),
        others.contains(f'"{code}.', autoescape=True),
    )


@dataclass(frozen=True, slots=True)
class CategoryPlace:
    """A paper's rank among the ranked papers of one of its categories, from 1, and the number of those papers."""

    code: str
    place: int
    ranked: int


async def places_in_categories(session: Transaction, entry: int) -> list[CategoryPlace]:
    """Return a paper's rank in each of its categories, the primary category first; empty if the paper isn't ranked."""
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
