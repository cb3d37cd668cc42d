from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.following import notices
from handlers.blocks import ids
from storage.tables import Poll, Tournament, Voter
from tests.leagues.slack import Desk, a_desk
from tests.leagues.world import HOME, SECRET, World


@pytest.fixture
async def desk(world: World) -> AsyncIterator[Desk]:
    async with a_desk(world) as made:
        yield made


async def test_a_paper_is_followed_by_button_and_by_words(desk: Desk, world: World) -> None:
    league = await world.league()
    (entry,) = await world.enters(league.id, "Alpha")
    assert "You follow *Alpha*" in await desk.clicks("bob", ids.FOLLOW.carry(ids.OfEntry(entry)))
    assert "no longer follow" in await desk.clicks("bob", ids.UNFOLLOW.carry(ids.OfEntry(entry)))
    assert "You follow *Alpha*" in await desk.runs("bob", "follow", "alpha")
    assert "no longer follow" in await desk.runs("bob", "unfollow", "alpha")
    assert "No paper here" in await desk.runs("bob", "follow", "beta")


async def test_a_notice_names_the_paper_and_dies_with_the_right_to_see_it(desk: Desk, world: World) -> None:
    league = await world.league(SECRET)
    a, b = await world.enters(league.id, "Alpha & <@U1>", "Beta", channel=SECRET)
    async with world.writing() as session:
        await notices.follow(session, a, world.people.viewer("alice"), now=world.now)
        await notices.tell_match(session, 1, (a, b), "overturned", 1, now=world.now)
    shown = await desk.renders("notice")
    assert shown is not None
    assert shown.text == "The team overturned a verdict on Alpha &amp; &lt;@U1&gt; against Beta."
    world.people.rooms[SECRET].discard("alice")
    assert await desk.renders("notice") is None


async def test_home_shows_what_waits_what_runs_and_ones_papers(desk: Desk, world: World) -> None:
    league = await world.league()
    a, b = await world.enters(league.id, "Alpha", "Beta", user="bob")
    await world.ranks(league.id, [b, a])
    match = await world.plays(league.id, a, b, "first")
    async with world.writing() as session:
        poll = Poll(
            match_id=match, opened_by="alice", opened_at=world.now, closes_at=world.now + timedelta(days=1),
            quorum=3, anonymous=False,
        )  # fmt: skip
        session.add(poll)
        session.add(
            Tournament(
                league_id=league.id, status="running", budget_matches=40, channel=HOME, started_by="alice",
                created_at=world.now,
            )
        )  # fmt: skip
        await session.flush()
        session.add(Voter(poll_id=poll.id, user="bob"))
    await desk.bot.event("app_home_opened", event_id="EvF1", user="bob", tab="home")
    said = desk.said()
    for words in (
        "Votes waiting for you", "Alpha or Beta?", "0 of 40 matches decided", "#2 of 2 · 1700 ± 20",
        "2 papers ranked", "Leads: <https://example.org/beta|Beta>", "digest",
    ):  # fmt: skip
        assert words in said


async def test_home_says_nothing_of_private_leagues_to_those_outside(desk: Desk, world: World) -> None:
    league = await world.league(SECRET)
    (entry,) = await world.enters(league.id, "Alpha", user="bob", channel=SECRET)
    await world.ranks(league.id, [entry])
    await desk.bot.event("app_home_opened", event_id="EvF2", user="bob", tab="home")
    said = desk.said()
    assert "No league yet" in said
    assert "secret" not in said
    assert "Alpha" not in said
    await desk.bot.event("app_home_opened", event_id="EvF3", user="alice", tab="home")
    assert "secret" in desk.said()
