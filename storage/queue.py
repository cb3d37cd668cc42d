"""The queue: PgQueuer in memory beside SQLite, in PostgreSQL beside PostgreSQL; the database URL alone chooses."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import psycopg
from pgqueuer import PgQueuer

from storage.database import engine_url


@asynccontextmanager
async def open_queue(database_url: str) -> AsyncIterator[PgQueuer]:
    """The queue beside this database, its tables installed where it needs any."""
    if engine_url(database_url).startswith("sqlite"):
        yield PgQueuer.in_memory()
        return
    plain = engine_url(database_url).replace("postgresql+psycopg://", "postgresql://", 1)
    async with await psycopg.AsyncConnection.connect(plain, autocommit=True) as connection:
        queue = PgQueuer.from_psycopg_connection(connection)
        if not await queue.qm.queries.has_table("pgqueuer"):
            await queue.qm.queries.install()
        yield queue
