"""Exams of new judges, paid within the league's cap.

The verdicts of a judge that fails count only after an owner admits it.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial

from bot.judges.errors import JudgePausedError
from bot.judges.exams.exam_questions import exam_questions, exam_version
from bot.judges.exams.exam_results import NO_ANSWER, exam_result
from bot.judges.exams.sitting import ExamAnswers, ask_questions, next_questions, worst_of
from bot.judges.interface import Judge, Winner
from bot.spending.judge_pauses import pause_judge
from bot.spending.paid_calls import Bill, make_paid_call
from bot.standings import refit
from bot.work.runtime import Runtime
from storage import spending
from storage.database.engine import Transaction
from storage.errors import BudgetError, JudgeBusyError, JudgeError
from storage.leagues import league_rows
from storage.matches import exam_rows
from storage.tables import JudgeExam, League
from storage.work import leases, outbox
from storage.work.leases import FAR, Work

SHARE_OF_CAP = Decimal("0.1")
"""Share of the league's monthly cap that an exam may cost to be run automatically."""
_TRIED_AGAIN_S = 120.0
_A_DAY = timedelta(days=1)


async def plan_exams(
    session: Transaction, runtime: Runtime, league: League, names: Iterable[str], now: datetime
) -> None:
    """Plan the exam of each new judge that is a model, if it costs at most a tenth of the league's cap.

    A judge whose calls are free (an own server, often slow) is examined only on request.
    """
    for name in names:
        judge = runtime.judge(name)
        if judge is None or not is_examined(judge) or not await exam_rows.is_new(session, name):
            continue
        worst = worst_of(judge, range(len(exam_questions())))
        if worst is not None and 0 < worst <= SHARE_OF_CAP * league.monthly_cap:
            await exam_rows.plan(session, name, league.id, exam_version(), now)


def is_examined(judge: Judge) -> bool:
    """Return whether a judge is a model that reads texts; other judges have no exam."""
    return bool(getattr(judge, "is_examined", False))


async def hold_exam(runtime: Runtime, workspace: str, exam_id: int) -> None:
    """Ask a judge the remaining questions of its exam, a few at a time, and end the exam after the last."""
    judge = await _take(runtime, workspace, exam_id)
    while judge is not None:
        async with runtime.database.reading(workspace) as session:
            row = await exam_rows.get(session, exam_id)
            answers, league = read_answers(row.answers), row.league_id
        assert league is not None
        places = next_questions(answers)
        bill = Bill(workspace, league, None, "exam", exam_id, judge.name)
        try:
            batch, settle = await make_paid_call(
                runtime, bill, worst_of(judge, places), partial(ask_questions, judge, places)
            )
        except (JudgeError, BudgetError) as error:
            await _wait(runtime, workspace, exam_id, error)
            return
        if isinstance(batch.error, JudgePausedError):
            await pause_judge(runtime, workspace, league, judge.name, batch.error.sentence)
        async with runtime.database.transaction(workspace) as session:
            await settle(session)
            is_over = await _keep(session, runtime, exam_id, {**answers, **batch.answers}, batch)
        runtime.settlements.tell(workspace)
        if is_over:
            return


def written_answers(answers: Mapping[int, Winner | None]) -> dict[str, str]:
    """Convert exam answers by question number to texts by text, as the database stores them."""
    return {str(place): winner or NO_ANSWER for place, winner in answers.items()}


def read_answers(words: Mapping[str, str]) -> dict[int, Winner | None]:
    """Convert stored exam answers back: the winner by question number, None where the judge gave no answer."""
    answers: dict[int, Winner | None] = {}
    for place, word in words.items():
        match word:
            case "first" | "second" | "draw":
                answers[int(place)] = word
            case _:
                answers[int(place)] = None
    return answers


async def _take(runtime: Runtime, workspace: str, exam_id: int) -> Judge | None:
    async with runtime.database.transaction(workspace) as session:
        now = runtime.time.now()
        if not await leases.take(session, Work.EXAM, exam_id, now, runtime.settings.judging_lease_s):
            return None
        row = await exam_rows.get(session, exam_id)
        judge = runtime.judge(row.judge)
        if judge is None or row.league_id is None:
            await exam_rows.skip(session, exam_id, f"{row.judge} isn't among this installation's judges")
            return None
        reason = (await spending.paused_judges(session)).get(row.judge)
        if reason is not None:
            await leases.give_back(session, Work.EXAM, exam_id, reason=reason, not_before=FAR, counts=False)
            return None
    return judge


async def _keep(
    session: Transaction,
    runtime: Runtime,
    exam_id: int,
    answers: Mapping[int, Winner | None],
    batch: ExamAnswers,
) -> bool:
    """Store the answers of a batch; return whether there is nothing more to ask now."""
    now = runtime.time.now()
    if not await leases.is_ours(session, Work.EXAM, exam_id):
        return True
    await exam_rows.keep_answers(
        session, exam_id, written_answers(answers), batch.model, batch.usage.cost_usd
    )
    if not next_questions(answers):
        result = exam_result(answers)
        await exam_rows.end(session, exam_id, result.as_json(), now, passed=result.passes)
        await tell_of_exam(session, exam_id, now)
        return True
    if batch.error is not None:
        await _give_back(session, runtime, exam_id, batch.error)
        return True
    return not await leases.renew(session, Work.EXAM, exam_id, now, runtime.settings.judging_lease_s)


async def _wait(runtime: Runtime, workspace: str, exam_id: int, error: JudgeError | BudgetError) -> None:
    async with runtime.database.transaction(workspace) as session:
        if await leases.is_ours(session, Work.EXAM, exam_id):
            await _give_back(session, runtime, exam_id, error)


async def _give_back(
    session: Transaction, runtime: Runtime, exam_id: int, error: JudgeError | BudgetError
) -> None:
    now = runtime.time.now()
    match error:
        case JudgeBusyError():
            until, counts = now + timedelta(seconds=error.retry_after), False
        case JudgePausedError():
            until, counts = FAR, False
        case BudgetError():
            until, counts = min(now + _A_DAY, spending.next_month(now)), False
        case _:
            until, counts = now + timedelta(seconds=_TRIED_AGAIN_S), True
    await leases.give_back(
        session, Work.EXAM, exam_id, reason=error.sentence, not_before=until, counts=counts
    )


async def tell_of_exam(session: Transaction, exam_id: int, now: datetime) -> None:
    """Tell owners that a judge of their league failed its exam, and refit the leagues without its verdicts."""
    row = await exam_rows.get(session, exam_id)
    if row.passed or row.admitted_by is not None:
        return
    leagues = await league_rows.all_of(session)
    owners = {user for league in leagues for user in await league_rows.owners(session, league.id)}
    for user in sorted(owners):
        await outbox.want(
            session,
            channel=user,
            key=f"judge-exam:{row.judge}:{exam_id}",
            kind="judge_exam",
            about_id=exam_id,
            options={"judge": row.judge},
            now=now,
        )
    await _rate_anew(session, row, now)


async def admit(session: Transaction, judge: str, user: str, now: datetime) -> bool:
    """Admit a judge that failed its exam, and refit its leagues; return False if it needed no admission."""
    exam = await exam_rows.admit(session, judge, user)
    if exam is None:
        return False
    await outbox.bump(session, "judge_exam", exam)
    await _rate_anew(session, await exam_rows.get(session, exam), now)
    return True


async def _rate_anew(session: Transaction, row: JudgeExam, now: datetime) -> None:
    for league in await exam_rows.leagues_judged_by(session, row.judge):
        await refit.refit(session, league, cause="exam", about_id=row.id, now=now)
