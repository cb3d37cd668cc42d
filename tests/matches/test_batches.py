"""Matches in batches, against the three providers' interfaces on loopback."""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bot.judges.factory import close_judges, open_judge
from bot.tournaments.rounds import advance
from bot.tournaments.starting import TournamentPlan, start
from storage.tables import Batch, Tournament
from storage.tournaments import tournament_rows
from storage.work import leases
from storage.work.leases import Work
from tests.judges.batch_server import READ, WROTE, BatchServer, serving_batches
from tests.judges.room import Room, a_room
from tests.leagues.world import HOME, TEAM

PROVIDERS = ("openai", "anthropic", "google")
PRICE = Decimal(100)
COST = PRICE * (READ + WROTE) / 1_000_000 / 2
PAIRS = ((0, 1), (2, 3), (0, 2), (1, 3))
WORK = (Work.MATCH, Work.BATCH)


@asynccontextmanager
async def evening(
    folder: Path, provider: str, money: Decimal | None = None, cap: Decimal = Decimal(10), **server: Any
) -> AsyncIterator[tuple[Room, BatchServer, int]]:
    """A tournament in batches with four matches planned and nothing done."""
    async with serving_batches(**server) as at:
        name = at.judge(provider)
        judge = open_judge(name, keys={at.host: "key"}, price_per_mtok=PRICE)
        async with a_room(folder, judge) as room:
            await room.sets(monthly_cap=cap)
            tournament = await room.tournament(name, budget=money, number=len(PAIRS))
            async with room.world.writing() as session:
                await tournament_rows.change(session, tournament, from_statuses=("running",), batch=True)
            await room.plan_many([(name, *pair) for pair in PAIRS], tournament)
            try:
                yield room, at, tournament
            finally:
                await close_judges([judge])


async def statuses(room: Room) -> Counter[str]:
    return Counter(match.status for match in await room.matches())


async def the_batch(room: Room) -> Batch:
    return (await room.rows(Batch))[-1]


@pytest.mark.parametrize("provider", PROVIDERS)
async def test_a_round_goes_as_one_batch_that_is_looked_at_until_its_results_settle_each_match_at_half_the_price(
    tmp_path: Path, provider: str
) -> None:
    async with evening(tmp_path, provider) as (room, server, _):
        await room.works(*WORK)
        assert len(server.batches) == 1
        assert await statuses(room) == {"batched": 4}
        batch = await the_batch(room)
        assert (batch.status, batch.leased_until) == ("open", None)
        assert all(match.leased_until is None for match in await room.matches())
        reserved = await room.spendings()
        assert [one.settled_at for one in reserved] == [None] * 4
        room.later(seconds=61)
        await room.works(*WORK)
        assert await statuses(room) == {"batched": 4}
        server.finish()
        room.later(seconds=61)
        await room.works(*WORK)
        assert await statuses(room) == {"decided": 4}
        assert {one.cost for one in await room.spendings()} == {COST}
        assert {verdict.winner for verdict in await room.all_verdicts()} == {"first"}
        assert {verdict.cost for verdict in await room.all_verdicts()} == {COST}
        assert not server.live
        assert (await the_batch(room)).status == "done"


@pytest.mark.slow
@pytest.mark.parametrize("provider", PROVIDERS)
async def test_a_batch_whose_reply_was_lost_is_found_again_and_handed_in_once(
    tmp_path: Path, provider: str
) -> None:
    async with evening(tmp_path, provider, lose_reply=True) as (room, server, _):
        await room.works(*WORK)
        assert (await the_batch(room)).remote_id is None
        room.later(seconds=180)
        await room.works(*WORK)
        assert len(server.batches) == 1
        assert (await the_batch(room)).remote_id is not None
        server.finish()
        room.later(seconds=61)
        await room.works(*WORK)
        assert await statuses(room) == {"decided": 4}
        assert len(await room.spendings()) == 4


@pytest.mark.slow
async def test_a_batch_that_a_crash_kept_from_being_handed_in_is_handed_in_after(tmp_path: Path) -> None:
    async with evening(tmp_path, "openai") as (room, server, _):
        await room.works(Work.MATCH)
        batch = await the_batch(room)
        async with room.world.writing() as session:  # it died between noting and handing in
            assert await leases.take(session, Work.BATCH, batch.id, room.time.now(), 60)
            row = await session.get_one(Batch, batch.id)
            row.begun_at = room.time.now()
        room.later(seconds=120)
        await room.works(*WORK)
        assert len(server.batches) == 1
        server.finish()
        room.later(seconds=61)
        await room.works(*WORK)
        assert await statuses(room) == {"decided": 4}


