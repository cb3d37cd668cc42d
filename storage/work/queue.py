"""The job queue: PgQueuer in memory with SQLite, in PostgreSQL with PostgreSQL; the database URL decides."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta

import psycopg
import structlog
from pgqueuer.adapters.drivers.psycopg import PsycopgDriver
from pgqueuer.adapters.inmemory import InMemoryDriver, InMemoryQueries
from pgqueuer.errors import PgqException
from pgqueuer.models import Job as QueuedJob
from pgqueuer.qm import QueueManager
from pgqueuer.queries import Queries
from psycopg import sql
from psycopg.rows import dict_row

from storage.database.connections import engine_url
from storage.database.engine import Job
from storage.errors import SettingsError

JobFunction = Callable[[Job], Awaitable[None]]

LISTEN_S = 5.0
"""Seconds that a queue waits for a notification before it looks for jobs itself."""
OTHERS_AT_ONCE = 100
"""Number of jobs without a model call that one process runs at once."""
NOTICE_S = 1.0
"""Seconds between a worker's checks of its connection."""
SILENT_S = 10.0
"""Seconds of silence after which a job is given to another process; the row's lease prevents doing it twice."""
RETRY_S = (0.2, 1.0, 2.0, 5.0)
LOST = (psycopg.Error, PgqException, OSError, TimeoutError)
"""Exceptions that a queue raises when its PostgreSQL server is unreachable."""

log = structlog.get_logger(__name__)


class _Driver(PsycopgDriver):
    """PgQueuer's driver with a second connection for listening, so that waiting doesn't block queries."""

    def __init__(self, listener: psycopg.AsyncConnection, commands: psycopg.AsyncConnection) -> None:
        super().__init__(listener)
        self._asking = commands

    async def fetch(self, query: str, *args: object) -> list[dict[str, object]]:
        """Execute a query with PostgreSQL's `$1` placeholders; returns rows as dictionaries."""
        async with psycopg.AsyncRawCursor(self._asking, row_factory=dict_row) as cursor:
            await cursor.execute(query, args or None)
            return await cursor.fetchall()

    async def execute(self, query: str, *args: object) -> str:
        """Execute a statement; returns PostgreSQL's status line."""
        async with psycopg.AsyncRawCursor(self._asking) as cursor:
            await cursor.execute(query, args or None)
            return cursor.statusmessage or ""


