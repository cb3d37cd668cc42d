"""The reads behind the home tab, a tournament's end and reading lists run on PostgreSQL as on SQLite."""

import re
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from sqlalchemy import select

from storage.database.engine import Database
from storage.following import reading_lists
from storage.leagues import failed_work, league_rows, purpose_uses
from storage.migrations import running
from storage.questions import upcoming_play
from storage.standings import past_standings
from storage.tables import AuditLine, OutboxMessage
from storage.tournaments import judge_disagreements
from storage.voting import polls
from storage.work import outbox
from storage.workspaces import forget_person, workspace_rows

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


@pytest.mark.slow
@pytest.mark.postgres
async def test_what_slack_shows_is_read_on_postgresql_too(postgres_url: str) -> None:
    database = Database(postgres_url)
    await running.upgrade(database)
    await workspace_rows.ensure(database, "T1", NOW)
    async with database.transaction(None) as session:
        await workspace_rows.learn_level(session, "T1", 1, NOW)
    async with database.transaction(None) as session:
        assert await workspace_rows.level(session, "T1") == (1, NOW)
    async with database.transaction("T1") as session:
        assert await failed_work.failed_work_of(session, [1]) == []
        assert await failed_work.judge_health(session, [1], NOW) == []
        assert await judge_disagreements.decided_differently_before(session, 1, 3) == []
        assert await judge_disagreements.decided_differently_swapped(session, 1, 3) == []
        assert list(await past_standings.load_course(session, 1, None)) == []
        assert await upcoming_play.count_uncertain(session, 1, 100.0) == (0, 0)
        assert await reading_lists.saved_papers(session, "U1", [1], read=False, limit=3) == []
        assert await reading_lists.forget(session, "U1") == 0
        assert await polls.latest_on(session, [1]) == {}
        assert await purpose_uses.uses_of_purposes(session, 1) == []
    await database.close()


@pytest.mark.slow
@pytest.mark.postgres
async def test_a_person_is_forgotten_on_postgresql_too_within_json_as_well(postgres_url: str) -> None:
    database = Database(postgres_url)
    await running.upgrade(database)
    await workspace_rows.ensure(database, "T1", NOW)
    async with database.transaction("T1") as session:
        league, _ = await league_rows.create(
            session, name="papers", channel="C1", is_private=False, user="U1", time_zone="UTC",
            monthly_cap=Decimal(10), now=NOW,
        )  # fmt: skip
        await league_rows.note(session, league.id, "U12", "owner.added", {"user": "U1"}, NOW)
        await outbox.want(
            session, channel="C1", key="shared:U1:1", kind="shared", options={"user": "U1"}, now=NOW
        )
        await outbox.want(session, channel="U1", key="notice:1", kind="notice", now=NOW)
        erased = await forget_person.forget(session, "U1")
        assert (erased.votes, erased.leagues) == (0, ("papers",))
    async with database.reading("T1") as session:
        rows = [*await session.scalars(select(AuditLine)), *await session.scalars(select(OutboxMessage))]
        said = [str(vars(row)) for row in rows]
        assert not [text for text in said if re.search(r"\bU1\b", text)]
        assert any("U12" in text for text in said), "another whose id begins alike stays"
        assert await league_rows.owners(session, league.id) == []
    await database.close()
