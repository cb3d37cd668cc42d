"""Voting: a team challenges a verdict, votes on it, and replaces or confirms it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.leagues.rights import require_owner
from bot.leagues.visibility import visible
from bot.people import People
from bot.standings import card_refresh, refit
from bot.voting.poll import CLOSED_AS_SETTLED, CLOSED_BY_ALL, CLOSED_BY_DEADLINE, PollView, moves, poll_view
from bot.voting.rules import (
    STANDS,
    Choice,
    after_weekday_hours,
    decide,
    reachable_quorum,
    read_choice,
    reminder_due,
    settled,
)
from storage.database.engine import Transaction
from storage.errors import ClosedError, NotAllowedError, NotFoundError
from storage.leagues import league_rows
from storage.matches import evidence
from storage.tables import League, Match, Poll
from storage.voting import authors as authors_of
from storage.voting import overrides
from storage.voting import polls as votes
from storage.work import leases, outbox
from storage.work.leases import Work

OVER = "This vote is over; your last choice before the close is what counts."
POLL_GONE = "That vote isn't here any more."
MATCH_GONE = "That match isn't here any more."
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

    view: PollView
    choice: str | None
    reason: str | None


async def home_of(session: Transaction, match_id: int) -> str:
    """The home channel of a match's league, so that members can be asked for before a transaction begins."""
    return (await votes.contest(session, match_id)).league.channel


async def check_sees(session: Transaction, poll_id: int, user: str, *, people: People) -> None:
    """Raises the `NotFoundError` of an unknown poll for who may not see its league: a voter who left, say."""
    poll = await votes.get(session, poll_id)
    if not await visible(session, (await votes.contest(session, poll.match_id)).league, user, people):
        raise NotFoundError(POLL_GONE)


async def electorate(people: People, channel: str) -> frozenset[str]:
    """The full members of a channel now: no bots, guests, strangers or people who left."""
    members = sorted(await people.members(channel))
    return frozenset([user for user in members if (await people.person(user)).is_full_member])


async def challenge(
    session: Transaction, match_id: int, user: str, *, people: People, now: datetime
) -> PollView:
    """Open the vote on a decided match, or show the one already open (`opened` tells which).

    Raises `NotFoundError` for what the person may not see, `NotAllowedError` unless they are a full member of
    the league's home channel, `ClosedError` when the match isn't decided or the team has decided it.
    """
    contest = await votes.contest(session, match_id)
    match, league = contest.match, contest.league
    if not await visible(session, league, user, people):
        raise NotFoundError(MATCH_GONE)
    voters = await electorate(people, league.channel)
    if user not in voters:
        raise NotAllowedError(
            f"Only full members of {league.name}'s channel can challenge its matches. Join the channel first."
        )
    running = await votes.open_on(session, match_id)
    if running is not None:
        return await poll_view(session, running.id)
    if match.status != "decided" or match.outcome is None:
        raise ClosedError("This match has no verdict to challenge. Wait until it is decided.")
    await _not_decided_by_team(session, match)
    authors = await authors_of.authors(session, (contest.first.paper_id, contest.second.paper_id))
    eligible = len(voters - authors)
    if not eligible:
        raise NotAllowedError("Nobody could vote: everyone here is marked as an author of one of the papers.")
    poll = await votes.open_poll(
        session,
        match_id,
        by=user,
        now=now,
        closes_at=after_weekday_hours(now, league.vote_hours, ZoneInfo(league.time_zone)),
        quorum=reachable_quorum(league.quorum, eligible),
        anonymous=league.anonymous_votes,
        voters={voter: voter in authors for voter in sorted(voters)},
    )
    if poll is None:  # another challenge came first
        running = await votes.open_on(session, match_id)
        assert running is not None
        return await poll_view(session, running.id)
    await league_rows.note(session, league.id, user, "vote.opened", {"match": match_id, "poll": poll}, now)
    await _want_poll(session, match, league, poll, now)
    if "swap" not in await votes.verdicts(session, match_id):
        await evidence.plan(session, match_id, now)
    leases.due(session, leases.Work.POLL, poll)
    return await poll_view(session, poll, opened=True)


async def _not_decided_by_team(session: Transaction, match: Match) -> None:
    last = await votes.last_closed(session, match.id)
    if last is None or last.result in {None, STANDS}:
        return
    override = await overrides.override_of(session, last.id)
    if override is None or override.reverted_at is None:
        raise ClosedError("The team has already decided this match. An owner can revert that with a reason.")


async def _want_poll(session: Transaction, match: Match, league: League, poll: int, now: datetime) -> None:
    parent = f"tournament:{match.tournament_id}"
    await outbox.want(
        session, channel=league.channel, key=f"match:{match.id}", kind="match", about_id=match.id, now=now,
        thread_key=parent if await outbox.is_wanted(session, league.channel, parent) else None,
    )  # fmt: skip
    await outbox.want(
        session, channel=league.channel, key=f"poll:{poll}", kind="poll", about_id=poll, now=now,
        thread_key=f"match:{match.id}",
    )  # fmt: skip


