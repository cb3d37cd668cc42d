"""The program as real processes that can be killed, stopped and started again."""

import asyncio
import contextlib
import json
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from handlers.demo.slack import Simulator

TOP = Path(__file__).parents[2]


def free_port() -> int:
    """A port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Program:
    """One running command."""

    role: str
    name: str
    port: int
    pid: int
    log: Path

    @property
    def is_alive(self) -> bool:
        """Whether the process is still there."""
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return False
        return True

    def signal(self, number: signal.Signals) -> None:
        """Send a signal; one that is gone needs none."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, number)

    def children(self) -> list[int]:
        """The processes it started: the one that tries rows alone, and readers."""
        pids = []
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError):
                after_name = stat.read_text().rpartition(")")[2].split()
                if int(after_name[1]) == self.pid:
                    pids.append(int(stat.parent.name))
        return pids

    def freeze(self) -> None:
        """SIGSTOP, its children too."""
        self.signal(signal.SIGSTOP)
        self._signal_children(signal.SIGSTOP)

    def thaw(self) -> None:
        """SIGCONT, its children too."""
        self._signal_children(signal.SIGCONT)
        self.signal(signal.SIGCONT)

    def _signal_children(self, number: int) -> None:
        for pid in self.children():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)

    def peers(self, port: int) -> set[int]:
        """Local ports of the open connections that it and its children have to a port of this machine."""
        sockets = set()
        for pid in (self.pid, *self.children()):
            with contextlib.suppress(OSError):
                for link in Path(f"/proc/{pid}/fd").iterdir():
                    with contextlib.suppress(OSError):
                        target = str(link.readlink())
                        if target.startswith("socket:["):
                            sockets.add(target[8:-1])
        found = set()
        for line in Path(f"/proc/{self.pid}/net/tcp").read_text().splitlines()[1:]:
            fields = line.split()
            if fields[9] in sockets and int(fields[2].split(":")[1], 16) == port:
                found.add(int(fields[1].split(":")[1], 16))
        return found


@dataclass
class Processes:
    """Starts commands of the program with one environment."""

    folder: Path
    environment: dict[str, str]
    programs: dict[str, Program] = field(default_factory=dict)
    _nursery: asyncio.subprocess.Process | None = None

    async def start(self, role: str, name: str = "", port: int = 0) -> Program:
        """Start a command under a name (its role unless given); the name's log goes on."""
        name = name or role
        assert self._nursery is not None
        assert self._nursery.stdin is not None
        assert self._nursery.stdout is not None
        log = self.folder / f"{name}.log"
        asked = {
            "role": role,
            "environment": self.environment | {"PORT": str(port)},
            "log": str(log),
        }
        self._nursery.stdin.write(json.dumps(asked).encode() + b"\n")
        await self._nursery.stdin.drain()
        pid = int(await self._nursery.stdout.readline())
        self.programs[name] = Program(role, name, port, pid, log)
        return self.programs[name]

    async def answers(self, program: Program, seconds: float = 60) -> None:
        """Wait until its port is listened on."""
        end = asyncio.get_running_loop().time() + seconds
        while True:
            try:
                _reader, writer = await asyncio.open_connection("127.0.0.1", program.port)
            except OSError:
                if asyncio.get_running_loop().time() > end or not program.is_alive:
                    raise AssertionError(f"{program.name} doesn't listen:\n{self.tail(program)}") from None
                await asyncio.sleep(0.05)
            else:
                writer.close()
                return

    async def kill(self, program: Program) -> None:
        """kill -9, and wait until the process is gone."""
        children = program.children()
        program.signal(signal.SIGKILL)
        for pid in children:  # frozen with it: they end as they find that it is gone
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)
        while program.is_alive:  # noqa: ASYNC110 - the kernel tells no event
            await asyncio.sleep(0.005)

    def tail(self, program: Program, lines: int = 40) -> str:
        """The end of its log."""
        if not program.log.exists():
            return "(no log)"
        return "\n".join(program.log.read_text(errors="replace").splitlines()[-lines:])

    def logged(self, event: str) -> list[dict[str, object]]:
        """Every structured line with this event, of all programs."""
        found = []
        for program in self.programs.values():
            for line in program.log.read_text(errors="replace").splitlines() if program.log.exists() else []:
                if event in line and line.startswith("{"):
                    with contextlib.suppress(ValueError):
                        said = json.loads(line)
                        if said.get("event") == event:
                            found.append(said)
        return found


def settings_for(slack: Simulator, database_url: str, **more: str) -> dict[str, str]:
    """The environment in which the program works with the stand-in."""
    return {
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_SIGNING_SECRET": slack.signing_secret,
        "SLACK_API_URL": slack.url,
        "DATABASE_URL": database_url,
        "PAPERBOUT_HOST": "127.0.0.1",
        "PAPERBOUT_POST_INTERVAL_S": "0",
        "PAPERBOUT_JUDGES": "offline",
        "PAPERBOUT_ASSESSORS": "offline",
        "PAPERBOUT_LOG_FORMAT": "json",
        **more,
    }


@asynccontextmanager
async def nursery(folder: Path, environment: dict[str, str]) -> AsyncIterator[Processes]:
    """Processes that all end with the block."""
    made = Processes(folder, environment)
    inherited = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith(("PAPERBOUT_", "SLACK_")) and key not in {"DATABASE_URL", "PORT"}
    }
    made._nursery = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.faults.nursery",
        cwd=folder,
        env=inherited | {"PYTHONPATH": str(TOP), "OPENBLAS_NUM_THREADS": "1"},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        assert made._nursery.stdout is not None
        assert await made._nursery.stdout.readline() == b"ready\n"
        yield made
    finally:
        for program in made.programs.values():
            program.signal(signal.SIGCONT)
            program.signal(signal.SIGKILL)
        made._nursery.kill()
        await made._nursery.wait()
