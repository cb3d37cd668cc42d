"""kill -9 at forty random moments of a tournament that eight people vote in: nothing lost, nothing doubled."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from tests.faults.storm import MATCHES, SEED, WARM_UP, Result, Storm, brewing, check, play

pytestmark = pytest.mark.faults

KILLS = 40


def killing(kills: int) -> Callable[[Storm], Awaitable[None]]:
    """At so many random moments, one in each stretch of the tournament, some process dies and is started again."""

    async def trouble(storm: Storm) -> None:
        names = sorted(storm.roles)
        for number in range(kills):
            after = WARM_UP + (number + storm.dice.random()) * MATCHES / kills

            async def reached(after: float = after) -> bool:
                return await storm.decided() >= after

            await storm.until(reached, 120, f"{after:.0f} matches decided")
            await asyncio.sleep(storm.dice.random() * 0.2)
            name = storm.dice.choice(names)
            await storm.kill(name)
            await storm.start(name)

    return trouble


async def test_forty_kills_of_the_one_process_on_sqlite_lose_and_double_nothing(
    clean: Result, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with brewing(tmp_path, f"sqlite:///{tmp_path / 'storm.db'}", SEED) as storm:
        result = await play(storm, killing(KILLS))
        await check(storm, result, clean)
        assert storm.kills.total() == KILLS
        assert storm.processes.logged("queue_lost") == []
        with capsys.disabled():
            print(f"\nseed {SEED}: {storm.report()}")


@pytest.mark.postgres
async def test_forty_kills_among_five_processes_on_postgresql_lose_and_double_nothing(
    clean: Result, tmp_path: Path, postgres_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    async with brewing(tmp_path, postgres_url, SEED) as storm:
        result = await play(storm, killing(KILLS))
        await check(storm, result, clean)
        assert storm.kills.total() == KILLS
        assert storm.processes.logged("queue_lost") == []
        with capsys.disabled():
            print(f"\nseed {SEED}: {storm.report()}")
