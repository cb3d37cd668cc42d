"""What people's duels, reading lists, follows, reactions and wishes say about the papers of a league."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import case, func, select

from storage.database.engine import Transaction
from storage.tables import DuelVote, Entry, Follower, MoreWish, OutboxMessage, Paper, Rating, Reaction, Saved

MOST = 500
"""How many of a league's newest entries are read."""


@dataclass(frozen=True, slots=True)
class SignedPaper:
    """An entry's text and the weak signs on it: how many people saved, read and follow it, and their reactions.

    `by_hand`: somebody brought it. `reactions` are the names of each person's emoji, without colons; `more` and `fewer`
    count who wished for more papers like it, or fewer.
    """

    entry: int
    title: str
    abstract: str
    rank: int | None
    by_hand: bool
    saved: int
    read: int
    followed: int
    reactions: tuple[tuple[str, ...], ...] = ()
    more: int = 0
    fewer: int = 0


async def signed_papers(session: Transaction, league: int) -> list[SignedPaper]:
    """Return the newest entries of a league with the weak signs on each."""
    rows = list(
        await session.execute(
            select(Entry.id, Paper.title, Paper.abstract, Rating.rank, Entry.message_ts)
            .join(Paper, Paper.id == Entry.paper_id)
            .outerjoin(Rating, Rating.entry_id == Entry.id)
            .where(Entry.league_id == league, Entry.removed_at.is_(None), Paper.title.is_not(None))
            .order_by(Entry.id.desc())
            .limit(MOST)
        )
    )
    mine = select(Entry.id).where(Entry.league_id == league)
    counts: defaultdict[int, list[int]] = defaultdict(lambda: [0, 0, 0])
    for entry, read_at in await session.execute(
        select(Saved.entry_id, Saved.read_at).where(Saved.entry_id.in_(mine))
    ):
        counts[entry][0] += 1
        counts[entry][1] += read_at is not None
    for entry in await session.scalars(select(Follower.entry_id).where(Follower.entry_id.in_(mine))):
        counts[entry][2] += 1
    reactions, wishes = await _reactions(session, league), await _wishes(session, league)
    return [
        SignedPaper(
            row.id, row.title, row.abstract or "", row.rank, row.message_ts is not None,
            *_three(counts[row.id]), reactions.get(row.id, ()), *wishes.get(row.id, (0, 0)),
        )
        for row in rows
    ]  # fmt: skip


def _three(counts: list[int]) -> tuple[int, int, int]:
    saved, read, followed = counts
    return saved, read, followed


async def _reactions(session: Transaction, league: int) -> dict[int, tuple[tuple[str, ...], ...]]:
    """Return each person's emoji by entry; those on a merged entry count for the remaining one."""
    entry = func.coalesce(Entry.merged_into, Entry.id).label("entry")
    rows = await session.execute(
        select(entry, Reaction.user, Reaction.name)
        .join(Entry, Entry.id == Reaction.entry_id)
        .where(Entry.league_id == league)
        .order_by(Reaction.at, Reaction.name)
    )
    names: defaultdict[int, defaultdict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        names[row.entry][row.user].append(row.name)
    return {key: tuple(map(tuple, by_user.values())) for key, by_user in names.items()}


async def _wishes(session: Transaction, league: int) -> dict[int, tuple[int, int]]:
    """Return by entry how many people wished for more like it, and how many for fewer."""
    entry = func.coalesce(Entry.merged_into, Entry.id).label("entry")
    more = func.sum(case((MoreWish.more.is_(True), 1), else_=0)).label("more")
    rows = await session.execute(
        select(entry, more, func.count().label("number"))
        .join(Entry, Entry.id == MoreWish.entry_id)
        .where(Entry.league_id == league)
        .group_by(entry)
    )
    return {row.entry: (int(row.more), row.number - int(row.more)) for row in rows}


async def duel_choices(session: Transaction, league: int) -> list[tuple[int, int]]:
    """Return (chosen entry, other entry) for each answer to a duel of a league."""
    rows = await session.execute(
        select(DuelVote.first_id, DuelVote.second_id, DuelVote.choice)
        .where(DuelVote.league_id == league, DuelVote.choice != "skip")
        .order_by(DuelVote.at, DuelVote.user)
    )
    return [
        (row.first_id, row.second_id) if row.choice == "first" else (row.second_id, row.first_id)
        for row in rows
    ]


async def announced(session: Transaction, league: int, kind: str, since: datetime) -> list[dict[str, Any]]:
    """Return the options of a league's messages of a kind since a moment, newest first."""
    rows = await session.scalars(
        select(OutboxMessage.options)
        .where(OutboxMessage.kind == kind, OutboxMessage.about_id == league, OutboxMessage.created_at > since)
        .order_by(OutboxMessage.id.desc())
    )
    return list(rows)
