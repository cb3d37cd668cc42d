"""A judge that always decides the same way: a local OpenAI-compatible server that waits a little and counts."""

import asyncio
import hashlib
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from tests.judges.fault_server import CRITERIA, FaultServer

_peer: ContextVar[int] = ContextVar("_peer")
ENTRANT = 10_000
"""Stands for a paper with another title than `title` gives."""
_TITLE = re.compile(r"Paper number (\d+)")


def better(one: int, other: int) -> int:
    """Which of two papers wins, whatever the order: mostly the higher number, sometimes not."""
    low, high = sorted((one, other))
    noise = hashlib.sha256(f"{low}:{high}".encode()).digest()[0]
    return high if noise < 180 else low


def title(number: int) -> str:
    """The title of a paper this judge knows."""
    return f"Paper number {number:03d}"


@dataclass
class Asked:
    """One call: from which port of the client, about which papers."""

    peer: int
    papers: frozenset[int]


@dataclass
class ScriptedJudge(FaultServer):
    """Answers every comparison; `asked` keeps who asked what, `waiting` from which ports somebody waits now."""

    asked: list[Asked] = field(default_factory=list)
    waiting: set[int] = field(default_factory=set)

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        _peer.set(writer.get_extra_info("peername")[1])
        await super().handle(reader, writer)

    async def answer_one(self, how: str, writer: asyncio.StreamWriter) -> bool:
        """One answer, after the latency."""
        self.waiting.add(_peer.get())
        try:
            return await super().answer_one(how, writer)
        finally:
            self.waiting.discard(_peer.get())

    def decide(self, body: dict[str, Any], _number: int) -> str:
        """The script: the same two papers, the same winner."""
        known = [int(found) for found in _TITLE.findall(body["messages"][-1]["content"])]
        first, second = [*known, ENTRANT, ENTRANT + 1][:2]
        self.asked.append(Asked(_peer.get(), frozenset((first, second))))
        winner = "first" if better(first, second) == first else "second"
        return "says " + json.dumps(
            {
                "rationale": "Paper 1 and Paper 2 were compared.",
                "criteria": dict.fromkeys(CRITERIA, winner),
                "winner": winner,
                "confidence": 0.7,
            }
        )

    @property
    def port(self) -> int:
        """Where it listens."""
        found = urlsplit(self.url).port
        assert found is not None
        return found


@asynccontextmanager
async def judging(latency: float, port: int = 0) -> AsyncIterator[ScriptedJudge]:
    """The judge, while inside."""
    judge = ScriptedJudge(lambda _body, _number: "", latency)
    judge.script = judge.decide
    listening = await asyncio.start_server(judge.handle, "127.0.0.1", port, backlog=200)
    judge.url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}/v1"
    try:
        yield judge
    finally:
        listening.close()
        for task in judge.open:
            task.cancel()
        if judge.open:
            await asyncio.wait(judge.open)
        await asyncio.sleep(0.01)  # the transports close
