"""A process of its own does suspects in turn, goes on after each, and its death is told with its reason."""

import asyncio
import os
import sys
from pathlib import Path

import pytest

from bot.settings import Settings
from handlers.cli import isolation
from handlers.cli.isolation import DONE, Isolation
from storage.database.engine import Job

CHILD = f"""
import json, os, sys
for line in sys.stdin:
    kind, workspace, row = json.loads(line)
    print("log", os.getpid(), row, flush=True)
    if row == 13:
        sys.exit("an abstract that no parser survives")
    sys.stdout.buffer.write({DONE!r}); sys.stdout.flush()
"""


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> Isolation:
    """Isolation whose process follows the same protocol and dies of row 13."""
    start = asyncio.create_subprocess_exec

    async def child(*_words: str, **pipes: int) -> asyncio.subprocess.Process:
        return await start(sys.executable, "-c", CHILD, **pipes)  # type: ignore[arg-type]  # its pipes

    monkeypatch.setattr(asyncio, "create_subprocess_exec", child)
    return Isolation(Settings(_env_file=None))


async def test_one_process_does_jobs_in_turn_and_a_new_one_goes_on_after_a_death(
    alone: Isolation, capsys: pytest.CaptureFixture[str]
) -> None:
    answers = [await alone(Job("match", row, "T1")) for row in (1, 2, 13, 3)]
    assert answers == [
        None,
        None,
        "its work took down the process that did it alone (an abstract that no parser survives)",
        None,
    ]
    ids = [line.split()[1] for line in capsys.readouterr().out.splitlines() if line.startswith("log")]
    assert ids[0] == ids[1] == ids[2] != ids[3]
    await alone.close()


async def test_a_process_ends_when_it_has_no_more_jobs(
    alone: Isolation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(isolation, "IDLE_S", 0.0)
    assert await alone(Job("match", 1, "T1")) is None
    child = alone._child
    assert child is not None
    assert await asyncio.wait_for(child.wait(), 10) == 0
    assert await alone(Job("match", 2, "T1")) is None
    assert alone._child is not child
    await alone.close()


@pytest.mark.slow
async def test_the_real_process_does_a_row_and_ends_with_its_parent(tmp_path: Path) -> None:
    code = """
import asyncio
from bot.settings import read_settings
from handlers.cli.isolation import Isolation
from storage.database.engine import Database, Job
from storage.migrations import running

async def main():
    settings = read_settings()
    database = Database(settings.database_url)
    await running.upgrade(database)
    await database.close()
    alone = Isolation(settings)
    answers = [await alone(Job("match", 7, "T1")), await alone(Job("message", 7, "T1"))]
    print(answers, alone._child and alone._child.pid, flush=True)

asyncio.run(main())
"""
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, stdout=asyncio.subprocess.PIPE,
        env={"PATH": "", "DATABASE_URL": f"sqlite:///{tmp_path / 'alone.db'}", "PAPERBOUT_LOG_LEVEL": "ERROR",
             "SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "secret"},
    )  # fmt: skip
    out, _ = await parent.communicate()
    answers, _, pid = out.decode().strip().rpartition(" ")
    assert answers.endswith("[None, None]"), out
    for _ in range(100):
        if not os.path.exists(f"/proc/{pid}"):  # noqa: ASYNC240, PTH110 - no disk
            break
        await asyncio.sleep(0.1)
    else:
        pytest.fail("it outlived its parent")
