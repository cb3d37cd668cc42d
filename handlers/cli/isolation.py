"""Runs suspicious jobs one at a time in a separate process, so that a crash ends only that process."""

import asyncio
import json
import os
import sys

import structlog

from bot.dispatch import functions
from bot.settings import Settings
from handlers import features
from handlers.app import open_app
from handlers.outlets.site_serving import drawn_files
from storage.database.engine import Job
from storage.work import leases
from storage.work.leases import Work

START_S = 60.0
"""Seconds that the separate process may take to start."""
IDLE_S = 30.0
"""Seconds that the separate process waits for another job before it ends."""
MOST_REASON = 300
LONGEST_LINE = 1 << 22
DONE = b"-- done alone --\n"
TOO_LATE = "its work took longer than a process may, alone and after two that stopped"

log = structlog.get_logger(__name__)


class Isolation:
    """Starts this program again as a child process for jobs that must run alone.

    The child runs one job after another until it crashes or has none. It reads one job per line from a pipe, answers each
    with a line, and ends when the pipe closes.
    """

    def __init__(self, settings: Settings) -> None:
        self._seconds = settings.judging_lease_s + START_S
        self._child: asyncio.subprocess.Process | None = None
        self._stderr: asyncio.Task[bytes] | None = None
        self._idle: asyncio.TimerHandle | None = None

    async def __call__(self, job: Job) -> str | None:
        """Run a job in the child process; return why the process died, or None if the job was done."""
        log.warning("tried_alone", workspace=job.workspace, job=job.kind, row=job.id)
        if self._idle is not None:
            self._idle.cancel()
        child = (
            self._child if self._child is not None and self._child.returncode is None else await self._start()
        )
        assert child.stdin is not None
        assert child.stdout is not None
        try:
            async with asyncio.timeout(self._seconds):
                child.stdin.write(json.dumps([job.kind, job.workspace, job.id]).encode() + b"\n")
                is_done = await _is_done(child.stdout)
        except TimeoutError:
            await self.close()
            return TOO_LATE
        except ConnectionError:
            is_done = False
        except asyncio.CancelledError:
            await self.close()
            raise
        if is_done:
            self._idle = asyncio.get_running_loop().call_later(IDLE_S, child.stdin.close)
            return None
        return await self._reason_of_death()

    async def close(self) -> None:
        """Stop the child process, if there is one."""
        if self._idle is not None:
            self._idle.cancel()
        child, self._child = self._child, None
        if child is not None:
            if child.returncode is None:
                child.kill()
            await child.wait()
        if self._stderr is not None:
            await self._stderr
            self._stderr = None

    async def _start(self) -> asyncio.subprocess.Process:
        await self.close()
        child = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "handlers.cli.main", "work-alone",
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
            limit=LONGEST_LINE,
        )  # fmt: skip
        assert child.stderr is not None
        self._child, self._stderr = child, asyncio.create_task(_last_of(child.stderr))
        return child

    async def _reason_of_death(self) -> str:
        assert self._child is not None
        assert self._stderr is not None
        code, stderr = await self._child.wait(), await self._stderr
        self._child, self._stderr = None, None
        last_line = stderr.decode(errors="replace").strip().rpartition("\n")[2][-MOST_REASON:]
        return f"its work took down the process that did it alone ({last_line or f'ended with {code}'})"


async def _is_done(stdout: asyncio.StreamReader) -> bool:
    """Read and print the child process's log lines; return whether it reports its job as done before it ends."""
    while line := await stdout.readline():
        if line == DONE:
            return True
        sys.stdout.write(line.decode(errors="replace"))
    return False


async def _last_of(stream: asyncio.StreamReader) -> bytes:
    """Return the last 4,000 bytes of a stream, read to its end."""
    tail = b""
    while block := await stream.read(4_000):
        tail = (tail + block)[-4_000:]
    return tail


async def work_alone(settings: Settings) -> None:
    """Run the jobs on standard input, one per line, in order; stop when the input ends."""
    jobs: asyncio.Queue[Job] = asyncio.Queue()
    reading = asyncio.create_task(_read_jobs(jobs))
    try:
        async with open_app(settings) as app:
            post = app.slack.poster(app.services, features.messages()).post
            work = functions(app.runtime, post, drawn_files)
            with leases.alone(apart=True):
                while True:
                    job = await jobs.get()
                    await work[Work(job.kind)](job.workspace, job.id)
                    sys.stdout.buffer.write(DONE)
                    sys.stdout.flush()
    finally:
        reading.cancel()


async def _read_jobs(jobs: "asyncio.Queue[Job]") -> None:
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        kind, workspace, row = json.loads(line)
        jobs.put_nowait(Job(kind, row, workspace))
    os._exit(0)  # the parent is gone, or has no more jobs
