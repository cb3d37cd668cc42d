"""A league carried elsewhere keeps the team's decisions, what they replaced, and who could vote."""

from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from bot.entries import same_paper
from bot.exchange.export_format import TABLES, LeagueFile, as_csv, read_files
from bot.exchange.league_transfer import load, read
from bot.voting import challenging, reverting
from bot.voting.casting import cast_vote
from storage.entries import entry_rows
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
            exported = await read(session, "papers")
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
            exported = await read(session, "papers")
            papers = [(await entry_rows.entry(session, entry))[1].id for entry in room.entries[:2]]
            now = room.time.now() + timedelta(minutes=1)
            await same_paper.join(session, *papers, by="alice", reason="said", now=now)
            counts = await load(
                session, exported, name="copy", channel="C9", settings=room.world.settings, now=now
            )
    assert (counts.matches, counts.one_here) == (1, ("x:a | x:b",))


async def _loads(world: World, exported: LeagueFile) -> None:
    async with world.writing() as session:
        await load(session, exported, name="papers", channel="C1", settings=world.settings, now=world.now)
