"""SQLite when many write, when the disk is full, and when the file may only be read."""

import asyncio
import sqlite3
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, func, select

from storage.database.engine import Database, alone
from storage.errors import SettingsError, StorageError
from storage.tables import Event
from storage.workspaces import workspace_rows

NOW = datetime(2026, 11, 24, tzinfo=UTC)
TOP = Path(__file__).parents[2]
WRITERS, WRITES = 8, 60
WRITER = """
import asyncio, sys
from datetime import UTC, datetime
from storage.work import inbox
from storage.database.engine import Database

async def write(url, name, writes):
    database = Database(url)
    async def one(number):
        async with database.transaction("T1") as session:
            await inbox.take(session, f"{name}:{number}", datetime(2026, 11, 24, tzinfo=UTC))
            await asyncio.sleep(0.002)
    await asyncio.gather(*(one(number) for number in range(writes)))
    await database.close()

asyncio.run(write(sys.argv[1], sys.argv[2], int(sys.argv[3])))
"""


def integrity(file: Path) -> str:
    """What SQLite itself says of the file."""
    with closing(sqlite3.connect(file)) as connection:
        return str(connection.execute("PRAGMA integrity_check").fetchone()[0])


async def a_database(file: Path) -> Database:
    """With tables and a workspace."""
    database = Database(f"sqlite:///{file}")
    await database.create_tables()
    await workspace_rows.ensure(database, "T1", NOW)
    return database


async def fill(database: Database, name: str) -> None:
    """One transaction that writes a good deal."""
    async with database.transaction("T1") as session:
        session.add_all([Event(event=f"{name}:{number}:{'x' * 500}", at=NOW) for number in range(20)])


async def fill_up(database: Database) -> None:
    """Write until something gives way."""
    for number in range(50):
        await fill(database, f"more{number}")


async def rows(database: Database) -> int:
    """How many events there are."""
    async with database.reading("T1") as session:
        return await session.scalar(select(func.count()).select_from(Event)) or 0


@pytest.mark.slow
async def test_eight_processes_write_at_once_and_none_finds_the_file_locked(tmp_path: Path) -> None:
    file = tmp_path / "many.db"
    database = await a_database(file)
    writers = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-c", WRITER, database.url, f"writer{number}", str(WRITES),
            cwd=TOP, stderr=asyncio.subprocess.PIPE,
        )
        for number in range(WRITERS)
    ]  # fmt: skip
    said = [(await writer.communicate())[1].decode() for writer in writers]
    assert [writer.returncode for writer in writers] == [0] * WRITERS, said
    assert await rows(database) == WRITERS * WRITES
    await database.close()
    assert integrity(file) == "ok"


async def test_a_full_disk_is_told_in_a_sentence_and_costs_nothing_that_was_kept(tmp_path: Path) -> None:
    file = tmp_path / "full.db"
    database = await a_database(file)
    await fill(database, "before")
    kept = await rows(database)
    await database.close()

    @event.listens_for(database.engine.sync_engine, "connect")
    def _small(connection: Any, _record: object) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count={pages + 2}")

    with pytest.raises(StorageError, match="disk is full"):
        await fill_up(database)
    still = await rows(database)
    assert still >= kept
    assert still % 20 == 0  # no transaction is there in part
    await database.close()
    assert integrity(file) == "ok"


async def test_a_read_only_database_answers_questions_and_refuses_changes_in_a_sentence(
    tmp_path: Path,
) -> None:
    file = tmp_path / "kept.db"
    database = await a_database(file)
    await fill(database, "before")
    await database.close()
    frozen = Database(f"sqlite:///file:{file}?mode=ro&uri=true")
    assert await rows(frozen) == 20
    with pytest.raises(StorageError, match="read-only"):
        await fill(frozen, "after")
    assert await rows(frozen) == 20
    await frozen.close()
    assert integrity(file) == "ok"


async def test_one_file_is_run_by_one_process_and_freed_by_its_end(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'one.db'}"
    with alone(url), pytest.raises(SettingsError, match="Another Paperbout runs"), alone(url):
        pass
    with alone(url):
        pass
    with (
        pytest.raises(SettingsError, match="can't be used"),
        alone(f"sqlite:///{tmp_path / 'nowhere' / 'one.db'}"),
    ):
        pass
