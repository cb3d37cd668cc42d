"""A tournament that is cancelled while its judge thinks: the answer is paid and counts, and nothing else is asked."""

from decimal import Decimal
from pathlib import Path

from bot.tournaments import pausing_and_cancelling
from storage.errors import JudgeBusyError
from storage.work.leases import Work
from tests.judges.room import Room, ScriptedJudge, a_room

CENT = Decimal("0.01")


async def cancel_meanwhile(room: Room, judge: ScriptedJudge, *, swap: bool = False) -> tuple[int, int]:
    """Play the first of two matches, whose tournament is cancelled while the judge is asked; returns both."""
    tournament = await room.tournament("openai:one")
    one, two = (
        await room.plan("openai:one", 0, 1, tournament, swap=swap),
        await room.plan("openai:one", 2, 3, tournament),
    )

    async def during() -> None:
        judge.during = None
        async with room.world.writing() as session:
            viewer, now = room.world.people.viewer("alice"), room.time.now()
            await pausing_and_cancelling.cancel(session, tournament, viewer, now)

    judge.during = during
    await room.works(Work.MATCH)
    assert (await room.tournament_row(tournament)).status == "cancelled"
    return one, two


async def test_the_answer_that_was_under_way_counts_and_no_other_match_is_played(tmp_path: Path) -> None:
    judge = ScriptedJudge("openai:one", cost=CENT)
    async with a_room(tmp_path, judge) as room:
        one, two = await cancel_meanwhile(room, judge)
        assert ((await room.row(one)).status, (await room.row(two)).status) == ("decided", "cancelled")
        assert [(row.cost, row.result) for row in await room.spendings()] == [(CENT, "ok")]
        assert len(judge.seen) == 1


async def test_the_other_order_is_not_asked_after_the_end_and_the_first_answer_counts(tmp_path: Path) -> None:
    judge = ScriptedJudge("openai:one", cost=CENT)
    async with a_room(tmp_path, judge) as room:
        one, _two = await cancel_meanwhile(room, judge, swap=True)
        row = await room.row(one)
        assert (row.status, row.outcome, [*await room.verdicts(one)]) == ("decided", "first", ["verdict"])
        assert (len(judge.seen), len(await room.spendings())) == (1, 1)


async def test_a_verdict_that_is_paid_decides_though_the_second_call_found_the_server_busy(
    tmp_path: Path,
) -> None:
    judge = ScriptedJudge("openai:one", cost=CENT)
    async with a_room(tmp_path, judge) as room:
        tournament = await room.tournament("openai:one")
        match = await room.plan("openai:one", 0, 1, tournament, swap=True)

        async def during() -> None:
            if len(judge.seen) < 2:
                return
            async with room.world.writing() as session:
                viewer, now = room.world.people.viewer("alice"), room.time.now()
                await pausing_and_cancelling.cancel(session, tournament, viewer, now)
            raise JudgeBusyError("busy", 5)

        judge.during = during
        await room.works(Work.MATCH)
        assert (await room.row(match)).status == "planned", "the other order was still to be asked"
        room.later(seconds=10)
        await room.works(Work.MATCH)
        row = await room.row(match)
        assert (row.status, row.outcome, [*await room.verdicts(match)]) == ("decided", "first", ["verdict"])
        assert len(judge.seen) == 2


async def test_a_call_that_gave_no_verdict_is_not_made_again(tmp_path: Path) -> None:
    judge = ScriptedJudge("openai:one", lambda *_: JudgeBusyError("busy", 5), cost=CENT)
    async with a_room(tmp_path, judge) as room:
        one, two = await cancel_meanwhile(room, judge)
        room.later(seconds=10)
        await room.works(Work.MATCH)
        assert {(await room.row(one)).status, (await room.row(two)).status} == {"cancelled"}
        assert len(judge.seen) == 1
