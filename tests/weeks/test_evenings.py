"""New papers play by themselves each weekday evening until every interval meets the target; then the league rests."""

from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from bot.entries.card import card
from bot.ranking import TYPICAL_SPREAD
from bot.spending.held_tournaments import resume_tournament
from bot.standings import refit
from bot.tournaments import pausing_and_cancelling
from bot.tournaments.expected_matches import expected_matches
from bot.tournaments.progress import progress
from bot.tournaments.starting import TournamentPlan, start
from bot.tournaments.stopping import still_need_matches
from handlers.entries.card_view import card_message
from handlers.entries.paper_window_view import more_modal
from handlers.tournaments import tournament_view
from storage.tables import Entry, League, Paper
from tests.leagues.world import HOME, TEAM
from tests.weeks.evenings import JUDGE, Evenings, evenings


@pytest.fixture
async def league(tmp_path: Path) -> AsyncIterator[Evenings]:
    async with evenings(tmp_path) as made:
        yield made


async def _wider_target(league: Evenings, points: float) -> None:
    async with league.world.writing() as session:
        (await session.get_one(League, league.league)).target_interval = points


async def test_new_papers_play_the_same_evening_and_then_the_league_rests(league: Evenings) -> None:
    await _wider_target(league, 400)
    await league.papers_come(6)
    assert await league.day_passes() > 0
    assert max(await league.intervals()) <= 400
    assert await league.day_passes() == 0
    await league.papers_come(1)
    assert 0 < await league.day_passes() < league.played[0]
    assert [row.reason for row in await league.tournaments()] == ["all scores are within ±400"] * 2


@pytest.mark.slow
async def test_what_comes_at_the_weekend_plays_on_monday(league: Evenings) -> None:
    await _wider_target(league, 400)
    for _ in range(5):
        assert await league.day_passes() == 0
    await league.papers_come(3)
    assert [await league.day_passes() for _ in range(2)] == [0, 0]
    assert await league.day_passes() > 0


@pytest.mark.slow
async def test_a_paper_that_cannot_play_keeps_nobody_up(league: Evenings) -> None:
    await _wider_target(league, 600)  # three papers and one judge can bring no more
    first, *_rest = await league.papers_come(4)
    async with league.world.writing() as session:
        paper = (await session.get_one(Entry, first)).paper_id
        (await session.get_one(Paper, paper)).withdrawn = True
    assert await league.day_passes() > 0
    assert await league.day_passes() == 0
    assert {row.reason for row in await league.tournaments()} == {"all scores are within ±600"}


@pytest.mark.slow
async def test_an_evening_may_take_what_its_papers_should_need_twice_over(league: Evenings) -> None:
    await _wider_target(league, 400)
    await league.papers_come(2)
    await league.day_passes()
    (tournament,) = await league.tournaments()
    assert tournament.budget_matches == 2 * 2 * expected_matches(400, TYPICAL_SPREAD)
    assert expected_matches(300, TYPICAL_SPREAD) == 12


@pytest.mark.slow
async def test_a_league_that_only_repeats_itself_rests_until_a_paper_comes(league: Evenings) -> None:
    await _wider_target(league, 50)
    await league.papers_come(3)
    assert [await league.day_passes() for _ in range(3)] == [3 * 2, 0, 0]
    assert len(await league.tournaments()) == 1
    await league.papers_come(1)
    assert await league.day_passes() in (3 * 2 - 1, 3 * 2), "one match may be judged in both orders at once"
    assert await league.day_passes() == 0


@pytest.mark.slow
async def test_thirty_papers_and_five_a_day_for_two_weeks_settle_on_an_eighth_of_all_pairs(
    league: Evenings, record_property: Callable[[str, object], None]
) -> None:
    await league.papers_come(30)
    await league.day_passes()
    for _ in range(14):
        await league.papers_come(5)
        await league.day_passes()
    while league.time.now().weekday() >= 5:  # what came at the weekend plays on Monday
        await league.day_passes()
    await league.day_passes()
    played = await league.matches()
    quiet = [await league.day_passes() for _ in range(7)]
    intervals, target = await league.intervals(), await league.target()
    pairs = len(intervals) * (len(intervals) - 1) // 2
    record_property("matches", played)
    print(
        f"{played} matches, {played / pairs:.1%} of {pairs} pairs; widest ±{max(intervals):.0f}; {league.played}"
    )
    async with league.world.database.reading(TEAM) as session:
        board = await refit.fit_input(session, league.league)
    assert len(intervals) == 100
    assert not still_need_matches(target, board, await board.fit()).any(), (
        "certain enough, or played as often as helps"
    )
    assert played <= pairs / 8
    assert quiet == [0] * 7


