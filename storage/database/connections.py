"""SQLAlchemy engines for a database's address: our pragmas on SQLite, a pool with limits on PostgreSQL."""

from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from storage.database.sqlite_driver import driver as sqlite_driver
from storage.tables.storable import storable_json

BUSY_TIMEOUT_MS = 15_000
IDLE_S = 15
"""Seconds that a PostgreSQL transaction may stay idle before the server ends it."""
LOCK_S = 45
UNANSWERED = {"connect_timeout": 10, "keepalives_idle": 20, "keepalives_interval": 10, "keepalives_count": 3}
"""Connection options that detect a silent PostgreSQL server: connect timeout and TCP keepalives, in seconds."""


def engine_url(database_url: str) -> str:
    """Return the database URL with the driver that this program uses (aiosqlite or psycopg)."""
    url = make_url(database_url.replace("postgres://", "postgresql://", 1))
    driver = "sqlite+aiosqlite" if url.get_backend_name() == "sqlite" else "postgresql+psycopg"
    return url.set(drivername=driver).render_as_string(hide_password=False)


def create_engine(database_url: str) -> AsyncEngine:
    """Create an engine, with our pragmas on SQLite or a connection pool on PostgreSQL."""
    url = engine_url(database_url)
    return _sqlite_engine(url) if url.startswith("sqlite") else _postgresql_engine(url)


def _postgresql_engine(url: str) -> AsyncEngine:
    engine = create_async_engine(
        url,
        pool_size=10,
        max_overflow=20,
        pool_timeout=60,
        pool_pre_ping=True,
        connect_args=UNANSWERED,
        hide_parameters=True,
        json_serializer=storable_json,
    )

    @event.listens_for(engine.sync_engine, "connect")
    def _limit(connection: Any, _record: ConnectionPoolEntry) -> None:
        """Set limits on a new PostgreSQL connection: idle and lock timeouts, no JIT and no parallel workers.

        The timeouts free the locks of a process that was stopped in a transaction. Our statements are short, so
        that JIT and parallel workers would cost more time than they save.
        """
        cursor = connection.cursor()
        cursor.execute(
            f"SET idle_in_transaction_session_timeout = '{IDLE_S}s'; SET lock_timeout = '{LOCK_S}s'; "
            "SET jit = off; SET max_parallel_workers_per_gather = 0"
        )
        connection.commit()
        cursor.close()

    return engine


def _sqlite_engine(url: str) -> AsyncEngine:
    engine = create_async_engine(
        url,
        module=sqlite_driver(),
        pool_size=8,
        max_overflow=8,
        pool_timeout=60,
        connect_args={"timeout": BUSY_TIMEOUT_MS / 1000},
        hide_parameters=True,  # what people wrote must not stand in a log
        json_serializer=storable_json,
    )

    @event.listens_for(engine.sync_engine, "connect")
    def _prepare(connection: Any, _record: ConnectionPoolEntry) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            "synchronous=NORMAL",
            f"busy_timeout={BUSY_TIMEOUT_MS}",
            "foreign_keys=ON",
            "cache_size=-32000",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def _begin(connection: Any) -> None:
        writing = connection.get_execution_options().get("writing", True)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

    return engine
