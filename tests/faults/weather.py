"""A server between the bot and another: it passes everything on, or answers as servers in trouble do."""

import asyncio
import itertools
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from handlers.web.loopback_server import serve

HTML = "<html><body><h1>Bad gateway</h1></body></html>"
Answer = tuple[int, dict[str, str], str]
"""Status, headers, body."""
JSON = {"content-type": "application/json"}
BAD: tuple[Answer, ...] = (
    (500, {"content-type": "text/html"}, HTML),
    (503, {}, ""),
    (429, {**JSON, "retry-after": "abc"}, '{"ok": false, "error": "ratelimited"}'),
    (429, {**JSON, "retry-after": "100000000000000000000"}, '{"ok": false, "error": "ratelimited"}'),
    (429, {"retry-after": "-5"}, ""),
    (200, {"content-type": "text/html"}, HTML),
    (200, JSON, ""),
    (200, JSON, "[1, 2, 3]"),
    (200, JSON, "null"),
    (200, JSON, '{"ok": false}'),
    (200, JSON, '{"ok": "yes'),
    (200, JSON, '{"ok": false, "error": {"code": 7}}'),
    (200, JSON, '{"ok": false, "error": "internal_error"}'),
    (200, {"content-type": "application/json; charset=nonsense"}, '{"ok": false, "error": "fatal_error"}'),
    (408, {}, "time-out"),
    (504, JSON, "[]"),
)


@dataclass
class Weather:
    """What is passed on goes to `target`; while `is_bad` the next of the bad answers is given instead."""

    target: str
    url: str = ""
    is_bad: bool = False
    answered: Counter[int] = field(default_factory=Counter)
    _next: "itertools.cycle[Answer]" = field(default_factory=lambda: itertools.cycle(BAD))

    async def handle(self, request: Request) -> Response:
        """Pass a request on, or not."""
        if self.is_bad:
            status, headers, body = next(self._next)
            self.answered[status] += 1
            await asyncio.sleep(0)
            return Response(body, status, headers)
        path = request.path_params["path"]
        async with httpx.AsyncClient(trust_env=False, timeout=30) as client:
            answer = await client.request(
                request.method,
                f"{self.target}/{path}" if path else self.target,
                params=request.query_params,
                content=await request.body(),
                headers={k: v for k, v in request.headers.items() if k not in {"host", "content-length"}},
            )
        kept = {k: v for k, v in answer.headers.items() if k in {"content-type", "retry-after"}}
        return Response(answer.content, answer.status_code, kept)


@asynccontextmanager
async def weather_over(target: str) -> AsyncIterator[Weather]:
    """Weather over a server at this base address, at a loopback address of its own."""
    weather = Weather(target.rstrip("/"))
    app = Starlette(routes=[Route("/{path:path}", weather.handle, methods=["GET", "POST"])])
    async with serve(app) as port:
        weather.url = f"http://127.0.0.1:{port}/"
        yield weather
