"""Plays matches in batches: sends the calls of a batch once, then checks until the provider has answered.

The batch isn't leased between checks. After a crash, it is found again at the provider by its key.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import structlog

from bot.judges.errors import JudgePausedError
from bot.judges.injections.injection_flags import pair_flags
from bot.judges.interface import Judge
from bot.judges.llm.batches.batch_interface import (
    Batches,
    BatchRequest,
    NoBatchesError,
    batches_of,
)
from bot.matches import assignment
from bot.matches.batch_results import settle_results
from bot.matches.judge_calls import Task, asked_values, flag_lines, judge_call
from bot.matches.unanswered_calls import tell_ended
from bot.spending import caps
from bot.spending.held_tournaments import hold_tournament
from bot.spending.judge_pauses import pause_judge
from bot.work.runtime import Runtime
from storage import spending
from storage.database.engine import Transaction
from storage.entries import entry_rows
from storage.errors import BudgetError, JudgeBusyError, JudgeError, MoneyReservedError
from storage.leagues import league_rows
from storage.matches import batch_rows, match_rows
from storage.matches.batch_rows import Batch
from storage.tournaments import tournament_rows
from storage.work import leases
from storage.work.leases import FAR, Work

log = structlog.get_logger(__name__)

LOOK_S, LONGEST_LOOK_S = 60, 600
"""Seconds between two checks of a batch: the shortest and the longest wait; in between, a tenth of the batch's age."""
WAIT_FOR_MONEY_S = 600
SURELY_LISTED_S = 60
"""Seconds that a provider may take to list a batch after it was sent."""


@dataclass(frozen=True, slots=True)
class PlannedCall:
    """One call that goes into a batch: its match, the request, and its highest cost in USD.

    Also what the verdict's row will store besides the answer.
    """

    match: int
    request: BatchRequest
    worst: Decimal | None
    asked: Mapping[str, Any]


async def do_batch(runtime: Runtime, workspace: str, batch_id: int) -> None:
    """Send a batch, or check whether it is answered and settle its results.

    A second run at the same time does nothing.
    """
    async with runtime.database.transaction(workspace) as session:
        now = runtime.time.now()
        if not await leases.take(session, Work.BATCH, batch_id, now, runtime.settings.judging_lease_s):
            return
        batch = await batch_rows.get(session, batch_id)
        judge = runtime.judge(batch.judge)
        batches = batches_of(judge)
        if judge is None or batches is None:
            await _undo(session, batch, now, f"{batch.judge} isn't asked in batches any more")
            return
    try:
        if batch.remote_id is None:
            await _hand_in(runtime, workspace, batch, judge, batches)
        else:
            await _look(runtime, workspace, batch, judge, batches)
    except NoBatchesError:
        await _without_batches(runtime, workspace, batch)
    except JudgePausedError as error:
        await pause_judge(runtime, workspace, batch.league_id, batch.judge, error.sentence)
        async with runtime.database.transaction(workspace) as session:
            now = runtime.time.now()
            if batch.remote_id is None and batch.begun_at is None:
                await _undo(session, batch, now, error.sentence)
            else:
                await _wait(session, batch, now + timedelta(seconds=LONGEST_LOOK_S), error.sentence)
    except JudgeBusyError as error:
        async with runtime.database.transaction(workspace) as session:
            later = runtime.time.now() + timedelta(seconds=error.retry_after)
            await _wait(session, batch, later, error.sentence)
    except JudgeError as error:
        async with runtime.database.transaction(workspace) as session:
            await _undo(session, batch, runtime.time.now(), error.sentence, again=False)


async def _hand_in(runtime: Runtime, workspace: str, batch: Batch, judge: Judge, batches: Batches) -> None:
    """Send the calls of a batch; if an earlier run had begun to, first search the provider for the batch."""
    if batch.begun_at is not None:
        if (runtime.time.now() - batch.begun_at).total_seconds() < SURELY_LISTED_S:
            raise JudgeBusyError(f"{batch.judge} may not list this batch yet.", SURELY_LISTED_S)
        async with runtime.database.reading(workspace) as session:
            others = {*batch.not_ours, *await batch_rows.remote_ids(session, batch.judge)}
        remote_id = await batches.find(batch.key, batch.begun_at, len(batch.asked), others)
        if remote_id is not None:
            await _note_handed_in(runtime, workspace, batch, remote_id)
            return
    calls = await _calls(runtime, workspace, batch, judge, batches)
    calls = await _reserve(runtime, workspace, batch, calls)
    if calls:
        remote_id = await batches.submit(batch.key, [call.request for call in calls])
        await _note_handed_in(runtime, workspace, batch, remote_id)


