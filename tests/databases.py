"""Databases with all tables; SQLite files are copied from one that the migrations made once in each process."""

from pathlib import Path

from sqlalchemy import make_url

from storage.database.engine import Database
from storage.migrations import running

_migrated: list[bytes] = []


async def migrate_file(file: Path) -> None:
    """Write a SQLite file as the migrations leave it, unless there is one; a copy takes a hundredth of the time."""
    if file.exists():  # noqa: ASYNC240 - nothing else runs yet
        return
    if not _migrated:
        database = Database(f"sqlite:///{file}")
        await running.upgrade(database)
        await database.close()
        _migrated.append(file.read_bytes())  # noqa: ASYNC240 - nothing else runs yet
    file.write_bytes(_migrated[0])  # noqa: ASYNC240 - same


async def with_tables(database_url: str) -> Database:
    """The database at a URL, with all tables."""
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite":
        await migrate_file(Path(str(url.database)))
    database = Database(database_url)
    if not database.on_sqlite:
        await database.create_tables()
    return database
