"""Reverts the team's decision on a match, with a reason that is posted."""

from datetime import datetime

from bot.leagues.rights import Right, require
from bot.leagues.visibility import visible
from bot.people import Viewer
from bot.standings import card_refresh, refit
from bot.voting.casting import MOST_REASON
from bot.voting.challenging import MATCH_GONE
from bot.voting.closing import bump_messages
from bot.voting.poll_contents import PollContents, poll_contents
from bot.voting.rating_changes import store_rating_changes
from bot.work import announcements
from storage.database.engine import Transaction
from storage.errors import BadRequestError, ClosedError, NotFoundError
from storage.leagues import league_rows
from storage.tables import Override
from storage.voting import overrides
from storage.voting.contested_matches import Contest, load_contest
from storage.work import outbox

NOTHING_TO_REVERT = "There is no override to revert on this match."


async def check_may_revert(session: Transaction, match_id: int, viewer: Viewer) -> tuple[Contest, Override]:
    """Return the match and its current override, before a reason is asked for; raises as `revert` does."""
    contest = await load_contest(session, match_id)
    if not visible(contest.league, viewer):
        raise NotFoundError(MATCH_GONE)
    await require(session, contest.league, Right.REVERT, viewer)
    override = await overrides.override_in_force(session, match_id)
    if override is None:
        raise ClosedError(NOTHING_TO_REVERT)
    return contest, override


async def revert(
    session: Transaction, match_id: int, viewer: Viewer, reason: str, *, now: datetime
) -> PollContents:
    """Revert the current override of a match, with a reason that is posted; the verdict counts again.

    Raises `NotAllowedError` without that right, `BadRequestError` without a reason, `ClosedError` if there is nothing to
    revert.
    """
    contest, override = await check_may_revert(session, match_id, viewer)
    match, league = contest.match, contest.league
    words = reason.strip()[:MOST_REASON]
    if not words:
        raise BadRequestError("Say why: the reason is posted beside the team's decision.")
    if not await overrides.mark_reverted(session, override.id, viewer.user, words, now):
        raise ClosedError(NOTHING_TO_REVERT)
    was = override.ratings["was"]
    await overrides.set_outcome(session, match_id, was["outcome"], was["weight"])
    change = await refit.refit(session, league.id, cause="revert", about_id=match_id, now=now)
    await card_refresh.refresh(session, league.id, now - card_refresh.FRESH)
    rating_changes = store_rating_changes(change.before, change.after, (match.first_id, match.second_id))
    await overrides.add_ratings(session, override.id, {**override.ratings, "reverted": rating_changes})
    detail = {"match": match_id, "override": override.id, "reason": words}
    await league_rows.note(session, league.id, viewer.user, "override.reverted", detail, now)
    await announcements.override(session, match, announcements.REVERTED, was["outcome"], now)
    await outbox.want(
        session, channel=league.channel, key=f"revert:{override.id}", kind="revert",
        about_id=override.poll_id, now=now, thread_key=f"match:{match_id}",
    )  # fmt: skip
    await bump_messages(session, match, [override.poll_id])
    await outbox.bump(session, "poll_result", override.poll_id)
    return await poll_contents(session, override.poll_id)
