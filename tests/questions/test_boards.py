"""What a board says of its papers is fair to all of them."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import update

from bot import questions
from handlers.blocks.ids import Page
from handlers.questions.answer_views import boards_view, paper_facts_view
from storage.entries import entry_rows
from storage.questions import category_places
from storage.standings import past_standings
from storage.standings.rating_rows import EntryRating
from storage.tables import Paper
from tests.leagues.world import World, a_world


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with a_world(tmp_path) as made:
        yield made


async def test_papers_of_one_rubric_rating_dont_all_seem_better_in_play(world: World) -> None:
    league = await world.league()
    entries = await world.enters(league.id, "Alpha", "Beta", "Gamma", "Delta", "Epsilon")
    rows = [
        EntryRating(entry, 0, 0, 1800 - 100 * place, 20, place + 1, place + 1, place + 1, 1, 1, 0, 5.5)
        for place, entry in enumerate(entries)
    ]
    async with world.writing() as session:
        await past_standings.store(
            session, league.id, rows, cause="test", about_id=None, outcomes=1, now=world.now
        )
        _, found = await questions.gap(session, league.id)
    assert {row.rubric_at for row in found} == {0.5}
    assert sum(row.score_at - row.rubric_at for row in found) == pytest.approx(0)


async def test_two_categories_of_one_name_are_told_apart(world: World) -> None:
    league = await world.league()
    await world.enters(league.id, "Alpha", "Beta", "Gamma")
    async with world.writing() as session:
        for title, category in (("Alpha", "cs.LG"), ("Beta", "stat.ML"), ("Gamma", "cs.CL")):
            await session.execute(update(Paper).where(Paper.title == title).values(category=category))
        board = await questions.leaderboard(session, league.id)
    assert sorted(name for _, name in board.categories) == [
        "Computation and Language",
        "Machine Learning (cs.LG)",
        "Machine Learning (stat.ML)",
    ]


async def test_a_place_in_a_category_counts_its_papers_only_secondary_ones_too(world: World) -> None:
    league = await world.league()
    entries = await world.enters(league.id, "Alpha", "Beta", "Gamma", "Delta")
    rows = [
        EntryRating(entry, 0, 0, 1800 - 100 * place, 20, place + 1, place + 1, place + 1, 1, 1, 0, 5.5)
        for place, entry in enumerate(entries)
    ]
    categories = (["cs.LG"], ["cs.CL", "cs.AI"], ["cs.AI"], ["q-bio.GN"])
    async with world.writing() as session:
        await past_standings.store(
            session, league.id, rows, cause="test", about_id=None, outcomes=1, now=world.now
        )
        for entry, (primary, *others) in zip(entries, categories, strict=True):
            paper = (await entry_rows.entry(session, entry))[1]
            paper.category, paper.categories = primary, [primary, *others]
        await session.flush()
        board = await questions.leaderboard(session, league.id, category="cs.AI")
        all_of_cs = await questions.leaderboard(session, league.id, category="cs", sort="uncertain")
        whole = await questions.leaderboard(session, league.id)
        places = await category_places.places_in_categories(session, entries[2])
    assert [(row.line.title, row.line.rank, row.line.place) for row in board.rows] == [
        ("Beta", 2, 1),
        ("Gamma", 3, 2),
    ]
    assert sorted((row.line.title, row.line.place) for row in all_of_cs.rows) == [
        ("Alpha", 1),
        ("Beta", 2),
        ("Gamma", 3),
    ]
    assert {row.line.place for row in whole.rows} == {None}
    assert [(each.code, each.place, each.ranked) for each in places] == [("cs.AI", 2, 2)]
    shown = str(boards_view.board_answer(board, Page("board", league.id, 0, words="in cs.AI")))
    assert "places in cs.AI only" in shown
    named = paper_facts_view.NamedPaper(entries[2], "Gamma", "https://x.org")
    places_shown = [paper_facts_view.Place("Artificial Intelligence", "cs.AI", 2, 2)]
    whole_place = paper_facts_view.Place("reading", "", 3, 4)
    answer = paper_facts_view.places_answer(named, whole_place, places_shown, Page("place", league.id, 0))
    assert "*#2 of 2* in Artificial Intelligence\\n#3 of 4 in the whole league reading" in str(answer)
