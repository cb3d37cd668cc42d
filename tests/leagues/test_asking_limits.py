"""Limits on what a person may ask of a league in a day, said with who may lift them."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.entries import allowances, held_links, intake
from bot.leagues import asking_limits
from bot.papers.links import Reference
from bot.voting import challenging, closing
from storage.entries import held_link_rows
from storage.errors import NotAllowedError
from tests.judges.room import Room, ScriptedJudge, a_room
from tests.leagues.world import HOME, World


async def _challenges(room: Room, user: str, *, closes: bool) -> None:
    match = await room.decided("openai:one", 0, 1, "first")
    async with room.world.writing() as session:
        viewer, now = room.world.people.viewer(user), room.time.now()
        poll = await challenging.challenge(session, match, viewer, ("alice", "bob", "carol"), now=now)
        if closes:
            await closing.close(session, poll.poll, room.world.people.viewer("alice"), now)


async def test_a_member_challenges_ten_matches_a_day_and_an_owner_any_number(tmp_path: Path) -> None:
    async with a_room(tmp_path, ScriptedJudge("openai:one")) as room:
        for _ in range(asking_limits.MOST_CHALLENGES_A_DAY):
            await _challenges(room, "bob", closes=True)
        with pytest.raises(
            NotAllowedError, match=r"10 matches .* within a day.*tomorrow.*Alice or a workspace admin"
        ):
            await _challenges(room, "bob", closes=True)
        await _challenges(room, "carol", closes=True)
        for _ in range(asking_limits.MOST_CHALLENGES_A_DAY + 1):
            await _challenges(room, "alice", closes=True)
        room.later(hours=25)
        await _challenges(room, "bob", closes=True)


async def test_a_member_has_five_votes_open_and_one_more_once_one_is_over(tmp_path: Path) -> None:
    async with a_room(tmp_path, ScriptedJudge("openai:one")) as room:
        for _ in range(asking_limits.MOST_OPEN_VOTES):
            await _challenges(room, "bob", closes=False)
        with pytest.raises(
            NotAllowedError,
            match=r"5 votes open in papers.*once one of them is over.*Alice or a workspace admin",
        ):
            await _challenges(room, "bob", closes=False)
        async with room.world.writing() as session:
            await closing.close(session, 1, room.world.people.viewer("alice"), room.time.now())
        await _challenges(room, "bob", closes=False)


async def test_a_member_brings_in_so_many_papers_a_day_and_an_owner_clicks_for_more(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(allowances, "MOST_A_DAY", 3)
    monkeypatch.setattr(held_links, "MOST_A_DAY", 3)
    league = await world.league()

    async def posts(*numbers: int) -> intake.Intake:
        links = [Reference("arxiv", f"2601.0000{number}", None, "") for number in numbers]
        async with world.writing() as session:
            return await intake.take_in(
                session, league=league.id, references=links, user="bob", channel=HOME,
                ts=f"{world.now.timestamp() + numbers[0]:.6f}", thread_ts=None,
                assessors=(), now=world.now,
            )  # fmt: skip

    async def clicks(user: str) -> held_link_rows.LinkBatch:
        async with world.writing() as session:
            return await held_links.bring_in(
                session, 1, world.people.viewer(user), assessors=(), now=world.now
            )

    assert len((await posts(1, 2)).new) == 2
    taken = await posts(3, 4, 5)
    assert (len(taken.new), taken.waiting_links) == (1, 2)
    with pytest.raises(
        NotAllowedError, match=r"3 papers within 24 hours.*tomorrow.*Alice or a workspace admin"
    ):
        await clicks("bob")
    with pytest.raises(NotAllowedError, match="Only who posted them, Alice"):
        await clicks("carol")
    assert not (await clicks("alice")).links
    world.now += timedelta(hours=25)
    assert len((await posts(6)).new) == 1
