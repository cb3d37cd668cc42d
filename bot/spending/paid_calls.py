"""Makes one paid call: reserves its money, settles its cost, and warns when a budget is nearly spent."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from time import monotonic
from typing import TypeVar

from bot.judges.errors import JudgeDownError
from bot.judges.interface import Costed
from bot.judges.llm.judge_faults import usage_of
from bot.spending import caps
from bot.spending.judge_outages import note_answer, note_outage
from bot.spending.request_forms import note_form, recall_form
from bot.work.runtime import Runtime
from storage import spending
from storage.database.engine import Transaction
from storage.errors import JudgeError, MoneyReservedError
from storage.work import outbox

LONGEST_TURN_S, LOOK_AGAIN_S = 60.0, 2.0
"""Seconds that a call waits for money reserved by others before its row is returned, and between its checks."""

PaidAnswer = TypeVar("PaidAnswer", bound=Costed)


@dataclass(frozen=True, slots=True)
class Bill:
    """Who pays for a call of a model: the league, the tournament (None: the league's month alone), and for what.

    `kind` is "match", "assessment", "exam", "question" or "preprints"; for a question, `about_id` is made from the
    person, for preprints it is the schedule's firing.
    """

    workspace: str
    league: int
    tournament: int | None
    kind: str
    about_id: int
    judge: str


@dataclass(frozen=True, slots=True)
class Reservation:
    """Money set aside for a call that is being made: its highest cost in USD.

    `nears_cap`: settling it may bring a cap to four fifths.
    """

    id: int
    nears_cap: bool


async def reserve(
    session: Transaction, bill: Bill, worst: Decimal | None, now: datetime, *, is_first: bool = False
) -> Reservation:
    """Reserve a call's highest cost in USD (None: price unknown).

    Raises `BudgetError` for an unknown price, and otherwise as `caps.check` does; then nothing is reserved. Writers of a
    workspace take turns, so reservations queue up.
    `is_first`: the row was never taken before, so that no process can have died with a reservation for it.
    """
    if not is_first:
        await spending.release_lost(session, bill.kind, bill.about_id, now)
    if worst is None:
        raise caps.unknown_price(bill.judge)
    nears_cap = False
    if worst > 0:
        amounts = await spending.cap_amounts(session, bill.league, bill.tournament, now, lock=True)
        nears_cap = caps.check(amounts, bill.judge, worst)
    reservation = await spending.add_reservation(
        session,
        league=bill.league,
        tournament=bill.tournament,
        kind=bill.kind,
        about_id=bill.about_id,
        judge=bill.judge,
        worst=worst,
        now=now,
    )
    return Reservation(reservation, nears_cap)


async def make_paid_call(
    runtime: Runtime,
    bill: Bill,
    worst: Decimal | None,
    call: Callable[[], Awaitable[PaidAnswer]],
    reservation: Reservation | None = None,
) -> tuple[PaidAnswer, Callable[[Transaction], Awaitable[None]]]:
    """Reserve a call's highest cost, make the call, and return its answer with a function that settles the cost.

    The caller settles in the transaction that stores the answer, then tells `runtime.settlements`. Waits while other
    calls have reserved the money. Raises `BudgetError` (after a long wait `MoneyReservedError`) before the call,
    `JudgeError` after it; a failed call is settled here.
    """
    await recall_form(runtime, bill.workspace, bill.judge)
    money = reservation or await _reserve_in_turn(runtime, bill, worst)
    try:
        answer = await call()
    except JudgeError as error:
        cost = usage_of(error).cost_usd
        runtime.metrics.called(bill.judge, bill.kind, type(error).__name__.removesuffix("Error"), cost)
        async with runtime.database.transaction(bill.workspace) as session:
            now = runtime.time.now()
            await _settle(session, bill, money, cost, type(error).__name__, now)
            if isinstance(error, JudgeDownError):
                await note_outage(session, runtime, bill.league, bill.judge, error.sentence, now)
        runtime.settlements.tell(bill.workspace)
        raise

    runtime.metrics.called(bill.judge, bill.kind, "ok", answer.usage.cost_usd)

    async def settle(session: Transaction) -> None:
        now = runtime.time.now()
        await _settle(session, bill, money, answer.usage.cost_usd, "ok", now)
        await note_answer(session, runtime, bill.league, bill.judge, now)
        await note_form(session, runtime, bill.judge, now)

    return answer, settle


async def _reserve_in_turn(runtime: Runtime, bill: Bill, worst: Decimal | None) -> Reservation:
    """Reserve money as soon as enough other reservations are settled; calls waiting for the same budget take turns."""
    deadline = monotonic() + LONGEST_TURN_S
    queue = runtime.settlements.queue((bill.workspace, bill.league, bill.tournament))
    try:
        await asyncio.wait_for(queue.acquire(), LONGEST_TURN_S)
    except TimeoutError:
        raise MoneyReservedError("Other calls wait for the same money.", LOOK_AGAIN_S) from None
    try:
        while True:
            turn = runtime.settlements.next(bill.workspace)
            try:
                async with runtime.database.transaction(bill.workspace) as session:
                    return await reserve(session, bill, worst, runtime.time.now())
            except MoneyReservedError:
                if monotonic() > deadline:
                    raise
            # Another process may settle too, so it is looked at from time to time.
            with suppress(TimeoutError):
                await asyncio.wait_for(turn.wait(), LOOK_AGAIN_S)
    finally:
        queue.release()


async def settle_batched(
    session: Transaction, bill: Bill, reservation: int, cost: Decimal, now: datetime
) -> None:
    """Settle the cost of a call made in a batch; it isn't used for estimates of the cost of single calls."""
    await _settle(session, bill, Reservation(reservation, nears_cap=True), cost, "batch", now)


async def _settle(
    session: Transaction, bill: Bill, reservation: Reservation, cost: Decimal, result: str, now: datetime
) -> None:
    await spending.settle(session, reservation.id, cost, result, now)
    if not (cost and reservation.nears_cap):
        return
    for budget in await spending.budgets(session, bill.league, bill.tournament, now):
        if budget.spent < caps.NOTICE_AT * budget.cap:
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
