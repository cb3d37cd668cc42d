"""An hour in which Slack, or a source, answers as servers in trouble do: it delays, and loses and doubles nothing."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.judges.llm.retries import breaker, retry_after, retry_policy
from bot.judges.llm.retries.retry_policy import Policy
from handlers.slack.workspaces import web_clients
from storage.tables import Match, OutboxMessage, Paper
from storage.work import leases
from tests.faults.judge import judging
from tests.faults.test_restore import Drill, drilling
from tests.faults.weather import Weather, weather_over
from tests.slack.conftest import FOUR, Group, key

pytestmark = [pytest.mark.faults]


async def an_hour(group: Group, weather: Weather) -> None:
    """Let an hour pass in bad weather, and then a while in good."""
    await bad_hour(group, weather)
    for _ in range(120):  # a source that asked to wait is waited for in real seconds
        group.time.move(timedelta(minutes=1))
        await asyncio.sleep(0.15)
        if (await group.counts()).papers == len(FOUR) and len(group.messages(kind="card")) == len(FOUR):
            break
    for _ in range(5):
        group.time.move(timedelta(minutes=1))
        await group.calm()


async def bad_hour(group: Group, weather: Weather) -> None:
    weather.is_bad = True
    for _ in range(60):
        group.time.move(timedelta(minutes=1))
        await asyncio.sleep(0.15)
    weather.is_bad = False


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


@asynccontextmanager
async def in_weather(who: str, url: str) -> AsyncIterator[tuple[Drill, Weather]]:
    """A drill in which Slack, the papers' source or the judge's server is reached through weather."""
    async with AsyncExitStack() as stack:
        drill = await stack.enter_async_context(drilling(url))
        if who == "model":
            judge = await stack.enter_async_context(judging(0.0))
            weather = await stack.enter_async_context(weather_over(judge.url.removesuffix("/v1")))
            changed: dict[str, object] = {
                "judges": (f"openai:scripted@{weather.url}v1",), "match_price_usd": Decimal(0),
            }  # fmt: skip
        else:
            name = "slack_api_url" if who == "slack" else "arxiv_url"
            address, _, path = str(getattr(drill.settings, name)).partition("/api/")
            weather = await stack.enter_async_context(weather_over(address))
            changed = {name: f"{weather.url}api/{path}"}
        # an hour passes in seconds here: a lease of minutes would run out while its work goes on
        drill.settings = drill.settings.model_copy(update={"lease_s": 10_000.0, **changed})
        yield drill, weather


@pytest.fixture
def url(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    return (
        f"sqlite:///{tmp_path / 'outage.db'}" if kind == "sqlite" else request.getfixturevalue("postgres_url")
    )


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
@pytest.mark.parametrize("who", ["slack", "source"])
async def test_an_hour_of_somebody_elses_outage_delays_and_loses_nothing(
    who: str, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web_clients, "LONGEST_SLEEP_S", 0.01)  # real seconds; the hour is the program's own
    async with in_weather(who, url) as (drill, weather), drill.running() as group:
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


@pytest.mark.parametrize("kind", ["sqlite"])
async def test_an_hour_of_a_models_outage_fails_no_match(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "none")
    monkeypatch.setattr(breaker, "FIRST_WAIT_S", 0.1)  # real seconds, as those between two tries
    monkeypatch.setattr(breaker, "LONGEST_WAIT_S", 0.5)
    monkeypatch.setattr(retry_after, "LONGEST_WAIT_S", 0.2)
    monkeypatch.setattr(
        retry_policy, "Policy", partial(Policy, base=0.01, longest_backoff=0.05, longest_wait=0.1)
    )
    async with in_weather("model", url) as (drill, weather), drill.running() as group:
        await group.people["alice"].posts(" ".join(FOUR))
        weather.is_bad = True
        await group.slack.command(
            group.people["alice"].id, group.channel, "/rank", "tournament start 6 matches"
        )
        await bad_hour(group, weather)
        for _ in range(200):
            if await played(group) == 6:
                break
            group.time.move(timedelta(minutes=1))
            await asyncio.sleep(0.1)
        async with group.app.database.reading(group.slack.world.team) as session:
            matches = Counter(await session.scalars(select(Match.status)))
            assert await leases.failures(session) == []
        assert matches == {"decided": 6}
        assert sum(weather.answered.values()) > 2


async def played(group: Group) -> int:
    async with group.app.database.reading(group.slack.world.team) as session:
        return len(list(await session.scalars(select(Match.id).where(Match.status == "decided"))))
