"""Handles the results of a batch: settles the cost of each call and decides its match."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any

import structlog

from bot.judges.errors import JudgePausedError
from bot.judges.interface import Judge, VerdictAnswer
from bot.judges.llm.batches.batch_interface import (
    BatchAgainError,
    Batches,
    BatchResult,
    BatchState,
)
from bot.judges.llm.judge_faults import usage_of
from bot.matches.deciding import decide
from bot.matches.judge_calls import Task, answer_values
from bot.matches.unanswered_calls import handle_unanswered
from bot.spending.judge_pauses import pause_judge
from bot.spending.paid_calls import Bill, settle_batched
from bot.work.runtime import Runtime
from storage.database.engine import Transaction
from storage.database.statements import batched
from storage.entries import entry_rows
from storage.errors import JudgeError
from storage.leagues import league_rows
from storage.matches import batch_rows, verdict_rows
from storage.matches.batch_rows import Batch
from storage.tables import Match
from storage.work import leases
from storage.work.leases import Work

log = structlog.get_logger(__name__)

AT_A_TIME = 10
"""Matches settled in one transaction; few, so that nobody waits long for the database."""
MINUTE_S = 60


@dataclass(slots=True)
class Outcome:
    """What a batch brought for one match: answers by call id, the total cost in USD, and why no verdict, if so."""

    match: int
    answers: dict[str, VerdictAnswer] = field(default_factory=dict)
    cost: Decimal = Decimal(0)
    failure: JudgeError | None = None
    again: bool = False


async def settle_results(
    runtime: Runtime, workspace: str, batch: Batch, judge: Judge, batches: Batches, state: BatchState
) -> None:
    """Settle a batch that has ended: its costs, verdicts and matches; plan unanswered matches again.

    After a crash, a second run skips what the first had settled.
    """
    results = {one.id: one async for one in batches.results(state, list(batch.asked))}
    if results and not results.keys() & batch.asked.keys():
        await _search_on(runtime, workspace, batch)
        return
    if not results and state.reason:
        error = {"message": state.reason}
        results = {call_id: BatchResult(call_id, error=error, status=400) for call_id in batch.asked}
    outcomes = _outcomes(batch, batches, results)
    for some in batched(outcomes, AT_A_TIME):
        async with runtime.database.transaction(workspace) as session:
            await _settle(session, runtime, batch, judge, some)
    pauses = [outcome.failure for outcome in outcomes if isinstance(outcome.failure, JudgePausedError)]
    if pauses:
        await pause_judge(runtime, workspace, batch.league_id, batch.judge, pauses[0].sentence)
    async with runtime.database.transaction(workspace) as session:
        await batch_rows.end(session, batch.id, runtime.time.now())
    runtime.settlements.tell(workspace)
    answered = sum(bool(outcome.answers) for outcome in outcomes)
    log.info("batch_settled", batch=batch.id, matches=len(outcomes), answered=answered)


async def _search_on(runtime: Runtime, workspace: str, batch: Batch) -> None:
    """Search the provider again for a batch whose stored id belongs to someone else's batch."""
    async with runtime.database.transaction(workspace) as session:
        await batch_rows.note(
            session, batch.id, remote_id=None, not_ours=[*batch.not_ours, str(batch.remote_id)]
        )
        await leases.give_back(
            session,
            Work.BATCH,
            batch.id,
            reason="the provider returned a different batch",
            not_before=runtime.time.now() + timedelta(seconds=MINUTE_S),
            counts=False,
        )


def _outcomes(batch: Batch, batches: Batches, results: Mapping[str, BatchResult]) -> list[Outcome]:
    """Return the results of a batch grouped by match, in the order sent."""
    calls: defaultdict[int, list[tuple[str, Mapping[str, Any]]]] = defaultdict(list)
    for call_id, asked in batch.asked.items():
        calls[int(asked["match"])].append((call_id, asked))
    return [_outcome(match, of_match, batches, results) for match, of_match in sorted(calls.items())]


def _outcome(
    match: int,
    calls: Sequence[tuple[str, Mapping[str, Any]]],
    batches: Batches,
    results: Mapping[str, BatchResult],
) -> Outcome:
    outcome = Outcome(match)
    for call_id, asked in calls:
        worst = asked["worst"]
        most = Decimal(0) if worst == "None" else Decimal(worst)
        is_first = asked["kind"] == "verdict"
        try:
            answer = batches.read(results.get(call_id) or BatchResult(call_id), most)
        except BatchAgainError:
            outcome.again |= is_first
        except JudgeError as error:
            outcome.cost += usage_of(error).cost_usd
            if is_first:
                outcome.failure = error
        else:
            outcome.cost += answer.usage.cost_usd
            outcome.answers[call_id] = answer
    return outcome


async def _settle(
    session: Transaction, runtime: Runtime, batch: Batch, judge: Judge, outcomes: Sequence[Outcome]
) -> None:
    """Settle some matches of a batch: always their costs, and their verdicts if they still wait for this batch."""
    now = runtime.time.now()
    reservations = await batch_rows.open_reservations(session, [outcome.match for outcome in outcomes])
    waiting = {match.id: match for match in await batch_rows.matches_in(session, batch.id)}
    for outcome in outcomes:
        if outcome.match in reservations:
            bill = Bill(
                session.workspace or "",
                batch.league_id,
                batch.tournament_id,
                "match",
                outcome.match,
                batch.judge,
            )
            runtime.metrics.called(batch.judge, "match", "batch", outcome.cost)
            await settle_batched(session, bill, reservations[outcome.match][0], outcome.cost, now)
        match = waiting.get(outcome.match)
        if match is None:  # cancelled meanwhile, or settled by a run that a crash broke off
            continue
        is_decided = any(batch.asked[call_id]["kind"] == "verdict" for call_id in outcome.answers)
        if outcome.again and not is_decided:
            await batch_rows.release(session, [match.id])
        elif await leases.take_over(session, Work.MATCH, match.id, "batched", now, MINUTE_S):
            await _store(session, runtime, batch, judge, match, outcome)


async def _store(
    session: Transaction, runtime: Runtime, batch: Batch, judge: Judge, match: Match, outcome: Outcome
) -> None:
    """Store a match's verdicts and decide the match, or handle the failure if there is no verdict."""
    for call_id, answer in outcome.answers.items():
        asked = dict(batch.asked[call_id])
        kind, flags = asked.pop("kind"), asked.pop("flags")
        del asked["match"], asked["worst"]
        values = {**answer_values(answer, swapped=asked["swapped"]), **asked, "flags": flags}
        await verdict_rows.add_verdict(session, match.id, kind, {**values, "at": runtime.time.now()})
    if outcome.failure is None:
        await decide(runtime, match, session)
        return
    league = await league_rows.get(session, match.league_id)
    readable = await entry_rows.readable(session, [match.first_id, match.second_id])
    texts = readable[match.first_id], readable[match.second_id]
    await handle_unanswered(
        session, runtime, Task(match, league, judge, *texts, frozenset()), outcome.failure
    )
