"""Judges a match: asks its judge, sometimes twice in swapped order, and decides once every verdict is in."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from functools import partial

import structlog

from bot.judges.errors import JudgeAnswerError, JudgePausedError
from bot.judges.interface import Judge
from bot.judges.llm.batches.batch_interface import batches_of
from bot.matches import assignment
from bot.matches.deciding import decide
from bot.matches.judge_calls import JudgeCall, Task, ask_judge, judge_call
from bot.matches.unanswered_calls import handle_unanswered, replace_judge, stop_match, tell_ended
from bot.spending.held_tournaments import resume_tournament
from bot.spending.judge_pauses import pause_judge
from bot.spending.paid_calls import Reservation, reserve
from bot.work.runtime import Runtime
from storage.database.engine import Transaction
from storage.entries import entry_rows
from storage.errors import BudgetError, JudgeBusyError, JudgeError, MoneyReservedError
from storage.matches import batch_rows, match_rows, shown_orders, verdict_rows
from storage.standings import counted_outcomes
from storage.tables import Match, Tournament
from storage.tournaments import tournament_rows
from storage.work import leases
from storage.work.leases import FAR, Work

log = structlog.get_logger(__name__)


async def judge_match(runtime: Runtime, workspace: str, match_id: int) -> None:
    """Judge a planned match: take its row, ask its judge, store the verdict; a second run does nothing."""
    task_and_call = await _take(runtime, workspace, match_id)
    if task_and_call is None:
        return
    task, first = task_and_call
    wants_both = task.match.wants_swap or assignment.wants_swap(
        match_id, task.league.swap_share, task.league.id
    )
    again = wants_both and "swap" not in task.kinds and task.judge.pool != "recorded"
    try:
        if first is not None:
            is_all = not again and not task.match.panel
            await _ask(runtime, *first, partial(decide, runtime, task.match) if is_all else None)
            if is_all:
                return
        if again:
            await _ask_again(runtime, workspace, task)
        if task.match.panel:
            await _ask_panel(runtime, workspace, task)
    except (JudgeError, BudgetError) as error:
        async with runtime.database.transaction(workspace) as session:
            await handle_unanswered(session, runtime, task, error)
        return
    async with runtime.database.transaction(workspace) as session:
        await decide(runtime, task.match, session)


async def _take(
    runtime: Runtime, workspace: str, match_id: int
) -> tuple[Task, tuple[JudgeCall, Reservation | None] | None] | None:
    """Take a match for judging, with its first call and the money reserved for it.

    The call is None if it was made before; the result is None if the match can't be taken.
    """
    async with runtime.database.transaction(workspace) as session:
        now = runtime.time.now()
        if not await leases.take(session, Work.MATCH, match_id, now, runtime.settings.judging_lease_s):
            return None
        held = await match_rows.match_to_judge(session, match_id)
        match, league = held.match, held.league
        is_first = match.attempts == 1 and not match.lapses and match.failure is None
        decisions = [] if is_first else await verdict_rows.decisions_on(session, match_id)
        kinds = frozenset(one.kind for one in decisions)
        if held.tournament is not None and held.tournament.status in tournament_rows.OVER:
            await _end_late(runtime, session, match, is_answered="verdict" in kinds)
            return None
        if not await _may_go_on(session, match, held.tournament, now):
            return None
        readable = await entry_rows.readable(session, [match.first_id, match.second_id])
        if not all(of.plays for of in readable.values()):
            await match_rows.cancel_held(session, match.id)  # a paper left after the match was planned
            await tell_ended(session, match)
            return None
        judge = runtime.judge(match.judge)
        if judge is None:
            await replace_judge(session, runtime, match, league, now)
            return None
        if held.pause_reason is not None:
            await stop_match(session, match, held.pause_reason, "judge", now)
            return None
        if _is_for_batch(match, held.tournament, judge):
            await batch_rows.gather(session, match, now)
            return None
        task = Task(match, league, judge, readable[match.first_id], readable[match.second_id], kinds)
        if "verdict" in kinds:
            return task, None
        ask = judge_call(workspace, task, "verdict", swapped=False, tournament=match.tournament_id)
        return await _with_money(session, runtime, ask, now, is_first=is_first)


async def _with_money(
    session: Transaction, runtime: Runtime, ask: JudgeCall, now: datetime, *, is_first: bool
) -> tuple[Task, tuple[JudgeCall, Reservation | None]] | None:
    """Reserve the money for a match's first call; None if a cap doesn't allow it.

    The reservation is None if the call has to wait for others, or if only a cheaper one may fit.
    """
    try:
        return ask.task, (ask, await reserve(session, ask.bill, ask.worst(), now, is_first=is_first))
    except MoneyReservedError:
        return ask.task, (ask, None)  # its turn comes outside this transaction
    except BudgetError as error:
        if ask.thrifty() is not None:
            return ask.task, (ask, None)
        await handle_unanswered(session, runtime, ask.task, error)
        return None


def _is_for_batch(match: Match, tournament: Tournament | None, judge: Judge) -> bool:
    """Whether a match goes into a batch: its tournament uses batches, it has no panel, and no earlier batch failed it."""
    return (
        tournament is not None
        and tournament.batch
        and match.batch_id is None
        and not match.panel
        and match.attempts <= batch_rows.MOST_TRIES
        and batches_of(judge) is not None
    )


async def _end_late(runtime: Runtime, session: Transaction, match: Match, *, is_answered: bool) -> None:
    """End a match whose call was under way when its tournament ended: what was answered decides, else it is cancelled."""
    if is_answered:
        await decide(runtime, match, session)
    else:
        await match_rows.cancel_held(session, match.id)
        await tell_ended(session, match)


async def _may_go_on(
    session: Transaction, match: Match, tournament: Tournament | None, now: datetime
) -> bool:
    """Return whether the match may be judged: its tournament isn't paused, except until a month now over."""
    if tournament is None or tournament.status != "paused":
        return True
    until = tournament.not_before or FAR
    if tournament.deadline is not None and tournament.deadline <= now:
        leases.due(session, Work.TOURNAMENT, tournament.id)  # which ends it
        until = FAR
    elif tournament.held_for == "cap" and until <= now:
        return await resume_tournament(session, tournament.id, "It went on by itself: a new month began.")
    reason = tournament.reason or "the tournament is paused"
    await leases.give_back(session, Work.MATCH, match.id, reason=reason, not_before=until, counts=False)
    return False


