"""Who follows which entry, who muted which league, and what a person's home shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, exists, select

from storage.database.engine import Transaction
from storage.database.statements import changed, insert_once
from storage.tables import Entry, Follower, Match, Mute, Paper, Poll, Rating, Vote, Voter


@dataclass(frozen=True, slots=True)
class HomeEntry:
    """An entry on a person's home; figures in points, None where it isn't rated."""

    entry: int
    league: int
    title: str
    url: str
    rank: int | None
    score: float | None
    interval: float | None
    followed: bool
    status: str
    """Of the paper: fetching, known or failed."""


@dataclass(frozen=True, slots=True)
class OpenVote:
    """An open vote that waits for a person."""

    poll: int
    match: int
    league: int
    first: int
    second: int
    closes_at: datetime


async def follow(session: Transaction, entry: int, user: str, now: datetime) -> bool:
    """Let a person follow an entry; False when they did."""
    return await insert_once(
        session, Follower, workspace_id=session.workspace, entry_id=entry, user=user, since=now
    )


async def unfollow(session: Transaction, entry: int, user: str) -> bool:
    """Let a person follow an entry no more; False when they didn't."""
    statement = delete(Follower).where(Follower.entry_id == entry, Follower.user == user)
    return await changed(session, statement) == 1


async def follows(session: Transaction, entry: int, user: str) -> bool:
    """Whether a person follows an entry."""
    statement = select(Follower.user).where(Follower.entry_id == entry, Follower.user == user)
    return await session.scalar(statement) is not None


async def followers(session: Transaction, entry_ids: Sequence[int]) -> list[tuple[int, str]]:
    """(entry, user) of everybody who follows one of these entries and hasn't muted its league."""
    muted = exists().where(Mute.league_id == Entry.league_id, Mute.user == Follower.user)
    rows = await session.execute(
        select(Follower.entry_id, Follower.user)
        .join(Entry, Entry.id == Follower.entry_id)
        .where(Follower.entry_id.in_(entry_ids), Entry.removed_at.is_(None), ~muted)
        .order_by(Follower.entry_id, Follower.user)
    )
    return [(row.entry_id, row.user) for row in rows]


async def mute(session: Transaction, league: int, user: str, now: datetime) -> bool:
    """Send a person no direct messages of a league; False when it was so."""
    return await insert_once(
        session, Mute, workspace_id=session.workspace, league_id=league, user=user, at=now
    )


async def unmute(session: Transaction, league: int, user: str) -> bool:
    """Send a person direct messages of a league again; False when it was so."""
    return await changed(session, delete(Mute).where(Mute.league_id == league, Mute.user == user)) == 1


async def muted(session: Transaction, league: int, user: str) -> bool:
    """Whether a person muted a league."""
    statement = select(Mute.user).where(Mute.league_id == league, Mute.user == user)
    return await session.scalar(statement) is not None


async def forget(session: Transaction, user: str) -> None:
    """Erase what a person follows and which leagues they muted."""
    await changed(session, delete(Follower).where(Follower.user == user))
    await changed(session, delete(Mute).where(Mute.user == user))


async def home_entries(
    session: Transaction, user: str, leagues: Sequence[int], limit: int
) -> list[HomeEntry]:
    """Entries a person brought or follows in these leagues, newest first."""
    followed = exists().where(Follower.entry_id == Entry.id, Follower.user == user)
    rows = await session.execute(
        select(
            Entry.id, Entry.league_id, Paper.title, Paper.canonical, Paper.url, Rating.rank, Rating.score,
            Rating.interval, followed.label("followed"), Paper.status,
        )
        .join(Paper, Paper.id == Entry.paper_id)
        .join(Rating, Rating.entry_id == Entry.id, isouter=True)
        .where(
            Entry.league_id.in_(leagues), Entry.removed_at.is_(None), (Entry.submitted_by == user) | followed
        )
        .order_by(Entry.id.desc())
        .limit(limit)
    )  # fmt: skip
    return [
        HomeEntry(
            r.id,
            r.league_id,
            r.title or r.canonical,
            r.url,
            r.rank,
            r.score,
            r.interval,
            bool(r.followed),
            r.status,
        )
        for r in rows
    ]


async def open_votes_of(
    session: Transaction, user: str, leagues: Sequence[int], limit: int
) -> list[OpenVote]:
    """Open votes of these leagues in which a person may still vote and hasn't, the first to close first."""
    voted = exists().where(Vote.poll_id == Poll.id, Vote.user == user)
    rows = await session.execute(
        select(Poll.id, Poll.match_id, Match.league_id, Match.first_id, Match.second_id, Poll.closes_at)
        .join(Match, Match.id == Poll.match_id)
        .join(Voter, Voter.poll_id == Poll.id)
        .where(
            Poll.status == "open",
            Voter.user == user,
            Voter.author.is_(False),
            Match.league_id.in_(leagues),
            ~voted,
        )
        .order_by(Poll.closes_at)
        .limit(limit)
    )
    return [OpenVote(*row) for row in rows]
