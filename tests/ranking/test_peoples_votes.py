"""Claims about people's votes: how far they move a strength, and how wide an interval they leave."""

from dataclasses import replace

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


def test_a_vote_moves_by_the_team_s_share_of_what_it_tells_and_leaves_the_rest_open() -> None:
    moved, open_, people = moved_by_votes(Outcomes([0], [5], [0.0]), STRENGTHS, VARIANCE)
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
    by_sharpness = open_[[0, 5]] - scale**2 * (0.4 * view.variance + 0.6 * people.sd**2)
    np.testing.assert_allclose(by_sharpness, (moved - STRENGTHS)[[0, 5]] ** 2 * (0.4 / 1.2) ** 2, rtol=0.2)
    assert (moved[1:5] == STRENGTHS[1:5]).all()
    assert (open_[1:5] == 0).all()


def test_where_people_see_as_models_do_their_votes_move_less() -> None:
    first, second = np.triu_indices(6, 1)
    alike = Outcomes(np.tile(first, 3), np.tile(second, 3), np.ones(45))
    moved, _, people = moved_by_votes(alike, 3 * STRENGTHS, VARIANCE)
    spread = np.sqrt(np.var(3 * STRENGTHS) + 0.25)
    assert people.sharpness * spread > 1.4
    weak = moved_by_votes(Outcomes([0], [1], [0.0]), 3 * STRENGTHS, VARIANCE)[2]
    assert weak.sharpness < people.sharpness
    assert np.abs(moved - 3 * STRENGTHS).max() < 0.4 * spread / (people.sharpness * spread) * 2 * 2


@pytest.mark.parametrize(("times", "weight"), [(1, 1.0), (3, 1.5), (11, 11 / 6)])
def test_votes_on_one_pair_are_less_than_as_many_votes(times: int, weight: float) -> None:
    many = moved_by_votes(
        Outcomes([0, *[5, 0] * times][: times + 1], [2, *[0, 5] * times][: times + 1],
                 [1.0, *[1.0, 0.0] * times][: times + 1]), STRENGTHS, VARIANCE)  # fmt: skip
    few = moved_by_votes(Outcomes([0, 0], [2, 5], [1.0, 0.0], weight=[1.0, weight]), STRENGTHS, VARIANCE)
    np.testing.assert_allclose(many[0], few[0], rtol=1e-6)
    np.testing.assert_allclose(many[1], few[1], rtol=1e-6)


def test_more_votes_narrow_what_is_open_and_a_strength_stays_within_it() -> None:
    widths = []
    for votes in (1, 5, 20, 80):
        one = [0] * votes
        others = np.resize([1, 2, 3, 4, 5], votes)
        moved, open_, _ = moved_by_votes(
            Outcomes(one, others, np.resize([0.0, 1.0], votes)), STRENGTHS, VARIANCE
        )
        widths.append(open_[0])
        if votes == 1:
            assert abs(moved - STRENGTHS).max() < 0.7 * Z95 * np.sqrt(open_[0] + 0.25)
    assert widths[0] > widths[1] > widths[2] > widths[3] > 0


def test_intervals_of_voted_papers_hold_what_the_team_thinks() -> None:
    """The team's taste differs from the models', each voter's from the team's; three votes a paper."""
    alone, whole = [], []
    for seed in range(3):
        random = np.random.default_rng(seed)
        theta = random.normal(0, 3, 40)
        taste = random.normal(0, 2, 40)
        phi = 0.4 * theta + taste
        first = np.arange(60) % 40
        second = (first + random.integers(1, 40, 60)) % 40
        votes = Outcomes(first, second, random.random(60) < expit(phi[first] - phi[second]))
        moved, open_, _ = moved_by_votes(votes, theta, np.full(40, 0.3))
        estimate, truth = moved + random.normal(0, np.sqrt(0.3), 40), theta + taste
        alone.append(np.mean(np.abs(estimate - truth) <= Z95 * np.sqrt(0.3)))
        whole.append(np.mean(np.abs(estimate - truth) <= Z95 * np.sqrt(0.3 + open_)))
    assert 0.88 < np.mean(whole) < 0.985
    assert np.mean(alone) < 0.6, "what matches tell alone doesn't"


def test_a_fit_says_what_votes_leave_open_beside_what_matches_tell() -> None:
    random = np.random.default_rng(4)
    first = np.arange(120) % 12
    second = (first + random.integers(1, 12, 120)) % 12
    verdicts = Outcomes(first, second, random.random(120) < expit(0.5 * (second - first)))
    vote = Outcomes(np.r_[first, 11], np.r_[second, 0], np.r_[verdicts.score, 1],
                    np.r_[np.zeros(120, dtype=int), 1], people=[1])  # fmt: skip
    alone, voted = fit(12, verdicts, prior_sd=2.0), fit(12, vote, prior_sd=2.0)
    np.testing.assert_allclose(voted.matches_interval, alone.interval)
    np.testing.assert_allclose(alone.matches_interval, alone.interval)
    np.testing.assert_allclose(voted.interval[1:11], alone.interval[1:11])
    assert (voted.interval[[0, 11]] > 1.3 * alone.interval[[0, 11]]).all()
    assert (voted.own_stderr[[0, 11]] > 1.3 * alone.own_stderr[[0, 11]]).all(), "ranks are as open"
    assert voted.rank_high[0] - voted.rank_low[0] > alone.rank_high[0] - alone.rank_low[0]
    moved = np.abs(voted.score - alone.score)
    assert (moved[[0, 11]] < voted.interval[[0, 11]]).all()
    known = replace(voted, stderr=alone.stderr)
    assert voted.top_probability(3) == pytest.approx(known.top_probability(3)), "matches can't settle more"
