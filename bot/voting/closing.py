"""Closes a poll at its deadline, by hand or early, and applies its result."""

from collections.abc import Collection
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.leagues.rights import require_owner
from bot.leagues.visibility import visible
from bot.people import Viewer
from bot.standings import card_refresh, refit
from bot.voting.challenging import POLL_GONE
from bot.voting.poll_contents import PollContents, poll_contents
from bot.voting.rating_changes import store_rating_changes
from bot.voting.rules import (
    CLOSED_AS_LEFT,
    CLOSED_AS_SETTLED,
    CLOSED_AS_VOID,
    CLOSED_BY_ALL,
    CLOSED_BY_DEADLINE,
    STANDS,
    decide,
    reminder_due,
    settled,
)
from bot.work import announcements
from storage.database.engine import Transaction
from storage.errors import ClosedError, NotFoundError
from storage.leagues import league_rows
from storage.tables import League, Match, Poll
from storage.voting import overrides, polls, votes
from storage.voting.contested_matches import league_of, load_contest
from storage.work import leases, outbox
from storage.work.leases import Work


async def close_if_settled(session: Transaction, poll: Poll, now: datetime) -> bool:
    """Close a poll early if the votes still missing can't change its result; return whether it is closed now."""
    tally = await votes.tally(session, poll.id)
    if not settled(tally, poll.quorum):
        return False
    await _finish(session, poll, CLOSED_AS_SETTLED if tally.missing else CLOSED_BY_ALL, now)
    return True


OVER = "This vote is already over."


async def check_may_close(session: Transaction, poll_id: int, viewer: Viewer) -> PollContents:
    """Return a poll for a person who may close it by hand; raises as `close` does."""
    poll = await polls.get(session, poll_id)
    await _closable_in(session, poll, viewer)
    if poll.status != "open":
        raise ClosedError(OVER)
    return await poll_contents(session, poll_id)


async def _closable_in(session: Transaction, poll: Poll, viewer: Viewer) -> League:
    """Return the poll's league.

    Raises `NotFoundError` if the person may not see it, `NotAllowedError` if not close it.
    """
    league = await league_of(session, poll.match_id)
    if not visible(league, viewer):
        raise NotFoundError(POLL_GONE)
    await require_owner(session, league, viewer, "close a vote before its time")
    return league


async def close(session: Transaction, poll_id: int, viewer: Viewer, now: datetime) -> PollContents:
    """Close a poll by hand. Raises `NotAllowedError` unless owner or admin, `ClosedError` if it is over."""
    poll = await polls.get(session, poll_id, lock=True)
    league = await _closable_in(session, poll, viewer)
    if not await _finish(session, poll, viewer.user, now):
        raise ClosedError(OVER)
    await league_rows.note(
        session, league.id, viewer.user, "vote.closed", {"match": poll.match_id, "poll": poll_id}, now
    )
    return await poll_contents(session, poll_id)


async def settle_due(session: Transaction, poll_id: int, now: datetime) -> bool:
    """Send a poll's reminder once, or close it at its deadline; return whether it is closed."""
    poll = await polls.get(session, poll_id, lock=True)
    if poll.status != "open":
        return True
    if now >= poll.closes_at:
        await _finish(session, poll, CLOSED_BY_DEADLINE, now)
        return True
    if await close_if_settled(session, poll, now):
        return True
    league = await league_of(session, poll.match_id)
    is_due = reminder_due(poll.opened_at, poll.closes_at, now, ZoneInfo(league.time_zone))
    if is_due and await polls.note_reminded(session, poll_id, now):
        for user in await votes.voters_to_remind(session, poll_id, league.id):
            await outbox.want(
                session, channel=user, key=f"poll_reminder:{poll_id}", kind="poll_reminder", about_id=poll_id,
                now=now,
            )  # fmt: skip
    return False


