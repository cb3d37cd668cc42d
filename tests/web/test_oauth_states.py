"""A state of an installation: good once, for ten minutes, and kept by nobody before it comes back."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.work.timing import MovableTime
from handlers.slack.workspaces.oauth_states import SealedStates
from storage.database.engine import Database
from storage.tables import SlackState
from storage.workspaces.token_sealing import Keyring, new_key
from tests.databases import with_tables


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    made = await with_tables(f"sqlite:///{tmp_path / 'states.db'}")
    yield made
    await made.close()


async def count(database: Database) -> int:
    async with database.reading(None) as session:
        return await session.scalar(select(func.count(SlackState.id))) or 0


async def test_a_state_is_good_once_and_nothing_is_kept_of_those_that_never_come_back(
    database: Database,
) -> None:
    time = MovableTime(datetime(2026, 3, 1, tzinfo=UTC))
    states = SealedStates(Keyring((new_key(),)), database, time, 600)
    issued = [await states.async_issue() for _ in range(200)]
    assert await count(database) == 0
    assert len(set(issued)) == 200
    assert await states.async_consume(issued[0])
    assert not await states.async_consume(issued[0])
    time.move(timedelta(seconds=599))
    assert await states.async_consume(issued[1])
    time.move(timedelta(seconds=1))
    assert not await states.async_consume(issued[2])
    time.move(timedelta(seconds=600))
    fresh = await states.async_issue()
    assert await states.async_consume(fresh)
    assert await count(database) == 1


@pytest.mark.parametrize("state", ["", "made-up", "ü", "x" * 5000])
async def test_a_state_that_is_none_of_ours_is_refused(state: str, database: Database) -> None:
    time = MovableTime(datetime(2026, 3, 1, tzinfo=UTC))
    assert not await SealedStates(Keyring((new_key(),)), database, time, 600).async_consume(state)
    foreign = await SealedStates(Keyring((new_key(),)), database, time, 600).async_issue()
    assert not await SealedStates(Keyring((new_key(),)), database, time, 600).async_consume(foreign)


async def test_a_state_of_a_clock_that_was_a_year_ahead_is_refused(database: Database) -> None:
    keyring, time = Keyring((new_key(),)), MovableTime(datetime(2027, 3, 1, tzinfo=UTC))
    ahead = await SealedStates(keyring, database, time, 600).async_issue()
    time = MovableTime(datetime(2026, 3, 1, tzinfo=UTC))
    states = SealedStates(keyring, database, time, 600)
    assert not await states.async_consume(ahead), "else it would be good for a year, and more than once"
    assert await states.async_consume(await states.async_issue())
