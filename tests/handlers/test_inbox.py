"""Each event of Slack's once, and a click that was acked is a click that was kept."""

import asyncio
from datetime import timedelta

from sqlalchemy import select

from handlers.slack.calls import Call
from storage.tables import Event
from storage.work import inbox
from tests.handlers.conftest import Bot, Clock


async def test_an_event_delivered_again_is_acked_and_heard_once(bot: Bot) -> None:
    heard: list[str] = []

    async def listener(_call: object) -> None:
        heard.append("once")

    bot.on.event("app_mention", listener)
    for _ in range(5):
        assert (await bot.event("app_mention", text="hi")).status == 200
    assert heard == ["once"]


async def test_an_event_that_another_process_is_at_is_left_for_slack_to_deliver_again(
    bot: Bot, clock: Clock
) -> None:
    heard: list[str] = []

    async def listener(_call: object) -> None:
        heard.append("heard")

    bot.on.event("app_mention", listener)
    database = bot.on.services.database
    async with database.transaction("T1") as session:
        assert await inbox.take(session, "Ev1", clock()) == "taken"
    assert (await bot.event("app_mention", text="hi")).status == 503
    async with database.transaction("T1") as session:  # that process died, and Slack's next try comes later
        assert await inbox.take(session, "Ev1", clock() + timedelta(seconds=60)) == "taken"
        await inbox.give_back(session, "Ev1")
    assert (await bot.event("app_mention", text="hi")).status == 200
    assert heard == ["heard"]


async def test_an_event_that_concerns_nobody_leaves_no_row(bot: Bot) -> None:
    async def listener(_call: object) -> None:
        raise AssertionError("not for us")

    bot.on.event("message", listener, matters=lambda call: "http" in str(call.event.get("text")))
    assert (await bot.event("message", text="good morning")).status == 200

    async def is_about_papers(call: Call) -> bool:
        return bool(call.event["item"]["ts"] == "1.5")

    bot.on.event("reaction_added", listener, concerns=is_about_papers)
    assert (await bot.event("reaction_added", item={"ts": "2.5"})).status == 200
    async with bot.on.services.database.transaction("T1") as session:
        assert await session.scalar(select(Event.id)) is None


async def test_two_processes_at_once_take_an_event_in_once(bot: Bot, clock: Clock) -> None:
    database = bot.on.services.database

    async def take() -> str:
        async with database.transaction("T1") as session:
            return await inbox.take(session, "Ev7", clock())

    assert sorted(await asyncio.gather(*(take() for _ in range(5)))) == ["busy"] * 4 + ["taken"]
