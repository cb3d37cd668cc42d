"""The queue: which function does which kind of work, and the sweep that finds what fell by the wayside.

Jobs are hints. Each carries a row's id; the function takes the row by a guarded update, so a lost job is found by
the sweep and a doubled one finds nothing to do.
"""

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta

import structlog
from pgqueuer import PgQueuer
from pgqueuer.models import Job as QueuedJob

from bot import assessing, digests, evidence, following, intake, matches, rounds, scheduled, voting
from bot.errors import BadRequestError
from bot.timing import Time
from bot.workshop import Workshop
from storage import matches as stored_matches
from storage import schedules, votes, work
from storage.database import Database, Job
from storage.work import Work

SWEEP_S = 60.0
SOON_S = 1.0
Function = Callable[[str, int], Awaitable[None]]

log = structlog.get_logger(__name__)


def functions(workshop: Workshop, post: Function) -> dict[Work, Function]:
    """Which function does which kind of work; `post` writes messages and is passed in from above."""

    async def settle_poll(workspace: str, poll: int) -> None:
        async with workshop.database.transaction(workspace) as session:
            now = workshop.time.now()
            await voting.settle_due(session, poll, now)
            row = await votes.get(session, poll)
            if row.status == "closed":
                match = await stored_matches.get(session, row.match_id)
                what = "overturned" if row.result not in {"stands", match.verdict} else "upheld"
                await following.tell_match(
                    session,
                    match.id,
                    (match.first_id, match.second_id),
                    what,
                    poll,
                    people=workshop.people(workspace),
                    now=now,
                )

    return {
        Work.PAPER: lambda workspace, row: intake.fetch(workshop, workspace, row),
        Work.ASSESSMENT: lambda workspace, row: assessing.assess(workshop, workspace, row),
        Work.MATCH: lambda workspace, row: matches.judge_match(workshop, workspace, row),
        Work.EVIDENCE: lambda workspace, row: evidence.find_evidence(workshop, workspace, row),
        Work.TOURNAMENT: lambda workspace, row: rounds.advance(workshop, workspace, row),
        Work.POLL: settle_poll,
        Work.MESSAGE: post,
        Work.OCCURRENCE: lambda workspace, row: occur(workshop, workspace, row),
    }


async def occur(workshop: Workshop, workspace: str, occurrence_id: int) -> None:
    """Do what a schedule's firing asks for: a digest, or a tournament if there is anything to play."""
    async with workshop.database.transaction(workspace) as session:
        now = workshop.time.now()
        if not await work.take(session, Work.OCCURRENCE, occurrence_id, now, workshop.settings.lease_s):
            return
        found = await schedules.occurrence(session, occurrence_id)
        if found is None:
            return
        schedule, slot, _at = found
        if schedule.kind == "digest":
            await digests.make(session, schedule, slot, now)
        elif schedule.kind == "tournament":
            try:
                await scheduled.start_scheduled(session, workshop, schedule, now)
            except BadRequestError as error:
                log.info("nothing_to_play", schedule=schedule.id, reason=error.sentence)
        await schedules.occurred(session, occurrence_id)


class Jobs:
    """Tells the queue what became due, does it, and sweeps. `functions` maps a kind to (workspace, row id) → work."""

    def __init__(
        self,
        queue: PgQueuer,
        database: Database,
        time: Time,
        functions: Mapping[Work, Function],
        concurrency: int,
    ) -> None:
        self._queue = queue
        self._database = database
        self._time = time
        self._open = 0
        self._idle = asyncio.Event()
        self._idle.set()
        for kind, function in functions.items():
            limit = concurrency if kind in {Work.MATCH, Work.ASSESSMENT, Work.EVIDENCE} else 0
            queue.entrypoint(kind.value, concurrency_limit=limit)(self._run(kind, function))

    def _run(self, kind: Work, function: Function) -> Callable[[QueuedJob], Awaitable[None]]:
        async def run(job: QueuedJob) -> None:
            payload = json.loads(job.payload or b"{}")
            workspace, row_id = payload["workspace"], payload["id"]
            with structlog.contextvars.bound_contextvars(workspace=workspace, job=kind.value, row=row_id):
                try:
                    await function(workspace, row_id)
                except Exception:
                    # The row keeps its lease and attempt; when the lease runs out the sweep brings it back, and after
                    # five times it ends failed. The queue must not retry on its own.
                    log.exception("job_failed")
                finally:
                    self._done()

        return run

    def _done(self) -> None:
        self._open -= 1
        if self._open <= 0:
            self._open = 0
            self._idle.set()

    async def tell(self, jobs: Sequence[Job]) -> None:
        """Enqueue jobs; called after the commit that made them due."""
        distinct = list(dict.fromkeys(jobs))
        if not distinct:
            return
        self._open += len(distinct)
        self._idle.clear()
        payloads: list[bytes | None] = [
            json.dumps({"workspace": job.workspace, "id": job.id}).encode() for job in distinct
        ]
        await self._queue.qm.queries.enqueue([job.kind for job in distinct], payloads, [0] * len(distinct))

    async def sweep(self) -> int:
        """Bring back what a dead process held and tell the queue of every row that has work; returns how many."""
        async with self._database.transaction(None) as session:
            jobs = await work.sweep(session, self._time.now())
        await self.tell(jobs)
        return len(jobs)

    @property
    def is_idle(self) -> bool:
        """Whether no job told here is open."""
        return self._idle.is_set()

    async def idle(self) -> None:
        """Wait until every job told here is done (of this process only)."""
        await self._idle.wait()

    async def run(self) -> None:
        """Do jobs until cancelled, sweeping at the start, every minute, and when a row becomes due by itself."""
        sweeper = asyncio.create_task(self._sweep_forever())
        try:
            await self._queue.qm.run(batch_size=10, dequeue_timeout=timedelta(seconds=30))
        finally:
            sweeper.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await sweeper

    async def _sweep_forever(self) -> None:
        while True:
            try:
                await self.sweep()
                async with self._database.reading(None) as session:
                    now = self._time.now()
                    next_at = await work.next_due_at(session, now)
            except Exception:
                log.exception("sweep_failed")
                next_at, now = None, self._time.now()
            wait = SWEEP_S if next_at is None else min(SWEEP_S, max(SOON_S, (next_at - now).total_seconds()))
            await self._time.sleep(wait)
