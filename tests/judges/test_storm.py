"""A thousand matches through a server that fails in every way, 32 at a time: none lost, none twice, to the cent."""

import asyncio
from collections import Counter
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pytest

from bot.judges.factory import close_judges, open_judge
from bot.judges.llm.concurrency import Slots
from bot.matches.judging import judge_match
from storage import spending
from storage.work import sweeping
from storage.work.leases import Work
from tests.judges.fault_server import FaultServer, serving
from tests.judges.room import Room, a_room
from tests.leagues.world import TEAM

AT_ONCE = 32
PRICE = Decimal(10)
FAULTS = (
    "limit 0.02", "limit 90", "status 500", "broken", "prose", "empty", "refusal", "cut", "html", "long", "slow",
)  # fmt: skip
ENDED = {"decided", "failed"}


def stormy(seed: int) -> Any:
    lots = Random(seed)

    def script(_body: dict[str, Any], _number: int) -> str:
        return lots.choice(FAULTS) if lots.random() < 0.3 else "good"

    return script


async def work_through(room: Room) -> None:
    """Do every match that is due, so many at once, and let time pass for those put off, until none is left to do."""
    at_once = asyncio.Semaphore(AT_ONCE)

    async def one(match: int) -> None:
        async with at_once:
            await judge_match(room.runtime, TEAM, match)

    for _ in range(60):
        async with room.world.database.transaction(None) as session:
            due = [
                job.id
                for job in (await sweeping.sweep(session, room.time.now())).due
                if job.kind == Work.MATCH
            ]
        if not due:
            waiting = [row for row in await room.matches() if row.status == "planned"]
            if not waiting or all(row.not_before and row.not_before.year > 8_000 for row in waiting):
                return
            room.later(seconds=95)
            continue
        # Every job twice, as a queue may deliver it.
        await asyncio.gather(*(one(match) for match in due for _ in range(2)))
    raise AssertionError("the storm never ends")


async def planned(room: Room, server: FaultServer, number: int, budget: Decimal | None) -> int:
    names = list(room.runtime.judges)
    tournament = await room.tournament(*names, budget=budget, number=number)
    await room.plan_many(
        [(names[place % 2], place % 4, (place + 1 + place % 3) % 4) for place in range(number)], tournament
    )
    assert not server.requests
    return tournament


async def storm(
    folder: Path, number: int, budget: Decimal | None, watched: list[Decimal]
) -> tuple[Room, FaultServer]:
    async with serving(stormy(number), latency=0.02) as server:
        slots = Slots(AT_ONCE)
        judges = [
            open_judge(f"openai:fake-{name}@{server.url}", keys={}, price_per_mtok=PRICE, slots=slots)
            for name in "ab"
        ]
        async with a_room(folder, *judges, concurrency=AT_ONCE) as room:
            await room.sets(swap_share=0.05, monthly_cap=Decimal(1_000))
            tournament = await planned(room, server, number, budget)
            over = asyncio.Event()

            async def watch() -> None:
                while not over.is_set():
                    async with room.world.database.reading(TEAM) as session:
                        watched.append(await spending.spent_by(session, tournament))
                    await asyncio.sleep(0.05)

            watching = asyncio.create_task(watch() if budget is not None else over.wait())
            try:
                await work_through(room)
            finally:
                over.set()
                await watching
                await close_judges(judges)
            room.ended = (
                await room.matches(), await room.spendings(), await room.all_verdicts(),
                await room.tournament_row(tournament),
            )  # fmt: skip
            return room, server


def billed(server: FaultServer) -> Decimal:
    return PRICE * (server.tokens_in + server.tokens_out) / 1_000_000


@pytest.mark.slow
async def test_a_storm_of_a_thousand_matches_ends_each_once_at_the_servers_own_cost(tmp_path: Path) -> None:
    room, server = await storm(tmp_path, 1_000, None, [])
    matches, spendings, verdicts, _ = room.ended
    assert Counter(match.status in ENDED for match in matches) == {True: 1_000}
    assert all(match.failure for match in matches if match.status == "failed")
    assert all(match.outcome is None for match in matches if match.status == "failed")
    assert Counter(one.kind for one in verdicts)["verdict"] == sum(m.status == "decided" for m in matches)
    # What broke off in the middle may have been billed, so it is settled at the estimate.
    assert sum((one.cost or 0 for one in spendings), Decimal(0)) >= billed(server)
    assert not [one for one in spendings if one.settled_at is None or one.result == "lost"]
    assert server.most_at_once <= AT_ONCE
    assert min(server.answered[fault] for fault in FAULTS) > 0


@pytest.mark.slow
async def test_a_storm_past_its_budget_pauses_and_never_passes_it(tmp_path: Path) -> None:
    watched: list[Decimal] = []
    budget = Decimal("0.35")
    room, server = await storm(tmp_path, 300, budget, watched)
    matches, spendings, _, tournament = room.ended
    assert max(watched) <= budget
    assert billed(server) <= sum((one.cost or 0 for one in spendings), Decimal(0)) <= budget
    assert (tournament.status, tournament.held_for) == ("paused", "budget")
    assert {"planned", "decided"} <= {match.status for match in matches} <= {"planned", *ENDED}
