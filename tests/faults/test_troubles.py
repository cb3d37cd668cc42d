"""Slack answering badly, PostgreSQL restarted, workers stopped past their lease: nothing lost, nothing doubled."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from tests.faults.storm import LEASE_S, MATCHES, SEED, WARM_UP, Result, Storm, brewing, check, play
from tests.postgres import Postgres

pytestmark = [pytest.mark.faults, pytest.mark.postgres]


def troubled(server: Postgres) -> Callable[[Storm], Awaitable[None]]:
    """At fifths of the tournament: a worker stopped past its lease, a restart, and both once more with a kill."""

    async def asleep(storm: Storm, name: str) -> None:
        await storm.busy(name)
        await storm.freeze(name)  # its call is answered, and others play its match before it reads the answer
        await asyncio.sleep(LEASE_S + 3)
        storm.processes.programs[name].thaw()

    async def restarted() -> None:
        await server.restart(1.0)

    async def trouble(storm: Storm) -> None:
        faults = storm.slack.faults
        faults.error, faults.ratelimited, faults.lost, faults.duplicate = 0.1, 0.1, 0.05, 0.5  # to the end
        steps: list[Callable[[], Awaitable[None]]] = [
            lambda: asleep(storm, "worker1"),
            lambda: storm.cut(restarted),
            lambda: asleep(storm, "worker2"),
            lambda: storm.cut(restarted),
        ]
        for number, step in enumerate(steps, start=1):
            after = WARM_UP + number * MATCHES // (len(steps) + 1)

            async def reached(after: int = after) -> bool:
                return await storm.decided() >= after

            await storm.until(reached, 200, f"{after} matches decided")
            await step()
        await storm.busy("worker3")
        await storm.kill("worker3")
        await storm.start("worker3")

    return trouble


async def test_slack_in_trouble_postgresql_restarted_and_workers_stopped_lose_and_double_nothing(
    clean: Result,
    tmp_path: Path,
    postgres_server: Postgres,
    postgres_url: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    if not postgres_server.is_ours:
        pytest.skip("PAPERBOUT_TEST_POSTGRES names a server that isn't ours to restart")
    async with brewing(tmp_path, postgres_url, SEED) as storm:
        result = await play(storm, troubled(postgres_server))
        await check(storm, result, clean)
        answers = [call.status for call in storm.slack.calls]
        assert answers.count(500) > 0
        assert answers.count(429) > 0
        assert sum(storm.lost.values()) > 0  # or nobody was stopped while it mattered
        with capsys.disabled():
            print(f"\nseed {SEED}: {storm.report()}")
