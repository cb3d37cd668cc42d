"""Plays a tournament round by round until its stopping rule holds."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import datetime

import numpy as np

from bot.judges.interface import Judge
from bot.judges.recorded_judge import RecordedJudge
from bot.matches import assignment
from bot.matches.assignment import RUBRIC
from bot.matches.cascade import CascadePair, assign_cascade, is_top_pair
from bot.ranking import Goal, Ratings, propose
from bot.spending.held_tournaments import hold_tournament
from bot.standings import refit
from bot.standings.refit import FitInput
from bot.tournaments.match_messages import FEW, want_match
from bot.tournaments.stopping import finish, no_judge_left, still_need_matches, stop_reason, tell_followers
from bot.work.runtime import Runtime
from storage import spending
from storage.database.engine import Transaction
from storage.entries import entry_rows
from storage.matches import match_rows, shown_orders
from storage.matches.match_rows import Pairing
from storage.standings import counted_outcomes, rating_rows
from storage.tables import Tournament
from storage.tournaments import tournament_rows
from storage.work import leases, outbox
from storage.work.leases import Work

SHARE = 10
"""Entries per match of a round; small rounds let each match be chosen knowing the results of the last."""
WAVES = 2
"""Matches per simultaneous call in a round, because the last calls of a round are waited for."""
BATCH_ROUNDS = 4
"""How many rounds a tournament with a budget plays when it uses batches, which may take hours each."""
Proposal = Callable[[int, Sequence[tuple[int, int]]], Awaitable[list[tuple[int, int]]]]
"""A function that proposes at most so many pairs besides the pairs already chosen; pairs are places on the board."""
ENDED = "ended matches of a tournament"
"""Name under which this process remembers the counts of ended matches that a tournament's message last told."""
MOST_ROUNDS = 60
"""About the most refits of a tournament that spends its whole budget."""


async def advance(runtime: Runtime, workspace: str, tournament_id: int) -> None:
    """Advance a running tournament: after a round, refit and plan the next one, or end it."""
    async with runtime.database.transaction(workspace) as session:
        now = runtime.time.now()
        await tournament_rows.end_pause_at_deadline(session, tournament_id, now)
        if not await leases.take(session, Work.TOURNAMENT, tournament_id, now, 0):
            return
        tournament = await tournament_rows.get(session, tournament_id)
        is_overdue = tournament.deadline is not None and now >= tournament.deadline
        counts = await match_rows.count_by_status(session, tournament_id)
        if is_overdue and counts.planned:
            await match_rows.cancel_open_of_tournament(session, tournament_id, keep_batches=True)
            counts = await match_rows.count_by_status(session, tournament_id)
        ended = (counts.decided, counts.failed, counts.cancelled, counts.batched)
        if (
            not counts.open or session.recall(ENDED, tournament_id) != ended
        ):  # else the message would say the same
            session.remember(ENDED, tournament_id, ended)
            await outbox.bump(session, "tournament", tournament_id)
        if counts.open:
            await _wait_for_matches(session, tournament, tournament.round)
            return
        matches_left = tournament.budget_matches - counts.decided - counts.failed
        await _end_or_go_on(session, runtime, tournament, matches_left, now, is_overdue=is_overdue)


async def _end_or_go_on(
    session: Transaction,
    runtime: Runtime,
    tournament: Tournament,
    matches_left: int,
    now: datetime,
    *,
    is_overdue: bool,
) -> None:
    """After a round, end the tournament, pause it for a paused judge, or plan the next round."""
    board, ratings = await _fitted(session, tournament, now)
    able = set(await entry_rows.playable(session, tournament.league_id))
    reason = (
        "the deadline was reached"
        if is_overdue
        else stop_reason(tournament, board, ratings, able, matches_left) or no_judge_left(runtime, tournament)
    )
    pairings: list[Pairing] = []
    if not reason:
        if (waits := await _waits_for_judge(session, runtime, tournament)) is not None:
            await hold_tournament(session, tournament.id, waits, "judge", now)
            return
        pairings = await _next_round(session, runtime, tournament, board, ratings, able, matches_left)
        if not pairings:
            reason = (
                "no recorded verdict is left for its pairs"
                if any(isinstance(runtime.judge(name), RecordedJudge) for name in tournament.judges)
                else "every pair that could make ranks more certain has been judged"
            )
    if reason:
        await finish(session, tournament, reason, now)
        await tell_followers(session, tournament, now)
    else:
        await _plan_round(session, tournament, pairings, now)


