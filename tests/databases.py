"""SQLite files with all tables, copied from one that the migrations made once in each process."""

from pathlib import Path

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