class Queue:
    """Sends jobs and runs them; register each kind's function with `handle` before `run`.

    Jobs are only hints: those sent while PostgreSQL is unreachable are dropped and logged, and the sweep sends them
    again.
    """

    def __init__(self, database_url: str) -> None:
        url = engine_url(database_url)
        self.in_memory = url.startswith("sqlite")
        self._url = url.replace("postgresql+psycopg://", "postgresql://", 1)
        self._memory = InMemoryQueries(driver=InMemoryDriver())
        self._functions: dict[str, tuple[JobFunction, int | None]] = {}
        self._telling = asyncio.Lock()
        self._teller: psycopg.AsyncConnection | None = None

    def handle(self, kind: str, function: JobFunction, at_once: int | None = None) -> None:
        """Register the function that runs jobs of this kind; kinds with the same `at_once` share that many slots."""
        self._functions[kind] = (function, at_once)

    async def tell(self, jobs: Sequence[Job], *, once: bool = False) -> int:
        """Send jobs to the queue; returns how many were added.

        With `once`, a job is skipped if an earlier call with `once` left the same there.
        """
        if not jobs:
            return 0
        kinds = [job.kind for job in jobs]
        payloads: list[bytes | None] = [
            json.dumps({"workspace": job.workspace, "id": job.id}).encode() for job in jobs
        ]
        keys = [f"{job.kind}:{job.id}" if once else None for job in jobs]

        async def enqueue(queries: Queries | InMemoryQueries) -> int:
            ids = await queries.enqueue(kinds, payloads, [0] * len(jobs), dedupe_key=keys, on_conflict="skip")
            return sum(job_id is not None for job_id in ids)

        if self.in_memory:
            return await enqueue(self._memory)
        async with self._telling:
            for attempt in (1, 2):
                try:
                    if self._teller is None or self._teller.closed:
                        self._teller = await self._connect()
                    return await enqueue(Queries(PsycopgDriver(self._teller)))
                except LOST as error:
                    await self._forget_teller()
                    if attempt == 2:  # noqa: PLR2004 - the second of two
                        log.warning("queue_not_told", jobs=len(jobs), error=str(error))
        return 0

    async def run(self) -> None:
        """Run jobs until cancelled; reconnects for as long as PostgreSQL is unreachable."""
        async with asyncio.TaskGroup() as group:
            for places in {places for _function, places in self._functions.values()}:
                group.create_task(self._keep_working(places))

    async def _keep_working(self, places: int | None) -> None:
        failures = 0
        winding_down: set[asyncio.Task[None]] = set()
        try:
            while True:
                try:
                    async with self._manager(places) as (manager, listener):
                        work = asyncio.create_task(self._work(manager, places or OTHERS_AT_ONCE))
                        winding_down.add(work)
                        try:
                            while not work.done() and not (listener is not None and listener.closed):
                                await asyncio.wait({work}, timeout=NOTICE_S)
                        except asyncio.CancelledError:  # its jobs end while its connections still stand
                            work.cancel()
                            await asyncio.wait({work})
                            raise
                        failures = 0
                        if work.done():
                            work.result()
                    # A manager that lost its connection ends only when its jobs do, which may take long.
                    log.warning("queue_lost", error="the connection was closed")
                except LOST as error:
                    log.warning("queue_lost", error=repr(error))
                winding_down = {task for task in winding_down if not task.done() or task.exception() is None}
                await asyncio.sleep(RETRY_S[min(failures, len(RETRY_S) - 1)])
                failures += 1
        finally:
            for task in winding_down:
                task.cancel()
            await asyncio.gather(*winding_down, return_exceptions=True)

    async def close(self) -> None:
        """Close the connection that sends jobs."""
        await self._forget_teller()

    async def forget_log(self) -> None:
        """Empty PgQueuer's log of past jobs, which only grows and isn't read here."""
        if self.in_memory:
            await self._memory.clear_queue_log()
            return
        async with await self._connect() as connection:
            await Queries(PsycopgDriver(connection)).clear_queue_log()

    async def _work(self, manager: QueueManager, at_once: int) -> None:
        await manager.run(
            dequeue_timeout=timedelta(seconds=LISTEN_S),
            batch_size=max(at_once // 2, 1),
            max_concurrent_tasks=max(at_once, 2),
            shutdown_on_listener_failure=True,
            heartbeat_timeout=timedelta(seconds=SILENT_S),
            log_aggregation_interval=timedelta(0),
        )

    @asynccontextmanager
    async def _manager(
        self, places: int | None
    ) -> AsyncIterator[tuple[QueueManager, psycopg.AsyncConnection | None]]:
        """Open a manager for the kinds that share `places` slots, and its listening connection (None in memory)."""
        async with AsyncExitStack() as stack:
            manager, listener = QueueManager(self._memory), None
            if not self.in_memory:
                listener = await stack.enter_async_context(await self._connect())
                commands = await stack.enter_async_context(await self._connect())
                manager = QueueManager(Queries(_Driver(listener, commands)))
                # Before the manager probes whether it is heard, which it does without waiting for its LISTEN.
                await listener.execute(sql.SQL("LISTEN {}").format(sql.Identifier(manager.channel)))
            for kind, (function, lane) in self._functions.items():
                if lane == places:
                    manager.entrypoint(kind)(_job(function))
            yield manager, listener

    async def _connect(self) -> psycopg.AsyncConnection:
        return await psycopg.AsyncConnection.connect(self._url, autocommit=True, connect_timeout=10)

    async def _forget_teller(self) -> None:
        teller, self._teller = self._teller, None
        if teller is not None:
            await teller.close()


def _job(function: JobFunction) -> Callable[[QueuedJob], Awaitable[None]]:
    async def run(job: QueuedJob) -> None:
        payload = json.loads(job.payload or b"{}")
        await function(Job(job.entrypoint, payload["id"], payload["workspace"]))

    return run


async def install(database_url: str) -> None:
    """Create or upgrade the queue's tables; does nothing on SQLite."""
    async with _schema(database_url) as queries:
        if queries is None:
            return
        if await queries.schema_is_installed():
            await queries.upgrade()
        else:
            await queries.install()


async def check(database_url: str) -> None:
    """Raise `SettingsError` unless the queue's tables exist."""
    async with _schema(database_url) as queries:
        if queries is None:
            return
        try:
            await QueueManager(queries).verify_structure()
        except RuntimeError as error:
            raise SettingsError(
                f"The queue's tables aren't as this program needs them ({error}): run `paperbout migrate` first."
            ) from error


@asynccontextmanager
async def _schema(database_url: str) -> AsyncIterator[Queries | None]:
    queue = Queue(database_url)
    if queue.in_memory:
        yield None
        return
    async with await queue._connect() as connection:  # noqa: SLF001 - the same module
        yield Queries(PsycopgDriver(connection))
