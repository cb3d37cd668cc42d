"""A conversation over Slack's wire: what "it" means, suggestions as buttons, and what is remembered of it."""

import pytest

from storage.questions import conversations
from tests.slack.conftest import ATTENTION, BERT, Group, Person, shown


async def hears(person: Person, text: str, channel: str) -> str:
    before = len(person.group.private(person.id))
    await person.posts(text, channel=channel)
    return "".join(map(shown, person.group.private(person.id)[before:]))


@pytest.mark.slow
async def test_it_is_the_paper_last_talked_about_and_is_forgotten_with_the_person(group: Group) -> None:
    bob = group.people["bob"]
    await bob.posts(f"{ATTENTION} {BERT}")
    dm = group.slack.dm(bob.id)
    assert "Attention Is All You Need" in await hears(bob, "atention is all you ned", dm)
    rigor = await hears(bob, "and rigor?", dm)
    assert "Methodological rigor" in rigor
    assert "Attention Is All You Need" in rigor
    assert "Head to head" in await hears(bob, "compare with bert", dm)
    assert "welcome" in await hears(bob, "thanks!", dm)
    assert "ask.command" in await hears(bob, "purple elephants dance slowly", dm)
    assert "Nothing happens until you press" in await hears(bob, "let's go with 30 comparisons", dm)
    team = group.slack.world.team
    async with group.app.database.transaction(team) as session:
        topic = await conversations.topic(session, dm, "", bob.id, group.time.now())
        assert topic.entries
        await conversations.forget(session, bob.id)
        assert await conversations.topic(session, dm, "", bob.id, group.time.now()) == conversations.Topic()
