"""An hour in which Slack, or a source, answers as servers in trouble do: it delays, and loses and doubles nothing."""

import asyncio
from collections import Counter
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from handlers.slack.workspaces import web_clients
from storage.tables import OutboxMessage, Paper
from storage.work import leases
from tests.faults.test_restore import drilling
from tests.faults.weather import Weather, weather_over
from tests.slack.conftest import FOUR, Group, key

pytestmark = pytest.mark.faults


async def an_hour(group: Group, weather: Weather) -> None:
    """Let an hour pass in bad weather, and then a while in good."""
    weather.is_bad = True
    for _ in range(60):
        group.time.move(timedelta(minutes=1))
        await asyncio.sleep(0.15)
    weather.is_bad = False
    for _ in range(120):  # a source that asked to wait is waited for in real seconds
        group.time.move(timedelta(minutes=1))
        await asyncio.sleep(0.15)
        if (await group.counts()).papers == len(FOUR) and len(group.messages(kind="card")) == len(FOUR):
            break
    for _ in range(5):
        group.time.move(timedelta(minutes=1))
        await group.calm()


async def check(group: Group) -> None:
    """Every paper is read, every message stands once, nothing failed."""
    async with group.app.database.reading(group.slack.world.team) as session:
        papers = Counter(await session.scalars(select(Paper.status)))
        messages = Counter(await session.scalars(select(OutboxMessage.status)))
        assert await leases.failures(session) == []
    assert papers == {"known": len(FOUR)}
    assert messages.keys() == {"posted"}
    keys = Counter(key(message) for message in group.messages())
    assert set(keys.values()) == {1}
    assert len([name for name in keys if name.startswith("card:")]) == len(FOUR)


@pytest.mark.parametrize("who", ["slack", "source"])
async def test_an_hour_of_somebody_elses_outage_delays_and_loses_nothing(
    who: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web_clients, "LONGEST_SLEEP_S", 0.01)  # real seconds; the hour is the program's own
    async with AsyncExitStack() as stack:
        drill = await stack.enter_async_context(drilling(f"sqlite:///{tmp_path / 'outage.db'}"))
        name = "slack_api_url" if who == "slack" else "arxiv_url"
        address, _, path = str(getattr(drill.settings, name)).partition("/api/")
        weather = await stack.enter_async_context(weather_over(address))
        # an hour passes in seconds here: a lease of minutes would run out while its work goes on
        drill.settings = drill.settings.model_copy(
            update={name: f"{weather.url}api/{path}", "lease_s": 10_000.0}
        )
        async with drill.running() as group:
            await group.people["alice"].posts("Good morning")
            weather.is_bad = who == "source"
            posting = asyncio.create_task(
                group.slack.post(group.people["alice"].id, group.channel, " ".join(FOUR))
            )
            await asyncio.sleep(0.3)
            await an_hour(group, weather)
            await posting
            assert sum(weather.answered.values()) > 2
            await check(group)
