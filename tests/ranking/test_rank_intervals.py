"""Claims about ranks, their intervals and the chance of the top, against the exact distribution of a rank."""

import numpy as np
import pytest
from scipy.stats import norm

from bot.ranking import Outcomes, fit, learn_prior, ranking
from bot.ranking.rank_intervals import expected_above, rank_bounds, ranks, top_chance
from bot.ranking.uncertainty import SMALL, beside_neighbours


def test_equal_strengths_share_the_best_of_their_places() -> None:
    assert ranks(np.array([0.5, 2.0, 0.5, -1.0, 0.5])).tolist() == [2, 1, 2, 5, 2]
    assert ranks(np.array([1.0, 1.0 - 1e-9])).tolist() == [1, 1]
    assert ranks(np.array([1.0, 1.0 - 1e-3])).tolist() == [1, 2]
    assert ranks(np.zeros(0)).tolist() == []


def test_mirrored_records_share_a_rank() -> None:
    assert fit(4, Outcomes([0, 2], [1, 3], [1, 1])).rank.tolist() == [1, 3, 1, 3]


def test_far_apart_and_certain_entries_hold_their_ranks() -> None:
    theta = np.array([3.0, 2.0, 1.0, 0.0, -1.0])
    low, high = rank_bounds(theta, np.full(5, 1e-3), ranks(theta))
    assert low.tolist() == high.tolist() == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("entries", [2, 5, 9])
def test_indistinguishable_entries_may_stand_anywhere(entries: int) -> None:
    low, high = rank_bounds(np.zeros(entries), np.ones(entries), ranks(np.zeros(entries)))
    assert low.tolist() == [1] * entries
    assert high.tolist() == [entries] * entries


def test_one_uncertain_entry_among_certain_ones_spans_those_within_its_interval() -> None:
    theta = np.array([*np.arange(10.0, 0.0, -1.0), 5.5])
    stderr = np.array([*np.full(10, 1e-3), 1.0])
    low, high = rank_bounds(theta, stderr, ranks(theta))
    assert (low[-1], high[-1]) == (4, 8)  # 7.46 lies below three, 3.54 below seven
    assert (low[0], high[0]) == (1, 1)
    assert low[5] == 6  # at 5.0: the uncertain one, now at 5.5, may be below it
    assert high[4] == 6  # at 6.0: or above
    assert (low[8], high[8]) == (10, 10)


@pytest.mark.parametrize(("rival", "best"), [(1.5, 1), (1.9, 1), (2.1, 2), (2.5, 2)])
def test_the_best_rank_counts_those_beyond_the_better_end(rival: float, best: int) -> None:
    theta, stderr = np.array([0.0, rival]), np.array([1.0, 1e-4])
    low, high = rank_bounds(theta, stderr, ranks(theta))
    assert (low[0], high[0]) == (best, 2)
    low, high = rank_bounds(-theta, stderr, ranks(-theta))
    assert (low[0], high[0]) == (1, 3 - best)


def test_the_number_expected_above_is_the_sum_of_normal_tails() -> None:
    random = np.random.default_rng(1)
    theta, stderr = random.normal(0, 1.5, 60), random.uniform(0.3, 0.9, 60)
    grid, above, variance = expected_above(theta, stderr)
    tails = norm.sf((grid[:, None] - theta) / stderr)
    exact = tails.sum(axis=1)
    assert np.max(np.abs(variance - (tails * (1 - tails)).sum(axis=1))) < 0.15
    assert np.max(np.abs(above - exact)) < 0.15
    assert grid[0] == pytest.approx(theta.min() - 3 * stderr.max())
    assert grid[-1] == pytest.approx(theta.max() + 3 * stderr.max())
    assert above[0] == pytest.approx(60, abs=0.1)
    assert above[-1] == pytest.approx(0, abs=0.1)


def test_rank_intervals_are_those_of_drawn_strengths() -> None:
    random = np.random.default_rng(2)
    theta, stderr = random.normal(0, 1.5, 40), random.uniform(0.2, 0.7, 40)
    low, high = rank_bounds(theta, stderr, ranks(theta))
    drawn = theta + stderr * random.standard_normal((4_000, 40))
    places = 1 + (drawn[:, :, None] < drawn[:, None, :]).sum(axis=2)
    holds = ((low <= places) & (places <= high)).mean(axis=0)
    assert 0.94 < holds.mean() < 0.985
    exact_low, exact_high = np.quantile(places, [0.025, 0.975], axis=0)
    assert np.abs(low - exact_low).max() <= 2
    assert np.abs(high - exact_high).max() <= 2
    assert np.abs(np.mean(low - exact_low)) < 0.4
    assert np.abs(np.mean(high - exact_high)) < 0.4


