"""Rows of people who follow entries or muted leagues, and what a person's Home tab shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, exists, select

from storage.database.engine import Transaction
from storage.database.statements import changed, insert_once
from storage.tables import Entry, Follower, Match, Mute, Paper, Poll, Rating, Vote, Voter
from storage.tables.papers import shown_title


@dataclass(frozen=True, slots=True)
class HomeEntry:
    """An entry on a person's Home tab; score and interval in points, None while it isn't rated."""

    entry: int
    league: int
    title: str
    url: str
    rank: int | None
    score: float | None
    interval: float | None
    followed: bool
    status: str
    """State of the entry's paper: "fetching", "known" or "failed"."""


@dataclass(frozen=True, slots=True)
class OpenVote:
    """An open vote in which a person may still vote."""

    poll: int
    match: int
    league: int
    first: int
    second: int
    closes_at: datetime


async def follow(session: Transaction, entry: int, user: str, now: datetime) -> bool:
    """Make a person follow an entry; return False if they did already."""
    return await insert_once(session, Follower, entry_id=entry, user=user, since=now)


async def unfollow(session: Transaction, entry: int, user: str) -> bool:
    """Make a person stop following an entry; return False if they didn't follow it."""
    statement = delete(Follower).where(Follower.entry_id == entry, Follower.user == user)
    return await changed(session, statement) == 1


async def follows(session: Transaction, entry: int, user: str) -> bool:
    """Return whether a person follows an entry."""
    statement = select(Follower.user).where(Follower.entry_id == entry, Follower.user == user)
    return await session.scalar(statement) is not None


async def followers(session: Transaction, entry_ids: Sequence[int]) -> list[tuple[int, str]]:
    """Return (entry id, user) for each follower of these entries who hasn't muted the league."""
    muted = exists().where(Mute.league_id == Entry.league_id, Mute.user == Follower.user)
    rows = await session.execute(
        select(Follower.entry_id, Follower.user)
        .join(Entry, Entry.id == Follower.entry_id)
        .where(Follower.entry_id.in_(entry_ids), Entry.removed_at.is_(None), ~muted)
        .order_by(Follower.entry_id, Follower.user)
    )
    return [(row.entry_id, row.user) for row in rows]


async def mute(session: Transaction, league: int, user: str, now: datetime) -> bool:
    """Mute a league's direct messages for a person; return False if they were muted already."""
    return await insert_once(session, Mute, league_id=league, user=user, at=now)


async def unmute(session: Transaction, league: int, user: str) -> bool:
    """Unmute a league's direct messages for a person; return False if they weren't muted."""
    return await changed(session, delete(Mute).where(Mute.league_id == league, Mute.user == user)) == 1


async def muted(session: Transaction, league: int, user: str) -> bool:
    """Return whether a person muted a league."""
    statement = select(Mute.user).where(Mute.league_id == league, Mute.user == user)
    return await session.scalar(statement) is not None


async def forget(session: Transaction, user: str) -> None:
    """Delete all follows and mutes of a person."""
    await changed(session, delete(Follower).where(Follower.user == user))
    await changed(session, delete(Mute).where(Mute.user == user))


async def home_entries(
    session: Transaction, user: str, leagues: Sequence[int], limit: int
) -> list[HomeEntry]:
    """Return the entries a person submitted or follows in these leagues, newest first."""
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
            shown_title(r.title, r.canonical),
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
    """Return open votes of these leagues in which a person may vote and hasn't voted, the first to close first."""
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