async def _plan_round(
    session: Transaction, tournament: Tournament, pairings: list[Pairing], now: datetime
) -> None:
    """Plan the matches of the next round; in a small tournament each gets its own message."""
    await _wait_for_matches(session, tournament, tournament.round + 1)
    ids = await match_rows.plan(
        session,
        league=tournament.league_id,
        tournament=tournament.id,
        round_number=tournament.round + 1,
        pairings=pairings,
        now=now,
    )
    if tournament.budget_matches <= FEW:
        for match_id in ids:
            await want_match(session, tournament, match_id, now)


async def _wait_for_matches(session: Transaction, tournament: Tournament, round_number: int) -> None:
    """Return the tournament to waiting until a match of this round wakes it, or its deadline comes."""
    await tournament_rows.change(
        session,
        tournament.id,
        from_statuses=("running",),
        round=round_number,
        leased_until=None,
        not_before=tournament.deadline,
        attempts=0,
    )


async def _fitted(session: Transaction, tournament: Tournament, now: datetime) -> tuple[FitInput, Ratings]:
    """Return the ratings for choosing the next round; after a round, the league is refitted first."""
    if tournament.round > 0:
        change = await refit.refit(
            session, tournament.league_id, cause="tournament", about_id=tournament.id, now=now
        )
        return change.board, change.ratings
    board = await refit.fit_input(session, tournament.league_id)
    return board, await board.fit()


async def _waits_for_judge(session: Transaction, runtime: Runtime, tournament: Tournament) -> str | None:
    """Return why a judge of the tournament is paused, or None; other judges don't silently replace it."""
    pauses = await spending.paused_judges(session)
    waits = (name for name in tournament.judges if name in pauses and runtime.judge(name) is not None)
    return next((pauses[name] for name in waits), None)


