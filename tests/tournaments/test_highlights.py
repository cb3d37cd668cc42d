"""What is told of a tournament that is over: upsets, judges in disagreement, how the ranks went."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from bot.tournaments import highlights, progress
from bot.tournaments.highlights import Course
from handlers.blocks import ids
from handlers.demo.slack.checks.surfaces import check_message, check_view
from handlers.tournaments.tournament_details_view import tournament_window
from handlers.tournaments.tournament_view import progress as message_of
from handlers.tournaments.tournament_view import rank_courses
from storage.errors import NotFoundError
from storage.questions.costs import tournament_costs
from storage.standings import past_standings, rating_rows
from storage.tables import Match, Tournament, Verdict
from storage.tournaments import tournament_rows
from tests.leagues.world import HOME, OTHER, TEAM, World

TITLES = ("Alpha <b>", "Beta", "Gamma", "Delta", "Epsilon")


async def _over(world: World) -> tuple[int, list[int]]:
    """A tournament in which the last of five beat the first, a judge flipped, and two judges differed."""
    league = await world.league()
    entries = await world.enters(league.id, *TITLES)
    await world.ranks(league.id, entries)
    async with world.writing() as session:
        before = await past_standings.latest_id(session, league.id)
        earlier = _match(league.id, None, entries[1], entries[2], "two:m", "first", world)
        tournament = Tournament(
            league_id=league.id, status="finished", budget_matches=40, channel=HOME, started_by="alice",
            created_at=world.now, started_at=world.now, ended_at=world.now + timedelta(minutes=2), before_id=before,
            budget=Decimal(1), judges=["one:m", "two:m"],
        )  # fmt: skip
        session.add_all([earlier, tournament])
        await session.flush()
        played = [
            _match(league.id, tournament.id, entries[4], entries[0], "one:m", "first", world),
            _match(league.id, tournament.id, entries[2], entries[1], "one:m", "first", world),
            _match(league.id, tournament.id, entries[0], entries[3], "one:m", "draw", world),
            _match(league.id, tournament.id, entries[0], entries[1], "one:m", "first", world),
        ]
        session.add_all(played)
        await session.flush()
        for kind, winner in (("verdict", "first"), ("swap", "second")):
            session.add(
                Verdict(
                    match_id=played[2].id,
                    kind=kind,
                    judge="one:m",
                    model="m",
                    winner=winner,
                    confidence=0.5,
                    rationale="Paper 1 or Paper 2.",
                    at=world.now,
                )
            )
        number = tournament.id
    world.later(minutes=1)
    async with world.writing() as session:
        before_rows = await rating_rows.ratings_of(session, entries)
        order = [4, 0, 1, 2, 3]
        rows = [before_rows[entries[e]]._replace(rank=place + 1) for place, e in enumerate(order)]
        after = await past_standings.store(
            session, league.id, rows, cause="tournament", about_id=number, outcomes=4, now=world.now
        )
        await tournament_rows.change(session, number, from_statuses=("finished",), after_id=after)
    return number, entries


def _match(
    league: int, tournament: int | None, first: int, second: int, judge: str, outcome: str, world: World
) -> Match:
    return Match(
        league_id=league, tournament_id=tournament, first_id=first, second_id=second, judge=judge, status="decided",
        verdict=outcome, outcome=outcome, planned_at=world.now, decided_at=world.now,
    )  # fmt: skip


async def test_an_upset_a_flip_and_two_judges_at_odds_are_told_with_the_way_to_their_match(
    world: World,
) -> None:
    number, _ = await _over(world)
    async with world.database.reading(TEAM) as session:
        view = await progress.progress(session, number, world.now)
    [upset] = view.upsets
    assert (upset.winner, upset.loser, upset.winner_rank, upset.loser_rank) == ("Epsilon", "Alpha <b>", 5, 1)
    told = {(one.judge, one.other) for one in view.disagreements}
    assert told == {("one:m", "two:m"), ("one:m", None)}
    shown = message_of(view)
    check_message(list(shown.blocks))
    [line] = [block for block in shown.blocks if block["type"] == "section"]
    assert (
        "*Tournament 1 in papers* is over: 4 matches · #1 is <https://example.org/epsilon|Epsilon> ·"
        in str(line)
    )
    window = tournament_window(replace(view, messages=1))
    check_view(window, "modal")
    text = str(window)
    for expected in (
        "Epsilon (#5) beat Alpha &lt;b&gt; (#1); its chance was", "decided otherwise in the other order",
        "one:m and two:m decided differently", "the other 3 too", "Leaders", "judges: one:m and two:m",
        "No rank moved by more than its error bar.",
    ):  # fmt: skip
        assert expected in text
    assert text.count("'Read'") == 3


async def test_a_leagues_first_tournament_is_its_tournament_1(world: World) -> None:
    await _over(world)
    other = await world.league(OTHER)
    async with world.writing() as session:
        first, second = (
            Tournament(
                league_id=other.id, status="finished", budget_matches=4, channel=OTHER, started_by="alice",
                created_at=world.now, started_at=world.now, judges=["one:m"],
            )
            for _ in range(2)
        )  # fmt: skip
        session.add(first)
        await session.flush()
        session.add(second)
        await session.flush()
        assert (await progress.progress(session, second.id, world.now)).number == 2
        assert (await tournament_rows.tournament_numbered(session, other.id, 2)).id == second.id
        assert [row.number for row in await tournament_costs(session, other.id)] == [2, 1]
        with pytest.raises(NotFoundError, match="no tournament 3"):
            await tournament_rows.tournament_numbered(session, other.id, 3)


async def test_a_running_tournament_tells_its_pace_and_when_it_ends(world: World) -> None:
    number, _ = await _over(world)
    async with world.writing() as session:
        await tournament_rows.change(
            session, number, from_statuses=("finished",), status="running", ended_at=None
        )
        await session.flush()
        view = await progress.progress(session, number, world.now + timedelta(minutes=1))
    assert view.minutes_left == 36 / 2
    view = replace(view, status="running", ended_at=None)
    text = str(message_of(view).blocks)
    assert r"is running: 4 of 40 matches · about 18\xa0min left · $0.00" in text
    assert "matches a minute" not in text
    assert "pause or cancel" in str(tournament_window(view))


async def test_every_leaders_course_is_told_in_words(world: World) -> None:
    number, _ = await _over(world)
    async with world.database.reading(TEAM) as session:
        courses = await highlights.course(session, await tournament_rows.get(session, number))
    assert courses[0] == Course("Epsilon", (5, 1))
    told = str(rank_courses(courses).blocks)
    assert "1. Epsilon (from #5)" in told
    assert "5. Delta (from #4)" in told


def test_courses_of_long_foreign_titles_keep_slacks_limits() -> None:
    courses = [Course("نظام التعلم " * 30, (None, 12, place + 1)) for place in range(10)]
    message = rank_courses(courses)
    assert all(len(block["text"]["text"]) <= 3000 for block in message.blocks)  # type: ignore[index]  # Block is JSON
    assert "5. " in str(message.blocks)
    assert "(new)" not in str(message.blocks), "everybody is: not said five times"


async def test_a_tournament_that_is_over_goes_on_showing_how_it_ended(world: World) -> None:
    number, entries = await _over(world)
    async with world.writing() as session:
        then = await progress.progress(session, number, world.now)
    await world.ranks((await world.league()).id, entries[::-1])
    async with world.writing() as session:
        now = await progress.progress(session, number, world.now)
    assert [title for title, *_ in now.leaders] == ["Epsilon", "Alpha <b>", "Beta"]
    assert (now.leaders, now.mean_interval) == (then.leaders, then.mean_interval)


async def test_every_mover_leads_to_its_matches_in_a_click(world: World) -> None:
    number, entries = await _over(world)
    async with world.writing() as session:
        view = await progress.progress(session, number, world.now)
    wide = [replace(move, now=move.now._replace(score=move.now.score + 900)) for move in view.movers]
    blocks = tournament_window(replace(view, movers=tuple(wide)))["blocks"]
    assert isinstance(blocks, list)
    rows = [block["elements"] for block in blocks if block["type"] == "actions"]
    ways: dict[str, str] = {}
    for row in rows:
        assert isinstance(row, list)
        why = [each for each in row if each["action_id"].startswith(f"{ids.WHY.name}:")]
        ways |= {each["text"]["text"]: each["value"] for each in why}
    assert ways["Why #1?"] == ids.WHY.encode(ids.OfEntry(entries[4]))
    assert len(ways) == 5


async def test_what_ended_a_tournament_is_a_sentence_and_a_schedule_is_named_as_its_start(
    world: World,
) -> None:
    number, _ = await _over(world)
    async with world.writing() as session:
        await tournament_rows.change(
            session, number, from_statuses=("finished",), reason="no pair is left that could teach more"
        )
    async with world.writing() as session:
        view = await progress.progress(session, number, world.now)
    assert "No pair is left that could teach more." in str(message_of(view).blocks)
    assert "by <@alice>" in str(tournament_window(view))
    assert "by the league's schedule" in str(tournament_window(replace(view, by_schedule=True)))
