"""A challenged match is judged again in the other order for the voters, and nothing else changes."""

from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path

import pytest

from bot.judges.interface import Usage
from bot.judges.llm.judge_faults import CostlyAnswerError, CostlyPausedError
from bot.voting import challenging
from bot.voting.closing import close
from bot.voting.poll_contents import PollContents, poll_contents
from handlers.voting.poll_view import poll_message
from storage.tables import Evidence
from storage.work.leases import Work
from tests.judges.room import COST, Room, ScriptedJudge, a_room


@pytest.fixture
def judge() -> ScriptedJudge:
    return ScriptedJudge("openai:one", cost=COST)


@pytest.fixture
async def room(tmp_path: Path, judge: ScriptedJudge) -> AsyncIterator[Room]:
    async with a_room(tmp_path, judge) as made:
        yield made


async def challenged(room: Room, *, swap: bool = False) -> tuple[int, int]:
    match = await room.plan("openai:one", swap=swap)
    await room.works(Work.MATCH)
    return match, (await challenge(room, match)).poll


async def challenge(room: Room, match: int) -> PollContents:
    async with room.world.writing() as session:
        return await challenging.challenge(
            session, match, room.world.people.viewer("bob"), {"alice", "bob", "carol"}, now=room.time.now()
        )


async def view(room: Room, poll: int) -> PollContents:
    async with room.world.database.reading("T1") as session:
        return await poll_contents(session, poll)


async def test_voters_see_what_the_same_judge_says_in_the_other_order(
    room: Room, judge: ScriptedJudge
) -> None:
    match, poll = await challenged(room)
    before = (await room.world.messages("poll"))[0].wanted
    await room.works(Work.EVIDENCE)
    assert [first.title for first, _ in judge.seen] == ["A", "B"]
    seen = await view(room, poll)
    assert seen.evidence is not None
    assert (seen.evidence.winner, seen.verdict.winner) == ("second", "first")
    assert "Asked again with the papers swapped, the judge chose otherwise" in str(
        poll_message(seen, {}).blocks
    )
    assert (await room.world.messages("poll"))[0].wanted == before + 1
    row = await room.row(match)
    assert (row.verdict, row.outcome) == ("first", "first"), "a flip in the evidence is no draw"
    assert [(s.cost, s.tournament_id) for s in await room.spendings()] == [(COST, None)] * 2


async def test_a_match_judged_in_both_orders_already_is_not_asked_again(
    room: Room, judge: ScriptedJudge
) -> None:
    match, _poll = await challenged(room, swap=True)
    await room.works(Work.EVIDENCE)
    assert len(judge.seen) == 2
    assert not await room.rows(Evidence)
    assert "evidence" not in await room.verdicts(match)


async def test_a_second_challenge_asks_no_second_time(room: Room, judge: ScriptedJudge) -> None:
    match, poll = await challenged(room)
    await room.works(Work.EVIDENCE)
    async with room.world.writing() as session:
        await close(session, poll, room.world.people.viewer("alice"), room.time.now())
    again = (await challenge(room, match)).poll
    await room.works(Work.EVIDENCE)
    assert len(judge.seen) == 2
    assert (await view(room, again)).evidence is not None


async def test_a_judge_that_gives_none_is_said_to_the_voters(room: Room, judge: ScriptedJudge) -> None:
    match, poll = await challenged(room)
    judge.error = CostlyAnswerError("openai:one gave no answer: the model refused.", Usage())
    await room.works(Work.EVIDENCE)
    assert (await room.evidence(match)).status == "failed"
    assert "the model refused" in str(poll_message(await view(room, poll), {}).blocks)


async def test_a_spent_month_gives_no_evidence_and_the_vote_goes_on(room: Room, judge: ScriptedJudge) -> None:
    match, poll = await challenged(room)
    await room.sets(monthly_cap=Decimal("0.01"))
    await room.works(Work.EVIDENCE)
    assert (await room.evidence(match)).status == "failed"
    assert len(judge.seen) == 1
    assert (await view(room, poll)).is_open


async def test_a_paused_judge_gives_its_evidence_when_it_is_resumed(room: Room, judge: ScriptedJudge) -> None:
    match, _poll = await challenged(room)
    judge.error = CostlyPausedError("openai:one gave no answer: its quota is used up.", Usage())
    await room.works(Work.EVIDENCE)
    assert (await room.evidence(match)).status == "planned"
    judge.error = None
    await room.resumes("dora", "openai:one")
    await room.works(Work.EVIDENCE)
    assert "evidence" in await room.verdicts(match)


async def test_a_verdict_nobody_here_can_give_again_is_skipped(room: Room) -> None:
    match = await room.world.plays(room.league, room.entries[0], room.entries[1], "first")
    await challenge(room, match)
    await room.works(Work.EVIDENCE)
    assert (await room.evidence(match)).status == "skipped"