def round_size(players: int, concurrency: int, budget: int) -> int:
    """Return the number of matches to plan at once: few, to learn from each, but enough to keep the judges busy.

    At most one match per entry.
    """
    size = max(players // SHARE, WAVES * concurrency, -(-budget // MOST_ROUNDS))
    return max(1, min(size, players // 2))


def batch_round_size(players: int, budget: int) -> int:
    """Return how many matches to plan at once in batches, so that a tournament has only a few rounds."""
    return max(1, players // 2, -(-budget // BATCH_ROUNDS))


async def _pairs(
    tournament: Tournament,
    runtime: Runtime,
    matches_left: int,
    players: Sequence[int],
    propose_pairs: Proposal,
) -> list[tuple[int, int]]:
    """Return the pairs of the next round; with batches, it combines several rounds in which everybody plays once."""
    if not tournament.batch:
        size = round_size(len(players), runtime.settings.concurrency, tournament.budget_matches)
        return await propose_pairs(min(matches_left, size), ())
    wanted = min(matches_left, batch_round_size(len(players), tournament.budget_matches))
    pairs: list[tuple[int, int]] = []
    while len(pairs) < wanted:
        more = await propose_pairs(min(wanted - len(pairs), max(1, len(players) // 2)), pairs)
        if not more:
            break
        pairs += more
    return pairs


def _proposal(
    tournament: Tournament,
    board: FitInput,
    ratings: Ratings,
    players: Sequence[int],
    exhausted: Collection[tuple[int, int]],
    recorded: np.ndarray | None,
) -> Proposal:
    """Return the function that proposes a tournament's next pairs; `exhausted` are pairs of entries not to play again."""
    index = board.index
    goal: Goal = "ranking" if tournament.top_k is None else ("top", tournament.top_k)
    barred = [(index[a], index[b]) for a, b in exhausted if a in index and b in index]

    async def propose_pairs(count: int, besides: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
        pairs = await asyncio.to_thread(
            propose,
            len(board.entries),
            board.outcomes,
            count,
            goal,
            recorded,
            board.prior_mean,
            board.prior_sd,
            seed=tournament.seed + tournament.round + len(besides),
            players=players,
            eager=_eager(tournament, board, ratings),
            barred=[*barred, *besides],
        )
        return [(int(i), int(j)) for i, j in pairs]

    return propose_pairs


async def _next_round(
    session: Transaction,
    runtime: Runtime,
    tournament: Tournament,
    board: FitInput,
    ratings: Ratings,
    able: set[int],
    matches_left: int,
) -> list[Pairing]:
    """Return the most informative pairs, each with a judge and an order; none if nothing is left to play."""
    judges = [judge for name in tournament.judges if (judge := runtime.judge(name)) is not None]
    if not judges:
        return []
    in_cascade = runtime.settings.cascade and not tournament.panel
    models = [judge.name for judge in judges if judge.name != RUBRIC] if in_cascade else []
    met, shown_first = await shown_orders.judge_meetings(session, tournament.league_id)
    order_counts = await shown_orders.shown_orders_of(session, tournament.league_id)
    players = [board.index[entry] for entry in able if entry in board.index]
    left_out = await counted_outcomes.judges_left_out(session, tournament.league_id)
    able_judges = assignment.counting_judges(models or [judge.name for judge in judges], left_out)
    exhausted = assignment.exhausted_pairs(order_counts, able_judges)
    propose_pairs = _proposal(
        tournament, board, ratings, players, exhausted, await _recorded(session, board, able, judges)
    )
    pairs = await _pairs(tournament, runtime, matches_left, players, propose_pairs)
    entry_pairs = [(board.entries[i], board.entries[j]) for i, j in pairs]
    pools = {judge.name: judge.pool for judge in judges}
    places = await _places(session, entry_pairs)
    top_pairs = _contested(tournament, places, board, entry_pairs)
    groups = assignment.asked_judges(entry_pairs, list(pools), left_out, tournament.seed, order_counts)
    if tournament.panel:  # all judges are asked about a pair; the first of them counts
        groups = [(entry_pairs, assignment.counting_judges(list(pools), left_out))]
    turns = list[assignment.Assignment[int]]()
    for some, names in groups:
        counts = met, shown_first, tournament.seed, order_counts
        if in_cascade:
            turns += assign_cascade(_cascade_pairs(board, places, some, top_pairs), names, *counts)
        else:
            turns += assignment.assign(some, names, *counts)
    return [
        Pairing(
            turn.first,
            turn.second,
            turn.judge,
            pools[turn.judge],
            wants_swap=frozenset((turn.first, turn.second)) in top_pairs,
            panel=tournament.panel,
        )
        for turn in turns
    ]


def _cascade_pairs(
    board: FitInput,
    places: Mapping[int, assignment.RankPlace],
    pairs: Sequence[tuple[int, int]],
    top_pairs: Collection[frozenset[int]],
) -> list[CascadePair]:
    """Return the pairs with what a cascade needs: the lead by assessments, and whether the top is at stake."""
    index = board.index

    def pair_of(a: int, b: int) -> CascadePair:
        one, other = board.rubrics[index[a]], board.rubrics[index[b]]
        lead = None if one is None or other is None else one - other
        at_top = a in places and b in places and is_top_pair(places[a], places[b], len(board.entries))
        return CascadePair(a, b, lead, at_top or frozenset((a, b)) in top_pairs)

    return [pair_of(a, b) for a, b in pairs]


async def _places(session: Transaction, pairs: Sequence[tuple[int, int]]) -> dict[int, assignment.RankPlace]:
    """Return the current rank and its interval of these entries, by entry."""
    ratings = await rating_rows.ratings_of(session, [entry for pair in pairs for entry in pair])
    return {
        entry: assignment.RankPlace(row.rank, row.rank_low, row.rank_high) for entry, row in ratings.items()
    }


def _contested(
    tournament: Tournament,
    places: Mapping[int, assignment.RankPlace],
    board: FitInput,
    pairs: Sequence[tuple[int, int]],
) -> set[frozenset[int]]:
    """Return the pairs that decide who is among the top k, which are judged in both orders."""
    if tournament.top_k is None:
        return set()
    return {
        frozenset((a, b))
        for a, b in pairs
        if a in places
        and b in places
        and assignment.contests_top(places[a], places[b], tournament.top_k, len(board.entries))
    }


async def _recorded(
    session: Transaction, board: FitInput, able: set[int], judges: Sequence[Judge]
) -> np.ndarray | None:
    """Return the unplayed recorded pairs if a judge replays verdicts; else None, for all pairs."""
    recorded_judges = [judge for judge in judges if isinstance(judge, RecordedJudge)]
    if not recorded_judges:
        return None
    index = board.index
    readable = await entry_rows.readable(session, [entry for entry in board.entries if entry in able])
    by_key = {
        key: index[entry]
        for entry, text in readable.items()
        for key in {text.canonical, text.canonical.partition(":")[2]}
    }
    met = {
        frozenset((int(a), int(b))) for a, b in zip(board.outcomes.first, board.outcomes.second, strict=True)
    }
    pairs = {
        (by_key[a], by_key[b])
        for judge in recorded_judges
        for a, b in judge.pairs()
        if a in by_key and b in by_key and frozenset((by_key[a], by_key[b])) not in met
    }
    return np.array(sorted(pairs), dtype=np.int64).reshape(-1, 2)


def _eager(tournament: Tournament, board: FitInput, ratings: Ratings) -> np.ndarray | None:
    """Return the entries that still need matches on a schedule: uncertain after few matches; None means all."""
    if tournament.schedule_id is None or tournament.target_interval is None:
        return None
    return np.flatnonzero(still_need_matches(tournament.target_interval, board, ratings))
