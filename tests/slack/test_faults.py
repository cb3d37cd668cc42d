"""429s, 500s and deliveries twice over: still one message for each thing there is to say."""

from collections import Counter
from datetime import timedelta

import pytest

from handlers.demo.slack.faults import Fault
from tests.slack.conftest import FOUR, Group, Person, key, shown


async def test_refusals_and_repeats_never_make_a_message_twice_or_lose_one(
    group: Group, alice: Person
) -> None:
    faults = group.slack.faults
    faults.duplicate = 1.0
    faults.script("chat.postMessage", "ratelimited", "error", "lost", "ok", "lost", "error")
    faults.script("chat.update", "error", "ratelimited", "lost")
    await alice.posts(" ".join(FOUR))
    for _ in range(6):
        group.time.move(timedelta(seconds=61))
        await group.calm()
    assert len(group.messages(kind="card")) == len(FOUR)
    keys = Counter(key(message) for message in group.messages())
    assert set(keys.values()) == {1}
    assert (await group.counts()).papers == len(FOUR)


@pytest.mark.slow
async def test_a_command_is_answered_though_modals_are_unknown(group: Group, alice: Person) -> None:
    group.slack.faults.unknown_method("views.open", "views.push")
    await alice.posts(" ".join(FOUR))
    reply = await alice.runs("/rank tournament start")
    assert reply.ack.ok
    assert reply.messages
    assert "Attention" in await alice.asks("/rank")


@pytest.mark.slow
async def test_what_only_decorates_never_keeps_an_answer_or_a_paper_from_anybody(
    group: Group, alice: Person
) -> None:
    faults = group.slack.faults
    kinds: tuple[Fault, ...] = ("ratelimited", "error", "lost")
    for fault in kinds:
        faults.script("reactions.add", fault, fault, fault, fault)
        faults.script("assistant.threads.setStatus", fault, fault, fault, fault)
    for link in FOUR:
        await alice.posts(link)
        answers = group.slack.replies(dm := group.slack.dm(alice.id), await alice.posts("board", channel=dm))
        assert len(answers) == 1
    assert len(group.messages(kind="card")) == len(FOUR)
    assert all(delivered.ack.ok for delivered in group.slack.delivered)


@pytest.mark.slow
async def test_that_slack_was_asked_too_much_is_told_as_that(group: Group, alice: Person) -> None:
    await alice.posts(FOUR[0])
    for method in ("users.info", "conversations.info", "conversations.members", "views.update"):
        group.app.slack.forget_workspace(group.slack.world.team)
        group.slack.faults.script(method, "ratelimited", "ratelimited")
        await alice.runs("/rank settings")
        told = [*map(shown, group.slack.ephemerals(alice.id)), *map(shown, group.slack.views(alice.id))]
        assert not any("went wrong" in each for each in told), method
        group.slack.faults._scripts.clear()
