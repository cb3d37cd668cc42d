"""A paper without matches is in the league, and not ranked."""

from bot.standings import refit
from storage.questions import leaderboards, upcoming_play
from tests.questions.conftest import Asker, words


async def test_a_paper_without_matches_is_not_ranked_and_stands_after_those_that_are(asker: Asker) -> None:
    await asker.world.enters(asker.league, "A paper that nobody has compared")
    async with asker.world.writing() as session:
        await refit.refit(session, asker.league, cause="entry", now=asker.world.now)
    async with asker.world.database.reading("T1") as session:
        board = await leaderboards.board(session, asker.league, sort="score", limit=100)
        uncertain = await upcoming_play.count_uncertain(session, asker.league, 1_000_000)
    ranked = [line for line in board if line.rank is not None]
    others = board[len(ranked) :]
    assert "A paper that nobody has compared" in {line.title for line in others}
    assert [line.rank for line in others] == [None] * len(others)
    assert sorted(line.rank or 0 for line in ranked) == list(range(1, len(ranked) + 1))
    assert all(line.matches for line in ranked)
    assert uncertain == (len(others), len(board)), "those who haven't played are the ones that have to"
    assert "not ranked yet" in words(await asker.runs("nobody has compared"))
