"""Processes that read texts and pages, lent from test to test: each bot started two, half a second of processor time."""

import asyncio
import os
import subprocess
import sys
from asyncio.streams import FlowControlMixin
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import TracebackType
from typing import cast

import pytest

from bot.papers.reading import pool
from bot.papers.reading.pool import PROGRAM, Readers, _Reader


@dataclass(eq=False)
class _Loan:
    """A process as one loop sees it: with the face that the pool uses, and pipes of the loop's own."""

    popen: subprocess.Popen[bytes]
    stdout: asyncio.StreamReader = field(default_factory=lambda: asyncio.StreamReader(1 << 20))
    stdin: asyncio.StreamWriter | None = None
    _pipes: list[asyncio.BaseTransport] = field(default_factory=list)

    @property
    def pid(self) -> int:
        return self.popen.pid

    async def connect(self) -> None:
        """Open the loop's pipes, on descriptors of their own: the process's stay for the next loop."""
        loop = asyncio.get_running_loop()
        assert self.popen.stdin is not None
        assert self.popen.stdout is not None
        source = os.fdopen(os.dup(self.popen.stdout.fileno()), "rb", 0)
        sink = os.fdopen(os.dup(self.popen.stdin.fileno()), "wb", 0)
        reading, _ = await loop.connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(self.stdout, loop=loop), source
        )
        writing, flow = await loop.connect_write_pipe(lambda: FlowControlMixin(loop), sink)
        self._pipes = [reading, writing]
        self.stdin = asyncio.StreamWriter(writing, flow, None, loop)

    async def close(self) -> None:
        """Close the loop's pipes, which takes two of its rounds."""
        for pipe in self._pipes:
            pipe.close()
        await asyncio.sleep(0)
        await asyncio.sleep(0)

    def kill(self) -> None:
        _end(self.popen)

    async def wait(self) -> None:
        await self.close()


def _end(popen: subprocess.Popen[bytes]) -> None:
    popen.kill()
    popen.wait()
    for pipe in (popen.stdin, popen.stdout):
        if pipe is not None:
            pipe.close()


@contextmanager
def lending() -> Iterator[None]:
    """Lend every pool of this process its text readers, and take back those that are fit when the pool ends."""
    free: list[tuple[subprocess.Popen[bytes], int]] = []
    start, end = pool._start, Readers.__aexit__

    async def lend(lane: str) -> _Reader:
        if lane != "text":
            return await start(lane)
        popen, uses = free.pop() if free else (_open(), 0)
        loan = _Loan(popen)
        await loan.connect()
        return _Reader(cast("asyncio.subprocess.Process", loan), uses)

    async def take_back(
        readers: Readers,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        idle, readers._idle = readers._idle, []
        for reader in idle:
            loan = cast("_Loan", reader.process)
            await loan.close()
            free.append((loan.popen, reader.uses))
        await end(readers, kind, error, trace)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pool, "_start", lend)
        patch.setattr(Readers, "__aexit__", take_back)
        yield
    for popen, _ in free:
        _end(popen)


def _open() -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-I", str(PROGRAM), "text"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={},
        bufsize=0,
    )
