"""Claims about ratings: finite where they should be, exact where they claim to be."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit

from bot.ranking import Outcomes, Ratings, fit, propose, to_score, to_theta
from bot.ranking.arrays import Floats
from bot.ranking.bradley_terry import merged_games
from bot.ranking.pairing import Goal
from bot.ranking.rank_intervals import Z95
from bot.ranking.uncertainty import inverted

NONE = Outcomes([], [], [])


def simulated(
    n: int, matches: int, seed: int, judges: int = 1, bias: float = 0.0
) -> tuple[np.ndarray, Outcomes]:
    random = np.random.default_rng(seed)
    quality = random.normal(0, 1.35, n)
    first = random.integers(0, n, matches)
    second = (first + random.integers(1, n, matches)) % n
    chance = expit(quality[first] - quality[second] + bias)
    score = (random.random(matches) < chance).astype(float)
    return quality, Outcomes(first, second, score, random.integers(0, judges, matches))


def test_an_unplayed_league_stands_on_its_prior() -> None:
    ratings = fit(3, NONE, prior_mean=[0.5, 0.0, -0.5])
    assert ratings.rank.tolist() == [1, 2, 3]
    np.testing.assert_allclose(ratings.theta, [0.5, 0.0, -0.5])
    np.testing.assert_allclose(ratings.stderr, 1.35)


@pytest.mark.parametrize("n", [0, 1])
def test_tiny_leagues_are_finite(n: int) -> None:
    ratings = fit(n, NONE)
    assert len(ratings.theta) == n
    assert np.all(np.isfinite(ratings.score))


def test_undefeated_and_winless_entries_are_finite_and_groups_may_be_apart() -> None:
    ratings = fit(6, Outcomes([0, 0, 0, 3], [1, 1, 2, 4], [1, 1, 1, 0.5]))
    assert np.all(np.isfinite(ratings.theta))
    assert ratings.rank[0] == 1
    assert ratings.theta[3] == pytest.approx(ratings.theta[4])
    assert ratings.stderr[5] == pytest.approx(1.35)


def test_two_draws_are_a_win_each() -> None:
    drawn = fit(2, Outcomes([0, 0], [1, 1], [0.5, 0.5]))
    shared = fit(2, Outcomes([0, 0], [1, 1], [1, 0]))
    np.testing.assert_allclose(drawn.theta, shared.theta, atol=1e-8)


def test_a_weight_of_two_is_the_outcome_twice() -> None:
    weighted = fit(2, Outcomes([0], [1], [1], weight=[2]))
    twice = fit(2, Outcomes([0, 0], [1, 1], [1, 1]))
    np.testing.assert_allclose(weighted.theta, twice.theta, atol=1e-8)


@pytest.mark.parametrize(
    ("first", "second", "score"),
    [([0], [0], [1]), ([0], [1], [float("nan")]), ([-1], [1], [1]), ([0], [1], [2]), ([0, 1], [1], [1])],
)
def test_what_cannot_be_an_outcome_is_refused(
    first: list[int], second: list[int], score: list[float]
) -> None:
    with pytest.raises(ValueError, match=r"\w+"):
        Outcomes(first, second, score)


def test_indices_out_of_range_and_bad_priors_are_refused() -> None:
    with pytest.raises(ValueError, match="outside"):
        fit(2, Outcomes([0], [2], [1]))
    with pytest.raises(ValueError, match="number"):
        fit(1, NONE, prior_mean=[float("nan")])
    with pytest.raises(ValueError, match="positive"):
        fit(1, NONE, prior_sd=0)


@pytest.mark.parametrize(("wins", "losses", "sd"), [(1, 0, 1.35), (4, 0, 1.35), (3, 1, 4.5), (6, 0, 4.5)])
def test_mean_and_deviation_are_those_of_the_exact_posterior(wins: int, losses: int, sd: float) -> None:
    outcomes = Outcomes([0] * (wins + losses), [1] * (wins + losses), [1] * wins + [0] * losses)
    ratings = fit(2, outcomes, prior_sd=sd)
    apart = np.linspace(-12 * sd, 12 * sd, 40_001)
    density = np.exp(-(apart**2) / (4 * sd**2)) * expit(apart) ** wins * expit(-apart) ** losses
    mean = np.average(apart, weights=density)
    variance = np.average((apart - mean) ** 2, weights=density)
    assert ratings.theta[0] - ratings.theta[1] == pytest.approx(mean, rel=0.05)
    exact = np.sqrt((variance + 2 * sd**2) / 4)  # the sum of both keeps its prior
    assert ratings.stderr[0] == pytest.approx(exact, rel=0.06)


def test_what_is_said_of_one_match_is_said_alike_of_both_sides() -> None:
    ratings = fit(2, Outcomes([0], [1], [1]))
    assert ratings.theta[0] == pytest.approx(-ratings.theta[1])
    assert ratings.stderr[0] == pytest.approx(ratings.stderr[1])


def exact_errors(n: int, outcomes: Outcomes, ratings: Ratings, sd: float = 1.35) -> np.ndarray:
    """Standard errors from a dense inverse, where the chances are averaged over exact variances."""
    games = merged_games(n, outcomes)
    apart: Floats | None = None
    inverse: Floats = np.zeros((n, n))
    for _ in range(2):
        hessian = replace(games, apart=apart).hessian(
            replace(games, apart=apart).chances(ratings.theta)[1], sd**-2
        )
        inverse = inverted(hessian.dense())
        low, high = games.low, games.high
        apart = np.diag(inverse)[low] + np.diag(inverse)[high] - 2 * inverse[low, high]
    return np.sqrt(np.diag(inverse))


@pytest.mark.parametrize("seed", [1, 2])
def test_large_leagues_have_standard_errors_within_one_percent_of_exact(seed: int) -> None:
    n = 1_200
    _, outcomes = simulated(n, 8 * n, seed)
    ratings = fit(n, outcomes)
    assert np.max(np.abs(ratings.stderr / exact_errors(n, outcomes, ratings) - 1)) < 0.01


def test_an_entry_that_joins_moves_nobody() -> None:
    _, outcomes = simulated(30, 200, seed=5)
    before, after = fit(30, outcomes), fit(31, outcomes)
    np.testing.assert_allclose(before.theta, after.theta[:30], atol=1e-8)


def test_scores_are_on_elos_scale() -> None:
    ratings = fit(2, Outcomes([0], [1], [1]))
    np.testing.assert_allclose(ratings.score, to_score(ratings.theta))
    np.testing.assert_allclose(to_theta(ratings.score), ratings.theta, atol=1e-12)
    np.testing.assert_allclose(ratings.interval, Z95 * 400 / np.log(10) * ratings.stderr)


def test_the_rank_lies_in_its_interval_and_the_interval_in_the_league() -> None:
    _, outcomes = simulated(40, 120, seed=7)
    ratings = fit(40, outcomes)
    assert np.all((ratings.rank_low >= 1) & (ratings.rank_low <= ratings.rank))
    assert np.all((ratings.rank <= ratings.rank_high) & (ratings.rank_high <= 40))
    assert sorted(ratings.rank.tolist()) == list(range(1, 41))


def test_the_top_is_settled_by_evidence_only() -> None:
    assert fit(10, NONE).top_probability(3) < 0.1
    first = np.repeat([0, 1, 0, 1], 60)
    second = np.tile([2, 3, 4, 5], 60)
    assert fit(6, Outcomes(first, second, np.ones(240))).top_probability(2) > 0.9
    with pytest.raises(ValueError, match="between"):
        fit(3, NONE).top_probability(3)


def test_chances_of_a_pair_add_up() -> None:
    _, outcomes = simulated(10, 60, seed=9)
    ratings = fit(10, outcomes)
    assert float(ratings.win_probability(2, 7) + ratings.win_probability(7, 2)) == pytest.approx(1)


def test_with_little_data_judges_are_not_told_apart() -> None:
    _, outcomes = simulated(20, 60, seed=1, judges=3)
    assert fit(20, outcomes).judges == ()


def test_a_judge_who_favours_the_first_place_is_found() -> None:
    _, outcomes = simulated(60, 1_500, seed=4, judges=2, bias=0.6)
    estimates = fit(60, outcomes).judges
    assert len(estimates) == 2
    for one in estimates:
        assert abs(one.bias - 0.6) < 3 * one.bias_stderr


def test_ninety_five_percent_intervals_hold_about_that_often() -> None:
    inside = []
    for seed in range(20):
        quality, outcomes = simulated(60, 360, seed=100 + seed)
        ratings = fit(60, outcomes)
        inside.append(np.abs(ratings.theta - quality) < Z95 * ratings.stderr)
    assert 0.92 < float(np.mean(inside)) < 0.98


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 5), st.integers(0, 5), st.sampled_from([0.0, 0.5, 1.0])).filter(
            lambda m: m[0] != m[1]
        ),
        max_size=40,
    )
)
def test_any_outcomes_give_finite_ratings(matches: list[tuple[int, int, float]]) -> None:
    ratings = fit(6, Outcomes(*(list(column) for column in zip(*matches, strict=True))) if matches else NONE)
    assert np.all(np.isfinite(ratings.theta))
    assert np.all(ratings.stderr > 0)
    assert np.all(ratings.stderr <= 1.35 + 1e-9)


@pytest.mark.parametrize("goal", ["ranking", pytest.param(("top", 110), marks=pytest.mark.slow)])
def test_standard_errors_hold_where_neighbours_in_the_ranking_played_one_another(goal: Goal) -> None:
    n, random = 1_100, np.random.default_rng(11)
    quality = random.normal(0, 1.35, n)
    outcomes = NONE
    while len(outcomes) < 8 * n:
        pairs = propose(n, outcomes, n // 2, goal, seed=len(outcomes))
        won = random.random(len(pairs)) < expit(quality[pairs[:, 0]] - quality[pairs[:, 1]])
        outcomes = Outcomes(
            np.r_[outcomes.first, pairs[:, 0]],
            np.r_[outcomes.second, pairs[:, 1]],
            np.r_[outcomes.score, won.astype(float)],
        )
    ratings = fit(n, outcomes)
    assert np.max(np.abs(ratings.stderr / exact_errors(n, outcomes, ratings) - 1)) < 0.015


def test_a_sharper_judge_is_found_and_counts_for_more() -> None:
    n, matches, random = 120, 3_000, np.random.default_rng(5)
    quality = random.normal(0, 1.35, n)
    first = random.integers(0, n, matches)
    second = (first + random.integers(1, n, matches)) % n
    judge = random.integers(0, 2, matches)
    sharp = np.array([0.6, 1.6])[judge]
    score = (random.random(matches) < expit(sharp * (quality[first] - quality[second]))).astype(float)
    told_apart = fit(n, Outcomes(first, second, score, judge))
    dull, keen = told_apart.judges
    assert keen.discrimination / dull.discrimination == pytest.approx(1.6 / 0.6, rel=0.3)
    assert dull.discrimination * keen.discrimination == pytest.approx(1, abs=0.1)
    plain = fit(n, Outcomes(first, second, score))
    assert np.corrcoef(told_apart.theta, quality)[0, 1] > np.corrcoef(plain.theta, quality)[0, 1]


def test_rank_intervals_hold_about_as_often_as_they_say() -> None:
    inside = []
    for seed in range(12):
        quality, outcomes = simulated(80, 480, seed=300 + seed)
        ratings = fit(80, outcomes)
        rank = np.empty(80)
        rank[np.argsort(-quality)] = np.arange(1, 81)
        inside.append((ratings.rank_low <= rank) & (rank <= ratings.rank_high))
    assert 0.92 < float(np.mean(inside)) < 0.985