@pytest.mark.slow
async def test_another_teams_batch_of_the_same_size_is_not_taken_for_ours(tmp_path: Path) -> None:
    async with evening(tmp_path, "anthropic", lose_reply=True) as (room, server, _):
        await room.works(*WORK)
        ours = server.batches[0]
        await server.make({f"other-{n}": {"model": "m"} for n in range(4)}, "")
        room.later(seconds=180)
        await room.works(*WORK)
        assert (await the_batch(room)).remote_id == "batch-2"
        server.finish()
        for _ in range(4):
            room.later(seconds=61)
            await room.works(*WORK)
        assert (await the_batch(room)).remote_id == ours.id
        assert await statuses(room) == {"decided": 4}
        assert len(server.batches) == 2


@pytest.mark.slow
@pytest.mark.parametrize("provider", PROVIDERS)
async def test_what_expired_or_met_an_overloaded_server_is_planned_again_and_costs_nothing(
    tmp_path: Path, provider: str
) -> None:
    seen: Counter[str] = Counter()

    def result(call: str, _body: dict[str, Any]) -> str:
        match = call.split("-")[1]
        seen[match] += 1
        return {1: "expired", 2: "busy"}.get(int(match), "good") if len(server.batches) == 1 else "good"

    async with evening(tmp_path, provider, result=result) as (room, server, _):
        await room.works(*WORK)
        server.finish()
        room.later(seconds=61)
        await room.works(*WORK)
        assert await statuses(room) == {"decided": 2, "batched": 2}
        assert len(server.batches) == 2
        server.finish()
        room.later(seconds=61)
        await room.works(*WORK)
        assert await statuses(room) == {"decided": 4}
        assert sum((one.cost or 0 for one in await room.spendings()), Decimal(0)) == 4 * COST
        assert not server.live


@pytest.mark.slow
async def test_an_unusable_answer_is_asked_again_by_itself_and_its_cost_counts(tmp_path: Path) -> None:
    async with evening(
        tmp_path, "openai", result=lambda call, _body: "prose" if call.split("-")[1] == "1" else "good"
    ) as (room, server, _):
        await room.works(*WORK)
        server.finish()
        room.later(seconds=61)
        await room.works(*WORK)
        room.later(seconds=61)
        await room.works(*WORK)
        assert await statuses(room) == {"decided": 4}
        assert len(server.live) == 1
        assert sum((one.cost or 0 for one in await room.spendings()), Decimal(0)) == 6 * COST


@pytest.mark.slow
@pytest.mark.parametrize("provider", PROVIDERS)
async def test_an_account_refused_inside_a_batch_pauses_the_judge_in_the_servers_words(
    tmp_path: Path, provider: str
) -> None:
    async with evening(tmp_path, provider, result=lambda _call, _body: "billing") as (
        room,
        server,
        tournament,
    ):
        await room.works(*WORK)
        server.finish()
        room.later(seconds=61)
        await room.works(*WORK)
        row = await room.tournament_row(tournament)
        assert (row.status, row.held_for) == ("paused", "judge")
        assert "credit balance is too low" in (row.reason or "")
        assert not server.live


@pytest.mark.slow
async def test_a_refusal_to_take_the_batch_pauses_the_judge_and_reserves_nothing(tmp_path: Path) -> None:
    words = "Billing hard limit has been reached."
    refusal = (400, {"error": {"message": words, "code": "billing_hard_limit_reached"}})
    async with evening(tmp_path, "openai", refusal=refusal) as (room, _server, tournament):
        await room.works(*WORK)
        row = await room.tournament_row(tournament)
        assert row.held_for == "judge"
        assert words in (row.reason or "")
        assert all(one.settled_at and not one.cost for one in await room.spendings())


