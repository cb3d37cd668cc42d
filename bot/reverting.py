"""Reverting: an owner takes the team's decision back, with a reason that is posted."""

from datetime import datetime

from bot import cards, standings
from bot.errors import BadRequestError, ClosedError, NotFoundError
from bot.people import People
from bot.polls import PollView, moves, poll_view
from bot.rights import Right, require
from bot.visibility import visible
from bot.voting import MATCH_GONE, MOST_REASON, bump_all
from storage import leagues, messages, overrides, votes
from storage.database import Transaction
from storage.tables import Override

NOTHING_TO_REVERT = "There is no override to revert on this match."


async def check_may_revert(
    session: Transaction, match_id: int, user: str, *, people: People
) -> tuple[votes.Contest, Override]:
    """The match and its override in force; raises as `revert` does, before a reason is asked for."""
    contest = await votes.contest(session, match_id)
    if not await visible(session, contest.league, user, people):
        raise NotFoundError(MATCH_GONE)
    await require(session, contest.league, Right.REVERT, user, people)
    override = await overrides.override_in_force(session, match_id)
    if override is None:
        raise ClosedError(NOTHING_TO_REVERT)
    return contest, override


async def revert(
    session: Transaction, match_id: int, user: str, reason: str, *, people: People, now: datetime
) -> PollView:
    """Take back the override in force on a match, with a reason that is posted; the verdict counts again.

    Raises `NotAllowedError` unless the league lets them, `BadRequestError` without a reason, `ClosedError`
    when there is nothing to revert.
    """
    contest, override = await check_may_revert(session, match_id, user, people=people)
    match, league = contest.match, contest.league
    words = reason.strip()[:MOST_REASON]
    if not words:
        raise BadRequestError("Say why: the reason is posted beside the team's decision.")
    if not await overrides.mark_reverted(session, override.id, user, words, now):
        raise ClosedError(NOTHING_TO_REVERT)
    was = override.ratings["was"]
    await overrides.set_outcome(session, match_id, was["outcome"], was["weight"])
    change = await standings.refit(session, league.id, cause="revert", about_id=match_id, now=now)
    await cards.refresh(session, league.id, now - cards.FRESH)
    moved = moves(change.before, change.after, (match.first_id, match.second_id))
    await overrides.add_ratings(session, override.id, {**override.ratings, "reverted": moved})
    detail = {"match": match_id, "override": override.id, "reason": words}
    await leagues.note(session, league.id, user, "override.reverted", detail, now)
    await messages.want(
        session, channel=league.channel, key=f"revert:{override.id}", kind="revert",
        about_id=override.poll_id, now=now, thread_key=f"match:{match_id}",
    )  # fmt: skip
    await bump_all(session, match, [override.poll_id])
    await messages.bump(session, "poll_result", override.poll_id)
    return await poll_view(session, override.poll_id)
