"""The queue's loop: runs the function of each kind of work, and finds rows whose job was lost.

Jobs are hints. Each carries a row's id; the function takes the row by a guarded update, so the sweep finds lost jobs and
duplicates have nothing to do.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import nullcontext
from datetime import datetime, timedelta
from time import perf_counter

import structlog

from bot.work.metrics import Metrics
from bot.work.timing import Time
from storage.database.engine import Database, Job, Transaction
from storage.errors import StorageError
from storage.work import leases, suspects, sweeping
from storage.work.leases import Work
from storage.work.queue import Queue

SWEEP_S = 60.0
SOON_S = 1.0
HURRY_S = 3.0
MOST_REASON = 500
CALLS = frozenset({Work.MATCH, Work.ASSESSMENT, Work.EVIDENCE, Work.EXAM})
"""Kinds of work that call a judge: they share the process's slots for calls and have long leases."""
DRAIN_S = 20.0
"""Seconds that a stopping program waits for running work; hosts kill it after thirty."""
GRACE_S = 30.0
"""Seconds that a job may run after its row's lease expired; then it is cancelled to free its slot."""
RowFunction = Callable[[str, int], Awaitable[None]]
"""Function that does the work of one row: (workspace, row id)."""
Isolate = Callable[[Job], Awaitable[str | None]]
"""Function that runs a job alone in another process; returns why that process died, or None if it didn't."""
OnFailure = Callable[[Transaction, Work, int, datetime], Awaitable[None]]
"""Function called in the transaction after a row failed for good: updates messages, lets waiting work continue."""

log = structlog.get_logger(__name__)


