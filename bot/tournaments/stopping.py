"""Ends a tournament: its stopping rule, its last messages, and giving up after five failures."""

from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from bot.following import notices
from bot.matches import order_effects
from bot.ranking import Ratings
from bot.spending.held_tournaments import end_tournament
from bot.standings.refit import FitInput
from bot.tournaments import highlights
from bot.tournaments.expected_matches import most_matches
from bot.tournaments.match_messages import FEW, notable_matches, want_match
from bot.work.runtime import Runtime
from storage.database.engine import Transaction
from storage.standings import past_standings, rating_rows
from storage.tables import Tournament
from storage.tournaments import tournament_rows
from storage.work import outbox

TOP_CHANCE = 0.95


def stop_reason(
    tournament: Tournament, board: FitInput, ratings: Ratings, able: set[int], matches_left: int
) -> str | None:
    """Return why the tournament should end now, or None; papers that can't play are ignored."""
    if matches_left <= 0:
        return "All its matches are played."
    if len(able) < 2:  # noqa: PLR2004 - a match has two sides
        return "one paper is left to play" if able else "no paper is left to play"
    if tournament.top_k is not None and tournament.top_k >= len(able):
        return f"the top {tournament.top_k} is settled: {len(able)} papers are left to play"
    if tournament.top_k is not None and ratings.top_probability(tournament.top_k) >= TOP_CHANCE:
        return f"the top {tournament.top_k} is settled at {TOP_CHANCE:.0%}"
    target = tournament.target_interval
    plays = np.array([entry in able for entry in board.entries], dtype=bool)
    if target is not None and bool(np.all(ratings.interval[plays] <= target)):
        return f"all scores are within ±{target:.0f}"
    if (
        target is not None
        and tournament.schedule_id
        and not np.any(still_need_matches(target, board, ratings)[plays])
    ):
        most = most_matches(target, board.spread)
        return f"all scores are within ±{target:.0f}, or their papers have played {most} matches"
    return None


def still_need_matches(target: float, board: FitInput, ratings: Ratings) -> NDArray[np.bool_]:
    """Return which entries still need matches on a schedule: interval too wide and not played enough, (n,)."""
    return np.asarray((ratings.interval > target) & (board.matches < most_matches(target, board.spread)))


def no_judge_left(runtime: Runtime, tournament: Tournament) -> str | None:
    """Return why a tournament must end whose judges are all gone, or None."""
    if any(runtime.judge(name) is not None for name in tournament.judges):
        return None
    return f"no judge is left: {', '.join(tournament.judges)} aren't configured any more"


async def end_overdue(session: Transaction, league: int, now: datetime) -> None:
    """End a league's paused tournaments whose deadline has passed."""
    for tournament in await tournament_rows.running(session, league):
        if await tournament_rows.end_pause_at_deadline(session, tournament.id, now):
            await session.refresh(tournament)
            await finish(session, tournament, "the deadline was reached", now)


async def finish(session: Transaction, tournament: Tournament, reason: str, now: datetime) -> None:
    """End a running tournament with a reason and queue its last messages; does nothing if it isn't running."""
    if not await end_tournament(
        session, tournament.id, "finished", reason, now, from_statuses=("running",), keep_batches=True
    ):
        return
    if tournament.budget_matches > FEW:
        await session.refresh(tournament)
        match_ids = [upset.match for upset in await highlights.upsets(session, tournament)]
        match_ids += [one.match for one in await highlights.disagreements(session, tournament.id)]
        for match_id in dict.fromkeys([*match_ids, *await notable_matches(session, tournament, 5)]):
            await want_match(session, tournament, match_id, now)
    if highlights.has_moves(await highlights.course(session, tournament)):
        await outbox.want(
            session,
            channel=tournament.channel,
            key=f"picture:{tournament.id}",
            kind="picture",
            about_id=tournament.id,
            thread_key=f"tournament:{tournament.id}",
            now=now,
        )
    await order_effects.warn(session, tournament.league_id, now)


async def give_up(session: Transaction, tournament_id: int, now: datetime) -> None:
    """Update a tournament's message after its work failed five times and it ended; decided matches count."""
    tournament = await tournament_rows.get(session, tournament_id)
    reason = f"it failed five times ({tournament.failure})"
    await end_tournament(session, tournament_id, "failed", reason, now, from_statuses=("failed",))


async def tell_followers(session: Transaction, tournament: Tournament, now: datetime) -> None:
    """Notify followers of papers whose rank changed beyond its error since the tournament began."""
    latest = await past_standings.latest_id(session, tournament.league_id)
    if latest is None or tournament.before_id is None:
        return
    before = await past_standings.load(session, tournament.before_id)
    after = await rating_rows.ratings_of(session, list(before))
    await notices.tell_moves(session, latest, before, after, now=now)