async def _note_handed_in(runtime: Runtime, workspace: str, batch: Batch, remote_id: str) -> None:
    log.info("batch_handed_in", batch=batch.id, judge=batch.judge, remote=remote_id)
    async with runtime.database.transaction(workspace) as session:
        await batch_rows.note(session, batch.id, remote_id=remote_id)
        await _wait(session, batch, runtime.time.now() + timedelta(seconds=LOOK_S), "it isn't answered yet")


async def _calls(
    runtime: Runtime, workspace: str, batch: Batch, judge: Judge, batches: Batches
) -> list[PlannedCall]:
    """Return the calls of a batch's matches; cancels matches whose papers were removed."""
    async with runtime.database.reading(workspace) as session:
        matches = await batch_rows.matches_in(session, batch.id)
        league = await league_rows.get(session, batch.league_id)
        sides = {side for match in matches for side in (match.first_id, match.second_id)}
        readable = await entry_rows.readable(session, sorted(sides))
    gone = [m for m in matches if not (readable[m.first_id].plays and readable[m.second_id].plays)]
    async with runtime.database.transaction(workspace) as session:
        for match in gone:
            if await match_rows.cancel_batched(session, match.id):
                await tell_ended(session, match)
    calls: list[PlannedCall] = []
    for match in matches:
        if match not in gone:
            texts = readable[match.first_id], readable[match.second_id]
            task = Task(match, league, judge, *texts, frozenset())
            calls += await asyncio.to_thread(_calls_of, batch, task, batches)
    return calls


def _calls_of(batch: Batch, task: Task, batches: Batches) -> list[PlannedCall]:
    """Return the call of a match, and a second one with the papers swapped if the match needs both orders."""
    match, league = task.match, task.league
    both = match.wants_swap or assignment.wants_swap(match.id, league.swap_share, league.id)
    calls = []
    for kind in ("verdict", "swap") if both else ("verdict",):
        ask = judge_call(
            batch.workspace_id, task, kind, swapped=kind == "swap", tournament=match.tournament_id
        )
        call_id = f"{batch.key}-{match.id}-{kind}"
        nonce = f"match:{match.id}:{kind}"
        request, worst = batches.request(call_id, *ask.papers, purpose=league.purpose, nonce=nonce)
        asked = {
            **asked_values(task, ask.pair, swapped=ask.swapped),
            "flags": flag_lines(pair_flags(*ask.papers)),
            "match": match.id,
            "kind": kind,
            "worst": str(worst),
        }
        calls.append(PlannedCall(match.id, request, worst, asked))
    return calls


async def _reserve(
    runtime: Runtime, workspace: str, batch: Batch, calls: Sequence[PlannedCall]
) -> list[PlannedCall]:
    """Reserve the highest cost of the calls and store that sending begins; returns the calls that the budget allows."""
    async with runtime.database.transaction(workspace) as session:
        now = runtime.time.now()
        if not await leases.is_ours(session, Work.BATCH, batch.id):
            return []
        matches = list(dict.fromkeys(call.match for call in calls))
        reservations = await batch_rows.open_reservations(session, matches)
        await _settle_left(session, batch, set(matches), now)
        amounts = await spending.cap_amounts(session, batch.league_id, batch.tournament_id, now, lock=True)
        worst: dict[int, Decimal] = {}
        waiting: list[int] = []
        refusal: BudgetError | None = None
        for match in matches:
            if match in reservations:  # of a run that a crash broke off
                continue
            try:
                amount = _worst_of(batch, [call for call in calls if call.match == match])
                if amount > 0:
                    caps.check(amounts, batch.judge, amount)
            except MoneyReservedError:
                waiting.append(match)
            except BudgetError as error:
                refusal = error
                waiting.append(match)
            else:
                worst[match] = amount
                amounts = replace(
                    amounts,
                    month_reserved=amounts.month_reserved + amount,
                    tournament_reserved=amounts.tournament_reserved + amount,
                )
        await spending.add_reservations(
            session,
            league=batch.league_id,
            tournament=batch.tournament_id,
            judge=batch.judge,
            worst=worst,
            now=now,
        )
        fitting = [call for call in calls if call.match not in waiting]
        await _put_off(session, batch, waiting, refusal, now)
        if fitting:
            asked = {call.request.id: dict(call.asked) for call in fitting}
            await batch_rows.note(session, batch.id, begun_at=now, asked=asked)
        else:
            await batch_rows.end(session, batch.id, now, refusal.sentence if refusal else None)
        return fitting


