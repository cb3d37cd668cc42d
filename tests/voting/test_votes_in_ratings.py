"""Claims about what a team's votes, grades and swapped verdicts are worth to the ratings."""

import numpy as np
import pytest

from bot.ranking.fitting import POINTS
from bot.ranking.rank_intervals import Z95
from bot.standings import refit
from bot.standings.league_outcomes import PEOPLE, SURER
from bot.standings.refit import FitInput
from storage.standings import rating_rows
from storage.standings.rating_rows import EntryRating
from storage.tables import Verdict
from tests.voting.conftest import TEAM, Team


async def board_of(team: Team) -> FitInput:
    async with team.database.reading(TEAM) as session:
        return await refit.fit_input(session, team.league)


def people_s(board: FitInput) -> list[tuple[int, int, float]]:
    """The votes as (first, second, score) by entry."""
    of = board.outcomes
    votes = np.flatnonzero(np.isin(of.judge, list(of.people)))
    entries = np.array(board.entries)
    return [
        (int(entries[of.first[row]]), int(entries[of.second[row]]), float(of.score[row])) for row in votes
    ]


async def test_each_vote_is_an_outcome_of_its_own_and_the_verdict_counts_no_more(team: Team) -> None:
    await team.challenge()
    await team.vote("U1", "first")
    for user in ("U2", "U3", "U4"):
        await team.vote(user, "second")
    if (await team.view()).result is None:
        await team.close()
    board = await board_of(team)
    first, second = team.entries
    assert sorted(people_s(board)) == [(first, second, 0.0)] * 3 + [(first, second, 1.0)]
    assert PEOPLE in board.judges
    assert board.outcomes.counts.tolist().count(False) == 1, "the judge's verdict tells of the judge alone"
    assert board.record[board.index[second]].tolist() == [1, 0, 0], "a match is one match, whoever voted"


async def test_votes_count_where_the_verdict_stands_and_beside_it(team: Team) -> None:
    await team.challenge()
    await team.vote("U1", "second")
    await team.vote("U2", "abstain")
    team.later(48)
    assert await team.settle()
    board = await board_of(team)
    assert people_s(board) == [(*team.entries, 0.0)]
    assert board.outcomes.counts.all()


async def test_a_vote_leaves_the_interval_and_moves_the_score_within_it(team: Team) -> None:
    async def figures() -> dict[int, EntryRating]:
        async with team.database.transaction(TEAM) as session:
            await refit.refit(session, team.league, cause="vote", now=team.now)
        async with team.database.reading(TEAM) as session:
            return dict(await rating_rows.ratings_of(session, team.entries))

    before = await figures()
    await team.challenge()
    await team.vote("U1", "second")
    team.later(48)
    assert await team.settle()
    after = await figures()
    for entry, figure in before.items():
        assert after[entry].interval == pytest.approx(figure.interval, rel=0.02)
        assert after[entry].stderr == pytest.approx(after[entry].interval / POINTS / Z95, rel=1e-3)
        assert 0 < abs(after[entry].score - figure.score) <= figure.interval


async def test_votes_of_an_open_poll_of_authors_and_of_a_reverted_decision_do_not_count(team: Team) -> None:
    await team.challenge()
    await team.vote("U1", "second")
    assert people_s(await board_of(team)) == []
    await team.author("U1")
    for user in ("U2", "U3", "U4"):
        await team.vote(user, "second")
    assert len(people_s(await board_of(team))) == 3
    await team.revert("U0", "It was two friends of the author.")
    board = await board_of(team)
    assert people_s(board) == []
    assert board.outcomes.counts.all()


async def test_a_grade_and_a_second_opinion_in_the_other_order_reach_the_fit(team: Team) -> None:
    async with team.database.transaction(TEAM) as session:
        verdict = await session.get_one(Verdict, 1)
        verdict.margin = "clear"
        session.add(
            Verdict(
                match_id=team.match, kind="swap", judge=verdict.judge, model="m", swapped=True, winner=verdict.winner,
                confidence=0.7, rationale="Again.", at=team.now,
            )
        )  # fmt: skip
    board = await board_of(team)
    assert board.outcomes.grade.tolist() == [2]
    assert board.outcomes.weight.tolist() == [SURER]
