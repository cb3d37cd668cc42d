"""One paid call: its money reserved before and settled after, and a notice where a budget is nearly spent."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TypeVar

from bot.judges.interface import AssessmentAnswer, VerdictAnswer
from bot.judges.llm.judge_faults import usage_of
from bot.work.runtime import Runtime
from storage import spending
from storage.database.engine import Transaction
from storage.errors import JudgeError
from storage.work import outbox

NOTICE_AT = Decimal("0.8")
"""The share of a budget at which its channel is told."""

Answer = TypeVar("Answer", AssessmentAnswer, VerdictAnswer)


@dataclass(frozen=True, slots=True)
class Bill:
    """Whom a call is for: league, tournament if any, and the row it is about ("match" or "assessment")."""

    workspace: str
    league: int
    tournament: int | None
    kind: str
    about_id: int
    judge: str


async def reserve(session: Transaction, bill: Bill, worst: Decimal | None, now: datetime) -> int:
    """Reserve the worst case of a call about to be made; returns the reservation. Raises `BudgetError`."""
    await spending.release_lost(session, bill.kind, bill.about_id, now)
    return await spending.reserve(
        session,
        league=bill.league,
        tournament=bill.tournament,
        kind=bill.kind,
        about_id=bill.about_id,
        judge=bill.judge,
        worst=worst,
        now=now,
    )


async def paid(
    runtime: Runtime,
    bill: Bill,
    worst: Decimal | None,
    call: Callable[[], Awaitable[Answer]],
    reservation: int | None = None,
) -> tuple[Answer, Callable[[Transaction], Awaitable[None]]]:
    """Reserve (unless that was done), call, and return the answer with what settles it where the answer is kept.

    Raises `BudgetError` before the call, `JudgeError` after it; a failed call's cost is settled here.
    """
    if reservation is None:
        async with runtime.database.transaction(bill.workspace) as session:
            reservation = await reserve(session, bill, worst, runtime.time.now())
    reserved = reservation
    try:
        answer = await call()
    except JudgeError as error:
        cost = usage_of(error).cost_usd
        runtime.metrics.called(bill.judge, bill.kind, type(error).__name__.removesuffix("Error"), cost)
        async with runtime.database.transaction(bill.workspace) as session:
            await _settle(session, bill, reserved, cost, type(error).__name__, runtime.time.now())
        raise

    runtime.metrics.called(bill.judge, bill.kind, "ok", answer.usage.cost_usd)

    async def settle(session: Transaction) -> None:
        await _settle(session, bill, reserved, answer.usage.cost_usd, "ok", runtime.time.now())

    return answer, settle


async def _settle(
    session: Transaction, bill: Bill, reservation: int, cost: Decimal, result: str, now: datetime
) -> None:
    await spending.settle(session, reservation, cost, result, now)
    if not cost:
        return
    for budget in await spending.budgets(session, bill.league, bill.tournament, now):
        if budget.spent < NOTICE_AT * budget.cap:
            continue
        key = f"budget:{budget.key}"
        if await outbox.is_wanted(session, budget.channel, key):
            continue
        await outbox.want(
            session,
            channel=budget.channel,
            key=key,
            kind="budget",
            about_id=bill.league,
            options={"tournament": budget.tournament, "spent": str(budget.spent), "cap": str(budget.cap)},
            thread_key=None if budget.tournament is None else f"tournament:{budget.tournament}",
            now=now,
        )
