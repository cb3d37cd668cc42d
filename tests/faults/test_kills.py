"""kill -9 at forty random moments of a tournament that eight people vote in: nothing lost, nothing doubled."""

import asyncio
import os
import random
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from tests.faults.storm import MATCHES, WARM_UP, Result, Storm, brewing, check, play

pytestmark = pytest.mark.faults

KILLS = 40
SEED = int(os.environ.get("PAPERBOUT_FAULTS_SEED", random.randrange(10**6)))


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


@pytest.fixture(scope="session")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Result:
    """The same tournament and votes with nobody in the way."""

    async def calmly() -> Result:
        folder = tmp_path_factory.mktemp("clean")
        async with brewing(folder, f"sqlite:///{folder / 'clean.db'}", SEED, latency=0.0) as storm:
            return await play(storm, None)

    return asyncio.run(calmly())


async def test_forty_kills_of_the_one_process_on_sqlite_lose_and_double_nothing(
    clean: Result, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with capsys.disabled():
        print(f"\nseed {SEED} (PAPERBOUT_FAULTS_SEED)")
    async with brewing(tmp_path, f"sqlite:///{tmp_path / 'storm.db'}", SEED) as storm:
        result = await play(storm, killing(KILLS))
        await check(storm, result, clean)
        assert storm.kills.total() == KILLS
        with capsys.disabled():
            print(storm.report())


@pytest.mark.postgres
async def test_forty_kills_among_five_processes_on_postgresql_lose_and_double_nothing(
    clean: Result, tmp_path: Path, postgres_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with capsys.disabled():
        print(f"\nseed {SEED} (PAPERBOUT_FAULTS_SEED)")
    async with brewing(tmp_path, postgres_url, SEED) as storm:
        result = await play(storm, killing(KILLS))
        await check(storm, result, clean)
        assert storm.kills.total() == KILLS
        with capsys.disabled():
            print(storm.report())