async def _settle_left(session: Transaction, batch: Batch, matches: set[int], now: datetime) -> None:
    """Settle at zero the reservations of an interrupted run for calls that won't be sent now."""
    left = [int(of["match"]) for of in batch.asked.values() if int(of["match"]) not in matches]
    for reservation, _amount in (await batch_rows.open_reservations(session, left)).values():
        await spending.settle(session, reservation, Decimal(0), "batch lost", now)


def _worst_of(batch: Batch, calls: Sequence[PlannedCall]) -> Decimal:
    """Return the most that a match's calls can cost, in USD. Raises `BudgetError` if the price is unknown."""
    amounts = [call.worst for call in calls]
    if None in amounts:
        raise caps.unknown_price(batch.judge)
    return sum((amount for amount in amounts if amount is not None), Decimal(0))


async def _put_off(
    session: Transaction, batch: Batch, matches: Sequence[int], refusal: BudgetError | None, now: datetime
) -> None:
    """Postpone matches that the budget does not allow now, until money is free or the tournament resumes."""
    if not matches:
        return
    if refusal is None or batch.tournament_id is None:
        await batch_rows.split(session, batch.id, matches, now + timedelta(seconds=WAIT_FOR_MONEY_S))
        return
    await batch_rows.release(session, matches, not_before=now, tried=False)
    held_for = "budget" if refusal.of_tournament else "cap"
    until = spending.next_month(now) if held_for == "cap" else FAR
    await hold_tournament(session, batch.tournament_id, refusal.sentence, held_for, now, until)


async def _look(runtime: Runtime, workspace: str, batch: Batch, judge: Judge, batches: Batches) -> None:
    """Check a batch that was sent: settle its results, or wait longer."""
    assert batch.remote_id is not None
    state = await batches.look(batch.remote_id)
    now = runtime.time.now()
    if state is None:
        async with runtime.database.transaction(workspace) as session:
            await _undo(session, batch, now, f"{batch.judge} knows the batch no more", settled_as=None)
        return
    if state.is_over:
        await settle_results(runtime, workspace, batch, judge, batches, state)
        return
    async with runtime.database.reading(workspace) as session:
        is_wanted = bool(await batch_rows.matches_in(session, batch.id))
    if not is_wanted and batch.failure != CANCELLED:
        await batches.cancel(batch.remote_id)
    age = (now - (batch.begun_at or now)).total_seconds()
    later = now + timedelta(seconds=min(LONGEST_LOOK_S, max(LOOK_S, age / 10)))
    async with runtime.database.transaction(workspace) as session:
        await _wait(session, batch, later, "it isn't answered yet" if is_wanted else CANCELLED)


CANCELLED = "nobody waits for it any more: it is cancelled at the provider"


async def _wait(session: Transaction, batch: Batch, until: datetime, reason: str) -> None:
    """End the lease of a batch until its next check, at `until`."""
    await leases.give_back(session, Work.BATCH, batch.id, reason=reason, not_before=until, counts=False)


async def _undo(
    session: Transaction,
    batch: Batch,
    now: datetime,
    reason: str,
    *,
    again: bool = True,
    settled_as: Decimal | None = Decimal(0),
) -> None:
    """End a batch without results: plan its matches again and settle its reservations.

    `settled_as` is the cost in USD; None counts the reserved amount as spent, since the real cost isn't known.
    """
    matches = [match.id for match in await batch_rows.matches_in(session, batch.id)]
    asked = {int(of["match"]) for of in batch.asked.values()}
    for reservation, amount in (await batch_rows.open_reservations(session, [*asked, *matches])).values():
        cost = amount if settled_as is None else settled_as
        await spending.settle(session, reservation, cost, "batch lost", now)
    await batch_rows.release(session, matches, again=again)
    await batch_rows.end(session, batch.id, now, reason)


async def _without_batches(runtime: Runtime, workspace: str, batch: Batch) -> None:
    """Play a tournament's matches outside batches, since the judge's server takes no batches."""
    async with runtime.database.transaction(workspace) as session:
        reason = f"{batch.judge}'s server takes no batches, so its matches play at once, at the usual price"
        await _undo(session, batch, runtime.time.now(), reason)
        if batch.tournament_id is not None:
            await tournament_rows.change(
                session,
                batch.tournament_id,
                from_statuses=("planned", "running", "paused"),
                batch=False,
                reason=reason,
            )
