"""Slack takes three seconds to say who somebody is, and nobody who writes meanwhile waits for that."""

import asyncio
from collections.abc import Awaitable, Callable
from time import perf_counter

import pytest

from handlers.blocks import phrases
from handlers.demo.slack.wire import Json, Reply
from tests.slack.conftest import Group, Person
from tests.slack.test_tournaments import played

LATE_S = 3.0
DIRECTORY = ("users.info", "users.list", "conversations.members", "conversations.info")


async def _longest_wait(group: Group, done: asyncio.Event) -> float:
    """How long another writer of the workspace waited for its turn, at worst, until `done`."""
    longest = 0.0
    while not done.is_set():
        began = perf_counter()
        async with group.app.database.transaction(group.slack.world.team):
            longest = max(longest, perf_counter() - began)
        await asyncio.sleep(0.005)
    return longest


AUTHOR = phrases.AUTHOR


@pytest.mark.slow
async def test_no_writer_waits_while_the_directory_is_asked(group: Group, alice: Person) -> None:
    await played(group)
    bob, carol, slack = group.people["bob"], group.people["carol"], group.slack
    await bob.clicks(group.messages("match.challenge")[0], "match.challenge")
    (poll,) = group.messages("vote.cast")
    (board,) = (await bob.runs("/rank")).messages
    await alice.runs("/rank settings")
    settings = alice.modal

    def command(user: Person, line: str) -> Callable[[], Awaitable[Reply]]:
        name, _, words = line.partition(" ")
        return lambda: slack.command(user.id, group.channel, name, words)

    def click(user: Person, surface: Json, action: str) -> Callable[[], Awaitable[Reply]]:
        return lambda: slack.click(
            user.id, surface, lambda element: str(element.get("action_id", "")).startswith(action)
        )

    served = (
        *(command(alice, f"/rank {words}") for words in ("", "purpose What matters", "owner", "votes")),
        *(command(bob, f"/rank {words}") for words in ("mute", "merge #1 | #2", "remove #4")),
        command(carol, "/rank start 2 matches"),
        click(bob, poll, "vote.cast:0"),
        lambda: slack.click(carol.id, poll, lambda element: element["action_id"] == "menu", selected=AUTHOR),
        click(bob, group.messages("match.challenge")[-1], "match.challenge"),
        click(bob, board, "share"),
    )

    async def window_and_home() -> None:
        await asyncio.gather(slack.submit(alice.id, settings, {}), slack.open_home(bob.id))

    slack.faults.slow_methods = dict.fromkeys(DIRECTORY, LATE_S)
    before, done = len(slack.calls), asyncio.Event()
    writer = asyncio.create_task(_longest_wait(group, done))
    for serve in (*served, window_and_home):
        group.app.slack.forget_workspace(slack.world.team)
        await serve()
        await group.calm(timeout=60)
    done.set()
    longest = await writer
    asked = [call.method for call in slack.calls[before:]]
    assert asked.count("users.info") > len(served)
    assert "conversations.info" in asked
    # A turn that is held while the directory is asked takes as long as one answer at least, on any machine.
    assert longest < LATE_S / 2, f"{longest:.2f} s"
