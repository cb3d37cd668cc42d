"""Answers on duels of two entries made one: moved to the entry that stays, and back where the two are parted."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import or_, select, update

from storage.database.engine import Transaction
from storage.database.statements import changed
from storage.tables import DuelVote

_FLIPPED = {"first": "second", "second": "first"}


async def move(session: Transaction, survivor: int, duplicate: int) -> list[list[Any]]:
    """Move the answers about one entry to another; returns each as [the pair's other entry, user].

    An answer on the two themselves stays where it is, and so does one whose person answered about both of them.
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
    """Move answers back that `move` moved and that are still there."""
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
    """Let an answer be about `entry` and `other`; False where its person gave one on those."""
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
