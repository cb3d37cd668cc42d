from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.script import ScriptDirectory

from storage.database.engine import Database
from storage.errors import SettingsError
from storage.migrations import running
from tests.exchange.test_whole_league import (
    test_every_table_and_column_of_the_schema_travels_or_has_a_reason as test_a_new_table_travels_or_has_a_reason,
)

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
REVISIONS = [script.revision for script in ScriptDirectory.from_config(running.config()).walk_revisions()][
    ::-1
]
KNOWN = {
    ("workspaces", "id"): "T1",
    ("papers", "status"): "known",
    ("papers", "canonical"): "arxiv:1706.03762",
    ("matches", "status"): "decided",
    ("polls", "status"): "open",
}
"""Values that migrations look at."""
__all__ = ["test_a_new_table_travels_or_has_a_reason"]
"""Who adds a table runs this file: exports are to be thought of, too."""


def value(column: sa.Column[Any]) -> Any:
    """Something a column takes."""
    known = KNOWN.get((column.table.name, column.name))
    if known is not None:
        return known
    for key in column.foreign_keys:
        return KNOWN.get((key.column.table.name, key.column.name), 1)
    match column.type:
        case sa.Boolean():
            return False
        case sa.Integer() | sa.Numeric() | sa.Float():
            return 1
        case sa.DateTime():
            return NOW
        case sa.JSON():
            return {}
        case sa.LargeBinary():
            return b"x"
        case _:
            return "x"


def fill(sync: sa.Connection) -> dict[str, int]:
    """One row in every table there is, as full as it can be; rows by table."""
    found = sa.MetaData()
    found.reflect(sync)
    tables = [table for table in found.sorted_tables if not table.name.startswith(("alembic", "pgqueuer"))]
    if sync.dialect.name == "sqlite":  # reflection there knows JSON and times by their names only
        sync.exec_driver_sql("PRAGMA foreign_keys=ON")
    later: list[tuple[sa.Table, dict[str, Any]]] = []
    there: set[str] = set()
    for table in tables:
        values = {column.name: value(column) for column in table.columns}
        missing = {
            column.name
            for column in table.columns
            for key in column.foreign_keys
            if key.column.table.name not in there and key.column.table is not table
        }
        later.append((table, {name: values.pop(name) for name in missing}))
        sync.execute(table.insert().values(**values))
        there.add(table.name)
    for table, values in later:
        if values:
            sync.execute(table.update().values(**values))
    return {table.name: rows(sync, table.name) for table in tables}


def rows(sync: sa.Connection, table: str) -> int:
    """How many rows a table has."""
    return sync.execute(sa.select(sa.func.count()).select_from(sa.table(table))).scalar_one()


async def test_migrations_and_classes_agree(database_url: str) -> None:
    database = Database(database_url)
    await running.upgrade(database)
    assert await running.differences(database) == []
    await running.check(database)
    await running.upgrade(database)  # twice changes nothing
    await database.close()


@pytest.mark.parametrize(
    "revision", [REVISIONS[0], *(pytest.param(name, marks=pytest.mark.slow) for name in REVISIONS[1:-1])]
)
async def test_every_released_revision_comes_forward_with_its_rows(database_url: str, revision: str) -> None:
    database = Database(database_url)
    await running.upgrade(database, revision)
    async with database.connection() as connection:
        before = await connection.run_sync(fill)
    assert set(before.values()) == {1}
    await running.upgrade(database)
    async with database.connection() as connection:
        after = {table: await connection.run_sync(rows, table) for table in before}
    assert after == before
    assert await running.differences(database) == []
    await database.close()


async def test_a_database_that_was_never_migrated_is_refused_with_what_to_do(database_url: str) -> None:
    database = Database(database_url)
    with pytest.raises(SettingsError, match="run `paperbout migrate` first"):
        await running.check(database)
    await database.close()
