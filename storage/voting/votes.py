"""Rows of votes and voters of a poll: cast, count, and anonymise."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from sqlalchemy import case, delete, func, literal, or_, select, update

from storage.database.engine import Transaction
from storage.database.statements import changed, upsert
from storage.tables import Entry, Match, Mute, Paper, Poll, Vote, Voter
from storage.tables.base import FORGOTTEN
from storage.voting.polls import get, set_quorum
from storage.work.outbox import bump


@dataclass(frozen=True, slots=True)
class Tally:
    """The counts of a vote on a match: votes by choice, and how many people could vote."""

    first: int = 0
    second: int = 0
    draw: int = 0
    abstain: int = 0
    eligible: int = 0

    @property
    def deciding(self) -> int:
        """Number of votes that aren't abstentions."""
        return self.first + self.second + self.draw

    @property
    def voted(self) -> int:
        """Number of all votes."""
        return self.deciding + self.abstain

    @property
    def missing(self) -> int:
        """Number of people who may vote and haven't."""
        return max(self.eligible - self.voted, 0)


async def cast(
    session: Transaction, poll_id: int, ballots: Mapping[str, tuple[str, str | None]], now: datetime
) -> set[str]:
    """Store new or changed votes, (choice, reason) by user, in one statement; return the users whose vote was stored.

    Votes are skipped if the poll is closed or the person may not vote. A reason of None keeps the earlier reason, an
    empty one deletes it.
    """
    if not ballots:
        return set()
    choices = {user: choice for user, (choice, _reason) in ballots.items()}
    reasons = {user: reason for user, (_choice, reason) in ballots.items() if reason}
    unsaid = [user for user, (_choice, reason) in ballots.items() if reason is None]
    none = literal(None, type_=Vote.reason.type)
    source = (
        select(
            literal(session.workspace), Poll.id, Voter.user, case(choices, value=Voter.user),
            case(reasons, value=Voter.user, else_=none) if reasons else none, literal(now, type_=Vote.at.type),
        )
        .join_from(Poll, Voter, Voter.poll_id == Poll.id)
        .where(
            Poll.id == poll_id, Poll.status == "open", Poll.closes_at > now,
            Voter.user.in_(ballots), Voter.author.is_(False),
        )
    )  # fmt: skip
    fresh = upsert(session, Vote).from_select(
        ["workspace_id", "poll_id", "user", "choice", "reason", "at"], source
    )
    statement = fresh.on_conflict_do_update(
        index_elements=[Vote.poll_id, Vote.user],
        set_={
            "choice": fresh.excluded.choice,
            "at": fresh.excluded.at,
            "reason": case((Vote.user.in_(unsaid), Vote.reason), else_=fresh.excluded.reason),
        },
    )
    return set(await session.scalars(statement.returning(Vote.user)))


async def cast_late(
    session: Transaction, poll_id: int, user: str, choice: str, reason: str | None, now: datetime
) -> bool:
    """Store a first vote that arrived just after an early close; return False if the person had voted."""
    statement = (
        upsert(session, Vote)
        .values(
            workspace_id=session.workspace, poll_id=poll_id, user=user, choice=choice, reason=reason, at=now
        )
        .on_conflict_do_nothing()
        .returning(Vote.user)
    )
    return await session.scalar(statement) is not None


async def voters(session: Transaction, poll_id: int, users: Collection[str]) -> dict[str, bool]:
    """Return which of these people may vote in a poll, each with whether they are marked as an author."""
    rows = await session.execute(
        select(Voter.user, Voter.author).where(Voter.poll_id == poll_id, Voter.user.in_(users))
    )
    return {row.user: row.author for row in rows}


async def drop_voter(session: Transaction, user: str) -> list[int]:
    """Remove a person from the voters of open polls in which they haven't voted; return these polls."""
    voted = select(Vote.poll_id).where(Vote.user == user)
    rows = select(Poll.id).join(Voter, Voter.poll_id == Poll.id)
    rows = rows.where(Poll.status == "open", Voter.user == user, Poll.id.not_in(voted)).order_by(Poll.id)
    polls = list(await session.scalars(rows))
    await changed(session, delete(Voter).where(Voter.poll_id.in_(polls), Voter.user == user))
    return polls


