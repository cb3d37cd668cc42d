"""Claims about turns: one caller of all processes at a time, three seconds from one beginning to the next."""

import asyncio
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from bot.work import host_turns as turns
from bot.work.host_turns import HOLD_S, SharedTurns
from storage.work import host_turns
from tests.databases import with_tables
from tests.leagues.world import MONDAY
from tests.papers.desk import HurryingTime


async def test_two_processes_never_ask_at_once_and_begin_three_seconds_apart(database_url: str) -> None:
    time = HurryingTime(MONDAY)
    inside, most, beginnings = 0, 0, []

    async def asks(process: SharedTurns) -> None:
        nonlocal inside, most
        async with process("arxiv.org", 3.0):
            inside += 1
            most = max(most, inside)
            beginnings.append(time.now())
            await asyncio.sleep(0.005)
            inside -= 1

    database = await with_tables(database_url)
    one, other = SharedTurns(database, time), SharedTurns(database, time)
    await asyncio.gather(*(asks(process) for process in (one, other, one, other)))
    await database.close()
    assert most == 1
    gaps = [later - earlier for earlier, later in pairwise(beginnings)]
    assert min(gaps) >= timedelta(seconds=3)


async def test_a_turn_of_a_dead_process_runs_out_and_is_not_given_back_late(database_url: str) -> None:
    database = await with_tables(database_url)
    later = MONDAY + timedelta(seconds=HOLD_S)
    async with database.transaction(None) as session:
        taken, held = await host_turns.take(session, "arxiv.org", HOLD_S, MONDAY)
        assert (taken, held) == (True, later)
        assert await host_turns.take(session, "arxiv.org", HOLD_S, MONDAY) == (False, later)
        again, held_again = await host_turns.take(session, "arxiv.org", HOLD_S, later)
        await host_turns.give_back(session, "arxiv.org", held, later)
        assert again
        assert (await host_turns.take(session, "arxiv.org", HOLD_S, later))[1] == held_again
    await database.close()


async def test_a_turn_in_use_is_renewed_so_that_a_dead_process_blocks_others_for_seconds_only(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "RENEW_S", 0.01)
    database, time = await with_tables(database_url), HurryingTime(MONDAY)

    async def take() -> tuple[bool, datetime]:
        async with database.transaction(None) as session:
            return await host_turns.take(session, "arxiv.org", HOLD_S, time.now())

    async with SharedTurns(database, time)("arxiv.org", 3.0):
        for _ in range(4):  # a long fetch
            time.move(timedelta(seconds=HOLD_S * 0.75))
            for _ in range(500):
                if (await take())[1] >= time.now() + timedelta(seconds=HOLD_S):
                    break
                await asyncio.sleep(0.005)
            assert await take() == (False, time.now() + timedelta(seconds=HOLD_S))
    assert (await take())[0], "and it is free once it was used"
    assert HOLD_S <= 15
    await database.close()
