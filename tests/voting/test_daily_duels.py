"""Claims about the duel a day: on Home, by direct message, how it is switched off, and where its counts are told."""

from collections.abc import AsyncIterator
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from bot.voting import daily_duels, duels
from bot.voting.duels import best_pair, judges_share
from handlers.blocks import ids
from storage.following import followers
from storage.standings import personal_votes
from storage.tournaments import schedules
from storage.voting import duels as rows
from storage.voting.duels import PairVotes
from storage.work import outbox
from storage.workspaces.forget_person import forget
from tests.leagues.slack import Desk, a_desk
from tests.leagues.world import MONDAY, World, a_world
from tests.voting.test_duels import ids_of, paper


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with a_world(tmp_path) as world, a_desk(world) as made:
        yield made


async def two_papers(world: World) -> tuple[int, int, int]:
    league = await world.league()
    first, second = await world.enters(league.id, "Alpha", "Beta")
    return league.id, first, second


async def due(world: World, slot: str = "2026-11-24T09:00") -> int:
    """Fire Bob's daily duel; return how many messages of it there are."""
    async with world.writing() as session:
        for schedule in await schedules.in_place(session, daily_duels.KIND, "bob"):
            await daily_duels.send_by_dm(session, schedule, slot, world.now)
    return len(await world.messages("duel"))


async def test_whoever_asked_gets_a_pair_by_direct_message_that_turns_into_its_result(desk: Desk) -> None:
    world = desk.world
    _, first, second = await two_papers(world)
    assert "to compare each weekday" in await desk.runs("bob", "duel", "daily")
    assert await due(world) == 1
    shown = await desk.renders("duel")
    assert shown is not None
    assert "Which matters more to you?" in shown.text
    assert "No more pairs for me" in str(shown.blocks)
    assert "judge" not in str(shown.blocks)
    said = await desk.clicks("bob", ids.DUEL_VOTE.carry(ids.DuelBallot(first, second, "first")))
    assert "You chose *Alpha*" in said
    answered = await desk.renders("duel")
    assert answered is not None
    assert "You chose *Alpha*" in answered.text
    assert await due(world, "2026-11-25T09:00") == 1, "no pair is left"


async def test_a_switch_a_mute_and_being_forgotten_end_the_messages(desk: Desk) -> None:
    world = desk.world
    league, *_ = await two_papers(world)
    await desk.runs("bob", "duel", "daily")
    async with world.writing() as session:
        await followers.mute(session, league, "bob", world.now)
    assert await due(world) == 0
    await desk.runs("bob", "duel", "daily")
    said = await desk.clicks("bob", ids.DUELS.carry(ids.Switch(False)))
    assert "No more pairs for you" in said
    async with world.database.reading("T1") as session:
        assert await schedules.in_place(session, daily_duels.KIND, "bob") == []
    assert await due(world) == 0
    await desk.runs("bob", "duel", "daily")
    async with world.writing() as session:
        await forget(session, "bob")
    assert await due(world) == 0
    assert "duel daily" in await desk.runs("bob", "duel", "hourly")
    assert "guests and others" in await desk.runs("gus", "duel", "daily")


async def test_home_asks_a_pair_tells_the_result_and_is_switched_off(desk: Desk) -> None:
    world = desk.world
    league, first, second = await two_papers(world)
    home: dict[str, Any] = {"view": {"type": "home", "id": "V0"}}
    await desk.bot.event("app_home_opened", event_id="EvD1", user="bob", tab="home")
    assert "Which matters more to you?" in desk.said()
    ballot = ids.HOME_DUEL.carry(ids.DuelBallot(first, second, "second"))
    said = await desk.clicks("bob", ballot, **home)
    assert "You chose *Beta*" in said
    async with world.database.reading("T1") as session:
        assert await personal_votes.made_of(session, league) == (0, 1)
    back = ids.HOME_DUEL.carry(ids.DuelBallot(first, second, "back"))
    assert "Which matters more" in await desk.clicks("bob", back, **home)
    off = await desk.clicks("bob", ids.DUELS.carry(ids.Switch(False)), **home)
    assert "No more pairs for you" in off
    assert "Which matters more" not in off
    assert "Pairs are on your Home tab again" in await desk.runs("bob", "duel", "on")
    await desk.bot.event("app_home_opened", event_id="EvD2", user="alice", tab="home")
    assert "Which matters more" not in desk.said()[-3_000:], "both papers are Alice's"
    before = len(desk.slack.calls)
    await desk.bot.event("app_home_opened", event_id="EvD3", user="gus", tab="home")
    assert len(desk.slack.calls) > before
    assert "Which matters more" not in desk.said(before), "a guest isn't asked"


async def test_counts_stand_on_card_history_head_to_head_and_board(desk: Desk) -> None:
    world = desk.world
    _, first, second = await two_papers(world)
    for user, choice in (("bob", "first"), ("carol", "second")):
        async with world.writing() as session:
            await duels.answer(session, first, second, choice, world.people.viewer(user), world.now)
    assert "Alpha" in await desk.runs("bob", "paper", "alpha")
    assert "chosen in 1 of 2 duels" in await desk.clicks("bob", ids.MORE.carry(ids.OfEntry(first)))
    assert "2 people, 1 for it" in await desk.runs("bob", "history", "alpha")
    assert "2 people, 1 for Alpha" in await desk.runs("bob", "vs", "alpha | beta")
    assert "made of 2 votes of people" in await desk.runs("bob", "board")
    assert "People chose it in 1 of 2 duels." in await desk.runs("bob", "why", "alpha")


