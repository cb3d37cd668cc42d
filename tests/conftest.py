import asyncio
import gc
from collections.abc import AsyncIterator, Iterator
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import uvicorn.server
from sqlalchemy.dialects.postgresql.psycopg import PGDialectAsync_psycopg
from sqlalchemy.dialects.sqlite.aiosqlite import SQLiteDialect_aiosqlite
from sqlalchemy.engine import Engine
from sqlalchemy.util import LRUCache
from structlog.dev import ConsoleRenderer, plain_traceback

from handlers.demo.slack.checks import surfaces
from storage.database import network_guard
from storage.database.engine import Database
from tests import independent, postgres, shapes, shared_readers
from tests.databases import with_tables
from tests.postgres import Postgres


@pytest.fixture(autouse=True)
def within_limits_as_others_know_them(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Every message and view that the stand-in took in this test passes the independent checkers too.

    What doesn't is in the list that a test gets by naming this, and fails the test unless it takes it out.
    """
    faults: list[str] = []
    taken_message, taken_view = surfaces.check_message, surfaces.check_view

    def check_message(found: list[dict[str, Any]], unknown: AbstractSet[str] = frozenset()) -> None:
        taken_message(found, frozenset(unknown))
        faults.extend(independent.message_faults(found))
        shapes.keep("message", found)

    def check_view(view: dict[str, Any], kind: str, unknown: AbstractSet[str] = frozenset()) -> None:
        taken_view(view, kind, frozenset(unknown))
        faults.extend(independent.view_faults(view))
        shapes.keep("view", view)

    monkeypatch.setattr(surfaces, "check_message", check_message)
    monkeypatch.setattr(surfaces, "check_view", check_view)
    yield faults
    assert faults == []


@pytest.hookimpl
def pytest_collection_finish() -> None:
    """Keep the collector of garbage from going over modules and tests again and again: they stay until the end."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.hookimpl
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Write down what this run's tests made the bot send, for the test of the published types."""
    shapes.write(session.config)


@pytest.fixture(autouse=True)
def no_network_inside_a_transaction(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Whatever is asked over HTTP while a write transaction is open fails, and the test with it.

    A test that provokes it gets the list by naming this, and takes out what it provoked.
    """
    asked: list[str] = []

    def report(what: str) -> None:
        asked.append(what)
        raise AssertionError(f"{what} was asked within a write transaction")

    request = aiohttp.ClientSession._request

    async def checked(session: aiohttp.ClientSession, method: str, url: Any, **options: Any) -> Any:
        network_guard.check_no_transaction(f"{method} {url}")
        return await request(session, method, url, **options)

    monkeypatch.setattr(network_guard, "report", report)
    monkeypatch.setattr(aiohttp.ClientSession, "_request", checked)
    yield asked
    assert asked == []


@pytest.fixture(scope="session", autouse=True)
def statements_compiled_once() -> Iterator[None]:
    """All engines of this process share the SQL that one of them compiled, as all bots of one process would.

    Each test has an engine of its own, and compiling anew took a third of a plain run's time.
    """
    statements: LRUCache[Any, Any] = LRUCache(5_000)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            Engine, "_compiled_cache", property(lambda _: statements, lambda *_: None), raising=False
        )
        for dialect in (SQLiteDialect_aiosqlite, PGDialectAsync_psycopg):
            patch.setattr(dialect, "__eq__", lambda one, other: type(one) is type(other))
            patch.setattr(dialect, "__hash__", lambda one: hash(type(one)))
        yield


@pytest.fixture(scope="session", autouse=True)
def plain_tracebacks_in_logs() -> None:
    """What a test makes fail on purpose is logged without colours and frames, which took a tenth of a second each."""
    ConsoleRenderer.get_active().exception_formatter = plain_traceback


class _Hurried:
    """What uvicorn's server finds as its `asyncio`: its looks for the end are a fifth as far apart."""

    def __getattr__(self, name: str) -> Any:
        return getattr(asyncio, name)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds / 5)


@pytest.fixture(scope="session", autouse=True)
def servers_that_end_soon() -> Iterator[None]:
    """A server ends within 50 ms instead of 200; every bot of a test has three of them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(uvicorn.server, "asyncio", _Hurried())
        yield


@pytest.fixture(scope="session", autouse=True)
def readers_lent_from_test_to_test() -> Iterator[None]:
    """The processes that read strangers' texts outlive a test; a process that a document harmed ends as ever."""
    with shared_readers.lending():
        yield


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Postgres]:
    """One PostgreSQL for all tests that ask for it."""
    with postgres.serving(durable=False) as server:
        yield server


@pytest.fixture
def postgres_url(postgres_server: Postgres) -> Iterator[str]:
    """A fresh, empty database on it."""
    url = postgres_server.create()
    yield url
    postgres_server.drop(url)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database of either kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'paperbout.db'}"
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A database with all tables."""
    database = await with_tables(database_url)
    yield database
    await database.close()