def test_the_chance_of_the_top_is_that_of_drawn_strengths() -> None:
    random = np.random.default_rng(3)
    theta, stderr = np.sort(random.normal(0, 1.5, 12))[::-1].copy(), random.uniform(0.2, 0.5, 12)
    drawn = theta + stderr * random.standard_normal((40_000, 12))
    for k in (1, 3, 11):
        inside = np.arange(12) < k
        happens = float(np.mean(drawn[:, :k].min(axis=1) > drawn[:, k:].max(axis=1)))
        assert top_chance(theta, stderr, inside) == pytest.approx(happens, abs=0.01)
    assert top_chance(np.array([50.0, 0.0]), np.ones(2), np.array([True, False])) == 1.0


def test_the_top_lies_between_one_and_all_but_one() -> None:
    ratings = fit(3, Outcomes([0], [1], [1]))
    assert 0 < ratings.top_probability(1) < 1
    assert 0 < ratings.top_probability(2) < 1
    for k in (0, 3):
        with pytest.raises(ValueError, match="between 1 and 2"):
            ratings.top_probability(k)


@pytest.mark.parametrize("curvature", [0.0, 1.0, 5.0])
def test_rank_intervals_are_those_of_drawn_strengths_whose_errors_go_together(curvature: float) -> None:
    """Neighbours in the ranking have met, so that errors are shared along it, as pairing by closeness makes them."""
    n, precision = 40, 0.15 * np.eye(40)
    for apart in (1, 2, 3):
        for one, two in zip(range(n), range(apart, n), strict=False):
            precision[[one, two], [one, two]] += curvature
            precision[[one, two], [two, one]] -= curvature
    theta, covariance = np.linspace(6, -6, n), np.linalg.inv(precision).astype(np.float64)
    drawn = np.random.default_rng(1).multivariate_normal(theta, covariance, 4_000)
    places = 1 + (drawn[:, :, None] < drawn[:, None, :]).sum(axis=2)
    exact_low, exact_high = np.quantile(places, [0.025, 0.975], axis=0, method="nearest")
    _, low, high = ranking(theta, np.sqrt(beside_neighbours(theta, covariance)))
    assert np.abs(low - exact_low).max() <= 1
    assert np.abs(high - exact_high).max() <= 1


def test_errors_that_are_shared_change_no_rank_and_independent_ones_count_whole() -> None:
    theta = np.array([1.0, 0.5, 0.4, -2.0])
    own = 0.3 * np.eye(4)
    np.testing.assert_allclose(beside_neighbours(theta, own), 0.3)
    np.testing.assert_allclose(beside_neighbours(theta, own + 5.0), 0.3)
    np.testing.assert_allclose(beside_neighbours(theta[:1], np.array([[0.7]])), [0.7])
    pair = np.array([[1.0, 0.4], [0.4, 0.6]])
    np.testing.assert_allclose(
        beside_neighbours(theta[:2], pair), [0.4, 0.4]
    )  # half of the difference's each
    islands = 0.3 * np.eye(4) + np.kron(np.diag([2.0, 7.0]), np.ones((2, 2)))
    np.testing.assert_allclose(beside_neighbours(np.array([90.0, 90.0, 0.0, 0.0]), islands), 0.3)


def test_intervals_of_ranks_are_of_errors_beside_neighbours_up_to_a_size() -> None:
    for n, alike in ((SMALL, False), (SMALL + 1, True)):
        random = np.random.default_rng(5)
        strength, first = np.sort(random.normal(0, 4.0, n)), random.integers(0, n - 1, 4 * n)
        won = random.random(4 * n) < 1 / (1 + np.exp(strength[first + 1] - strength[first]))
        ratings = fit(n, Outcomes(first, first + 1, won.astype(float)), prior_sd=4.0)
        assert np.array_equal(ratings.rank_stderr, ratings.stderr) is alike
        assert (ratings.rank_stderr.mean() < 0.8 * ratings.stderr.mean()) is not alike


def test_what_is_open_about_the_scale_counts_for_ranks_where_intervals_span_the_league() -> None:
    random = np.random.default_rng(6)
    first = random.integers(0, 29, 60)
    outcomes = Outcomes(first, first + 1, (random.random(60) < 0.5).astype(float))
    prior = learn_prior(30, outcomes)
    learned, given = fit(30, outcomes, prior.mean, prior.sd), fit(30, outcomes, None, float(prior.sd))
    assert learned.rank_stderr.mean() > 1.01 * given.rank_stderr.mean()
    assert np.all(learned.rank_high - learned.rank_low >= given.rank_high - given.rank_low)