async def votes_of(
    session: Transaction, poll_id: int, users: Collection[str]
) -> dict[str, tuple[str, str | None]]:
    """Return the votes of these people, (choice, reason) by user."""
    rows = await session.execute(
        select(Vote.user, Vote.choice, Vote.reason).where(Vote.poll_id == poll_id, Vote.user.in_(users))
    )
    return {row.user: (row.choice, row.reason) for row in rows}


async def tally(session: Transaction, poll_id: int) -> Tally:
    """Count the votes of a poll; votes of people who later turned out to be authors don't count."""
    rows = await session.execute(
        select(Vote.choice, func.count().label("votes"))
        .join(Voter, (Voter.poll_id == Vote.poll_id) & (Voter.user == Vote.user))
        .where(Vote.poll_id == poll_id, Voter.author.is_(False))
        .group_by(Vote.choice)
    )
    counts = {row.choice: row.votes for row in rows}
    eligible = await session.scalar(
        select(func.count()).select_from(Voter).where(Voter.poll_id == poll_id, Voter.author.is_(False))
    )
    return Tally(**counts, eligible=eligible or 0)


async def ballots(session: Transaction, poll_id: int) -> Sequence[tuple[str, str, str | None]]:
    """Return the counted votes as (user, choice, reason), in the order last cast."""
    rows = await session.execute(
        select(Vote.user, Vote.choice, Vote.reason)
        .join(Voter, (Voter.poll_id == Vote.poll_id) & (Voter.user == Vote.user))
        .where(Vote.poll_id == poll_id, Voter.author.is_(False))
        .order_by(Vote.at, Vote.user)
    )
    return [(row.user, row.choice, row.reason) for row in rows]


async def voters_to_remind(session: Transaction, poll_id: int, league: int) -> list[str]:
    """Return the people who may vote, haven't voted, and didn't mute the league."""
    voters = select(Vote.user).where(Vote.poll_id == poll_id)
    mutes = select(Mute.user).where(Mute.league_id == league)
    rows = await session.scalars(
        select(Voter.user)
        .where(
            Voter.poll_id == poll_id, Voter.author.is_(False),
            Voter.user.not_in(voters), Voter.user.not_in(mutes),
        )
        .order_by(Voter.user)
    )  # fmt: skip
    return list(rows)


async def forget_voter(session: Transaction, user: str) -> int:
    """Replace a person's id in all votes and delete their reasons, keeping the counts; return how many votes.

    Each poll gets a different made-up id, so that the votes can't be linked. Open polls no longer wait for this person.
    """
    polls_voted_in = select(Vote.poll_id).where(Vote.user == user)
    still = select(Poll.id).where(Poll.status == "open", Poll.id.not_in(polls_voted_in))
    poll_ids = (
        await session.scalars(select(Voter.poll_id).where(Voter.user == user, Voter.poll_id.in_(still)))
    ).all()
    for poll in poll_ids:
        await changed(session, delete(Voter).where(Voter.poll_id == poll, Voter.user == user))
        quorum = (await get(session, poll)).quorum
        await set_quorum(session, poll, max(1, min(quorum, (await tally(session, poll)).eligible)))
        await bump(session, "poll", poll)
    polls = (await session.scalars(select(Voter.poll_id).where(Voter.user == user))).all()
    count = 0
    for poll in polls:
        nobody = f"{FORGOTTEN}{uuid4().hex[:12]}"
        voter = update(Voter).where(Voter.poll_id == poll, Voter.user == user)
        await changed(session, voter.values(user=nobody))
        vote = update(Vote).where(Vote.poll_id == poll, Vote.user == user)
        count += await changed(session, vote.values(user=nobody, reason=None))
    return count


async def papers_voted_on(session: Transaction, league: int, limit: int) -> list[tuple[int, str]]:
    """Return (entry id, title) of papers whose matches people voted on, the newest vote first."""
    rows = await session.execute(
        select(Entry.id, Paper.title, Paper.canonical)
        .join(Match, or_(Match.first_id == Entry.id, Match.second_id == Entry.id))
        .join(Poll, Poll.match_id == Match.id)
        .join(Paper, Paper.id == Entry.paper_id)
        .where(Match.league_id == league, Entry.removed_at.is_(None))
        .group_by(Entry.id, Paper.title, Paper.canonical)
        .order_by(func.max(Poll.id).desc(), Entry.id)
        .limit(limit)
    )
    return [(row.id, row.title or row.canonical) for row in rows]
