"""Assesses papers: an assessor reviews a paper by the rubric, and the cards show the result."""

from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from bot.assessments.full_texts import Reading, read
from bot.judges.errors import JudgeAnswerError, JudgePausedError
from bot.judges.interface import AssessmentAnswer, Judge, PaperText
from bot.judges.rubric import rubric_of
from bot.papers.text import rationale_text
from bot.spending.judge_pauses import pause_judge
from bot.spending.paid_calls import Bill, make_paid_call
from bot.standings import refit
from bot.work.runtime import Runtime
from storage import assessments, spending
from storage.database.engine import Transaction
from storage.entries import entry_rows, full_texts
from storage.errors import BudgetError, JudgeBusyError, JudgeError
from storage.leagues import league_rows
from storage.tables import League, Paper
from storage.work import leases, outbox
from storage.work.leases import FAR, Work

RETRY_S = 60
READ_AGAIN_S = 900


@dataclass(frozen=True, slots=True)
class _Task:
    """A planned assessment that this process has taken, with the entry, paper, league and assessor it needs."""

    id: int
    entry: int
    paper: Paper
    league: League
    assessor: Judge
    readable: entry_rows.Readable


async def assess(runtime: Runtime, workspace: str, assessment_id: int) -> None:
    """Do a planned assessment: take its row, ask the assessor, store the answer and refit the league.

    Submitters take turns, so the row taken may be another than the given one. Does nothing if no assessment can be taken.
    """
    task = await _take(runtime, workspace, assessment_id)
    if task is None:
        return
    reading = await _text(runtime, workspace, task.assessor, task.paper)
    if task.paper.abstract is None and reading.text is None:
        async with runtime.database.transaction(workspace) as session:
            await _unreadable(session, runtime, task.id, task.paper.id, reading)
            await outbox.bump(session, "card", task.entry)
        return
    try:
        answer, settle = await _ask(runtime, workspace, task, reading)
    except (JudgeError, BudgetError) as error:
        if isinstance(error, JudgePausedError):
            await pause_judge(runtime, workspace, task.league.id, task.assessor.name, error.sentence)
        async with runtime.database.transaction(workspace) as session:
            await _failed(session, runtime, task.id, error)
            await outbox.bump(session, "card", task.entry)
        return
    async with runtime.database.transaction(workspace) as session:
        await settle(session)
        await _keep(session, task, answer, reading, runtime.time.now())
    runtime.settlements.tell(workspace)


async def _take(runtime: Runtime, workspace: str, assessment_id: int) -> _Task | None:
    """Take a planned assessment; None if another process has it, the paper left, or its assessor is gone or paused."""
    async with runtime.database.transaction(workspace) as session:
        assessment_id = await assessments.whose_turn(session, assessment_id, runtime.time.now())
        if not await leases.take(
            session, Work.ASSESSMENT, assessment_id, runtime.time.now(), runtime.settings.judging_lease_s
        ):
            return None
        row = await assessments.get(session, assessment_id)
        entry, paper = await entry_rows.entry(session, row.entry_id)
        assessor = runtime.judge(row.assessor)
        pause_reason = (await spending.paused_judges(session)).get(row.assessor)
        if entry.id != row.entry_id or entry.removed_at is not None or paper.withdrawn:
            await assessments.cancel_held(session, assessment_id)
        elif assessor is None:
            reason = f"{row.assessor} isn't among this installation's assessors any more"
            await assessments.fail(session, assessment_id, reason)
        elif pause_reason is not None:
            await _wait_for_judge(session, assessment_id, pause_reason)
        else:
            league = await league_rows.get(session, entry.league_id)
            readable = (await entry_rows.readable(session, [entry.id]))[entry.id]
            return _Task(assessment_id, entry.id, paper, league, assessor, readable)
        await outbox.bump(session, "card", entry.id)
        return None


async def _ask(
    runtime: Runtime, workspace: str, task: _Task, reading: Reading
) -> tuple[AssessmentAnswer, Callable[[Transaction], Awaitable[None]]]:
    """Ask the assessor; returns the answer and a function that stores its cost. Raises `JudgeError`, `BudgetError`."""
    readable, purpose, rubric = task.readable, task.league.purpose, rubric_of(task.league.rubric)
    text = PaperText(readable.canonical, readable.title, readable.abstract, full_text=reading.text)
    return await make_paid_call(
        runtime,
        Bill(workspace, task.league.id, None, "assessment", task.id, task.assessor.name),
        task.assessor.worst_assess(text, purpose, rubric),
        lambda: task.assessor.assess(text, purpose=purpose, nonce=f"assessment:{task.id}", rubric=rubric),
    )


