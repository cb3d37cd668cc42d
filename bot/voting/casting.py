"""Cast a vote: new or changed until the close, with an optional reason."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.voting.close_causes import CLOSED_AS_SETTLED
from bot.voting.closing import close_if_settled
from bot.voting.poll_contents import PollContents, poll_contents
from bot.voting.rules import (
    Choice,
    read_choice,
)
from storage.database.engine import Transaction
from storage.errors import ClosedError, NotAllowedError
from storage.tables import Poll
from storage.voting import polls, votes
from storage.voting.contested_matches import load_contest
from storage.work import outbox

VOTE_OVER = "This vote is over; your last choice before the close is what counts."
IN_FLIGHT = timedelta(minutes=1)
"""How long after an early close a first vote on its way is still kept; it can't change the result."""

MOST_REASON = 1_000


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a voter is told: the choice kept, the one it replaced, and what became of the poll."""

    poll: int
    choice: Choice
    label: str
    previous: str | None
    reason: str | None
    closes_at: datetime
    closed: bool
    """The poll is closed now, by this vote or (`late`) just before it."""
    late: bool


@dataclass(frozen=True, slots=True)
class OwnBallot:
    """A poll and what one person voted in it so far."""

    view: PollContents
    choice: str | None
    reason: str | None


async def cast_vote(
    session: Transaction, poll_id: int, user: str, choice: str, reason: str | None = None, *, now: datetime
) -> Receipt:
    """Count a vote, new or changed; closes the poll when the rest couldn't change its result.

    Without a `reason` one given earlier stays; an empty one takes it back.

    Raises `ClosedError` after the close and `NotAllowedError` for who may not vote. A first vote on its way
    while the poll closed early is kept: it couldn't have changed the result.
    """
    vote = read_choice(choice)
    words = None if reason is None else reason.strip()[:MOST_REASON]
    poll = await polls.get(session, poll_id, lock=True)
    await _may_vote(session, poll_id, user)
    before = await votes.vote_of(session, poll_id, user)
    late = False
    if not await votes.cast(session, poll_id, user, vote, words, now):
        late = _in_flight(poll, now) and await votes.cast_late(
            session, poll_id, user, vote, words or None, now
        )
        if not late:
            raise ClosedError(VOTE_OVER)
        await outbox.bump(session, "poll_result", poll_id)
    await outbox.bump(session, "poll", poll_id)
    is_closed = late or await close_if_settled(session, poll, now)
    contest = await load_contest(session, poll.match_id)
    labels = {
        "first": contest.first_paper.title or contest.first_paper.canonical,
        "second": contest.second_paper.title or contest.second_paper.canonical,
        "draw": "Draw",
        "abstain": "Abstain",
    }
    ballot = await votes.vote_of(session, poll_id, user)
    return Receipt(
        poll=poll_id,
        choice=vote,
        label=labels[vote],
        previous=None if before is None else before[0],
        reason=None if ballot is None else ballot[1],
        closes_at=poll.closes_at,
        closed=is_closed,
        late=late,
    )


async def own_ballot(session: Transaction, poll_id: int, user: str) -> OwnBallot:
    """What a person may give a reason for; raises as `cast_vote` does."""
    view = await poll_contents(session, poll_id)
    await _may_vote(session, poll_id, user)
    if not view.is_open:
        raise ClosedError(VOTE_OVER)
    own = await votes.vote_of(session, poll_id, user)
    return OwnBallot(view, *(own or (None, None)))


async def _may_vote(session: Transaction, poll_id: int, user: str) -> None:
    voter = await votes.voter(session, poll_id, user)
    if voter is None:
        raise NotAllowedError(
            "You can't vote here: the voters are those who were full members of the league's channel "
            "when the vote opened."
        )
    if voter.author:
        raise NotAllowedError(
            "You are marked as an author of one of these papers, and authors don't vote on them."
        )


def _in_flight(poll: Poll, now: datetime) -> bool:
    if poll.status != "closed" or poll.closed_by != CLOSED_AS_SETTLED or poll.closed_at is None:
        return False
    return now < min(poll.closed_at + IN_FLIGHT, poll.closes_at)
