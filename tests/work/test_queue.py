"""The queue in memory and on PostgreSQL: what is told is run once, and a server that is away costs nothing but time."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import psycopg
import pytest

from storage.database.engine import Job
from storage.errors import SettingsError
from storage.work import queue as queues
from storage.work.queue import Queue

JOBS = [Job("match", 1, "T1"), Job("match", 2, "T2"), Job("message", 1, "T1")]


@asynccontextmanager
async def running(queue: Queue) -> AsyncIterator[None]:
    """The queue at work."""
    task = asyncio.create_task(queue.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await queue.close()


class Desk:
    """Does jobs by noting them, `hold` of them at a time waiting for one another."""

    def __init__(self, hold: int = 1) -> None:
        self.done: list[Job] = []
        self.at_once = self.most = 0
        self._hold = hold
        self._met, self._progress = asyncio.Event(), asyncio.Event()

    async def __call__(self, job: Job) -> None:
        self.at_once += 1
        self.most = max(self.most, self.at_once)
        if self.at_once == self._hold:
            self._met.set()
        await asyncio.wait_for(self._met.wait(), 5)
        self.at_once -= 1
        self.done.append(job)
        self._progress.set()

    async def has_done(self, number: int) -> None:
        """Wait until so many jobs are done."""
        async with asyncio.timeout(10):
            while len(self.done) < number:
                self._progress.clear()
                await self._progress.wait()


@pytest.fixture(params=["memory", pytest.param("server", marks=[pytest.mark.postgres, pytest.mark.slow])])
async def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "memory":
        return f"sqlite:///{tmp_path / 'q.db'}"
    address = str(request.getfixturevalue("postgres_url"))
    await queues.install(address)
    return address


async def test_what_is_told_is_run_with_its_row_and_workspace(url: str) -> None:
    queue, desk = Queue(url), Desk()
    assert queue.in_memory is url.startswith("sqlite")
    assert await queue.tell([]) == 0
    assert await queue.tell(JOBS) == 3
    queue.handle("match", desk, 2)
    queue.handle("message", desk)
    async with running(queue):
        await desk.has_done(3)
        assert await queue.tell(JOBS[:1]) == 1
        await desk.has_done(4)
    assert sorted(desk.done, key=lambda job: (job.kind, job.id)) == [JOBS[0], JOBS[0], *JOBS[1:]]


async def test_the_sweep_leaves_one_job_a_row(url: str) -> None:
    queue, desk = Queue(url), Desk()
    assert await queue.tell(JOBS, once=True) == 3
    assert await queue.tell(JOBS, once=True) == 0
    assert await queue.tell([*JOBS, Job("match", 3, "T1")], once=True) == 1
    assert await queue.tell(JOBS[:1]) == 1, "whatever changed a row tells of it"
    for kind in ("match", "message"):
        queue.handle(kind, desk, 1)
    async with running(queue):
        await desk.has_done(5)
        assert await queue.tell(JOBS, once=True) == 3, "and again when those are done"
        await desk.has_done(8)
    await queue.forget_log()
    if queue.in_memory:
        assert queue._memory._log == []
    else:
        async with await psycopg.AsyncConnection.connect(url) as connection:
            (count,) = await (await connection.execute("SELECT count(*) FROM pgqueuer_log")).fetchone() or (
                None,
            )
            assert count == 0


async def test_kinds_share_their_places(tmp_path: Path) -> None:
    queue, desk = Queue(f"sqlite:///{tmp_path / 'q.db'}"), Desk(hold=2)
    queue.handle("match", desk, 2)
    queue.handle("paper", desk, 2)
    await queue.tell([Job(kind, row, "T1") for kind in ("match", "paper") for row in range(3)])
    async with running(queue):
        await desk.has_done(6)
    assert desk.most == 2


async def test_jobs_that_are_cancelled_end_before_the_queue(tmp_path: Path) -> None:
    queue, ended = Queue(f"sqlite:///{tmp_path / 'q.db'}"), []
    begun, answer = asyncio.Event(), asyncio.Event()

    async def slow(job: Job) -> None:
        begun.set()
        await answer.wait()
        ended.append(job)

    queue.handle("match", slow, 2)
    await queue.tell(JOBS[:1])
    task = asyncio.create_task(queue.run())
    await asyncio.wait_for(begun.wait(), 5)
    task.cancel()
    await asyncio.sleep(0.05)
    assert not task.done()
    answer.set()
    await asyncio.wait({task}, timeout=5)
    assert (task.done(), ended) == (True, JOBS[:1])


async def test_a_server_that_is_away_loses_hints_only() -> None:
    queue = Queue("postgresql://nobody@127.0.0.1:9/none?connect_timeout=1")
    assert not queue.in_memory
    assert await queue.tell(JOBS) == 0


class SurpriseError(Exception):
    """What no server that is away raises."""


async def test_a_queue_pauses_longer_after_each_failure_and_passes_on_what_it_doesnt_expect(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    failures: list[Exception | None] = [*[OSError()] * 2, None, *[OSError()] * 5, SurpriseError()]
    pauses: list[float] = []

    async def pause(seconds: float) -> None:
        pauses.append(seconds)

    @asynccontextmanager
    async def manager(_queue: Queue, _places: int | None) -> AsyncIterator[tuple[object, None]]:
        if isinstance(failure := failures[0], OSError):
            del failures[0]
            raise failure
        yield object(), None

    async def work(_queue: Queue, _manager: object, _at_once: int) -> None:
        if (failure := failures.pop(0)) is not None:
            raise failure

    monkeypatch.setattr(Queue, "_manager", manager)
    monkeypatch.setattr(Queue, "_work", work)
    monkeypatch.setattr(asyncio, "sleep", pause)
    queue = Queue("postgresql://nobody@127.0.0.1:9/none")
    queue.handle("match", Desk())
    with pytest.raises(ExceptionGroup) as raised:
        await queue.run()
    assert raised.group_contains(SurpriseError)
    first, second, *longer = queues.RETRY_S
    assert first < second < min(longer)
    assert pauses == [first, second, *queues.RETRY_S, *[longer[-1]] * 2], (
        "shortest again once it was connected"
    )


@pytest.mark.postgres
async def test_tables_of_the_queue_are_made_once_and_missed_where_they_lack(postgres_url: str) -> None:
    with pytest.raises(SettingsError, match="run `paperbout migrate` first"):
        await queues.check(postgres_url)
    await queues.install(postgres_url)
    await queues.check(postgres_url)
    await queues.install(postgres_url)
    await queues.check(postgres_url)


@pytest.mark.postgres
async def test_a_manager_is_heard_from_its_start_and_its_driver_says_what_was_done(postgres_url: str) -> None:
    queue = Queue(postgres_url)
    async with queue._manager(None) as (manager, listener), await queue._connect() as commands:
        assert listener is not None
        channels = await (await listener.execute("SELECT pg_listening_channels()")).fetchall()
        assert channels == [(manager.channel,)]
        assert await queues._Driver(listener, commands).execute("SELECT 1") == "SELECT 1"


async def test_a_file_needs_no_tables_of_the_queue(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'q.db'}"
    await queues.install(url)
    await queues.check(url)


@pytest.mark.slow
@pytest.mark.postgres
async def test_connections_that_are_cut_are_made_again(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queues, "NOTICE_S", 0.05)
    monkeypatch.setattr(queues, "RETRY_S", (0.01,))
    await queues.install(postgres_url)
    queue, desk = Queue(postgres_url), Desk()
    queue.handle("match", desk, 2)
    assert await queue.tell(JOBS[:1]) == 1
    async with running(queue):
        await desk.has_done(1)
        async with await psycopg.AsyncConnection.connect(postgres_url, autocommit=True) as admin:
            await admin.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        assert await queue.tell(JOBS[1:2]) == 1, "by a second connection"
        await desk.has_done(2)
    assert desk.done == JOBS[:2]
