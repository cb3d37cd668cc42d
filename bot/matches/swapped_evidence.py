"""Finds evidence on a challenged match: its judge is asked again in the other order, only to inform the voters."""

from datetime import timedelta

from bot.judges.errors import JudgePausedError
from bot.matches.judge_calls import Task, ask_judge, judge_call
from bot.spending.judge_pauses import pause_judge
from bot.work.runtime import Runtime
from storage import spending
from storage.database.engine import Transaction
from storage.entries import entry_rows
from storage.errors import BudgetError, JudgeBusyError, JudgeError
from storage.leagues import league_rows
from storage.matches import evidence, match_rows, verdict_rows
from storage.work import leases, outbox
from storage.work.leases import FAR, Work


async def find_evidence(runtime: Runtime, workspace: str, evidence_id: int) -> None:
    """Judge a challenged match in swapped order, paid by the league, and update the votes on it."""
    task = await _take(runtime, workspace, evidence_id)
    if task is None:
        return
    try:
        if "evidence" not in task.kinds:
            await ask_judge(runtime, judge_call(workspace, task, "evidence", swapped=True, tournament=None))
    except (JudgeError, BudgetError) as error:
        if isinstance(error, JudgePausedError):
            await pause_judge(runtime, workspace, task.league.id, task.judge.name, error.sentence)
        async with runtime.database.transaction(workspace) as session:
            if not await leases.is_ours(session, Work.EVIDENCE, evidence_id):
                return
            await _missing(session, runtime, evidence_id, error)
            await _show(session, task.match.id)
        return
    async with runtime.database.transaction(workspace) as session:
        await evidence.end(session, evidence_id, "done")
        await _show(session, task.match.id)


async def refresh_failed(session: Transaction, evidence_id: int) -> None:
    """Refresh the votes on a match whose evidence failed for good."""
    await _show(session, (await evidence.get(session, evidence_id)).match_id)


async def _take(runtime: Runtime, workspace: str, evidence_id: int) -> Task | None:
    async with runtime.database.transaction(workspace) as session:
        now = runtime.time.now()
        if not await leases.take(session, Work.EVIDENCE, evidence_id, now, runtime.settings.judging_lease_s):
            return None
        match = await match_rows.get(session, (await evidence.get(session, evidence_id)).match_id)
        kinds = await verdict_rows.verdicts_by_kind(session, match.id)
        judge = runtime.judge(match.judge)
        if judge is None or judge.pool == "recorded" or "verdict" not in kinds or "swap" in kinds:
            # A recorded verdict, or a judge that isn't configured: there is nobody to ask again.
            await evidence.end(session, evidence_id, "skipped")
            return None
        reason = (await spending.paused_judges(session)).get(match.judge)
        if reason is not None:
            await _wait(session, evidence_id, reason)
            return None
        league = await league_rows.get(session, match.league_id)
        readable = await entry_rows.readable(session, [match.first_id, match.second_id])
    return Task(match, league, judge, readable[match.first_id], readable[match.second_id], frozenset(kinds))


async def _missing(
    session: Transaction, runtime: Runtime, evidence_id: int, error: JudgeError | BudgetError
) -> None:
    now = runtime.time.now()
    match error:
        case JudgeBusyError():
            later = now + timedelta(seconds=error.retry_after)
            await leases.give_back(
                session, Work.EVIDENCE, evidence_id, reason=error.sentence, not_before=later, counts=False
            )
        case JudgePausedError():
            await _wait(session, evidence_id, error.sentence)
        case _:
            await evidence.end(session, evidence_id, "failed", error.sentence)


async def _wait(session: Transaction, evidence_id: int, reason: str) -> None:
    await leases.give_back(session, Work.EVIDENCE, evidence_id, reason=reason, not_before=FAR, counts=False)


async def _show(session: Transaction, match_id: int) -> None:
    for poll in await evidence.polls_on(session, match_id):
        await outbox.bump(session, "poll", poll)
