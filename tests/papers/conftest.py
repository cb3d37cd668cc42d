"""A real HTTP server on loopback whose answers a test sets, and fetchers that may ask it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from aiohttp import web

from bot.papers.fetching.fetcher import Fetcher
from bot.papers.reading.pool import Readers
from bot.papers.resolving import Resolver

SHARED = Path(__file__).parents[2].parent / "shared" / "data"
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class Site:
    """The server: `routes` by path, and what it was asked."""

    routes: dict[str, Handler] = field(default_factory=dict)
    asked: list[web.Request] = field(default_factory=list)
    address: str = ""

    @property
    def host(self) -> str:
        return self.address.removeprefix("http://")

    def gives(
        self,
        path: str,
        body: str | bytes,
        kind: str = "text/html",
        status: int = 200,
        headers: dict[str, str] | None = None,
    ) -> None:
        raw = body.encode() if isinstance(body, str) else body

        async def answer(_: web.Request) -> web.StreamResponse:
            return web.Response(body=raw, status=status, content_type=kind, headers=headers)

        self.routes[path] = answer

    def gives_in_turn(self, path: str, *answers: tuple[int, bytes]) -> None:
        left = list(answers)

        async def answer(_: web.Request) -> web.StreamResponse:
            status, body = left.pop(0) if len(left) > 1 else left[0]
            return web.Response(body=body, status=status)

        self.routes[path] = answer

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request)
        handler = self.routes.get(request.path)
        return web.Response(status=404) if handler is None else await handler(request)


@dataclass
class Waits:
    """Stands for sleeping and pacing: remembers, doesn't wait; `time` moves by what was slept."""

    slept: list[float] = field(default_factory=list)
    turns: list[tuple[str, float]] = field(default_factory=list)
    time: float = 1000.0

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += seconds

    @asynccontextmanager
    async def turn(self, place: str, seconds: float) -> AsyncIterator[None]:
        self.turns.append((place, seconds))
        yield

    def now(self) -> float:
        return self.time


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=[pytest.mark.postgres, pytest.mark.slow])])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of either kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'papers.db'}"
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    here = Site()
    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", here.handle)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    here.address = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield here
    await runner.cleanup()


@pytest.fixture
async def readers() -> AsyncIterator[Readers]:
    async with Readers() as pool:
        yield pool


@pytest.fixture
def waits() -> Waits:
    return Waits()


@pytest.fixture
async def fetcher(site: Site, waits: Waits) -> AsyncIterator[Fetcher]:
    async with Fetcher(
        frozenset({site.host, site.host.replace("127.0.0.1", "localhost")}),
        "papers@example.org",
        now=waits.now,
        total_s=5,
    ) as guarded:
        yield guarded


@pytest.fixture
def resolver(site: Site, fetcher: Fetcher, waits: Waits) -> Resolver:
    base = site.address
    return Resolver(
        fetcher,
        addresses={
            "arxiv": base,
            "doi": f"{base.replace('127.0.0.1', 'localhost')}/doi",
            "openalex": f"{base}/openalex",
            "semantic_scholar": f"{base}/s2",
            "biorxiv": f"{base}/biorxiv",
            "openreview": f"{base}/or2",
            "openreview_old": f"{base}/or1",
            "europepmc": f"{base}/epmc",
        },
        turn=waits.turn,
        sleep=waits.sleep,
    )