async def _ask_again(runtime: Runtime, workspace: str, task: Task) -> None:
    """Ask the judge again in swapped order, unless an earlier match did; if it can't answer, the first verdict stays."""
    match = task.match
    async with runtime.database.reading(workspace) as session:
        order_counts = await shown_orders.shown_orders_of(
            session, match.league_id, (match.first_id, match.second_id)
        )
    if order_counts[match.second_id, match.first_id, match.judge]:
        return
    if not await _hold(runtime, workspace, task):
        return
    try:
        await _ask(runtime, judge_call(workspace, task, "swap", swapped=True, tournament=match.tournament_id))
    except JudgeBusyError:
        raise
    except (JudgeError, BudgetError) as error:
        log.warning("swap_not_judged", match=task.match.id, reason=error.sentence)


async def _ask_panel(runtime: Runtime, workspace: str, task: Task) -> None:
    """Ask the other judges of the tournament, half of all in swapped order; one that gives no answer has no vote."""
    assert task.match.tournament_id is not None
    async with runtime.database.reading(workspace) as session:
        tournament = await tournament_rows.get(session, task.match.tournament_id)
        pair = task.match.first_id, task.match.second_id
        order_counts = await shown_orders.shown_orders_of(session, task.match.league_id, pair)
        left_out = await counted_outcomes.judges_left_out(session, task.match.league_id)
    names = assignment.panel_judges(tournament.judges, left_out, task.match.id)
    saw = {(name, (first, second) != pair): times for (first, second, name), times in order_counts.items()}
    for name, swapped in assignment.others_orders(names, task.match.judge, task.match.id, saw):
        judge, kind = runtime.judge(name), assignment.PANEL_KIND + name
        if judge is None or kind in task.kinds or name in task.match.tried:
            continue
        if not await _hold(runtime, workspace, task):
            return
        other = replace(task, judge=judge)
        in_swap = swapped and judge.pool != "recorded"  # a recorded verdict was shown one order only
        try:
            await _ask(runtime, judge_call(workspace, other, kind, swapped=in_swap, tournament=tournament.id))
        except JudgeAnswerError as error:
            task.match.tried = {**task.match.tried, name: error.sentence}
            async with runtime.database.transaction(workspace) as session:
                await match_rows.store_failures(session, task.match.id, task.match.tried)


async def _ask(
    runtime: Runtime,
    ask: JudgeCall,
    reservation: Reservation | None = None,
    then: Callable[[Transaction, str | None], Awaitable[None]] | None = None,
) -> None:
    """Ask a judge and store its verdict; pause the judge if its key or quota is refused."""
    try:
        await ask_judge(runtime, ask, reservation=reservation, then=then)
    except JudgePausedError as error:
        bill = ask.bill
        await pause_judge(runtime, bill.workspace, bill.league, bill.judge, error.sentence)
        raise


async def _hold(runtime: Runtime, workspace: str, task: Task) -> bool:
    """Extend the lease on the match before another long call.

    Return False if it was lost, or if the tournament was cancelled meanwhile: then what was answered decides.
    """
    async with runtime.database.transaction(workspace) as session:
        number = task.match.tournament_id
        if number is not None and (await tournament_rows.get(session, number)).status == "cancelled":
            return False
        lease_s = runtime.settings.judging_lease_s
        return await leases.renew(session, Work.MATCH, task.match.id, runtime.time.now(), lease_s)
