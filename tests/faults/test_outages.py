"""An hour in which Slack, a source or a model's server is in trouble: it delays, and loses and doubles nothing."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.judges.llm.retries import breaker
from handlers.slack.workspaces import web_clients
from storage.tables import Match, OutboxMessage, Paper
from storage.work import leases
from tests.faults.judge import judging
from tests.faults.test_restore import Drill, drilling
from tests.faults.weather import Weather, weather_over
from tests.slack.conftest import FOUR, Group, key

pytestmark = pytest.mark.faults

KINDS = ("sqlite", pytest.param("postgresql", marks=pytest.mark.postgres))
MATCHES = 6


@pytest.fixture
def url(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    return (
        f"sqlite:///{tmp_path / 'outage.db'}" if kind == "sqlite" else request.getfixturevalue("postgres_url")
    )


@asynccontextmanager
async def in_weather(who: str, url: str) -> AsyncIterator[tuple[Drill, Weather]]:
    """A drill in which Slack, the papers' source or the judge's server is reached through weather."""
    async with AsyncExitStack() as stack:
        drill = await stack.enter_async_context(drilling(url))
        drill.slack.pace.per_minute["chat.update"] = 0  # an hour's updates pass in seconds here
        if who == "model":
            judge = await stack.enter_async_context(judging(0.0))
            weather = await stack.enter_async_context(weather_over(judge.url.removesuffix("/v1")))
            changed: dict[str, object] = {
                "judges": (f"openai:scripted@{weather.url}v1",),
                "match_price_usd": Decimal(0),
            }
        else:
            name = "slack_api_url" if who == "slack" else "arxiv_url"
            address, _, path = str(getattr(drill.settings, name)).partition("/api/")
            weather = await stack.enter_async_context(weather_over(address))
            changed = {name: f"{weather.url}api/{path}"}
        # an hour passes in seconds here: a lease of minutes would run out while its work goes on
        drill.settings = drill.settings.model_copy(update={"lease_s": 10_000.0, **changed})
        yield drill, weather


async def minutes(group: Group, most: int, over: Callable[[], Awaitable[bool]] | None = None) -> None:
    """Let minutes pass, until it is over."""
    for _ in range(most):
        if over is not None and await over():
            return
        group.time.move(timedelta(minutes=1))
        await asyncio.sleep(0.1)


async def an_hour(group: Group, weather: Weather, over: Callable[[], Awaitable[bool]]) -> None:
    """Let an hour pass in bad weather, and then a while in good until all is done."""
    weather.is_bad = True
    await minutes(group, 60)
    weather.is_bad = False
    await minutes(group, 200, over)  # a source that asked to wait is waited for in real seconds
    for _ in range(5):
        group.time.move(timedelta(minutes=1))
        await group.calm()
    assert sum(weather.answered.values()) > 1


async def check(group: Group, more: int = 0) -> None:
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
    assert len([name for name in keys if name.startswith("match:")]) == more


async def is_read(group: Group) -> bool:
    """Whether all four papers are read, and their cards and all else stand."""
    async with group.app.database.reading(group.slack.world.team) as session:
        waiting = await session.scalar(select(OutboxMessage.id).where(OutboxMessage.status != "posted"))
        papers = (await session.scalars(select(Paper.status))).all()
    cards = len(group.messages(kind="card"))
    return waiting is None and cards == len(FOUR) and list(papers) == ["known"] * len(FOUR)


async def is_played(group: Group) -> bool:
    """Whether every match is decided, and told."""
    async with group.app.database.reading(group.slack.world.team) as session:
        decided = len((await session.scalars(select(Match.id).where(Match.status == "decided"))).all())
    return decided == MATCHES and await is_read(group)


@pytest.mark.parametrize("kind", KINDS)
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
        await an_hour(group, weather, lambda: is_read(group))
        await posting
        await check(group)


@pytest.mark.parametrize("kind", KINDS)
async def test_an_hour_of_a_models_outage_fails_no_match(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "none")
    monkeypatch.setattr(breaker, "FIRST_WAIT_S", 0.1)  # real seconds, as those between two tries
    monkeypatch.setattr(breaker, "LONGEST_WAIT_S", 0.5)
    async with in_weather("model", url) as (drill, weather), drill.running() as group:
        await group.people["alice"].posts(" ".join(FOUR))
        await minutes(group, 60, lambda: is_read(group))  # on PostgreSQL nobody knows when the queue is idle
        weather.is_bad = True
        await group.people["alice"].runs(f"/rank tournament start {MATCHES} matches")
        await an_hour(group, weather, lambda: is_played(group))
        async with group.app.database.reading(group.slack.world.team) as session:
            matches = list(await session.execute(select(Match.status, Match.failure)))
        assert matches == [("decided", None)] * MATCHES
        await check(group, MATCHES)
        told = [name for name in map(key, group.messages()) if name.startswith("judge_outage:")]
        assert len(told) == 2, "told once that it is away, and once that it answers again"
