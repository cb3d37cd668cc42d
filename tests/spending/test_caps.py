"""Caps and sums at their edges: what fits to the cent, whose money counts, and for which month."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from bot.spending import caps, held_tournaments
from bot.spending.caps import check
from bot.spending.price_estimates import Prices, prices, prices_so_far
from storage import spending
from storage.errors import BudgetError, MoneyReservedError
from storage.spending import CapAmounts
from storage.standings import past_standings
from storage.tables import Tournament
from tests.judges.room import Room, ScriptedJudge, a_room
from tests.leagues.world import HOME, TEAM

USD = Decimal
FREE = CapAmounts("Papers", HOME, None, USD(10), USD(0), USD(0), None, None, USD(0), USD(0))


@pytest.mark.parametrize(
    ("amounts", "worst", "nears"),
    [
        (FREE, USD(10), True),
        (FREE, USD("7.99"), False),
        (FREE, USD(8), True),
        (replace(FREE, month_spent=USD(4), month_reserved=USD(3)), USD("0.99"), False),
        (replace(FREE, month_spent=USD(4), month_reserved=USD(3)), USD(1), True),
        (replace(FREE, budget=USD(5), tournament_spent=USD(1), tournament_reserved=USD(1)), USD("1.99"), False),
        (replace(FREE, budget=USD(5), tournament_spent=USD(1), tournament_reserved=USD(1)), USD(2), True),
        (replace(FREE, budget=USD(5), tournament_spent=USD(1), tournament_reserved=USD(1)), USD(3), True),
        (replace(FREE, announced=("one",)), USD(1), False),
    ],
)  # fmt: skip
def test_a_call_that_fits_says_whether_four_fifths_may_be_spent(
    amounts: CapAmounts, worst: Decimal, nears: bool
) -> None:
    assert check(amounts, "one", worst) is nears


@pytest.mark.parametrize(
    ("amounts", "worst", "words"),
    [
        (FREE, USD("10.01"), r"\$0.00 of Papers's monthly cap of \$10.00 is spent"),
        (replace(FREE, month_spent=USD(9)), USD("1.01"), r"\$9.00 of Papers's monthly cap"),
        (replace(FREE, budget=USD(5), tournament_spent=USD(4)), USD("1.01"), r"\$4.00 of the tournament.s budget"),
        (replace(FREE, announced=("two",)), USD(1), "one costs money, and nobody has agreed"),
    ],
)  # fmt: skip
def test_a_call_that_passes_a_cap_is_refused_with_what_is_spent(
    amounts: CapAmounts, worst: Decimal, words: str
) -> None:
    with pytest.raises(BudgetError, match=words) as refused:
        check(amounts, "one", worst)
    assert refused.value.of_tournament is (amounts.budget is not None)


@pytest.mark.parametrize(
    "amounts",
    [
        replace(FREE, month_spent=USD(5), month_reserved=USD("4.01")),
        replace(FREE, budget=USD(3), tournament_spent=USD(1), tournament_reserved=USD("1.01")),
    ],
)
def test_a_call_waits_where_only_reservations_stand_in_its_way(amounts: CapAmounts) -> None:
    with pytest.raises(MoneyReservedError) as waiting:
        check(amounts, "one", USD(1))
    assert waiting.value.retry_after == 5.0
    exactly = replace(
        amounts,
        month_reserved=min(amounts.month_reserved, USD(4)),
        tournament_reserved=min(amounts.tournament_reserved, USD(1)),
    )
    assert check(exactly, "one", USD(1))


def test_a_month_is_utcs() -> None:
    now = datetime(2026, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)
    assert spending.month_start(now) == datetime(2026, 12, 1, tzinfo=UTC)
    assert spending.next_month(now) == datetime(2027, 1, 1, tzinfo=UTC)
    assert spending.next_month(datetime(2027, 1, 1, tzinfo=UTC)) == datetime(2027, 2, 1, tzinfo=UTC)
    assert USD("0.8") == caps.NOTICE_AT


@pytest.fixture
def judge() -> ScriptedJudge:
    return ScriptedJudge("openai:one", cost=USD("0.02"), worst=USD("0.10"))


async def reserve(
    room: Room, about: int, worst: str, tournament: int | None = None, judge: str = "openai:one"
) -> int:
    async with room.world.writing() as session:
        return await spending.add_reservation(
            session, league=room.league, tournament=tournament, kind="match", about_id=about, judge=judge,
            worst=USD(worst), now=room.time.now(),
        )  # fmt: skip


async def settle(room: Room, reservation: int, cost: str, result: str = "ok") -> None:
    async with room.world.writing() as session:
        await spending.settle(session, reservation, USD(cost), result, room.time.now())


async def test_sums_are_of_one_league_one_month_and_one_tournament(
    tmp_path: Path, judge: ScriptedJudge
) -> None:
    async with a_room(tmp_path, judge) as room:
        tournament = await room.tournament("openai:one", budget=USD(3))
        other = await room.tournament("openai:one", budget=USD(4))
        await settle(room, await reserve(room, 1, "0.50"), "0.25")
        await settle(room, await reserve(room, 2, "0.50", tournament), "0.125")
        await settle(room, await reserve(room, 3, "0.50", other), "0.0625")
        open_one = await reserve(room, 4, "0.40", tournament)
        async with room.world.database.reading(TEAM) as session:
            amounts = await spending.cap_amounts(session, room.league, tournament, room.time.now())
            assert await spending.spent_by(session, tournament) == USD("0.125")
            assert await spending.spent_by(session, 999) == USD(0)
            assert await spending.spent_this_month(session, room.league, room.time.now()) == USD("0.4375")
            month, of_tournament = await spending.budgets(session, room.league, tournament, room.time.now())
        assert (amounts.month_spent, amounts.month_reserved) == (USD("0.4375"), USD("0.40"))
        assert (amounts.tournament_spent, amounts.tournament_reserved) == (USD("0.125"), USD("0.40"))
        assert (month.spent, month.tournament, month.channel) == (USD("0.4375"), None, HOME)
        assert (of_tournament.spent, of_tournament.cap, of_tournament.tournament) == (
            USD("0.125"),
            USD(3),
            tournament,
        )
        async with room.world.writing() as session:
            await spending.release_lost(session, "assessment", 4, room.time.now())
            await spending.release_lost(session, "match", 5, room.time.now())
            assert await spending.spent_by(session, tournament) == USD("0.125")
            await spending.release_lost(session, "match", 4, room.time.now())
            assert await spending.spent_by(session, tournament) == USD("0.525")
        await settle(room, open_one, "0.01")
        room.time.move(timedelta(days=31))
        async with room.world.database.reading(TEAM) as session:
            assert await spending.spent_by(session, tournament) == USD("0.525")
            assert await spending.spent_this_month(session, room.league, room.time.now()) == USD(0)


async def test_an_average_is_of_answered_calls_of_one_judge_and_kind(
    tmp_path: Path, judge: ScriptedJudge
) -> None:
    async with a_room(tmp_path, judge) as room:
        await settle(room, await reserve(room, 1, "0.10"), "0.02")
        await settle(room, await reserve(room, 2, "0.10"), "0.04")
        await settle(room, await reserve(room, 3, "0.10"), "0.09", "BusyError")
        await settle(room, await reserve(room, 4, "0.10", judge="openai:two"), "0.50")
        async with room.world.database.reading(TEAM) as session:
            mean = await spending.average_cost(session, ["match"], "openai:one")
            assert round(mean or USD(0), 9) == USD("0.03")
            assert await spending.average_cost(session, ["assessment"], "openai:one") is None
            so_far = await prices_so_far(session, room.runtime)
            both = await prices_so_far(session, room.runtime, ["openai:one", "openai:two"])
            three = await prices_so_far(session, room.runtime, ["openai:one", "openai:none"])
        typical = round(so_far.usual_match or USD(0), 9)
        assert replace(so_far, usual_match=typical) == Prices(
            USD("0.10"), USD("0.10"), (), ("openai:one",), None, USD("0.03")
        )
        assert round(both.usual_match or USD(0), 9) == USD("0.265")
        assert (three.usual_match, three.unknown) == (None, ("openai:none",))
        assert not so_far.is_free
        assert prices(room.runtime, ["openai:none"]).unknown == ("openai:none",)
    assert Prices(USD(0), USD(0), (), ()).is_free
    assert not Prices(USD(0), USD(0), ("x",), ()).is_free


async def test_a_pause_and_an_outage_are_of_one_judge_and_once(tmp_path: Path, judge: ScriptedJudge) -> None:
    async with a_room(tmp_path, judge) as room, room.world.writing() as session:
        now = room.time.now()
        pause = await spending.pause_judge(session, "openai:one", "no quota", now)
        assert pause is not None
        assert await spending.pause_judge(session, "openai:one", "again", now) is None
        assert await spending.pause_judge(session, "openai:two", "no key", now) not in {None, pause}
        assert await spending.paused_judges(session) == {"openai:one": "no quota", "openai:two": "no key"}
        row = await spending.pause_of(session, "openai:one")
        assert row is not None
        assert row.id == pause
        assert await spending.resume_judge(session, "openai:three") is None
        assert await spending.resume_judge(session, "openai:one") == pause
        assert await spending.paused_judges(session) == {"openai:two": "no key"}
        assert await spending.begin_outage(session, room.league, "openai:one", now)
        assert not await spending.begin_outage(session, room.league, "openai:one", now)
        assert await spending.begin_outage(session, room.league, "openai:two", now)
        assert await spending.end_outage(session, room.league, "openai:one") == now
        assert await spending.end_outage(session, room.league, "openai:one") is None
        assert await spending.end_outage(session, 999, "openai:two") is None


async def test_a_pause_holds_its_own_matches_until_the_deadline_and_rates_what_is_decided(
    tmp_path: Path, judge: ScriptedJudge
) -> None:
    async with a_room(tmp_path, judge) as room:
        tournament = await room.tournament("openai:one")
        decided = await room.plan("openai:one", 0, 1, tournament)
        await room.works()
        waiting, single = await room.plan("openai:one", 1, 2, tournament), await room.plan("openai:one", 2, 3)
        deadline = room.time.now() + timedelta(hours=2)
        async with room.world.writing() as session:
            row = await session.get_one(Tournament, tournament)
            row.deadline = deadline
        async with room.world.writing() as session:
            assert await held_tournaments.hold_tournament(session, tournament, "cap", "cap", room.time.now())
        held = await room.tournament_row(tournament)
        assert (held.status, held.reason, held.held_for, held.not_before) == (
            "paused",
            "cap",
            "cap",
            deadline,
        )
        assert (await room.row(waiting)).not_before == deadline
        assert (await room.row(single)).not_before is None
        assert (await room.row(decided)).status == "decided"
        async with room.world.database.reading(TEAM) as session:
            rated_at = await past_standings.latest_at(session, room.league)
        assert rated_at == room.time.now()
        async with room.world.writing() as session:
            assert not await held_tournaments.hold_tournament(
                session, tournament, "x", "person", room.time.now()
            )
            assert await held_tournaments.resume_tournament(session, tournament, "the cap was raised")
            assert not await held_tournaments.resume_tournament(session, tournament, None)
        resumed = await room.tournament_row(tournament)
        assert (resumed.status, resumed.reason, resumed.held_for, resumed.not_before) == (
            "running", "the cap was raised", None, None,
        )  # fmt: skip
        assert (await room.row(waiting)).not_before is None
        async with room.world.writing() as session:
            assert await held_tournaments.end_tournament(
                session, tournament, "finished", None, room.time.now(), from_statuses=("running",)
            )
            assert not await held_tournaments.end_tournament(
                session, tournament, "cancelled", None, room.time.now(), from_statuses=("running",)
            )
        over = await room.tournament_row(tournament)
        assert (over.status, over.ended_at, over.after_id is not None) == ("finished", room.time.now(), True)
        assert (await room.row(waiting)).status == "cancelled"
        assert (await room.row(single)).status == "planned"