async def cast_vote(
    session: Transaction, poll_id: int, user: str, choice: str, reason: str | None = None, *, now: datetime
) -> Receipt:
    """Count a vote, new or changed; closes the poll when the rest couldn't change its result.

    Without a `reason` one given earlier stays; an empty one takes it back.

    Raises `ClosedError` after the close and `NotAllowedError` for who may not vote. A first vote on its way
    while the poll closed early is kept: it couldn't have changed the result.
    """
    chosen = read_choice(choice)
    words = None if reason is None else reason.strip()[:MOST_REASON]
    poll = await votes.get(session, poll_id, lock=True)
    await _may_vote(session, poll_id, user)
    before = await votes.vote_of(session, poll_id, user)
    late = False
    if not await votes.cast(session, poll_id, user, chosen, words, now):
        late = _in_flight(poll, now) and await votes.cast_late(
            session, poll_id, user, chosen, words or None, now
        )
        if not late:
            raise ClosedError(OVER)
        await outbox.bump(session, "poll_result", poll_id)
    await outbox.bump(session, "poll", poll_id)
    closed = late or await close_if_settled(session, poll, now)
    contest = await votes.contest(session, poll.match_id)
    labels = {
        "first": contest.first_paper.title or contest.first_paper.canonical,
        "second": contest.second_paper.title or contest.second_paper.canonical,
        "draw": "Draw",
        "abstain": "Abstain",
    }
    kept = await votes.vote_of(session, poll_id, user)
    return Receipt(
        poll=poll_id,
        choice=chosen,
        label=labels[chosen],
        previous=None if before is None else before[0],
        reason=None if kept is None else kept[1],
        closes_at=poll.closes_at,
        closed=closed,
        late=late,
    )


async def ballot_of(session: Transaction, poll_id: int, user: str) -> OwnBallot:
    """What a person may give a reason for; raises as `cast_vote` does."""
    view = await poll_view(session, poll_id)
    await _may_vote(session, poll_id, user)
    if not view.is_open:
        raise ClosedError(OVER)
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


async def close_if_settled(session: Transaction, poll: Poll, now: datetime) -> bool:
    """Close a poll whose result can't change any more; returns whether it is closed."""
    tally = await votes.tally(session, poll.id)
    if not settled(tally, poll.quorum):
        return False
    await _finish(session, poll, CLOSED_AS_SETTLED if tally.missing else CLOSED_BY_ALL, now)
    return True


async def close(session: Transaction, poll_id: int, by: str, now: datetime, *, people: People) -> PollView:
    """Close a poll by hand; `NotAllowedError` unless an owner or admin, `ClosedError` when it is over."""
    poll = await votes.get(session, poll_id, lock=True)
    league = (await votes.contest(session, poll.match_id)).league
    if not await visible(session, league, by, people):
        raise NotFoundError(POLL_GONE)
    await require_owner(session, league, by, people, "close a vote before its time")
    if not await _finish(session, poll, by, now):
        raise ClosedError("This vote is already over.")
    await league_rows.note(
        session, league.id, by, "vote.closed", {"match": poll.match_id, "poll": poll_id}, now
    )
    return await poll_view(session, poll_id)


async def settle_due(session: Transaction, poll_id: int, now: datetime) -> bool:
    """Do what time asks of a poll: remind once, close at the deadline. Returns whether it is closed."""
    poll = await votes.get(session, poll_id, lock=True)
    if poll.status != "open":
        return True
    if now >= poll.closes_at:
        await _finish(session, poll, CLOSED_BY_DEADLINE, now)
        return True
    if await close_if_settled(session, poll, now):
        return True
    league = (await votes.contest(session, poll.match_id)).league
    is_due = reminder_due(poll.opened_at, poll.closes_at, now, ZoneInfo(league.time_zone))
    if is_due and await votes.note_reminded(session, poll_id, now):
        for user in await votes.silent(session, poll_id, league.id):
            await outbox.want(
                session, channel=user, key=f"poll_reminder:{poll_id}", kind="poll_reminder", about_id=poll_id,
                now=now,
            )  # fmt: skip
    return False


async def _finish(session: Transaction, poll: Poll, by: str, now: datetime) -> bool:
    """Close the poll and let its result count; False when somebody else closed it."""
    if not await votes.close(session, poll.id, by, now):
        return False
    outcome = decide(await votes.tally(session, poll.id), poll.quorum)
    await votes.set_result(session, poll.id, outcome or STANDS)
    contest = await votes.contest(session, poll.match_id)
    match, league = contest.match, contest.league
    if outcome is not None and match.status == "decided":
        was = {"outcome": match.outcome, "weight": match.weight}
        is_override = outcome != match.outcome
        await overrides.set_outcome(session, match.id, outcome, league.vote_weight)
        change = await refit.refit(session, league.id, cause="override", about_id=match.id, now=now)
        await card_refresh.refresh(session, league.id, now - card_refresh.FRESH)
        if is_override:
            ratings = moves(change.before, change.after, (match.first_id, match.second_id))
            await overrides.add_override(
                session, match_id=match.id, poll_id=poll.id, outcome=outcome, weight=league.vote_weight,
                ratings={**ratings, "was": was}, now=now,
            )  # fmt: skip
    await outbox.want(
        session, channel=league.channel, key=f"poll_result:{poll.id}", kind="poll_result", about_id=poll.id,
        now=now, thread_key=f"match:{match.id}",
    )  # fmt: skip
    await bump_all(session, match, [poll.id])
    leases.due(session, Work.POLL, poll.id)  # the job tells followers
    return True


async def bump_all(session: Transaction, match: Match, polls: Collection[int]) -> None:
    """Want the newest state of every message that shows a match or these polls of it."""
    await outbox.bump(session, "match", match.id)
    for poll in polls:
        await outbox.bump(session, "poll", poll)
        await outbox.bump(session, "poll_reminder", poll)
    for entry in (match.first_id, match.second_id):
        await outbox.bump(session, "card", entry)
