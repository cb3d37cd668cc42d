"""A judge that no setting names any more holds up only tournaments that wait for another paused judge as well."""

from pathlib import Path

from bot.spending import held_tournaments, judge_pauses
from storage import spending
from storage.work.leases import FAR
from tests.judges.room import ScriptedJudge, a_room

GONE, PAUSED, WELL = "openai:gone", "openai:paused", "openai:well"
CASES = {(GONE,): True, (GONE, WELL): True, (GONE, PAUSED): False, (PAUSED,): False, (WELL,): False}
"""Judges of a tournament that waits for one → whether it goes on."""


async def test_tournaments_go_on_without_a_judge_that_is_gone(tmp_path: Path) -> None:
    async with a_room(tmp_path, ScriptedJudge(WELL), ScriptedJudge(PAUSED)) as room:
        now = room.time.now()
        tournaments = {judges: await room.tournament(*judges) for judges in CASES}
        async with room.world.writing() as session:
            for judge in (GONE, PAUSED):
                await spending.pause_judge(session, judge, "no quota", now)
            for tournament in tournaments.values():
                assert await held_tournaments.hold_tournament(
                    session, tournament, "paused", "judge", now, FAR
                )
        async with room.world.writing() as session:
            assert await judge_pauses.drop_judges(session, {PAUSED, WELL}) == [GONE]
            assert await judge_pauses.drop_judges(session, {PAUSED, WELL}) == []
            assert await spending.paused_judges(session) == {PAUSED: "no quota"}
        for judges, goes_on in CASES.items():
            row = await room.tournament_row(tournaments[judges])
            assert (row.status == "running") is goes_on, judges
            if goes_on:
                assert row.reason == (
                    f"{GONE} isn't among this installation's judges any more; the other judges play on"
                )
