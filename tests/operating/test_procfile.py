"""The Procfile as it stands, under a Procfile runner, on PostgreSQL and in front of the stand-in."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from bot.settings import Settings
from handlers.app import run_role
from handlers.demo.slack import Simulator
from storage.errors import SettingsError
from tests import offline_arxiv
from tests.slack.conftest import ATTENTION, BERT, shown

ROOT = Path(__file__).parents[2]
PROCFILE = ROOT / "Procfile"
PATIENCE_S = 90


def _environment(**more: str) -> dict[str, str]:
    beside = Path(sys.executable).parent
    kept = {"PATH": f"{beside}:{os.environ['PATH']}", "HOME": os.environ.get("HOME", "/")}
    return {**kept, "PYTHONUNBUFFERED": "1", "PYTHONPATH": str(ROOT), **more}


async def _stopped(runner: asyncio.subprocess.Process) -> bytes:
    runner.send_signal(signal.SIGTERM)
    output, _ = await asyncio.wait_for(runner.communicate(), 30)
    return output


@pytest.mark.faults
@pytest.mark.postgres
async def test_the_procfile_runs_as_it_stands(postgres_url: str, tmp_path: Path) -> None:
    async with offline_arxiv.serving() as arxiv_url, Simulator(message_seconds=0) as slack:
        port = _free_port()
        environment = _environment(
            DATABASE_URL=postgres_url, SLACK_BOT_TOKEN=slack.bot_token, SLACK_API_URL=slack.url,
            SLACK_SIGNING_SECRET=slack.signing_secret, PAPERBOUT_ARXIV_URL=arxiv_url, PAPERBOUT_HOST="127.0.0.1",
            PAPERBOUT_ALLOWED_HOSTS="127.0.0.1", PAPERBOUT_POST_INTERVAL_S="0",
        )  # fmt: skip
        commands = dict(line.split(": ", 1) for line in PROCFILE.read_text().splitlines())
        assert list(commands) == ["release", "web", "worker", "clock"]
        # A host runs `release` to its end before the others; a runner knows no such order.
        released = subprocess.run(  # noqa: ASYNC221 - nothing else goes on yet
            commands["release"].split(),
            env=environment,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert released.returncode == 0, released.stderr
        runner = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "honcho", "-f", str(PROCFILE), "-d", str(tmp_path), "start", "-p", str(port),
            "web", "worker", "clock",
            env=environment, cwd=tmp_path, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        try:
            await _ready(port)
            alice = slack.add_user("Alice", admin=True, tz="UTC")
            channel = slack.add_channel("reading-group", members=[alice])
            slack.deliver_to(f"http://127.0.0.1:{port}/slack/events")
            ts = await slack.post(alice, channel, f"{ATTENTION} and {BERT}")
            await slack.until(
                lambda: "Attention Is All" in "".join(map(shown, slack.replies(channel, ts))), PATIENCE_S
            )
            reply = await slack.command(alice, channel, "/rank", "tournament start 1 match")
            assert reply.ack.ok
            await slack.until(lambda: "match.challenge" in _everything(slack, channel), PATIENCE_S)
            async with httpx.AsyncClient(trust_env=False) as client:
                figures = (await client.get(f"http://127.0.0.1:{port}/metrics")).text
            assert "paperbout_database_up 1.0" in figures
            assert "paperbout_outbox_rows" in figures
            assert runner.returncode is None
        except BaseException:
            print((await _stopped(runner)).decode()[-4000:])
            raise
        output = (await _stopped(runner)).decode()
        for name in ("web", "worker", "clock"):
            assert f"{name}.1" in output
        assert "Traceback" not in output, output[-4000:]


def _everything(slack: Simulator, channel: str) -> str:
    found = []
    for message in slack.history(channel):
        found += [message, *slack.replies(channel, message["ts"])]
    return "".join(map(shown, found))


async def _ready(port: int) -> None:
    async with httpx.AsyncClient(trust_env=False) as client, asyncio.timeout(PATIENCE_S):
        while True:
            try:
                answer = await client.get(f"http://127.0.0.1:{port}/healthz")
            except httpx.TransportError:
                await asyncio.sleep(0.1)
                continue
            assert answer.status_code == 200, answer.text
            return


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.parametrize("role", ["web", "worker", "clock"])
async def test_separate_processes_refuse_sqlite_with_a_sentence(role: str, tmp_path: Path) -> None:
    settings = Settings(_env_file=None, database_url=f"sqlite:///{tmp_path / 'x.db'}")
    with pytest.raises(SettingsError, match=f"`paperbout {role}` needs PostgreSQL.*Use `paperbout run`"):
        await run_role(settings, role)


@pytest.mark.slow
def test_run_warns_of_a_disk_that_the_host_wipes(tmp_path: Path) -> None:
    answer = subprocess.run(
        [sys.executable, "-m", "handlers.cli.main", "run"],
        env=_environment(DYNO="web.1"),
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "DYNO is set" in answer.stderr
    assert "mounted volume or PostgreSQL" in answer.stderr
    assert "SLACK_BOT_TOKEN is not set" in answer.stderr


@pytest.mark.slow
async def test_a_host_that_stops_the_program_by_signal_sees_it_end_by_itself(tmp_path: Path) -> None:
    async with Simulator(message_seconds=0) as slack:
        port = _free_port()
        program = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "handlers.cli.main", "run",
            env=_environment(
                DATABASE_URL=f"sqlite:///{tmp_path}/paperbout.db", PORT=str(port), PAPERBOUT_HOST="127.0.0.1",
                SLACK_BOT_TOKEN=slack.bot_token, SLACK_SIGNING_SECRET=slack.signing_secret, SLACK_API_URL=slack.url,
            ),
            cwd=tmp_path, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        await _ready(port)
        output = (await _stopped(program)).decode()
        assert program.returncode == 0, output[-4000:]
        assert "Traceback" not in output, output[-4000:]