class Jobs:
    """Runs the work that rows in the database wait for.

    It puts rows with work into the queue, runs the function for their kind, and finds rows whose job was lost.
    """

    def __init__(
        self,
        queue: Queue,
        database: Database,
        time: Time,
        functions: Mapping[Work, RowFunction],
        on_failure: OnFailure,
        concurrency: int,
        metrics: Metrics | None = None,
        lease_s: float = SWEEP_S,
    ) -> None:
        self._metrics = metrics or Metrics()
        self._queue = queue
        self._database = database
        self._time = time
        self._on_failure = on_failure
        self._open = 0
        self._running: set[asyncio.Task[None]] = set()
        self._lease_s = lease_s
        self.isolate: Isolate | None = None
        """Runs suspicious jobs in another process; None: they run in this process, up to five times."""
        self._suspects: dict[Job, None] = {}
        self._isolating: asyncio.Task[None] | None = None
        self._idle = asyncio.Event()
        self._idle.set()
        self._hurry = asyncio.Event()
        for kind, function in functions.items():
            queue.handle(kind.value, self._run(kind, function), concurrency if kind in CALLS else None)

    def _run(self, kind: Work, function: RowFunction) -> Callable[[Job], Awaitable[None]]:
        async def run(job: Job) -> None:
            structlog.contextvars.clear_contextvars()  # what told of the job may have been about something else
            task = asyncio.current_task()
            assert task is not None
            self._running.add(task)
            about = {"match": job.id} if kind is Work.MATCH else {}
            with structlog.contextvars.bound_contextvars(
                workspace=job.workspace, job=kind.value, row=job.id, **about
            ):
                try:
                    await self._do(kind, function, job)
                finally:
                    self._running.discard(task)
                    self._done()

        return run

    async def _do(self, kind: Work, function: RowFunction, job: Job) -> None:
        began, loop = perf_counter(), asyncio.get_running_loop()
        limit = asyncio.timeout(None)

        def held(lease_s: float) -> None:
            if kind in CALLS:  # a channel's messages are written by one job for as long as there are any
                limit.reschedule(loop.time() + lease_s + GRACE_S)

        here = leases.alone() if self.isolate is None else nullcontext()
        with here, leases.holding(held) as holding:
            try:
                async with limit:
                    await function(job.workspace, job.id)
                self._metrics.job(kind.value, "done")
                log.info("job_done", seconds=round(perf_counter() - began, 3))
            except StorageError as error:
                # Not the row's fault: nothing is counted, and once the database is back the sweep tells again.
                self._metrics.job(kind.value, "failed")
                log.warning("database_failed_job", reason=error.sentence)
                if kind in CALLS:
                    await self._let_go(job, holding, error.sentence)
                self._hurry.set()
            except asyncio.CancelledError:  # the program stops, and this call took longer than it waits
                if kind in CALLS:
                    await self._let_go(job, holding, "the program was stopped")
                raise
            except Exception as error:
                self._metrics.job(kind.value, "failed")
                if limit.expired():  # its lease ran out: the sweep brings the row back and counts it
                    holding.until.clear()
                log.exception("job_failed")  # the queue must not retry on its own
                await self._note(kind, job, holding, f"{type(error).__name__}: {error}"[:MOST_REASON])

    async def _let_go(self, job: Job, holding: leases.Holding, reason: str) -> None:
        """Return a job's rows to waiting after a database error, because nobody works on them now."""
        for (kind, row_id), until in holding.until.items():
            try:
                async with self._database.transaction(job.workspace) as session:
                    await leases.give_back(
                        session,
                        kind,
                        row_id,
                        reason=reason,
                        not_before=self._time.now(),
                        counts=False,
                        until=until,
                    )
            except StorageError:  # it stays away: the lease's end brings the row back
                log.warning("row_not_given_back", kind=kind.value)

    async def _note(self, kind: Work, job: Job, holding: leases.Holding, reason: str) -> None:
        """Store why a job failed with its rows and return them to waiting; the fifth failure is final."""
        now = self._time.now()
        try:
            async with self._database.transaction(job.workspace) as session:
                was_undone = kind in leases.TAKEN_WITH_WORK or (kind, job.id) not in holding.until
                if was_undone and await leases.note_failure(session, kind, job.id, reason, now):
                    await self._on_failure(session, kind, job.id, now)
            for (of_kind, row_id), until in holding.until.items():
                async with self._database.transaction(job.workspace) as session:
                    tries = await leases.attempts(session, of_kind, row_id)
                    later = now + timedelta(
                        seconds=leases.BACK_OFF_S[min(max(tries, 1), len(leases.BACK_OFF_S)) - 1]
                    )
                    if await leases.give_back(
                        session, of_kind, row_id, reason=reason, not_before=later, until=until
                    ):
                        await self._on_failure(session, of_kind, row_id, now)
        except Exception:  # the database itself may be what failed: the sweep finds the row all the same
            log.exception("failure_not_kept")

    def _done(self) -> None:
        self._open -= 1
        if self._open <= 0:
            self._open = 0
            self._idle.set()

    async def tell(self, jobs: Sequence[Job], *, once: bool = False) -> None:
        """Enqueue jobs; call this after the commit that made them due."""
        distinct = list(dict.fromkeys(jobs))
        if not distinct:
            return
        if not self._queue.in_memory:  # other processes do them too
            await self._queue.tell(distinct, once=once)
            return
        self._open += len(distinct)
        self._idle.clear()
        count = await self._queue.tell(distinct, once=once)
        for _ in range(len(distinct) - count):
            self._done()

    async def sweep(self) -> int:
        """Return rows of dead processes to waiting, and enqueue all rows with work; return how many."""
        async with self._database.transaction(None) as session:
            work = await sweeping.sweep(session, self._time.now())
        await self._take_apart(work.alone)
        await self.tell(work.due, once=True)
        return len(work.due)

    async def _take_apart(self, suspects: Sequence[tuple[Job, int]]) -> None:
        """Run rows whose leases expired repeatedly one at a time, each in its own process if possible."""
        if self.isolate is None:
            for job, lapses in suspects:
                if lapses >= leases.MAX_ATTEMPTS:
                    await self._give_up(job, "the process working on it stopped five times")
            await self.tell([job for job, lapses in suspects if lapses < leases.MAX_ATTEMPTS], once=True)
            return
        self._suspects |= dict.fromkeys(job for job, _lapses in suspects)
        if self._suspects and (self._isolating is None or self._isolating.done()):
            self._isolating = asyncio.create_task(self._isolate_suspects())

    async def _isolate_suspects(self) -> None:
        while self._suspects:
            job = next(iter(self._suspects))
            try:
                assert self.isolate is not None
                reason = await self.isolate(job)
                if reason is None:
                    async with self._database.transaction(job.workspace) as session:
                        await suspects.trust_again(session, Work(job.kind), job.id)
                else:
                    await self._give_up(job, reason)
            except Exception:
                log.exception("not_isolated", job=job.kind, row=job.id)
            finally:
                del self._suspects[job]
        self._hurry.set()  # what the rows were waited for by goes on

    async def _give_up(self, job: Job, reason: str) -> None:
        log.warning("given_up", workspace=job.workspace, job=job.kind, row=job.id, reason=reason)
        async with self._database.transaction(job.workspace) as session:
            if await suspects.fail(session, Work(job.kind), job.id, reason[:MOST_REASON]):
                await self._on_failure(session, Work(job.kind), job.id, self._time.now())

    @property
    def is_idle(self) -> bool:
        """Whether all jobs enqueued here are done."""
        return self._idle.is_set()

    async def idle(self) -> None:
        """Wait until all jobs enqueued by this process are done."""
        await self._idle.wait()

    async def run(self) -> None:
        """Run jobs until cancelled, with a sweep at the start, every minute, and when a row becomes due.

        After cancellation it starts nothing more and waits `DRAIN_S` seconds for running jobs; longer ones are cancelled
        and their rows returned to waiting.
        """
        sweeper, working = (
            asyncio.create_task(self._sweep_forever()),
            asyncio.create_task(self._queue.run()),
        )
        try:
            await asyncio.wait({working})
            working.result()
        finally:
            sweeper.cancel()
            working.cancel()
            await asyncio.wait({working}, timeout=DRAIN_S)
            for task in self._running:
                task.cancel()
            isolating = [self._isolating] if self._isolating is not None else []
            for task in isolating:
                task.cancel()
            await asyncio.gather(working, sweeper, *isolating, return_exceptions=True)

    async def _sweep_forever(self) -> None:
        while True:
            try:
                await self.sweep()
                async with self._database.reading(None) as session:
                    now = self._time.now()
                    next_at = await sweeping.next_due_at(session, now)
            except Exception:
                log.exception("sweep_failed")
                self._hurry.set()
                next_at, now = None, self._time.now()
            wait = SWEEP_S if next_at is None else min(SWEEP_S, max(SOON_S, (next_at - now).total_seconds()))
            await self._rest(min(wait, self._lease_s))  # what is taken after this look may run out so soon

    async def _rest(self, seconds: float) -> None:
        """Wait for these seconds, or only briefly if a job had a database error meanwhile."""
        tasks = {
            asyncio.create_task(self._time.sleep(seconds)),
            asyncio.create_task(self._hurry.wait()),
        }
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        if self._hurry.is_set():
            self._hurry.clear()
            await self._time.sleep(HURRY_S)
