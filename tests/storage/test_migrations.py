import pytest

from bot.errors import SettingsError
from storage import migrating
from storage.database import Database


async def test_migrations_and_classes_agree(database_url: str) -> None:
    database = Database(database_url)
    await migrating.upgrade(database)
    assert await migrating.differences(database) == []
    await migrating.check(database)
    await database.close()


async def test_a_database_that_was_never_migrated_is_refused_with_what_to_do(database_url: str) -> None:
    database = Database(database_url)
    with pytest.raises(SettingsError, match="run `paperbout migrate` first"):
        await migrating.check(database)
    await database.close()
