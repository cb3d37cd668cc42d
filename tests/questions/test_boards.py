"""What a board says of its papers is fair to all of them."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import update

from bot import questions
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