async def _cap(league: Evenings, usd: str) -> None:
    async with league.world.writing() as session:
        row = await session.get_one(League, league.league)
        row.monthly_cap, row.announced = Decimal(usd), [JUDGE]


@pytest.mark.slow
async def test_what_waits_for_the_months_cap_goes_on_when_a_month_begins_or_the_cap_is_raised(
    league: Evenings,
) -> None:
    """The first evening is Friday the 27th of November; the month begins in Monday's night."""
    league.time.move(timedelta(days=4))
    await _wider_target(league, 400)
    league.judge.price = Decimal("0.01")
    await _cap(league, "0.05")
    await league.papers_come(8)
    assert await league.day_passes() == 5
    (waiting,) = await league.tournaments()
    assert (waiting.status, waiting.held_for) == ("paused", "cap")
    assert [await league.day_passes() for _ in range(2)] == [0, 0]
    assert 0 < await league.day_passes() <= 5
    assert await league.day_passes() == 0
    await _cap(league, "5")
    assert await league.day_passes() > 0
    assert [(row.id, row.status) for row in await league.tournaments()] == [(waiting.id, "finished")]


async def test_a_tournament_says_that_it_went_on_by_itself(league: Evenings) -> None:
    league.judge.price = Decimal("0.01")
    await _cap(league, "0.05")
    await league.papers_come(8)
    await league.day_passes()
    (waiting,) = await league.tournaments()
    async with league.world.writing() as session:
        assert await resume_tournament(session, waiting.id, "It went on by itself: a new month began.")
        assert not await resume_tournament(session, waiting.id, "twice")
    async with league.world.database.reading(TEAM) as session:
        view = await progress(session, waiting.id, league.time.now())
    assert "went on by itself: a new month began" in str(tournament_view.progress(view).blocks)


@pytest.mark.slow
async def test_a_tournament_paused_by_a_person_does_not_go_on_with_the_month(league: Evenings) -> None:
    league.time.move(timedelta(days=4))
    league.judge.price = Decimal("0.01")
    await _cap(league, "0.05")
    await league.papers_come(8)
    await league.day_passes()
    (waiting,) = await league.tournaments()
    async with league.world.writing() as session:
        await resume_tournament(session, waiting.id, None)
        await pausing_and_cancelling.pause(
            session, waiting.id, league.world.people.viewer("dora"), league.time.now()
        )
    await _cap(league, "5")
    assert [await league.day_passes() for _ in range(4)] == [0] * 4


async def test_a_tournament_with_a_deadline_plays_one_round_after_the_other(league: Evenings) -> None:
    await league.papers_come(4)
    async with league.world.writing() as session:
        plan = TournamentPlan(12, deadline=league.time.now() + timedelta(days=3))
        await start(
            session, league.runtime, league=league.league, plan=plan, user="alice", channel=HOME,
            now=league.time.now(),
        )  # fmt: skip
    await league.work()
    assert await league.matches() == 12


@pytest.mark.slow
async def test_a_card_says_that_its_paper_waits_for_money_or_rests(league: Evenings) -> None:
    await _wider_target(league, 400)
    league.judge.price = Decimal("0.01")
    await _cap(league, "0.02")
    first, *_rest = await league.papers_come(6)
    await league.day_passes()

    async def said() -> str:
        async with league.world.database.reading(TEAM) as session:
            view = await card(session, first, league.time.now())
            return str((card_message(view).blocks, more_modal(view)))

    assert "Waits for money" in await said()
    await _cap(league, "5")
    await league.day_passes()
    assert "Settled: no more matches needed" in await said()
