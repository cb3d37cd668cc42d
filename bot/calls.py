"""One paid call: its money reserved before, settled after, its failure turned into what happens to the row."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from bot.errors import JudgeError
from bot.judging.faults import usage_of
from bot.judging.records import AssessmentAnswer, VerdictAnswer
from bot.workshop import Workshop
from storage import spending
from storage.database import Transaction

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


async def paid(
    workshop: Workshop, bill: Bill, worst: Decimal | None, call: Callable[[], Awaitable[Answer]]
) -> tuple[Answer, Callable[[Transaction], Awaitable[None]]]:
    """Reserve, call, and return the answer with what settles it in the transaction that keeps the answer.

    Raises `BudgetError` before the call, `JudgeError` after it; a failed call's cost is settled here.
    """
    async with workshop.database.transaction(bill.workspace) as session:
        now = workshop.time.now()
        await spending.release_lost(session, bill.kind, bill.about_id, now)
        reservation = await spending.reserve(
            session,
            league=bill.league,
            tournament=bill.tournament,
            kind=bill.kind,
            about_id=bill.about_id,
            judge=bill.judge,
            worst=worst,
            now=now,
        )
    try:
        answer = await call()
    except JudgeError as error:
        async with workshop.database.transaction(bill.workspace) as session:
            cost = usage_of(error).cost_usd
            await spending.settle(session, reservation, cost, type(error).__name__, workshop.time.now())
        raise

    async def settle(session: Transaction) -> None:
        await spending.settle(session, reservation, answer.usage.cost_usd, "ok", workshop.time.now())

    return answer, settle
