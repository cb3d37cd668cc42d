"""Rows of authors: people who said that they wrote a paper, and so may not vote on its matches."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, delete, or_, select, update

from storage.database.engine import Transaction
from storage.database.statements import changed, insert_once
from storage.errors import NotFoundError
from storage.tables import AuthorMark, Entry, League, Match, Paper, Poll, Voter

UNKNOWN = "I don't know that paper."


async def authors(session: Transaction, paper_ids: Sequence[int]) -> set[str]:
    """Return the users marked as authors of any of these papers."""
    return set(await session.scalars(select(AuthorMark.user).where(AuthorMark.paper_id.in_(paper_ids))))


async def mark_author(session: Transaction, paper_id: int, user: str, now: datetime) -> bool:
    """Mark a person as an author of a paper; return False if they were marked already."""
    return await insert_once(session, AuthorMark, paper_id=paper_id, user=user, at=now)


async def unmark_author(session: Transaction, paper_id: int, user: str) -> bool:
    """Remove a person's mark as an author of a paper; return False if they weren't marked."""
    mark = delete(AuthorMark).where(AuthorMark.paper_id == paper_id, AuthorMark.user == user)
    return await changed(session, mark) == 1


async def paper(session: Transaction, paper_id: int) -> Paper:
    """Return the paper with this id. Raises `NotFoundError` if the workspace has none."""
    row: Paper | None = await session.scalar(select(Paper).where(Paper.id == paper_id))
    if row is None:
        raise NotFoundError(UNKNOWN)
    return row


async def entry(session: Transaction, entry_id: int) -> tuple[Entry, League]:
    """Return an entry (for a merged one, the entry it was merged into) and its league. Raises `NotFoundError`."""
    row = (
        await session.execute(
            select(Entry, League).join(League, League.id == Entry.league_id).where(Entry.id == entry_id)
        )
    ).one_or_none()
    if row is None:
        raise NotFoundError(UNKNOWN)
    if row[0].merged_into is not None:
        return await entry(session, row[0].merged_into)
    return row[0], row[1]


async def exclude(session: Transaction, paper_id: int, user: str) -> list[int]:
    """Stop counting an author's vote in all open votes on their paper; return the ids of those votes.

    Only votes in which they could take part until now are returned.
    """
    return await _set_author(session, paper_id, user, author=True)


async def include(session: Transaction, paper_id: int, user: str) -> list[int]:
    """Let a person vote again in open votes on a paper, unless they wrote the opposing paper; return those votes."""
    own = (
        select(Entry.id)
        .join(AuthorMark, AuthorMark.paper_id == Entry.paper_id)
        .where(AuthorMark.user == user)
    )
    return await _set_author(
        session, paper_id, user, Match.first_id.not_in(own), Match.second_id.not_in(own), author=False
    )


async def _set_author(
    session: Transaction, paper_id: int, user: str, *more: ColumnElement[bool], author: bool
) -> list[int]:
    """Mark a voter as author or not in those open votes on a paper where `more` holds; return those that changed."""
    entries = select(Entry.id).where(Entry.paper_id == paper_id)
    rows = await session.scalars(
        select(Poll.id)
        .join(Match, Match.id == Poll.match_id)
        .join(Voter, Voter.poll_id == Poll.id)
        .where(
            Poll.status == "open",
            Voter.user == user,
            Voter.author.is_(not author),
            or_(Match.first_id.in_(entries), Match.second_id.in_(entries)),
            *more,
        )
    )
    polls = list(rows)
    voter = update(Voter).where(Voter.poll_id.in_(polls), Voter.user == user)
    await changed(session, voter.values(author=author))
    return polls
