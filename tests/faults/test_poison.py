"""A row that takes down every process that works on it is put aside; what merely was in flight is not."""

import asyncio
import json
import os
import signal
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import numpy as np
import pytest
from sqlalchemy import select
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from handlers.demo.papers import PAPERS
from handlers.web.loopback_server import serve
from storage.tables import Match, OutboxMessage, Paper
from tests.faults.processes import Program
from tests.faults.storm import LONG_S, SEED, Storm, brewing, key
from tests.faults.test_events import message
from tests.offline_arxiv import feed

pytestmark = [pytest.mark.faults, pytest.mark.postgres]

POISON, INNOCENT = "1901.00001", 5
A_SECOND, MOST_P99_MS = 20, 500
RESTARTS, MATCHES = 6, 24
EITHER = pytest.mark.parametrize("kind", ["sqlite", "postgresql"])


@pytest.fixture
def url(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    return (
        f"sqlite:///{tmp_path / 'poison.db'}" if kind == "sqlite" else request.getfixturevalue("postgres_url")
    )


def _sockets(pid: int) -> set[str]:
    """The inodes of a process's sockets."""
    found = set()
    with suppress(OSError):
        for link in Path(f"/proc/{pid}/fd").iterdir():
            with suppress(OSError):
                found.add(str(link.readlink()).removeprefix("socket:[").removesuffix("]"))
    return found


def asker(programs: list[Program], peer: int) -> int | None:
    """Which process of ours has its end of a connection at this port."""
    lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    inodes = {fields[9] for fields in lines if int(fields[1].split(":")[1], 16) == peer}
    for program in programs:
        for pid in (program.pid, *program.children()):
            if inodes & _sockets(pid):
                return pid
    return None


@dataclass
class Poisonous:
    """arXiv, but whoever asks for the poison dies of it, as of an abstract that no parser survives."""

    url: str = ""
    storm: Storm | None = None
    deaths: list[list[str]] = field(default_factory=list)

    async def query(self, request: Request) -> Response:
        ids = [one.strip() for one in request.query_params.get("id_list", "").split(",")]
        if POISON in ids:
            assert self.storm is not None
            assert request.client is not None
            pid = asker([*self.storm.processes.programs.values()], request.client.port)
            assert pid is not None
            self.deaths.append(ids)
            os.kill(pid, signal.SIGKILL)
        return Response(feed(ids), media_type="application/atom+xml")


@asynccontextmanager
async def poisonous() -> AsyncIterator[Poisonous]:
    made = Poisonous()
    async with serve(Starlette(routes=[Route("/api/query", made.query)])) as port:
        made.url = f"http://127.0.0.1:{port}/api/query"
        yield made


async def hosted(storm: Storm) -> None:
    """Start again whatever ends, as a host does."""
    while True:
        for name, program in [*storm.processes.programs.items()]:
            if not program.is_alive:
                await storm.start(name)
        await asyncio.sleep(0.1)


async def acks(storm: Storm, taken: list[float]) -> None:
    """People go on talking: the milliseconds until each message is acked, while there is a process that listens."""
    number = 0
    async with httpx.AsyncClient(timeout=30, trust_env=False) as client, asyncio.TaskGroup() as group:

        async def one(body: str) -> None:
            headers = {"content-type": "application/json", **storm.slack.deliveries.signature(body)}
            began = time.perf_counter()
            with suppress(httpx.TransportError):  # dead, or not yet up: Slack delivers again
                answer = await client.post(
                    f"http://127.0.0.1:{storm.port}/slack/events", content=body, headers=headers
                )
                assert answer.is_success
                taken.append(1000 * (time.perf_counter() - began))

        while True:
            number += 1
            group.create_task(one(json.dumps(message(storm, number, None))))
            await asyncio.sleep(1 / A_SECOND)


@EITHER
async def test_a_poison_row_ends_alone_and_its_five_neighbours_are_read(
    kind: str, url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with (
        poisonous() as source,
        brewing(tmp_path, url, SEED, workers=1, PAPERBOUT_ARXIV_URL=source.url, NURSERY_HOLD_S="5") as storm,
    ):
        source.storm = storm
        taken: list[float] = []
        tasks = [asyncio.create_task(hosted(storm)), asyncio.create_task(acks(storm, taken))]
        ids = [*(paper.arxiv for paper in PAPERS[:INNOCENT]), POISON]
        links = " ".join(f"<https://arxiv.org/abs/{one}>" for one in ids)
        await storm.slack.post(storm.owner, storm.channel, links)

        async def statuses() -> dict[str, tuple[str, str | None]]:
            async with storm.reading() as session:
                wanted = [f"arxiv:{one}" for one in ids]
                rows = await session.execute(
                    select(Paper.canonical, Paper.status, Paper.failure).where(Paper.canonical.in_(wanted))
                )
                return {row.canonical: (row.status, row.failure) for row in rows}

        async def over() -> bool:
            found = await statuses()
            return len(found) == len(ids) and not any(status == "fetching" for status, _ in found.values())

        try:
            await storm.until(over, LONG_S, "the poison is put aside, and the others are read")
        finally:
            print(source.deaths, await statuses())

        async def told() -> bool:
            cards = [str(one) for one in storm.messages() if key(one).startswith("card:")]
            return len(cards) == len(ids) and sum("took down the process" in card for card in cards) == 1

        await storm.until(told, LONG_S, "every paper has its card, and the poison's says what happened")
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        found = await statuses()
        status, failure = found.pop(f"arxiv:{POISON}")
        assert status == "failed"
        assert "took down the process that did it alone" in (failure or "")
        assert {status for status, _ in found.values()} == {"known"}
        assert [len(asked) for asked in source.deaths][-1] == 1, "alone in the end"
        assert len(source.deaths) == 3, "twice among others, once alone"
        p50, p99 = (float(np.percentile(taken, part)) for part in (50, 99))
        load = os.getloadavg()[0]
        with capsys.disabled():
            print(
                f"\nseed {SEED}, {kind}: {len(taken)} acks meanwhile, p50 {p50:.0f} ms, p99 {p99:.0f} ms; load {load:.1f}"
            )
        assert p99 < MOST_P99_MS or load > (os.cpu_count() or 1)


@EITHER
async def test_six_restarts_in_a_row_fail_nothing_that_was_in_flight(
    kind: str, url: str, tmp_path: Path
) -> None:
    async with brewing(tmp_path, url, SEED, workers=1, latency=1.0) as storm:
        await storm.begins(MATCHES, 1)
        name = "run" if kind == "sqlite" else "worker1"
        for _ in range(RESTARTS):
            await storm.busy(name)
            await storm.kill(name)
            await storm.start(name)

        async def over() -> bool:
            return await storm.over(1) and await storm.calm()

        await storm.until(over, LONG_S, "the tournament is over")
        async with storm.reading() as session:
            rows = await session.execute(select(Match.status, Match.failure))
            matches = Counter((row.status, row.failure) for row in rows)
            messages = Counter(await session.scalars(select(OutboxMessage.status)))
        assert matches == {("decided", None): MATCHES}
        assert messages.keys() == {"posted"}
