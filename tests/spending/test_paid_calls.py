"""Money waits: what calls under way have reserved is not spent, and no cap is passed."""

import asyncio
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from bot.matches.judging import judge_match
from tests.judges.room import Room, ScriptedJudge, a_room
from tests.leagues.world import TEAM
from tests.spending.concurrent_player import JUDGE, TRUE, WORST

COST = Decimal("0.0198")
AT_ONCE = 8


async def play(room: Room, number: int, budget: Decimal) -> int:
    """A tournament of so many matches, eight at once; returns how many a second look at all of them leaves planned."""
    tournament = await room.tournament("openai:opus", budget=budget, number=number)
    await room.plan_many([("openai:opus", n % 4, (n + 1 + n % 3) % 4) for n in range(number)], tournament)
    at_once = asyncio.Semaphore(AT_ONCE)

    async def one(match: int) -> None:
        async with at_once:
            await judge_match(room.runtime, TEAM, match)

    await asyncio.gather(*(one(match.id) for match in await room.matches()))
    return tournament


async def pause() -> None:
    await asyncio.sleep(0.005)


async def test_a_tournament_that_its_money_buys_is_played_to_the_end_eight_at_once(tmp_path: Path) -> None:
    judge = ScriptedJudge("openai:opus", cost=COST, worst=14 * COST, during=pause)
    async with a_room(tmp_path, judge, concurrency=AT_ONCE) as room:
        await room.sets(monthly_cap=Decimal(2))
        tournament = await play(room, 60, Decimal(2))
        assert {match.status for match in await room.matches()} == {"decided"}
        assert (await room.tournament_row(tournament)).status == "running"
        assert all(one.settled_at for one in await room.spendings())


async def test_it_pauses_when_what_is_spent_and_one_worst_case_pass_the_budget_and_says_what_is_spent(
    tmp_path: Path,
) -> None:
    judge = ScriptedJudge("openai:opus", cost=COST, worst=5 * COST, during=pause)
    budget = 20 * COST
    async with a_room(tmp_path, judge, concurrency=AT_ONCE) as room:
        tournament = await play(room, 40, budget)
        row = await room.tournament_row(tournament)
        spent = sum((one.cost or 0 for one in await room.spendings()), Decimal(0))
    assert (row.status, row.held_for) == ("paused", "budget")
    assert budget - 5 * COST < spent <= budget
    assert f"${spent:.2f} of the tournament's budget" in (row.reason or "")


async def test_a_call_waits_for_a_reservation_to_settle(
    tmp_path: Path,
) -> None:
    begun, release = asyncio.Event(), asyncio.Event()

    async def long() -> None:
        begun.set()
        await release.wait()

    judge = ScriptedJudge("openai:opus", cost=COST, worst=14 * COST, during=long)
    async with a_room(tmp_path, judge, concurrency=2) as room:
        tournament = await room.tournament("openai:opus", budget=20 * COST, number=2)
        await room.plan_many([("openai:opus", 0, 1), ("openai:opus", 2, 3)], tournament)
        one, two = [match.id for match in await room.matches()]
        first = asyncio.create_task(judge_match(room.runtime, TEAM, one))
        await begun.wait()
        second = asyncio.create_task(judge_match(room.runtime, TEAM, two))
        await asyncio.sleep(0.1)
        assert not second.done()
        assert len(judge.seen) == 1
        release.set()
        await asyncio.gather(first, second)
        assert {match.status for match in await room.matches()} == {"decided"}


@pytest.mark.slow
@pytest.mark.postgres
async def test_four_processes_of_thirty_two_calls_never_pass_a_cap_and_play_what_the_money_buys(
    tmp_path: Path, postgres_url: str
) -> None:
    money, number = Decimal("2.5"), 140
    judge = ScriptedJudge(JUDGE, cost=TRUE, worst=WORST)
    async with a_room(tmp_path, judge, url=postgres_url, concurrency=32) as room:
        await room.sets(monthly_cap=money)
        tournament = await room.tournament(JUDGE, budget=money, number=number)
        await room.plan_many([(JUDGE, n % 4, (n + 1 + n % 3) % 4) for n in range(number)], tournament)
        ids = [str(match.id) for match in await room.matches()]
        players = [
            await asyncio.create_subprocess_exec(
                sys.executable, "-m", "tests.spending.concurrent_player", postgres_url, str(seed), *ids,
                stdout=asyncio.subprocess.PIPE,
            )
            for seed in range(4)
        ]  # fmt: skip
        passed, over = [], asyncio.gather(*(player.communicate() for player in players))
        while not over.done():
            rows = await room.spendings()
            passed.append(sum((one.cost or Decimal(0) for one in rows), Decimal(0)))
            await asyncio.sleep(0.05)
        calls = sum(int(out) for out, _ in await over)
        rows = await room.spendings()
    lost = [one for one in rows if one.cost == WORST]
    spent = sum((one.cost or Decimal(0) for one in rows), Decimal(0))
    assert max(*passed, spent) <= money
    assert calls == len(rows) > 40
    assert lost, "some answers are lost"
    assert spent > money - 2 * WORST
