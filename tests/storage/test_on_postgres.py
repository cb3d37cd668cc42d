"""The reads behind the home tab, a tournament's end and reading lists run on PostgreSQL as on SQLite."""

from datetime import UTC, datetime

import pytest

from storage import boards, endings, migrating, reading, upkeep, votes, workspaces
from storage.database import Database

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


@pytest.mark.slow
@pytest.mark.postgres
async def test_what_slack_shows_is_read_on_postgresql_too(postgres_url: str) -> None:
    database = Database(postgres_url)
    await migrating.upgrade(database)
    await workspaces.ensure(database, "T1", NOW)
    async with database.transaction(None) as session:
        await workspaces.learn_level(session, "T1", 1, NOW)
    async with database.transaction(None) as session:
        assert await workspaces.level(session, "T1") == (1, NOW)
    async with database.transaction("T1") as session:
        assert await upkeep.failed(session, [1]) == []
        assert await upkeep.health(session, [1], NOW) == []
        assert await endings.contradicted(session, 1, 3) == []
        assert await endings.flipped(session, 1, 3) == []
        assert list(await endings.course(session, 1, None)) == []
        assert await boards.uncertain(session, 1, 100.0) == (0, 0)
        assert await reading.kept(session, "U1", [1], read=False, limit=3) == []
        assert await reading.forget(session, "U1") == 0
        assert await votes.latest_on(session, [1]) == {}
    await database.close()
