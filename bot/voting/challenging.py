"""Challenges a match: opens a vote on it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.leagues.asking_limits import check_challenge
from bot.leagues.visibility import visible
from bot.people import Viewer
from bot.voting.poll_contents import PollContents, poll_contents
from bot.voting.rules import (
    STANDS,
    after_weekday_hours,
    reachable_quorum,
)
from storage.database.engine import Transaction
from storage.errors import ClosedError, NotAllowedError, NotFoundError, PaperboutError
from storage.leagues import league_rows
from storage.matches import evidence
from storage.tables import League, Match
from storage.voting import authors, overrides, polls
from storage.voting.contested_matches import Contest, league_of, load_contest
from storage.work import leases, outbox

POLL_GONE = "That vote isn't here any more."
MATCH_GONE = "That match isn't here any more."


@dataclass(frozen=True, slots=True)
class Electorate:
    """Who may vote on a match: the members of `channel`.

    `strangers`: people of other workspaces who are in it may vote, too.
    """

    channel: str
    strangers: bool


async def electorate_of(session: Transaction, match_id: int) -> Electorate:
    """Return who may vote on a match, so that the members can be read before the transaction."""
    league = await league_of(session, match_id)
    return Electorate(league.channel, strangers=league.strangers_vote)


async def check_sees(session: Transaction, poll_id: int, viewer: Viewer) -> None:
    """Raise `NotFoundError`, as for an unknown poll, if the person may no longer see its league."""
    poll = await polls.get(session, poll_id)
    if not visible(await league_of(session, poll.match_id), viewer):
        raise NotFoundError(POLL_GONE)


async def refusals(
    session: Transaction, poll_id: int, viewers: Iterable[Viewer]
) -> dict[str, PaperboutError]:
    """Return why people can't vote, by user id: they may not see the league, or aren't full members any more.

    People who can vote aren't included.
    """
    poll = await polls.get(session, poll_id)
    league = await league_of(session, poll.match_id)
    reasons: dict[str, PaperboutError] = {}
    for viewer in viewers:
        if not visible(league, viewer):
            reasons[viewer.user] = NotFoundError(POLL_GONE)
        elif not viewer.person.may_vote(strangers=league.strangers_vote):
            reasons[viewer.user] = NotAllowedError(
                "Only full members of this workspace can vote; guests can't."
            )
    return reasons


async def challenge(
    session: Transaction, match_id: int, viewer: Viewer, voters: Collection[str], *, now: datetime
) -> PollContents:
    """Open the vote on a decided match, or return the one already open (`opened` tells which).

    `voters` are the members of its `electorate_of`. Raises `NotFoundError` if the person may not see the match,
    `NotAllowedError` unless they are one of the voters and within `asking_limits`, `ClosedError` if the match isn't
    decided, the team has decided it, or one of its papers was removed or withdrawn.
    """
    contest = await load_contest(session, match_id)
    match, league = contest.match, contest.league
    if not visible(league, viewer):
        raise NotFoundError(MATCH_GONE)
    if viewer.user not in voters:
        raise NotAllowedError(
            f"Only full members of {league.name}'s channel can challenge its matches. Join the channel first."
        )
    running = await polls.open_on(session, match_id)
    if running is not None:
        return await poll_contents(session, running.id)
    if match.status != "decided" or match.outcome is None:
        raise ClosedError("This match has no verdict to challenge. Wait until it is decided.")
    _both_play(contest)
    await _not_decided_by_team(session, match)
    await check_challenge(session, league, viewer, now)
    paper_authors = await authors.authors(session, (contest.first.paper_id, contest.second.paper_id))
    eligible = len(set(voters) - paper_authors)
    if not eligible:
        raise NotAllowedError("Nobody could vote: everyone here is marked as an author of one of the papers.")
    poll = await polls.open_poll(
        session,
        match_id,
        by=viewer.user,
        now=now,
        closes_at=after_weekday_hours(now, league.vote_hours, ZoneInfo(league.time_zone)),
        quorum=reachable_quorum(league.quorum, eligible),
        wanted_quorum=league.quorum,
        anonymous=league.anonymous_votes,
        voters={voter: voter in paper_authors for voter in sorted(voters)},
    )
    if poll is None:  # another challenge came first
        running = await polls.open_on(session, match_id)
        assert running is not None
        return await poll_contents(session, running.id)
    await league_rows.note(
        session, league.id, viewer.user, "vote.opened", {"match": match_id, "poll": poll}, now
    )
    await _want_poll(session, match, league, poll, now)
    if "swap" not in await polls.verdicts(session, match_id):
        await evidence.plan(session, match_id, now)
    leases.due(session, leases.Work.POLL, poll)
    return await poll_contents(session, poll, opened=True)


def _both_play(contest: Contest) -> None:
    for entry, paper in ((contest.first, contest.first_paper), (contest.second, contest.second_paper)):
        if entry.removed_at is not None or paper.withdrawn:
            title = paper.title or paper.canonical
            raise ClosedError(f"“{title}” was removed or withdrawn, so this match can't be challenged.")


async def _not_decided_by_team(session: Transaction, match: Match) -> None:
    last = await polls.last_closed(session, match.id)
    if last is None or last.result in {None, STANDS}:
        return
    override = await overrides.override_of(session, last.id)
    if override is None:
        raise ClosedError("The team has already voted on this match and confirmed the verdict.")
    if override.reverted_at is None:
        raise ClosedError("The team has already decided this match. An owner can revert that with a reason.")


async def _want_poll(session: Transaction, match: Match, league: League, poll: int, now: datetime) -> None:
    parent = f"tournament:{match.tournament_id}"
    await outbox.want(
        session, channel=league.channel, key=f"match:{match.id}", kind="match", about_id=match.id, now=now,
        thread_key=parent if await outbox.is_wanted(session, league.channel, parent) else None,
    )  # fmt: skip
    await outbox.want(
        session, channel=league.channel, key=f"poll:{poll}", kind="poll", about_id=poll, now=now,
        thread_key=f"match:{match.id}", options=outbox.then("poll_announced", f"announced:{poll}"),
    )  # fmt: skip
