"""Query for a match with its league, entries and papers, as a vote on it needs them."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import aliased
from structlog.contextvars import bind_contextvars

from storage.database.engine import Transaction
from storage.errors import NotFoundError
from storage.tables import Entry, League, Match, Paper


@dataclass(frozen=True, slots=True)
class Contest:
    """A match with its league, both entries and both papers: all that a vote on it needs to know."""

    match: Match
    league: League
    first: Entry
    second: Entry
    first_paper: Paper
    second_paper: Paper


async def league_of(session: Transaction, match_id: int) -> League:
    """Return the league of a match. Raises `NotFoundError`."""
    league = await session.scalar(
        select(League).join(Match, Match.league_id == League.id).where(Match.id == match_id)
    )
    if league is None:
        raise NotFoundError("That match isn't here any more.")
    return league


async def load_contest(session: Transaction, match_id: int) -> Contest:
    """Return a match with its league, entries and papers. Raises `NotFoundError`."""
    first, second = aliased(Entry), aliased(Entry)
    first_paper, second_paper = aliased(Paper), aliased(Paper)
    row = (
        await session.execute(
            select(Match, League, first, second, first_paper, second_paper)
            .join(League, League.id == Match.league_id)
            .join(first, first.id == Match.first_id)
            .join(second, second.id == Match.second_id)
            .join(first_paper, first_paper.id == first.paper_id)
            .join(second_paper, second_paper.id == second.paper_id)
            .where(Match.id == match_id)
            .execution_options(populate_existing=True)
        )
    ).one_or_none()
    if row is None:
        raise NotFoundError("That match isn't here any more.")
    bind_contextvars(match=row[0].id, league=row[1].id)
    return Contest(*row)
