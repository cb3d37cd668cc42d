"""Duel answers of merged entries: moved to the remaining entry, and back when the merge is undone."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import or_, select, update

from storage.database.engine import Transaction
from storage.database.statements import changed
from storage.tables import DuelVote

_FLIPPED = {"first": "second", "second": "first"}


async def move(session: Transaction, survivor: int, duplicate: int) -> list[list[Any]]:
    """Move the duel answers about one entry to another; return each as [other entry of the pair, user].

    An answer on these two entries stays where it is, and so does one whose person answered about both.
    """
    rows = (
        await session.scalars(
            select(DuelVote).where(or_(DuelVote.first_id == duplicate, DuelVote.second_id == duplicate))
        )
    ).all()
    moved: list[list[Any]] = []
    for row in rows:
        other = row.second_id if row.first_id == duplicate else row.first_id
        if other != survivor and await _move(session, row, survivor, other):
            moved.append([other, row.user])
    return moved


async def move_back(
    session: Transaction, survivor: int, duplicate: int, answers: Sequence[Sequence[Any]]
) -> None:
    """Move back the duel answers that `move` moved and that still exist."""
    for other, user in answers:
        low, high = sorted((survivor, other))
        row = await session.scalar(
            select(DuelVote).where(
                DuelVote.first_id == low, DuelVote.second_id == high, DuelVote.user == user
            )
        )
        if row is not None:
            await _move(session, row, duplicate, other)


async def _move(session: Transaction, row: DuelVote, entry: int, other: int) -> bool:
    """Change a duel answer's pair to `entry` and `other`; return False if the person has an answer on that pair."""
    low, high = sorted((entry, other))
    there = select(DuelVote.user).where(
        DuelVote.first_id == low, DuelVote.second_id == high, DuelVote.user == row.user
    )
    if await session.scalar(there) is not None:
        return False
    stays_aside = (row.first_id == other) == (low == other)
    statement = update(DuelVote).where(
        DuelVote.first_id == row.first_id, DuelVote.second_id == row.second_id, DuelVote.user == row.user
    )
    choice = row.choice if stays_aside else _FLIPPED.get(row.choice, row.choice)
    session.expunge(row)
    await changed(session, statement.values(first_id=low, second_id=high, choice=choice))
    return True
