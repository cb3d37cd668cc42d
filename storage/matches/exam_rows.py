"""Rows of exams of judges: planned once per workspace and judge, answered in parts, and ended.

A person can admit a judge that failed.
"""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import delete, select, update

from storage.database.engine import Transaction
from storage.database.statements import changed, insert_once
from storage.standings.counted_outcomes import exam_failures
from storage.tables import JudgeExam, Match, Verdict
from storage.work.leases import Work, due


async def plan(session: Transaction, judge: str, league: int, exam: str, now: datetime) -> bool:
    """Plan a judge's exam, paid by this league, unless the judge has one; return whether an exam is now due."""
    is_new = await insert_once(
        session,
        JudgeExam,
        judge=judge,
        league_id=league,
        exam=exam,
        created_at=now,
    )
    if is_new:
        row = await exam_of(session, judge)
        assert row is not None
        due(session, Work.EXAM, row.id)
    return is_new


async def record(
    session: Transaction,
    judge: str,
    exam: str,
    *,
    model: str,
    answers: Mapping[str, Any],
    result: Mapping[str, Any],
    passed: bool,
    cost: Decimal,
    now: datetime,
) -> int:
    """Store an exam that was run outside any league, in place of an earlier one; return its id."""
    await changed(session, delete(JudgeExam).where(JudgeExam.judge == judge))
    row = JudgeExam(
        judge=judge,
        exam=exam,
        status="done",
        model=model,
        answers=dict(answers),
        result=dict(result),
        passed=passed,
        cost=cost,
        created_at=now,
        ended_at=now,
    )
    session.add(row)
    await session.flush()
    return row.id


async def get(session: Transaction, exam_id: int) -> JudgeExam:
    """Return an exam row that the caller has taken for work."""
    return await session.get_one(JudgeExam, exam_id)


async def exam_of(session: Transaction, judge: str) -> JudgeExam | None:
    """Return the row of a judge's exam, whatever its status, or None if the judge has none."""
    return await session.scalar(select(JudgeExam).where(JudgeExam.judge == judge))


async def exams(session: Transaction) -> dict[str, JudgeExam]:
    """Return all exams of the workspace, by judge."""
    return {row.judge: row for row in await session.scalars(select(JudgeExam))}


async def keep_answers(
    session: Transaction, exam_id: int, answers: Mapping[str, Any], model: str, cost: Decimal
) -> None:
    """Store all answers so far, and add the cost of the newest in USD."""
    values: dict[str, Any] = {"answers": dict(answers), "cost": JudgeExam.cost + cost}
    await changed(
        session,
        update(JudgeExam)
        .where(JudgeExam.id == exam_id)
        .values(**values, **({"model": model} if model else {})),
    )


async def end(
    session: Transaction, exam_id: int, result: Mapping[str, Any], now: datetime, *, passed: bool
) -> bool:
    """End an exam that is being taken, with its result; return False if it wasn't being taken."""
    statement = update(JudgeExam).where(JudgeExam.id == exam_id, JudgeExam.status == "asking")
    values = {"status": "done", "result": dict(result), "passed": passed, "ended_at": now}
    return await changed(session, statement.values(**values, leased_until=None, failure=None)) == 1


async def skip(session: Transaction, exam_id: int, reason: str) -> None:
    """End an exam as skipped, because it can't be run."""
    statement = update(JudgeExam).where(JudgeExam.id == exam_id, JudgeExam.status == "asking")
    await changed(session, statement.values(status="skipped", failure=reason, leased_until=None))


async def make_due_after_pause(session: Transaction, judge: str) -> None:
    """Make the planned exam of a judge that is no longer paused due now."""
    statement = update(JudgeExam).where(JudgeExam.judge == judge, JudgeExam.status == "planned")
    if await changed(session, statement.values(not_before=None)):
        row = await exam_of(session, judge)
        assert row is not None
        due(session, Work.EXAM, row.id)


async def admit(session: Transaction, judge: str, user: str) -> int | None:
    """Admit a judge that failed its exam, so that its verdicts count; return the exam's id, or None if not needed."""
    kept_out = (
        JudgeExam.judge == judge,
        JudgeExam.passed.is_(False),
        JudgeExam.admitted_by.is_(None),
    )
    exam = await session.scalar(select(JudgeExam.id).where(*kept_out))
    if exam is None or not await changed(
        session, update(JudgeExam).where(*kept_out).values(admitted_by=user)
    ):
        return None
    return exam


async def not_admitted(session: Transaction) -> frozenset[str]:
    """Return the judges whose verdicts don't count: they failed the exam and nobody admitted them."""
    return frozenset(await session.scalars(exam_failures()))


async def is_new(session: Transaction, judge: str) -> bool:
    """Return whether a judge has neither an exam nor a verdict in the workspace."""
    if await exam_of(session, judge) is not None:
        return False
    return await session.scalar(select(Verdict.id).where(Verdict.judge == judge).limit(1)) is None


async def leagues_judged_by(session: Transaction, judge: str) -> list[int]:
    """Return the ids of leagues in which a judge decided matches."""
    rows = await session.scalars(
        select(Match.league_id)
        .where(Match.judge == judge, Match.status == "decided")
        .distinct()
        .order_by(Match.league_id)
    )
    return list(rows)
