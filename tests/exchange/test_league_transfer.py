"""A league carried elsewhere keeps the team's decisions, what they replaced, and who could vote."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.entries import merging, same_paper
from bot.exchange.export_format import as_csv, read_files
from bot.exchange.file_rows import TABLES, LeagueFile
from bot.exchange.league_transfer import load, named, read
from bot.voting import challenging, closing, reverting
from bot.voting.casting import cast_vote
from storage.entries import entry_rows
from storage.errors import ClosedError
from storage.standings import rating_rows
from storage.tables import Match, Override, Paper, Poll, Voter
from tests.judges.room import Room, ScriptedJudge, a_room
from tests.leagues.world import TEAM, World, a_world


async def _voted(room: Room, first: int, second: int, choice: str) -> int:
    match = await room.decided("openai:one", first, second, "first")
    async with room.world.writing() as session:
        viewer, now = room.world.people.viewer("alice"), room.time.now()
        poll = (await challenging.challenge(session, match, viewer, ("alice", "bob", "carol"), now=now)).poll
        for user in ("alice", "bob", "carol"):
            await cast_vote(session, poll, user, choice, now=now)
    return match


async def test_overrides_confirmations_reverts_voters_and_withdrawals_come_along_and_can_be_reverted(
    tmp_path: Path,
) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    async with a_room(tmp_path / "one", ScriptedJudge("openai:one")) as room:
        await _voted(room, 0, 1, "second")
        await _voted(room, 1, 2, "first")
        taken_back = await _voted(room, 0, 2, "draw")
        async with room.world.writing() as session:
            viewer = room.world.people.viewer("alice")
            await reverting.revert(session, taken_back, viewer, "a mistake", now=room.time.now())
            (await entry_rows.entry(session, room.entries[3]))[1].withdrawn = True
        async with room.world.database.reading(TEAM) as session:
            exported = await read(session, await named(session, "papers"))
    for table in TABLES:
        (tmp_path / f"{table}.csv").write_text(as_csv(exported, table), encoding="utf-8", newline="")
    again = read_files(tmp_path, "papers")
    assert again.overrides == exported.overrides
    async with a_world(tmp_path / "two") as world:
        await _loads(world, again)
        async with world.writing() as session:
            overrides = list(await session.scalars(select(Override).order_by(Override.id)))
            assert [row.ratings["was"]["outcome"] for row in overrides] == ["first", "first"]
            assert [row.revert_reason for row in overrides] == [None, "a mistake"]
            assert [row.author for row in await session.scalars(select(Voter))] == [False] * 9
            matches = {row.id: row for row in await session.scalars(select(Match))}
            assert sorted((row.outcome, row.weight) for row in matches.values()) == [
                ("first", 1.0), ("first", 2.0), ("second", 2.0),
            ]  # fmt: skip
            assert len(list(await session.scalars(select(Poll)))) == 3
            assert [row.withdrawn for row in await session.scalars(select(Paper))].count(True) == 1
        async with world.writing() as session:
            await reverting.revert(
                session, overrides[0].match_id, world.people.viewer("dora"), "no", now=world.now
            )
            match = await session.get_one(Match, overrides[0].match_id)
            assert (match.outcome, match.weight) == ("first", 1.0)


async def test_two_papers_that_are_one_in_the_target_are_one_match_less_and_named(tmp_path: Path) -> None:
    async with a_room(tmp_path, ScriptedJudge("openai:one")) as room:
        await room.decided("openai:one", 0, 1, "first")
        await room.decided("openai:one", 0, 2, "first")
        async with room.world.writing() as session:
            exported = await read(session, await named(session, "papers"))
            papers = [(await entry_rows.entry(session, entry))[1].id for entry in room.entries[:2]]
            now = room.time.now() + timedelta(minutes=1)
            await same_paper.join(session, *papers, by="alice", reason="said", now=now)
            counts = await load(
                session, exported, name="copy", channel="C9", settings=room.world.settings, now=now
            )
    assert (counts.matches, counts.one_here) == (1, ("x:a | x:b",))


async def test_a_poll_in_which_nobody_voted_and_those_of_older_exports_come_along(tmp_path: Path) -> None:
    (tmp_path / "two").mkdir()
    async with a_room(tmp_path, ScriptedJudge("openai:one")) as room:
        match = await room.decided("openai:one", 0, 1, "first")
        await _voted(room, 1, 2, "second")
        async with room.world.writing() as session:
            viewer, now = room.world.people.viewer("alice"), room.time.now()
            poll = (await challenging.challenge(session, match, viewer, ("alice", "bob"), now=now)).poll
            await closing.close(session, poll, viewer, now + timedelta(hours=1))
        async with room.world.database.reading(TEAM) as session:
            exported = await read(session, await named(session, "papers"))
    async with a_world(tmp_path / "two") as world:
        await _loads(world, exported)
        async with world.database.reading(TEAM) as session:
            again = await read(session, await named(session, "papers"))
    for table in list(TABLES)[2:12]:  # those after are compared in test_whole_league
        assert getattr(again, table) == getattr(exported, table), table
    assert [(row.result, row.opened_by) for row in again.polls] == [("second", "alice"), ("stands", "alice")]
    older = exported.model_copy(update={"polls": [], "overrides": None})
    (tmp_path / "three").mkdir()
    async with a_world(tmp_path / "three") as world:
        await _loads(world, older)
        async with world.database.reading(TEAM) as session:
            (override,) = await session.scalars(select(Override))
            assert (override.outcome, override.ratings) == (
                "second",
                {"was": {"outcome": "first", "weight": 1.0}},
            )
            assert len(list(await session.scalars(select(Poll)))) == 1


async def test_what_was_imported_can_be_challenged_merged_and_parted_like_what_was_played(
    tmp_path: Path,
) -> None:
    (tmp_path / "two").mkdir()
    async with a_room(tmp_path, ScriptedJudge("openai:one")) as room:
        for first, second in ((0, 2), (1, 2), (0, 3)):
            await room.decided("openai:one", first, second, "first")
        await _voted(room, 2, 3, "first")
        async with room.world.database.reading(TEAM) as session:
            exported = await read(session, await named(session, "papers"))
    async with a_world(tmp_path / "two") as world:
        await world.league()
        await _loads(world, exported)
        alice, now = world.people.viewer("alice"), world.now
        async with world.writing() as session:
            matches = list(await session.scalars(select(Match).order_by(Match.id)))
            with pytest.raises(ClosedError, match="confirmed"):
                await challenging.challenge(session, matches[3].id, alice, ("alice",), now=now)
            poll = await challenging.challenge(
                session, matches[0].id, alice, ("alice", "bob", "carol"), now=now
            )
            for user in ("alice", "bob", "carol"):
                await cast_vote(session, poll.poll, user, "second", now=now)
            await reverting.revert(session, matches[0].id, alice, "no", now=now)
            entries = [matches[0].first_id, matches[1].first_id]
            merge = await merging.merge(session, entries[0], entries[1], alice, now)
            ratings = await rating_rows.ratings_of(session, entries)
            assert {entry: row.wins for entry, row in ratings.items()} == {entries[0]: 3}
            await merging.unmerge(session, merge.merge, alice, now)
            ratings = await rating_rows.ratings_of(session, entries)
            assert [ratings[entry].wins for entry in entries] == [2, 1]


async def _loads(world: World, exported: LeagueFile) -> None:
    async with world.writing() as session:
        await load(session, exported, name="papers", channel="C1", settings=world.settings, now=world.now)
