"""429s, 500s and deliveries twice over: still one message for each thing there is to say."""

from collections import Counter
from datetime import timedelta

import pytest

from tests.slack.conftest import FOUR, Group, Person, key


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