async def _keep(
    session: Transaction, task: _Task, answer: AssessmentAnswer, reading: Reading, now: datetime
) -> None:
    """Store the answer and refit the league; does nothing if the lease was lost."""
    values = {
        **_values(answer, reading),
        "purpose_version": task.league.purpose_version,
        "paper_version": task.readable.version,
        "done_at": now,
    }
    if await assessments.finish(session, task.id, values):
        if answer.basis == "full text":
            await full_texts.leave_out(session, task.paper.id, None)
        await refit.refit(session, task.league.id, cause="assessment", about_id=task.entry, now=now)
        await outbox.bump(session, "card", task.entry)


async def _wait_for_judge(session: Transaction, assessment_id: int, reason: str) -> None:
    """Return the assessment to waiting until somebody resumes its paused assessor."""
    await leases.give_back(
        session, Work.ASSESSMENT, assessment_id, reason=reason, not_before=FAR, counts=False
    )


async def refresh_failed(session: Transaction, assessment_id: int) -> None:
    """Update a paper's Slack card to say that an assessment of it failed for good."""
    await outbox.bump(session, "card", (await assessments.get(session, assessment_id)).entry_id)


async def _text(runtime: Runtime, workspace: str, assessor: Judge, paper: Paper) -> Reading:
    """Return the paper's full text; the offline judge gets none if there is an abstract, because it counts words only."""
    if assessor.pool == "offline" and paper.abstract is not None:
        return Reading(None)
    return await read(runtime, workspace, paper.id)


async def _unreadable(
    session: Transaction, runtime: Runtime, assessment_id: int, paper: int, reading: Reading
) -> None:
    """Handle a paper with neither abstract nor full text: try again later, or leave it out of matches."""
    if not await leases.is_ours(session, Work.ASSESSMENT, assessment_id):
        return
    reason = f"The source gives no abstract, and the full text can't be read: {reading.failure}."
    await full_texts.leave_out(session, paper, f"{reason} It plays no matches.")
    if reading.again:
        later = runtime.time.now() + timedelta(seconds=READ_AGAIN_S)
        await leases.give_back(session, Work.ASSESSMENT, assessment_id, reason=reason, not_before=later)
    else:
        await assessments.fail(session, assessment_id, reason)


async def _failed(
    session: Transaction, runtime: Runtime, assessment_id: int, error: JudgeError | BudgetError
) -> None:
    if not await leases.is_ours(session, Work.ASSESSMENT, assessment_id):
        return
    now = runtime.time.now()
    match error:
        case JudgeBusyError():
            later = now + timedelta(seconds=error.retry_after)
            await leases.give_back(
                session, Work.ASSESSMENT, assessment_id, reason=error.sentence, not_before=later, counts=False
            )
        case JudgePausedError():
            await _wait_for_judge(session, assessment_id, error.sentence)
        case BudgetError():
            await leases.give_back(
                session,
                Work.ASSESSMENT,
                assessment_id,
                reason=error.sentence,
                not_before=spending.next_month(now),
                counts=False,
            )
        case JudgeAnswerError(again=True):
            soon = now + timedelta(seconds=RETRY_S)
            await leases.give_back(
                session, Work.ASSESSMENT, assessment_id, reason=error.sentence, not_before=soon
            )
        case _:
            await assessments.fail(session, assessment_id, error.sentence)


def _values(answer: AssessmentAnswer, reading: Reading) -> dict[str, object]:
    usage = answer.usage
    return {
        "model": answer.model,
        "rating": answer.rating,
        "significance": answer.significance,
        "rigor": answer.rigor,
        "novelty": answer.novelty,
        "clarity": answer.clarity,
        "contribution": rationale_text(answer.contribution),
        "sections": {name: rationale_text(text) for name, text in answer.sections.items()},
        "flags": [*(f"{flag.kind}: {flag.excerpt}" for flag in answer.flags), *reading.hidden],
        "read": answer.basis,
        "rubric_version": answer.rubric_version,
        **_usage(asdict(usage)),
    }


def _usage(usage: dict[str, object]) -> dict[str, object]:
    usage["cost"] = usage.pop("cost_usd")
    return usage
