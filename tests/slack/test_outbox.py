"""Where messages can't go they end in a clear state, and two writers of one message leave one message."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import select

from handlers.features import messages
from handlers.slack.posting.poster import Poster
from handlers.slack.posting.sender import Clients
from handlers.slack.workspaces.web_clients import Use
from storage.tables import OutboxMessage
from storage.work import outbox
from tests.slack.conftest import ATTENTION, BERT, Group, Person, key


async def archived(group: Group) -> None:
    await group.slack.archive(group.channel)


async def deleted(group: Group) -> None:
    await group.slack.delete_channel(group.channel)


async def removed(group: Group) -> None:
    await group.slack.leave(group.slack.bot_user, group.channel)


async def revoked(group: Group) -> None:
    group.slack.api.installed = False


async def wants(group: Group, name: str) -> None:
    """A new card is wanted, and a newer state of every card there is."""
    async with group.app.database.transaction(group.slack.world.team) as session:
        now = group.time.now()
        await outbox.want(session, channel=group.channel, key=name, kind="card", about_id=1, now=now)
        await outbox.bump(session, "card", 1)


async def rows(group: Group) -> dict[str, tuple[str, str | None]]:
    """Status and reason of each message of the channel, by key."""
    async with group.app.database.reading(group.slack.world.team) as session:
        found = await session.execute(
            select(OutboxMessage.key, OutboxMessage.status, OutboxMessage.failure).where(
                OutboxMessage.channel == group.channel
            )
        )
        return {row.key: (row.status, row.failure) for row in found}


@pytest.mark.parametrize(
    ("trouble", "reason"),
    [
        (archived, "the channel is archived"),
        (deleted, "the channel is gone, or the bot isn't in it"),
        (removed, "the bot was removed from the channel"),
        (revoked, "the bot's token was revoked"),
    ],
)
async def test_a_place_that_takes_no_message_ends_its_messages_without_further_tries(
    group: Group, alice: Person, trouble: Callable[[Group], Awaitable[None]], reason: str
) -> None:
    await alice.posts(ATTENTION)
    await trouble(group)
    await wants(group, "card:1:new")
    await group.calm()
    states = await rows(group)
    assert states["card:1:new"] == ("ended", reason)
    before = len(group.slack.calls)
    for _ in range(5):
        await wants(group, "card:1:new")
        group.time.move(timedelta(hours=1))
        await group.calm()
    assert await rows(group) == states
    tried = [call.method for call in group.slack.calls[before:] if call.method.startswith("chat.")]
    # Who was only put out of the channel may still change what stands there, and did.
    assert tried == (["chat.update"] * 5 if trouble is removed else [])


async def test_what_ended_in_a_channel_comes_when_the_bot_is_back(group: Group, alice: Person) -> None:
    await alice.posts(ATTENTION)
    await removed(group)
    await wants(group, "card:1:new")
    await group.calm()
    await group.slack.join(group.slack.bot_user, group.channel, alice.id)
    await group.calm()
    assert {status for status, _reason in (await rows(group)).values()} == {"posted"}
    assert [key(message) for message in group.messages(kind="card")].count("card:1:new") == 1


async def test_a_message_deleted_in_slack_stays_deleted(group: Group, alice: Person) -> None:
    await alice.posts(ATTENTION)
    [card] = group.messages(kind="card")
    await group.slack.delete_message(alice.id, group.channel, card["ts"])
    await wants(group, "card:1:new")
    await group.calm()
    states = await rows(group)
    assert states[key(card)] == ("deleted", "the message was deleted in Slack")
    await wants(group, "card:1:new")
    await group.calm()
    assert len(group.messages(kind="card")) == 1


class Slow(AsyncWebClient):
    """A client whose process is stopped right before a post leaves it."""

    def __init__(self, like: AsyncWebClient) -> None:
        super().__init__(token=like.token, base_url=like.base_url)
        self.stopped, self.goes_on = asyncio.Event(), asyncio.Event()

    async def chat_postMessage(self, **arguments: Any) -> Any:  # noqa: N802 - Slack's name
        """Stop, and post when woken."""
        self.stopped.set()
        await self.goes_on.wait()
        return await super().chat_postMessage(**arguments)


async def test_a_worker_stopped_past_its_lease_takes_its_doubled_message_back(
    group: Group, alice: Person
) -> None:
    await alice.posts(BERT)
    team, app = group.slack.world.team, group.app
    client = app.slack.client_of(team, Use.CHANGING)
    slow = Slow(client)
    sleeper = Poster(
        app.services, messages(), Clients(lambda _: client, lambda _: slow), group.time, app.slack.levels
    )
    app.database.told, told = None, app.database.told
    async with app.database.transaction(team) as session:
        row = await outbox.want(
            session, channel=group.channel, key="card:1:new", kind="card", about_id=1, now=group.time.now()
        )
    sleeping = asyncio.create_task(sleeper.post(team, row))
    await slow.stopped.wait()
    group.time.move(timedelta(seconds=app.settings.lease_s + 1))
    app.database.told = told
    await app.jobs.sweep()
    await group.calm()
    assert [key(message) for message in group.messages(kind="card")].count("card:1:new") == 1
    slow.goes_on.set()
    await sleeping
    await group.calm()
    assert [key(message) for message in group.messages(kind="card")].count("card:1:new") == 1
    assert (await rows(group))["card:1:new"][0] == "posted"
