"""One job alone in a process of its own: what may take a process down takes that one down."""

import asyncio
import contextlib
import os
import sys

import structlog

from bot.dispatch import functions
from bot.settings import Settings
from handlers import features
from handlers.app import open_app
from storage.database.engine import Job
from storage.work import leases
from storage.work.leases import Work

START_S = 60.0
"""How long a process may take to start, beside its work."""
MOST_SAID = 300

log = structlog.get_logger(__name__)


class Isolation:
    """Starts this program anew for one job. The child ends with its parent: it reads the pipe that the parent holds."""

    def __init__(self, settings: Settings) -> None:
        self._seconds = settings.judging_lease_s + START_S

    async def __call__(self, job: Job) -> str | None:
        """Do a job in a child; returns why the child died, or None when it came through."""
        log.warning("tried_alone", workspace=job.workspace, job=job.kind, row=job.id)
        child = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "handlers.cli.main", "work-alone", job.kind, job.workspace, str(job.id),
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        assert child.stderr is not None
        try:
            async with asyncio.timeout(self._seconds):
                stderr = await child.stderr.read()
                code = await child.wait()
        except TimeoutError:
            return "its work took longer than a process may, alone and after two that stopped"
        finally:
            if child.returncode is None:
                child.kill()
                await child.wait()
        if code == 0:
            return None
        last = stderr.decode(errors="replace").strip().rpartition("\n")[2][-MOST_SAID:]
        return f"its work took down the process that did it alone ({last or f'ended with {code}'})"


async def work_alone(settings: Settings, kind: Work, workspace: str, row: int) -> None:
    """Do one job, and nothing else, until it is done or the parent is gone."""
    watch = asyncio.create_task(_end_with_parent())
    async with open_app(settings) as app:
        work = functions(app.runtime, app.slack.poster(app.services, features.messages()).post)[kind]
        with leases.alone():
            await work(workspace, row)
    watch.cancel()


async def _end_with_parent() -> None:
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    with contextlib.suppress(ValueError, OSError):  # no pipe: a person runs it by hand
        await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
        await reader.read()
        os._exit(1)