async def test_a_digest_asks_about_a_pair_until_an_owner_says_no_more(desk: Desk) -> None:
    world = desk.world
    league, first, second = await two_papers(world)
    await desk.runs("bob", "digest", "now")
    shown = await desk.renders("digest")
    assert shown is not None
    assert "Which matters more to you?" in str(shown.blocks)
    ballot = {"action_id": "duel.vote:first"}
    elements = [e for b in shown.blocks if b["type"] == "actions" for e in b["elements"]]  # type: ignore[attr-defined]  # blocks are plain data
    [choice] = [e for e in elements if e["action_id"] == ballot["action_id"]]
    assert ids.DUEL_VOTE.decode(choice["value"]).beside, "the digest stays as it is"
    assert "You chose" in await desk.clicks("bob", (choice["action_id"], choice["value"]))
    no_more = ids.NO_DUELS.carry(ids.OfLeague(league))
    assert "admin can" in await desk.clicks("bob", no_more)
    assert "no more pairs" in await desk.clicks("alice", no_more)
    assert "set the digest" in await desk.runs("alice", "log")
    world.later(hours=1)
    await desk.runs("bob", "digest", "now")
    later = await desk.renders("digest")
    assert later is not None
    assert "Which matters more" not in str(later.blocks)
    assert {first, second} == {*ids.DUEL_VOTE.decode(choice["value"])[:2]}


async def test_whose_paper_a_digests_pair_holds_is_told_so_and_gets_another_pair(desk: Desk) -> None:
    world = desk.world
    league, first, second = await two_papers(world)
    ballot = ids.DUEL_VOTE.carry(ids.DuelBallot(first, second, "first", True))
    assert "One of these papers is yours, so this pair is for others" in await desk.clicks("alice", ballot)
    await world.enters(league, "Gamma", "Delta", user="bob")
    said = await desk.clicks("alice", ballot)
    assert "One of these papers is yours, so this pair is for others to answer. Here is one for you." in said
    assert "Gamma" in said
    assert "Delta" in said


async def test_a_digest_asks_about_no_pair_that_it_asked_about_lately(desk: Desk) -> None:
    world = desk.world
    league = (await world.league()).id
    await world.enters(league, "Alpha", "Beta", "Gamma")
    pairs = set()
    for day in range(4):
        async with world.writing() as session:
            pair = await daily_duels.pair_of_digest(session, league, "C1", world.now)
            if pair is None:
                break
            pairs.add((min(pair), max(pair)))
            await outbox.want(
                session, channel="C1", key=f"digest:1:{day}", kind="digest", about_id=league,
                options={"duel": pair}, now=world.now,
            )  # fmt: skip
    assert len(pairs) == 3, "three papers make three pairs"


@pytest.mark.parametrize(("answers", "more_about_judges"), [(0, True), (400, False)])
def test_pairs_teach_what_is_known_less(answers: int, more_about_judges: bool) -> None:
    papers = [paper(1, 0.5), paper(2, -0.5), paper(3, 0.0)]
    votes = {(1, 2): PairVotes({f"U{n}": "first" for n in range(answers)})}
    share = judges_share(papers, votes, {(1, 2): True})
    assert (share > 0.5) is more_about_judges
    assert judges_share(papers, votes, {}) == 0.0


def test_a_pair_on_which_judges_differ_teaches_most_about_them() -> None:
    papers = [paper(n) for n in range(1, 5)]
    assert ids_of(best_pair(papers, {}, {(1, 2): False, (3, 4): True}, "U1", 3)) == {3, 4}


async def test_judges_that_differ_are_seen_whichever_paper_stood_first(desk: Desk) -> None:
    world = desk.world
    league, first, second = await two_papers(world)
    await world.plays(league, first, second, "first")
    await world.plays(league, second, first, "second")
    async with world.database.reading("T1") as session:
        assert await rows.judged_pairs(session, league) == {(first, second): False}
    await world.plays(league, second, first, "first")
    async with world.database.reading("T1") as session:
        assert await rows.judged_pairs(session, league) == {(first, second): True}


async def test_the_first_digest_of_a_month_says_how_far_judges_agree_with_people(desk: Desk) -> None:
    world = desk.world
    league = (await world.league()).id
    entries = await world.enters(league, *(f"Paper {n}" for n in range(7)))
    async with world.writing() as session:
        for a, b in pairwise(entries):
            for user in ("bob", "carol"):
                await rows.cast_duel(session, league, a, b, user, "first", world.now)
    for a, b in pairwise(entries):
        await world.plays(league, a, b, "first")
    for days, is_first in ((4, False), (8, True)):
        world.now = MONDAY + timedelta(days=days)  # the 27th of November, the 1st of December
        await desk.runs("bob", "digest", "now")
        shown = await desk.renders("digest")
        assert shown is not None
        said = r":handshake: offline agrees with you in 100\xa0%"
        assert (said in str(shown.blocks)) is is_first
        assert (r"you with each other in 100\xa0%, on 12 votes." in str(shown.blocks)) is is_first
