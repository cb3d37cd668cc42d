"""Archived, deleted, left by the bot, without a token: the league rests, its owner hears it once, and it goes on."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from handlers.app import prepare
from storage.tables import League
from tests.slack.conftest import ATTENTION, BERT, FOUR, GPT3, Group, Person, shown

pytestmark = pytest.mark.slow


async def _reason(group: Group) -> str | None:
    async with group.app.database.reading(group.slack.world.team) as session:
        return await session.scalar(select(League.closed_reason).where(League.channel == group.channel))


async def _evening(group: Group) -> None:
    now = group.time.now()
    evening = now.replace(hour=19, minute=30)
    group.time.move((evening if evening > now else evening + timedelta(days=1)) - now)
    await group.app.clock.tick()
    await group.calm()


async def _said(group: Group, person: Person) -> int:
    return sum("rests:" in shown(message) for message in group.private(person.id))


@pytest.mark.parametrize("how", ["archived", "left", "unseen"])
async def test_a_league_rests_while_its_channel_takes_nothing(
    group: Group, alice: Person, bob: Person, how: str
) -> None:
    await alice.posts(" ".join(FOUR[:3]))
    match how:
        case "archived":
            await group.slack.archive(group.channel)
        case "left":
            await group.slack.leave(group.slack.bot_user, group.channel)
        case "unseen":  # while the program was down
            group.slack.world.channels[group.channel].archived = True
    await group.calm()
    before = await group.counts()
    if how == "unseen":
        dm = group.slack.dm(bob.id)
        await bob.runs("/rank tournament start 1 match", channel=dm)
        before = await group.counts()
        assert await _reason(group)
    assert await _said(group, alice) == 1
    assert await _said(group, bob) == 0
    for _ in range(3):
        await _evening(group)
    assert (await group.counts()).matches == before.matches
    dm = group.slack.dm(bob.id)
    assert "rests" in await bob.asks("/rank tournament start 1 match", channel=dm)
    await bob.posts("https://arxiv.org/abs/1412.6980", channel=dm)
    assert (await group.counts()).papers == before.papers
    assert await _said(group, alice) == 1
    conversation = group.slack.world.channels[group.channel]
    if how == "left":
        await group.slack.join(group.slack.bot_user, group.channel)
    else:
        conversation.archived = False
        await bob.posts("back again " + GPT3)
    await group.calm()
    assert await _reason(group) is None
    await _evening(group)
    assert (await group.counts()).matches > before.matches


async def test_a_league_of_a_deleted_channel_plays_and_takes_nothing_more(
    group: Group, alice: Person, bob: Person
) -> None:
    await alice.posts(" ".join(FOUR[:3]))
    await group.slack.delete_channel(group.channel)
    await group.calm()
    before, dm = await group.counts(), group.slack.dm(bob.id)
    for _ in range(2):
        await _evening(group)
    await bob.asks("/rank tournament start 1 match", channel=dm)
    await bob.posts("https://arxiv.org/abs/1412.6980", channel=dm)
    after = await group.counts()
    assert (after.matches, after.papers) == (before.matches, before.papers)
    assert await _said(group, alice) == 1
    assert await _said(group, bob) == 0


async def test_a_dead_token_stops_play_as_well_until_there_is_one_that_works(
    group: Group, alice: Person
) -> None:
    await alice.posts(f"{ATTENTION} {BERT} {GPT3}")
    works = dict(group.slack.api.tokens)
    group.slack.api.tokens.clear()
    await alice.posts("https://arxiv.org/abs/1412.6980")
    assert await _reason(group)
    before = await group.counts()
    await _evening(group)
    assert (await group.counts()).matches == before.matches
    group.slack.api.tokens.update(works)
    await prepare(group.app, migrate=False)
    assert await _reason(group) is None
    await _evening(group)
    assert (await group.counts()).matches > before.matches
