"""Casts votes: new or changed until the close, with an optional reason."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.voting.closing import close_if_settled
from bot.voting.poll_contents import PollContents, poll_contents
from bot.voting.rules import CLOSED_AS_SETTLED, Choice, read_choice
from storage.database.engine import Transaction
from storage.errors import ClosedError, NotAllowedError, PaperboutError
from storage.tables import Poll
from storage.voting import polls, votes
from storage.voting.contested_matches import load_contest
from storage.work import outbox

VOTE_OVER = "This vote is over; your last choice before the close is what counts."
IN_FLIGHT = timedelta(minutes=1)
"""How long after an early close a late first vote is still stored; it can't change the result."""

MOST_REASON = 1_000


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a voter is shown after voting: the stored choice, the one it replaced, and the state of the poll."""

    poll: int
    choice: Choice
    label: str
    previous: str | None
    reason: str | None
    closes_at: datetime
    closed: bool
    """Whether the poll is closed now, by this vote or (`late`) just before it."""
    late: bool
    closing: PollContents | None = None
    """The closed poll with its result; None while it is open."""


@dataclass(frozen=True, slots=True)
class OwnBallot:
    """A vote on a match, and what one person has voted in it so far."""

    view: PollContents
    choice: str | None
    reason: str | None


async def cast_vote(
    session: Transaction, poll_id: int, user: str, choice: str, reason: str | None = None, *, now: datetime
) -> Receipt:
    """Count a vote, new or changed; closes the poll if the remaining votes can't change its result.

    None as `reason` keeps an earlier one, an empty one removes it. Raises `ClosedError` after the close and
    `NotAllowedError` for people who may not vote. A late first vote after an early close is stored, because it couldn't
    have changed the result.
    """
    answer = (await cast_votes(session, poll_id, {user: (choice, reason)}, now=now))[user]
    if isinstance(answer, PaperboutError):
        raise answer
    return answer


async def cast_votes(
    session: Transaction, poll_id: int, ballots: Mapping[str, tuple[str, str | None]], *, now: datetime
) -> dict[str, Receipt | PaperboutError]:
    """Count the votes of many people, (choice, reason) by user, as `cast_vote` does for one.

    Returns for each user the receipt, or the error that `cast_vote` would raise.
    """
    poll = await polls.get(session, poll_id, lock=True)
    voters = await votes.voters(session, poll_id, ballots)
    before = await votes.votes_of(session, poll_id, ballots)
    answers: dict[str, Receipt | PaperboutError] = {}
    valid: dict[str, tuple[Choice, str | None]] = {}
    for user, (choice, reason) in ballots.items():
        try:
            _may_vote(voters.get(user))
            valid[user] = read_choice(choice), None if reason is None else reason.strip()[:MOST_REASON]
        except PaperboutError as error:
            answers[user] = error
    voters_counted = await votes.cast(session, poll_id, valid, now)
    late: set[str] = set()
    for user in sorted(valid.keys() - voters_counted):
        choice, reason = valid[user]
        if _in_flight(poll, now) and await votes.cast_late(
            session, poll_id, user, choice, reason or None, now
        ):
            late.add(user)
        else:
            answers[user] = ClosedError(VOTE_OVER)
    if late:
        await outbox.bump(session, "poll_result", poll_id)
    if not voters_counted | late:
        return answers
    await outbox.bump(session, "poll", poll_id)
    is_closed = bool(voters_counted) and await close_if_settled(session, poll, now)
    contest = await load_contest(session, poll.match_id)
    labels = {
        "first": contest.first_paper.title or contest.first_paper.canonical,
        "second": contest.second_paper.title or contest.second_paper.canonical,
        "draw": "Draw",
        "abstain": "Abstain",
    }
    after = await votes.votes_of(session, poll_id, voters_counted | late)
    closing = await poll_contents(session, poll_id) if is_closed or late else None
    for user in voters_counted | late:
        answers[user] = Receipt(
            poll=poll_id,
            choice=valid[user][0],
            label=labels[valid[user][0]],
            previous=before[user][0] if user in before else None,
            reason=after[user][1],
            closes_at=poll.closes_at,
            closed=is_closed or user in late,
            late=user in late,
            closing=closing,
        )
    return answers


async def own_ballot(session: Transaction, poll_id: int, user: str) -> OwnBallot:
    """Return a person's ballot, for voting with a reason; raises as `cast_vote` does."""
    view = await poll_contents(session, poll_id)
    _may_vote((await votes.voters(session, poll_id, [user])).get(user))
    if not view.is_open:
        raise ClosedError(VOTE_OVER)
    own = (await votes.votes_of(session, poll_id, [user])).get(user)
    return OwnBallot(view, *(own or (None, None)))


def _may_vote(is_author: bool | None) -> None:
    if is_author is None:
        raise NotAllowedError(
            "You can't vote here: the voters are those who were full members of the league's channel "
            "when the vote opened."
        )
    if is_author:
        raise NotAllowedError(
            "You are marked as an author of one of these papers, and authors don't vote on them."
        )


def _in_flight(poll: Poll, now: datetime) -> bool:
    if poll.status != "closed" or poll.closed_by != CLOSED_AS_SETTLED or poll.closed_at is None:
        return False
    return now < min(poll.closed_at + IN_FLIGHT, poll.closes_at)
