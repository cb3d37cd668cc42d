"""A local OpenAI-compatible server that answers well, or in any of the ways servers fail."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

CRITERIA = ("novelty", "application", "rigor", "breadth", "timeliness")
GOOD = {
    "rationale": "Paper 1 has the better evidence.",
    "criteria": dict.fromkeys(CRITERIA, "first"),
    "winner": "first",
    "confidence": 0.8,
}
SECTION_KEYS = ("contribution", "rigor", "impact", "timeliness", "strengths", "observations")
REVIEW = {
    "contribution": "One line.",
    "sections": dict.fromkeys(SECTION_KEYS, "Said."),
    **dict.fromkeys(("rating", "significance", "rigor", "novelty", "clarity"), 6.5),
}
READ, WROTE = 100, 50

Behaviour = str | Callable[[dict[str, Any]], str]


@dataclass
class FaultServer:
    """`script(body, number)` names the behaviour of each request; counts what it billed."""

    script: Callable[[dict[str, Any], int], str]
    latency: float = 0.0
    url: str = ""
    requests: list[dict[str, Any]] = field(default_factory=list)
    arrivals: list[float] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    answered: Counter[str] = field(default_factory=Counter)
    tokens_in: int = 0
    tokens_out: int = 0
    at_once: int = 0
    most_at_once: int = 0
    open: set[asyncio.Task[Any]] = field(default_factory=set)
    answer: dict[str, Any] = field(default_factory=lambda: GOOD)

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self.open.add(task)
        try:
            await self.converse(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.transport.abort()
            self.open.discard(task)

    async def converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            lengths = [
                ln.split(":")[1] for ln in head.split("\r\n") if ln.lower().startswith("content-length")
            ]
            body = json.loads(await reader.readexactly(int(lengths[0])))
            self.requests.append(body)
            self.arrivals.append(monotonic())
            self.paths.append(head.split(" ")[1])
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
            try:
                if not await self.answer_one(self.script(body, len(self.requests)), writer):
                    break
            finally:
                self.at_once -= 1

    async def answer_one(  # noqa: C901, PLR0912, PLR0915 - one case a fault
        self, how: str, writer: asyncio.StreamWriter
    ) -> bool:
        self.answered[how] += 1
        await asyncio.sleep(self.latency)
        message: dict[str, Any] = {"role": "assistant", "content": json.dumps(self.answer)}
        completion: dict[str, Any] = {
            "id": "c",
            "object": "chat.completion",
            "created": 1,
            "model": "fake-1",
            "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
            "usage": {"prompt_tokens": READ, "completion_tokens": WROTE, "total_tokens": READ + WROTE},
        }
        status, headers = "200 OK", "Content-Type: application/json\r\n"
        kind, _, detail = how.partition(" ")
        match kind:
            case "status":
                status = f"{detail} Fault"
                completion = {"error": {"message": "fault", "code": "fault"}}
            case "limit":
                status, headers = "429 Too Many", f"{headers}Retry-After: {detail}\r\n"
                completion = {"error": {"message": "slow down", "code": "rate_limit_exceeded"}}
            case "quota":
                status = "429 Too Many"
                completion = {"error": {"message": "You exceeded your quota", "code": "insufficient_quota"}}
            case "reject":
                status = "400 Bad Request"
                completion = {"error": {"message": detail, "code": None}}
            case "broken":
                message["content"] = json.dumps(GOOD)[:-20]
            case "long":
                completion["choices"][0]["finish_reason"] = "length"
            case "prose":
                message["content"] = f"Sure! Here it is:\n```json\n{json.dumps(GOOD)}\n```\nHope it helps."
            case "says":
                message["content"] = detail
            case "empty":
                completion["choices"] = []
            case "refusal":
                message.update(content=None, refusal="I can't help with that.")
            case "read":
                completion["usage"]["prompt_tokens"] = int(detail)
            case _:
                pass
        text = json.dumps(completion).encode()
        if kind == "html":
            text, headers = b"<html><body>Welcome</body></html>", "Content-Type: text/html\r\n"
        head = f"HTTP/1.1 {status}\r\n{headers}Content-Length: {len(text)}\r\n\r\n".encode()
        if kind == "cut":
            writer.write(head + text[: len(text) // 2])
            await writer.drain()
            return False
        if kind == "drip":
            writer.write(head)
            for byte in text:
                writer.write(bytes([byte]))
                await writer.drain()
                await asyncio.sleep(0.05)
            return True
        if status.startswith("200") and kind != "html":
            self.tokens_in += completion["usage"]["prompt_tokens"]
            self.tokens_out += WROTE
        writer.write(head + text)
        await writer.drain()
        return True


@asynccontextmanager
async def serving(
    script: str | list[str] | Callable[[dict[str, Any], int], str], latency: float = 0.0
) -> AsyncIterator[FaultServer]:
    """The server, on loopback; a list is played in order, its last behaviour for good."""
    if isinstance(script, str):
        script = [script]
    if isinstance(script, list):
        steps = script

        def play(_body: dict[str, Any], number: int) -> str:
            return steps[min(number, len(steps)) - 1]

        server = FaultServer(play, latency)
    else:
        server = FaultServer(script, latency)
    listening = await asyncio.start_server(server.handle, "127.0.0.1", 0)
    server.url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}/v1"
    try:
        yield server
    finally:
        listening.close()
        for task in server.open:
            task.cancel()
        if server.open:
            await asyncio.wait(server.open)
        await asyncio.sleep(0)
