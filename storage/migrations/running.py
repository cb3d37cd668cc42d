"""Migrate a database to the newest tables, check its revision, and compare tables with classes."""

from functools import cache
from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from storage.database.engine import Database
from storage.errors import SettingsError
from storage.tables import Base
from storage.work import queue

LOCK = 0x5061706572  # "Paper"
"""Key of the PostgreSQL advisory lock that is held during a migration."""


def config(connection: Connection | None = None) -> Config:
    """Build Alembic's configuration in code; there is no ini file."""
    alembic_config = Config()
    alembic_config.set_main_option("script_location", str(Path(__file__).parent))
    alembic_config.set_main_option("path_separator", "os")
    alembic_config.attributes["connection"] = connection
    return alembic_config


@cache
def head() -> str:
    """Return the newest migration that this program knows."""
    newest = ScriptDirectory.from_config(config()).get_current_head()
    assert newest is not None
    return newest


async def current(database: Database) -> str | None:
    """Return the revision of the database, or None if no migration has run."""
    async with database.reading(None) as session:
        connection = await session.connection()
        return await connection.run_sync(lambda sync: MigrationContext.configure(sync).get_current_revision())


async def upgrade(database: Database, revision: str = "head") -> None:
    """Migrate the database forward to a revision; does nothing if it is already there."""
    async with database.connection() as connection:
        if not database.on_sqlite:  # two releases at once take turns
            await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
        before = await connection.run_sync(
            lambda sync: MigrationContext.configure(sync).get_current_revision()
        )
        if revision != "head" or before != head():
            await connection.run_sync(lambda sync: command.upgrade(config(sync), revision))
        await queue.install(database.url)


async def check(database: Database) -> None:
    """Raise `SettingsError` unless the database is at this program's revision."""
    now_at = await current(database)
    if now_at != head():
        raise SettingsError(
            f"The database is at revision {now_at or 'none'}, this program needs {head()}: run `paperbout migrate` first."
        )
    await queue.check(database.url)


async def differences(database: Database) -> list[Any]:
    """Return the differences between tables and classes; empty if the migrations produce what the classes declare."""

    def compare(sync: Connection) -> list[Any]:
        context = MigrationContext.configure(
            sync,
            opts={
                "compare_type": True,
                "include_object": lambda _o, name, kind, *_: (
                    not (kind == "table" and str(name).startswith("pgqueuer"))
                ),
            },
        )
        return list(compare_metadata(context, Base.metadata))

    async with database.connection() as connection:
        return await connection.run_sync(compare)
