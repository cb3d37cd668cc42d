"""What a call's end changes beside its cost: outages are told twice, ends and pauses reach all that waits."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import select, update

from bot.judges.interface import Usage, VerdictAnswer
from bot.judges.llm.judge_faults import CostlyAnswerError, CostlyDownError
from bot.spending import held_tournaments, judge_pauses
from bot.spending.paid_calls import Bill, make_paid_call
from storage import spending
from storage.matches import evidence
from storage.standings import past_standings
from storage.tables import Evidence, Match, OutboxMessage, Spending
from storage.work import outbox
from storage.work.leases import FAR
from tests.judges.room import Room, ScriptedJudge, a_room
from tests.leagues.world import TEAM

JUDGE = "openai:one"
CENT = Decimal("0.01")


@pytest.fixture
def judge() -> ScriptedJudge:
    return ScriptedJudge(JUDGE)


async def messages(room: Room) -> list[OutboxMessage]:
    return [row for row in await room.rows(OutboxMessage) if row.kind.startswith("judge_")]


async def pays(room: Room, *, error: Exception | None = None, judge: str = JUDGE) -> None:
    """One call for a match, which costs a cent."""

    async def call() -> VerdictAnswer:
        if error is not None:
            raise error
        return VerdictAnswer("first", 0.8, "Said.", {}, judge, Usage(cost_usd=CENT))

    _answer, settle = await make_paid_call(
        room.runtime, Bill(TEAM, room.league, None, "match", 1, judge), Decimal("0.05"), call
    )
    async with room.world.writing() as session:
        await settle(session)


async def test_an_outage_is_told_once_and_its_end_in_its_thread(tmp_path: Path, judge: ScriptedJudge) -> None:
    down = CostlyDownError("HTTP 529.", 15.0, Usage(cost_usd=CENT))
    async with a_room(tmp_path, judge) as room:
        await pays(room)
        assert await messages(room) == []
        for _ in range(2):
            with pytest.raises(CostlyDownError):
                await pays(room, error=down)
        with pytest.raises(CostlyAnswerError):
            await pays(room, error=CostlyAnswerError("No JSON.", Usage(), again=False))
        (begun,) = await messages(room)
        assert (begun.kind, begun.channel, begun.about_id) == ("judge_outage", "C1", room.league)
        assert begun.options == {"judge": JUDGE, "reason": "HTTP 529.", "minutes": 0}
        room.later(minutes=48, seconds=40)
        await pays(room, judge="openai:two")
        assert len(await messages(room)) == 1
        await pays(room)
        await pays(room)
        _, over = await messages(room)
        assert (over.kind, over.thread_key) == ("judge_answers", begun.key)
        assert over.options == {"judge": JUDGE, "reason": "", "minutes": 49}
        with pytest.raises(CostlyDownError):
            await pays(room, error=down)
        assert len(await messages(room)) == 3
        text = room.runtime.metrics.text().decode()
        for outcome, number in (("ok", 3.0), ("CostlyDown", 3.0), ("CostlyAnswer", 1.0)):
            assert f'{{judge="{JUDGE}",kind="match",outcome="{outcome}"}} {number}' in text
        costs = [row.cost for row in await room.rows(Spending) if row.judge == JUDGE]
        assert costs == [CENT, CENT, CENT, 0, CENT, CENT, CENT]


async def test_the_end_of_a_pause_reaches_evidence_reviews_and_its_message(
    tmp_path: Path, judge: ScriptedJudge
) -> None:
    async with a_room(tmp_path, judge) as room:
        match = await room.decided(JUDGE, 0, 1, "first")
        async with room.world.writing() as session:
            assert not await judge_pauses.resume_outside_tournaments(session, JUDGE)
            pause = await spending.pause_judge(session, JUDGE, "no quota", room.time.now())
            assert pause is not None
            assert await evidence.plan(session, match, room.time.now())
            row = (await session.scalars(select(Evidence))).one()
            row.not_before = FAR
            note = await outbox.want(
                session, channel="U1", key="p", kind="judge_paused", about_id=pause, now=room.time.now()
            )
        async with room.world.writing() as session:
            assert await judge_pauses.resume_outside_tournaments(session, JUDGE)
        (waiting,) = await room.rows(Evidence)
        assert waiting.not_before is None
        (message,) = await room.rows(OutboxMessage, OutboxMessage.id == note)
        assert message.wanted == 2


async def test_an_ended_tournament_is_rated_with_what_was_decided_and_its_cards_say_so(
    tmp_path: Path, judge: ScriptedJudge
) -> None:
    async with a_room(tmp_path, judge) as room:
        tournament = await room.tournament(JUDGE)
        async with room.world.writing() as session:
            card = await outbox.want(
                session, channel="C1", key="card", kind="card", about_id=room.entries[0], now=room.time.now()
            )

        async def card_version() -> int:
            return (await room.rows(OutboxMessage, OutboxMessage.id == card))[0].wanted

        async def ends(status: str, *before: str) -> bool:
            async with room.world.writing() as session:
                return await held_tournaments.end_tournament(
                    session, tournament, status, "why", room.time.now(), from_statuses=before
                )

        assert not await ends("finished", "paused")
        async with room.world.writing() as session:
            await held_tournaments.hold_tournament(session, tournament, "stop", "person", room.time.now())
        version = await card_version()
        async with room.world.writing() as session:
            await held_tournaments.resume_tournament(session, tournament, None)
        assert await card_version() == version + 1
        await room.plan(JUDGE, 0, 1, tournament)
        await room.works()
        assert await ends("finished", "running")
        assert await card_version() > version + 1
        row = await room.tournament_row(tournament)
        async with room.world.database.reading(TEAM) as session:
            newest = await past_standings.latest_id(session, room.league)
            assert newest is not None
            ratings = await past_standings.load(session, newest)
        assert row.after_id == newest
        assert {entry: rating.score > 1500 for entry, rating in ratings.items()} == {
            room.entries[0]: True,
            room.entries[1]: False,
        }


async def test_calls_in_a_batch_are_kept_only_if_asked_for(tmp_path: Path, judge: ScriptedJudge) -> None:
    async with a_room(tmp_path, judge) as room:
        for keeps, status in ((None, "cancelled"), (False, "cancelled"), (True, "batched")):
            tournament = await room.tournament(JUDGE)
            match = await room.plan(JUDGE, 0, 1, tournament)
            options = {} if keeps is None else {"keep_batches": keeps}
            async with room.world.writing() as session:
                await session.execute(update(Match).where(Match.id == match).values(status="batched"))
                assert await held_tournaments.end_tournament(
                    session,
                    tournament,
                    "cancelled",
                    None,
                    room.time.now(),
                    from_statuses=("running",),
                    **options,
                )
            assert (await room.row(match)).status == status


async def test_a_tournament_that_ends_with_standings_needs_no_new_ones(
    tmp_path: Path, judge: ScriptedJudge
) -> None:
    async with a_room(tmp_path, judge) as room:
        first, second = await room.tournament(JUDGE), await room.tournament(JUDGE)
        after = []
        for tournament in (first, second):
            async with room.world.writing() as session:
                assert await held_tournaments.end_tournament(
                    session, tournament, "cancelled", None, room.time.now(), from_statuses=("running",)
                )
            after.append((await room.tournament_row(tournament)).after_id)
            room.later(minutes=1)
        assert after[0] is not None
        assert after[0] == after[1]


async def test_matches_planned_during_a_pause_wait_as_long_as_it_lasts(
    tmp_path: Path, judge: ScriptedJudge
) -> None:
    async with a_room(tmp_path, judge) as room:
        until = room.time.now() + timedelta(hours=2)
        for end, expected in ((until, until), (FAR, FAR)):
            tournament = await room.tournament(JUDGE)
            async with room.world.writing() as session:
                assert await held_tournaments.hold_tournament(
                    session, tournament, "cap", "cap", room.time.now(), end
                )
            match = await room.plan(JUDGE, 0, 1, tournament)
            async with room.world.writing() as session:
                note = await outbox.want(
                    session, channel="C1", key=f"t{tournament}", kind="tournament", about_id=tournament,
                    now=room.time.now(),
                )  # fmt: skip
                assert not await held_tournaments.hold_tournament(
                    session, tournament, "cap", "cap", room.time.now()
                )
            assert (await room.row(match)).not_before == expected
            assert [row.wanted for row in await room.rows(OutboxMessage, OutboxMessage.id == note)] == [2]


async def test_the_first_moment_of_a_month_is_of_that_month(tmp_path: Path, judge: ScriptedJudge) -> None:
    async with a_room(tmp_path, judge) as room, room.world.writing() as session:
        begin = spending.month_start(room.time.now())
        for at in (begin, begin - timedelta(microseconds=1)):
            session.add(
                Spending(
                    league_id=room.league, kind="match", about_id=1, judge=JUDGE, reserved=CENT, cost=CENT, at=at,
                    settled_at=at,
                )
            )  # fmt: skip
        await session.flush()
        assert await spending.spent_this_month(session, room.league, room.time.now()) == CENT
