"""Where messages can't go they end in a clear state, and two writers of one message leave one message."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import select

from bot.voting import closing
from handlers.features import messages
from handlers.slack.posting.poster import Poster
from handlers.slack.posting.sender import Clients
from handlers.slack.workspaces.web_clients import Use
from storage.tables import OutboxMessage
from storage.work import outbox
from tests.slack.conftest import ATTENTION, BERT, Group, Person, key, shown


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


class Deaf(Slow):
    """A client whose process is stopped right after Slack took its post."""

    async def chat_postMessage(self, **arguments: Any) -> Any:  # noqa: N802 - Slack's name
        """Post, and stop with the answer."""
        answer = await AsyncWebClient.chat_postMessage(self, **arguments)
        self.stopped.set()
        await self.goes_on.wait()
        return answer


@asynccontextmanager
async def posting(
    group: Group, slow: type[Slow], name: str, kind: str, about: int
) -> AsyncIterator[tuple[Slow, asyncio.Task[None]]]:
    """Another process posts a message and is stopped in it; nobody takes up its work before the block ends."""
    team, app = group.slack.world.team, group.app
    client = app.slack.client_of(team, Use.CHANGING)
    stopped = slow(client)
    poster = Poster(
        app.services, messages(), Clients(lambda _: client, lambda _: stopped), group.time, app.slack.levels
    )
    app.database.told, told = None, app.database.told
    async with app.database.transaction(team) as session:
        row = await outbox.want(
            session, channel=group.channel, key=name, kind=kind, about_id=about, now=group.time.now()
        )
    work = asyncio.create_task(poster.post(team, row))
    await stopped.stopped.wait()
    yield stopped, work
    app.database.told = told


async def lease_ends(group: Group) -> None:
    group.time.move(timedelta(seconds=group.app.settings.lease_s + 1))
    await group.app.jobs.sweep()
    await group.calm()


async def test_a_worker_stopped_past_its_lease_takes_its_doubled_message_back(
    group: Group, alice: Person
) -> None:
    await alice.posts(BERT)
    async with posting(group, Slow, "card:1:new", "card", 1) as (slow, work):
        pass
    await lease_ends(group)
    assert [key(message) for message in group.messages(kind="card")].count("card:1:new") == 1
    slow.goes_on.set()
    await work
    await group.calm()
    assert [key(message) for message in group.messages(kind="card")].count("card:1:new") == 1
    assert (await rows(group))["card:1:new"][0] == "posted"


async def test_an_announcement_whose_process_died_with_slacks_answer_is_found_though_its_vote_is_over_by_then(
    group: Group, alice: Person
) -> None:
    await alice.posts(f"{ATTENTION} {BERT}")
    await alice.runs("/rank tournament start 1 match")
    await alice.clicks(group.messages("match.challenge")[0], "match.challenge")
    await group.calm()
    async with posting(group, Deaf, "announced:again", "poll_announced", 1) as (_deaf, work):
        work.cancel()  # kill -9: what is posted is written down nowhere
        await asyncio.wait([work])
        async with group.app.database.transaction(group.slack.world.team) as session:
            await closing.close_as_void(session, 1, group.time.now())
    [before] = [each for each in group.messages() if key(each) == "announced:again"]
    await lease_ends(group)
    [after] = [each for each in group.messages() if key(each) == "announced:again"]
    assert shown(after) != shown(before)
    assert (await rows(group))["announced:again"] == ("posted", None)
