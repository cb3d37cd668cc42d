"""Claims about people's votes: how far they move a strength, and that its interval stays."""

import numpy as np
import pytest
from scipy.special import expit

from bot.ranking import Outcomes, fit
from bot.ranking.bradley_terry import merged_games
from bot.ranking.peoples_votes import moved_by_votes
from bot.ranking.posterior import posterior
from bot.ranking.rank_intervals import Z95

STRENGTHS = np.array([1.5, 1.0, 0.5, 0.0, -0.5, -1.0])
VARIANCE = np.full(6, 0.25)


def test_a_vote_moves_by_the_team_s_share_of_what_it_tells() -> None:
    moved, people = moved_by_votes(Outcomes([0], [5], [0.0]), STRENGTHS, VARIANCE)
    spread = np.sqrt(np.var(STRENGTHS) + 0.25)
    assert 0.9 < people.sharpness * spread < 1.2, (
        "one vote against the models lowers the hyperprior's a little"
    )
    assert people.sd == pytest.approx(2.0, abs=0.1)
    assert people.votes == 1
    expected = people.sharpness * (STRENGTHS[[0, 5]] - STRENGTHS[[0, 5]].mean())
    games = merged_games(2, Outcomes([0], [1], [0.0]))
    view = posterior(games, expected, float(people.sd), expected)
    scale = 0.4 * spread / 1.2
    np.testing.assert_allclose((moved - STRENGTHS)[[0, 5]], scale * (view.theta - expected), rtol=1e-6)
    assert (moved[1:5] == STRENGTHS[1:5]).all()


def test_where_people_see_as_models_do_their_votes_move_less() -> None:
    first, second = np.triu_indices(6, 1)
    alike = Outcomes(np.tile(first, 3), np.tile(second, 3), np.ones(45))
    moved, people = moved_by_votes(alike, 3 * STRENGTHS, VARIANCE)
    spread = np.sqrt(np.var(3 * STRENGTHS) + 0.25)
    assert people.sharpness * spread > 1.4
    weak = moved_by_votes(Outcomes([0], [1], [0.0]), 3 * STRENGTHS, VARIANCE)[1]
    assert weak.sharpness < people.sharpness
    assert np.abs(moved - 3 * STRENGTHS).max() < 0.4 * spread / (people.sharpness * spread) * 2 * 2


@pytest.mark.parametrize(("times", "weight"), [(1, 1.0), (3, 1.5), (11, 11 / 6)])
def test_votes_on_one_pair_are_less_than_as_many_votes(times: int, weight: float) -> None:
    many = moved_by_votes(
        Outcomes([0, *[5, 0] * times][: times + 1], [2, *[0, 5] * times][: times + 1],
                 [1.0, *[1.0, 0.0] * times][: times + 1]), STRENGTHS, VARIANCE)  # fmt: skip
    few = moved_by_votes(Outcomes([0, 0], [2, 5], [1.0, 0.0], weight=[1.0, weight]), STRENGTHS, VARIANCE)
    np.testing.assert_allclose(many[0], few[0], rtol=1e-6)


@pytest.mark.parametrize("variance", [0.01, 0.04])
def test_votes_move_no_strength_further_than_its_interval(variance: float) -> None:
    votes = Outcomes([0] * 40, np.resize([1, 2, 3, 4, 5], 40), np.zeros(40))
    moves = moved_by_votes(votes, STRENGTHS, np.full(6, variance))[0] - STRENGTHS
    assert moves[0] == pytest.approx(-Z95 * np.sqrt(variance))
    assert (np.abs(moves) <= Z95 * np.sqrt(variance) + 1e-12).all()


@pytest.mark.parametrize("score", [0.0, 1.0])
@pytest.mark.parametrize("times", [1, 9])
def test_an_interval_is_as_wide_with_votes_as_without(score: float, times: int) -> None:
    random = np.random.default_rng(4)
    first = np.arange(120) % 12
    second = (first + random.integers(1, 12, 120)) % 12
    verdicts = Outcomes(first, second, random.random(120) < expit(0.5 * (second - first)))
    voted = Outcomes(np.r_[first, [11] * times], np.r_[second, [0] * times], np.r_[verdicts.score, [score] * times],
                     np.r_[np.zeros(120, dtype=int), [1] * times], people=[1])  # fmt: skip
    alone, moved = fit(12, verdicts, prior_sd=2.0), fit(12, voted, prior_sd=2.0)
    np.testing.assert_array_equal(moved.interval, alone.interval)
    np.testing.assert_array_equal(moved.rank_stderr, alone.rank_stderr)
    assert 0 < np.abs(moved.score - alone.score).max() < moved.interval.max()