@pytest.mark.slow
async def test_a_server_without_batches_is_asked_at_once_and_the_tournament_says_so(tmp_path: Path) -> None:
    async with evening(tmp_path, "openai", has_batches=False) as (room, server, tournament):
        await room.works(*WORK)
        assert await statuses(room) == {"decided": 4}
        assert len(server.live) == 4
        row = await room.tournament_row(tournament)
        assert "takes no batches" in (row.reason or "")


async def test_reservations_of_a_batch_never_pass_a_cap_and_the_rest_waits_for_its_own_batch(
    tmp_path: Path,
) -> None:
    async with evening(tmp_path, "openai") as (room, server, _):
        await room.works(*WORK)
        most = sum((one.reserved for one in await room.spendings()), Decimal(0)) / 4
    (tmp_path / "again").mkdir()
    async with evening(tmp_path / "again", "openai", cap=3 * most) as (room, server, _):
        await room.works(*WORK)
        assert sum(one.reserved for one in await room.spendings()) <= 3 * most
        assert [len(batch.calls) for batch in server.batches] == [3]
        server.finish()
        room.later(seconds=601)
        await room.works(*WORK)
        server.finish()
        room.later(seconds=61)
        await room.works(*WORK)
        assert await statuses(room) == {"decided": 4}
        assert [len(batch.calls) for batch in server.batches] == [3, 1]


@pytest.mark.slow
async def test_results_of_a_cancelled_tournament_are_paid_and_change_nothing_and_the_provider_is_told(
    tmp_path: Path,
) -> None:
    async with evening(tmp_path, "google") as (room, server, tournament):
        await room.works(*WORK)
        async with room.world.writing() as session:
            from storage.matches import match_rows

            await match_rows.cancel_open_of_tournament(session, tournament, keep_batches=False)
        room.later(seconds=61)
        await room.works(*WORK)
        assert len(server.cancelled) == 1
        server.finish()
        room.later(seconds=61)
        await room.works(*WORK)
        assert await statuses(room) == {"cancelled": 4}
        assert {one.cost for one in await room.spendings()} == {COST}
        assert await room.all_verdicts() == []


@pytest.mark.slow
async def test_a_parameter_refused_inside_a_batch_is_learned_for_the_next(tmp_path: Path) -> None:
    def result(_call: str, body: dict[str, Any]) -> str:
        return "invalid" if "response_format" in body else "good"

    async with evening(tmp_path, "openai", result=result) as (room, server, _):
        await room.works(*WORK)
        server.finish()
        room.later(seconds=61)
        await room.works(*WORK)
        server.finish()
        room.later(seconds=61)
        await room.works(*WORK)
        assert await statuses(room) == {"decided": 4}
        assert len(server.batches) == 2
        assert not server.live


@pytest.mark.slow
async def test_a_tournament_in_batches_plays_few_large_rounds_to_its_end(tmp_path: Path) -> None:
    async with serving_batches() as server:
        name = server.judge("google")
        judge = open_judge(name, keys={server.host: "key"}, price_per_mtok=PRICE)
        async with AsyncExitStack() as ending, a_room(tmp_path, judge, papers="ABCDEFGHIJKL") as room:
            ending.push_async_callback(close_judges, [judge])
            await room.sets(monthly_cap=Decimal(100))
            plan = TournamentPlan(60, batch=True)
            async with room.world.writing() as session:
                tournament = await start(
                    session, room.runtime, league=room.league, plan=plan, user="alice", channel=HOME,
                    now=room.time.now(),
                )  # fmt: skip
            for _ in range(12):
                await advance(room.runtime, TEAM, tournament.id)
                await room.works(*WORK)
                server.finish()
                room.later(seconds=61)
            assert await statuses(room) == {"decided": 60}
            assert [len(batch.calls) for batch in server.batches] == [15, 15, 15, 15]
            assert {row.status for row in await room.rows(Tournament)} == {"finished"}


@pytest.mark.slow
async def test_a_match_in_both_orders_has_both_calls_in_its_batch(tmp_path: Path) -> None:
    async with evening(tmp_path, "openai") as (room, server, _):
        await room.sets(swap_share=1.0)
        await room.works(*WORK)
        assert len(server.batches[0].calls) == 8
        server.finish()
        room.later(seconds=61)
        await room.works(*WORK)
        assert {match.outcome for match in await room.matches()} == {"draw"}
        assert timedelta(0) <= room.time.now() - (await the_batch(room)).created_at
