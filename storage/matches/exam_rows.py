"""Exams of judges: planned once a workspace, answered in parts, ended, and judges admitted in spite of theirs."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import delete, select, update

from storage.database.engine import Transaction
from storage.database.statements import changed, insert_once
from storage.standings.counted_outcomes import judges_kept_out
from storage.tables import JudgeExam, Match, Verdict
from storage.work.leases import Work, due


async def plan(session: Transaction, judge: str, league: int, exam: str, now: datetime) -> bool:
    """Plan the exam of a judge, at this league's expense, unless it has one; returns whether it is due."""
    is_new = await insert_once(
        session,
        JudgeExam,
        workspace_id=session.workspace,
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
    """Keep an exam held outside of any league, in place of an earlier one; returns its id."""
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
    """The row, which the caller has taken."""
    return await session.get_one(JudgeExam, exam_id)


async def exam_of(session: Transaction, judge: str) -> JudgeExam | None:
    """The exam of a judge, whatever came of it."""
    return await session.scalar(select(JudgeExam).where(JudgeExam.judge == judge))


async def exams(session: Transaction) -> dict[str, JudgeExam]:
    """Every exam of the workspace that is over or under way, by judge."""
    return {row.judge: row for row in await session.scalars(select(JudgeExam))}


async def keep_answers(
    session: Transaction, exam_id: int, answers: Mapping[str, Any], model: str, cost: Decimal
) -> None:
    """Keep all answers so far, and add what the newest cost."""
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
    """End a held exam with its result."""
    statement = update(JudgeExam).where(JudgeExam.id == exam_id, JudgeExam.status == "asking")
    values = {"status": "done", "result": dict(result), "passed": passed, "ended_at": now}
    return await changed(session, statement.values(**values, leased_until=None, failure=None)) == 1


async def skip(session: Transaction, exam_id: int, reason: str) -> None:
    """End a held exam that nobody can hold."""
    statement = update(JudgeExam).where(JudgeExam.id == exam_id, JudgeExam.status == "asking")
    await changed(session, statement.values(status="skipped", failure=reason, leased_until=None))


async def let_go(session: Transaction, judge: str) -> None:
    """Make the exam of a judge that was paused due."""
    statement = update(JudgeExam).where(JudgeExam.judge == judge, JudgeExam.status == "planned")
    if await changed(session, statement.values(not_before=None)):
        row = await exam_of(session, judge)
        assert row is not None
        due(session, Work.EXAM, row.id)


async def admit(session: Transaction, judge: str, user: str) -> int | None:
    """Let the verdicts of a judge count that didn't pass; the exam's id, or None where nothing kept them out."""
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
    """Judges whose verdicts don't count: they didn't pass, and nobody admitted them."""
    return frozenset(await session.scalars(judges_kept_out()))


async def is_new(session: Transaction, judge: str) -> bool:
    """Whether a judge has neither an exam nor a verdict in the workspace."""
    if await exam_of(session, judge) is not None:
        return False
    return await session.scalar(select(Verdict.id).where(Verdict.judge == judge).limit(1)) is None


async def leagues_judged_by(session: Transaction, judge: str) -> list[int]:
    """The leagues in which a judge decided matches."""
    rows = await session.scalars(
        select(Match.league_id)
        .where(Match.judge == judge, Match.status == "decided")
        .distinct()
        .order_by(Match.league_id)
    )
    return list(rows)