async def close_as_void(session: Transaction, poll_id: int, now: datetime) -> None:
    """Close a poll after closing it failed five times: the verdict stands, and channel and owners are told."""
    poll = await polls.get(session, poll_id, lock=True)
    if not await polls.close(session, poll_id, CLOSED_AS_VOID, now):
        return
    await polls.set_result(session, poll_id, STANDS)
    contest = await load_contest(session, poll.match_id)
    owners = await league_rows.owners(session, contest.league.id)
    for place in (contest.league.channel, *owners):
        await outbox.want(
            session, channel=place, key=f"poll_result:{poll_id}", kind="poll_result", about_id=poll_id, now=now,
            thread_key=f"match:{poll.match_id}" if place == contest.league.channel else None,
        )  # fmt: skip
    await bump_messages(session, contest.match, [poll_id])


async def close_without_result(session: Transaction, poll: Poll, now: datetime) -> bool:
    """Close a poll whose match can no longer be voted on; the verdict stands. Returns False if it was over."""
    if not await polls.close(session, poll.id, CLOSED_AS_LEFT, now):
        return False
    await polls.set_result(session, poll.id, STANDS)
    await polls.mark_followers_notified(session, poll.id, now)
    contest = await load_contest(session, poll.match_id)
    await bump_messages(session, contest.match, [poll.id])
    return True


async def _finish(session: Transaction, poll: Poll, by: str, now: datetime) -> bool:
    """Close the poll and apply its result; return False if somebody else closed it."""
    if not await polls.close(session, poll.id, by, now):
        return False
    tally = await votes.tally(session, poll.id)
    outcome = decide(tally, poll.quorum)
    await polls.set_result(session, poll.id, outcome or STANDS)
    contest = await load_contest(session, poll.match_id)
    match, league = contest.match, contest.league
    if tally.deciding and match.status == "decided":
        was = {"outcome": match.outcome, "weight": match.weight}
        is_override = outcome is not None and outcome != match.outcome
        if outcome is not None:
            await overrides.set_outcome(session, match.id, outcome, league.vote_weight)
        # Every vote is a person's opinion in the ratings, so they are new even where the verdict stands.
        cause = "vote" if outcome is None else "override"
        change = await refit.refit(session, league.id, cause=cause, about_id=match.id, now=now)
        await card_refresh.refresh(session, league.id, now - card_refresh.FRESH)
        if outcome is not None and is_override:
            ratings = store_rating_changes(change.before, change.after, (match.first_id, match.second_id))
            await overrides.add_override(
                session, match_id=match.id, poll_id=poll.id, outcome=outcome, weight=league.vote_weight,
                ratings={**ratings, "was": was}, now=now,
            )  # fmt: skip
            detail = {"match": match.id, "poll": poll.id, "outcome": outcome}
            await league_rows.note(session, league.id, poll.opened_by, "override.made", detail, now)
            await announcements.override(session, match, announcements.OVERRIDE, outcome, now)
    await outbox.want(
        session, channel=league.channel, key=f"poll_result:{poll.id}", kind="poll_result", about_id=poll.id,
        now=now, thread_key=f"match:{match.id}",
    )  # fmt: skip
    await bump_messages(session, match, [poll.id])
    leases.due(session, Work.POLL, poll.id)  # the job tells followers
    return True


async def bump_messages(session: Transaction, match: Match, poll_ids: Collection[int]) -> None:
    """Queue an update of all Slack messages about a match and these polls on it, digests posted since among them."""
    await outbox.bump(session, "match", match.id)
    for poll in poll_ids:
        await outbox.bump(session, "poll", poll)
        await outbox.bump(session, "poll_announced", poll)
        await outbox.bump(session, "poll_reminder", poll)
        opened_at = (await polls.get(session, poll)).opened_at
        await outbox.bump(session, "digest", match.league_id, since=opened_at)
    for entry in (match.first_id, match.second_id):
        await outbox.bump(session, "card", entry)
