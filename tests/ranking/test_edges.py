"""Claims about ratings at the edges: what is just refused, just enough, none at all or already there."""

import numpy as np
import pytest
from scipy.optimize import brentq
from scipy.special import expit
from threadpoolctl import threadpool_info

from bot.ranking import (
    Outcomes,
    agreement,
    expected_interval,
    fit,
    gap,
    interval_after,
    matches_for_interval,
    movement,
    prior_means,
    to_score,
    to_theta,
    uncertainty,
)
from bot.ranking import hessian as hessians
from bot.ranking import posterior as posteriors
from bot.ranking.arrays import one_thread
from bot.ranking.bradley_terry import LearnedSd, centre, merged_games
from bot.ranking.elo_scale import _percentiles
from bot.ranking.hessian import Hessian
from bot.ranking.judge_sharpness import has_enough
from bot.ranking.learned_prior import _Search
from bot.ranking.matching import matching
from bot.ranking.uncertainty import spread

NONE = Outcomes([], [], [])
RING = Outcomes([0, 1, 2, 3, 4, 5], [1, 2, 3, 4, 5, 0], [1, 1, 0.5, 1, 0, 1])
LOGIT = 400 / np.log(10)
"""Points."""


def of_ring(precision: float = 0.5) -> Hessian:
    """A Hessian whose pairs close a loop, where propagation isn't exact."""
    games = merged_games(6, RING)
    return games.hessian(np.linspace(0.1, 0.25, 6), precision)


def test_points_and_logits_are_elo_s() -> None:
    np.testing.assert_allclose(to_score([0, np.log(10), -np.log(10)]), [1500, 1900, 1100])
    np.testing.assert_allclose(to_theta([1500, 1900]), [0, np.log(10)], atol=1e-12)
    np.testing.assert_allclose(prior_means([8.0, np.nan, 4.0, 6.0]), [2, 0, -2, 0])
    np.testing.assert_allclose(prior_means([8.0, 5.0], slope=0.5, centre=5.0), [1.5, 0])
    assert movement([1, 0, 4], [2, 1, 1]).tolist() == [-1, 0, 3]


def test_percentiles_count_ties_half() -> None:
    assert _percentiles(np.array([1.0, 2, 2, 4])).tolist() == [0, 50, 50, 100]
    assert _percentiles(np.array([5.0, 3])).tolist() == [100, 0]
    assert _percentiles(np.array([7.0])).tolist() == [50]
    assert gap([3, 1, 2], [1.0, 5.0, np.nan])[:2].tolist() == [100, -100]


def test_what_is_plainly_told_of_a_scale_is_in_no_doubt() -> None:
    search = object.__new__(_Search)
    search.information = 400.5
    assert search.doubt(0.0) == 0.0


def test_what_more_matches_narrow_goes_by_what_is_known_already() -> None:
    one = 0.25 / (1 + 0.45 * 2)
    for now in (80.0, 250.0):
        after = 1.959964 * LOGIT / np.sqrt((1.959964 * LOGIT / now) ** 2 + one * 6 * 3 / 4)
        assert interval_after([now] * 4, 6, 2.0) == pytest.approx(after)
        assert interval_after([now] * 4, 0, 2.0) == pytest.approx(now), "nothing played, nothing learned"
    mixed = interval_after([100.0, np.nan], 3, 2.0)
    assert interval_after([100.0, 100.0], 3, 2.0) < mixed < expected_interval(2, 3, 2.0)


def test_a_precision_and_what_it_costs_are_those_of_a_normal_with_so_many_matches() -> None:
    assert expected_interval(100, 0) == pytest.approx(1.959964 * LOGIT * 3)
    assert expected_interval(1, 8) == pytest.approx(1.959964 * LOGIT * 3), "nobody to play"
    information = 0.25 / (1 + 0.45 * 2)  # of a match, at a spread of 2
    half = 1.959964 * LOGIT / np.sqrt(1 / 4 + information * 10 * 49 / 50)
    assert expected_interval(50, 10, 2.0) == pytest.approx(half)
    assert matches_for_interval(50, half + 0.01, 2.0) == 250
    assert matches_for_interval(50, 1.959964 * LOGIT * 2 + 1, 2.0) == 0, "it is there"
    for target in (0, -1, -150.0):
        with pytest.raises(ValueError, match="positive"):
            matches_for_interval(50, target)
    assert matches_for_interval(2, 0.5) > matches_for_interval(2, 1) > 0


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"score": [1.5]}, "between 0 and 1"),
        ({"score": [-0.5]}, "between 0 and 1"),
        ({"score": ["won"]}, "score must hold numbers"),
        ({"weight": [0.0]}, "positive and finite"),
        ({"weight": [-1.0]}, "positive and finite"),
        ({"weight": [np.inf]}, "positive and finite"),
        ({"score": [0.5], "grade": [1]}, "win or a loss"),
        ({"score": [0.25], "grade": [2]}, "win or a loss"),
        ({"counts": [1]}, "True or False"),
        ({"first": [[0]]}, "one-dimensional"),
        ({"first": ["0"]}, "whole numbers"),
        ({"first": [0.5]}, "whole numbers"),
        ({"first": [1j]}, "whole numbers"),
        ({"second": [np.inf]}, "whole numbers"),
        ({"judge": [-1]}, "negative"),
        ({"judge": [0, 1]}, "lengths differ"),
        ({"first": [1]}, "play itself"),
    ],
)
def test_a_column_that_cannot_be_is_refused_by_name(columns: dict[str, list[float]], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Outcomes(**({"first": [0], "second": [1], "score": [1]} | columns))  # type: ignore[arg-type]  # by name


def test_what_is_just_an_outcome_is_taken() -> None:
    one = Outcomes([0, 1], [1, 0], [0, 1], [0, 0], [1e-3, 1.0], grade=[1, 2], counts=[True, False])
    assert (len(one), one.grade.tolist(), one.counts.tolist()) == (2, [1, 2], [True, False])
    assert len(Outcomes([], [], [], counts=[])) == len(Outcomes([], [], [], [], [], grade=[])) == 0
    assert Outcomes([0], [1], [0.5], grade=[0]).weight.tolist() == [1.0]
    one.check(2)
    with pytest.raises(ValueError, match="outside 0 to 0"):
        one.check(1)


def test_votes_are_told_from_verdicts_by_who_gave_them() -> None:
    mixed = Outcomes([0, 1, 2, 0], [1, 2, 0, 2], [1, 1, 1, 0], [0, 1, 1, 0], people=[1],
                     counts=[True, True, False, False])  # fmt: skip
    verdicts, votes = mixed.by_kind()
    assert verdicts.first.tolist() == [0, 0]
    assert votes.first.tolist() == [1]
    verdicts, votes = Outcomes([0, 1], [1, 2], [1, 1], [0, 1], people=[1], counts=[False, True]).by_kind()
    assert (verdicts.first.tolist(), len(votes)) == ([1], 0), "no verdict counts: votes stand for them"
    verdicts, votes = Outcomes([0, 1], [1, 2], [1, 1], [0, 1]).by_kind()
    assert (len(verdicts), len(votes)) == (2, 0)


def test_a_league_of_nobody_has_ratings_of_nobody_and_a_narrow_prior_is_taken() -> None:
    nobody = fit(0, NONE)
    for name in (
        "theta",
        "stderr",
        "rank_stderr",
        "score",
        "interval",
        "rank",
        "rank_low",
        "rank_high",
    ):
        assert len(getattr(nobody, name)) == 0
    assert fit(1, NONE, prior_sd=0.5).stderr.tolist() == pytest.approx([0.5])
    assert fit(1, NONE).rank.tolist() == [1]
    assert fit(3, NONE, prior_sd=[0.5, 0.5, 0.5]).stderr.tolist() == pytest.approx([0.5] * 3)
    for n, sd, begin, message in (
        (-1, 1.0, None, "negative"),
        (1, 0.0, None, "positive and finite"),
        (1, -1.0, None, "positive and finite"),
        (1, np.inf, None, "positive and finite"),
        (1, np.nan, None, "positive and finite"),
        (2, [1.0, 2.0], None, "the same for all"),
        (2, [[1.0, 1.0]], None, "the same for all"),
        (2, "wide", None, "must be a number"),
        (2, 1.0, [0.0], "start must have one value"),
        (1, 1.0, [np.nan], "start holds a value"),
    ):
        with pytest.raises(ValueError, match=message):
            fit(n, NONE, prior_sd=sd, start=begin)


def test_agreement_of_few_is_by_hand_the_power_tuned_mean() -> None:
    observed, predicted, elsewhere = np.array([1, 0, 1, 1.0]), np.array([0.9, 0.3, 0.6, 0.8]), [0.5, 0.9]
    together, alone = np.cov(observed, predicted)[0]
    power = min(1.0, np.cov(observed, predicted)[0, 1] / (np.var(predicted, ddof=1) * (1 + 4 / 2)))
    assert 0 < power <= 1
    assert together > alone > 0
    found = agreement(observed, predicted, elsewhere)
    assert found is not None
    assert found.share == pytest.approx(np.mean(observed - power * predicted) + power * 0.7)
    for shares in ([1.5, 0.0], [-0.5, 0.0], [[0.5, 0.5]]):
        with pytest.raises(ValueError, match="observed must hold shares"):
            agreement(shares, [0.5, 0.5], [])
    with pytest.raises(ValueError, match="equal lengths"):
        agreement([1.0, 0.0, 1.0], [0.5, 0.5], [])


@pytest.mark.parametrize(
    ("games", "entries", "told_apart"),
    [((60, 60), 30, True), ((60, 59), 29, False), ((60, 60), 31, False), ((120, 0), 30, False)],
)
def test_judges_are_told_apart_from_sixty_games_each_and_four_an_entry(
    games: tuple[int, int], entries: int, told_apart: bool
) -> None:
    judge = np.repeat([0, 1], games)
    place = np.arange(len(judge)) % (entries - 1)
    assert has_enough(entries, Outcomes(place, place + 1, np.ones(len(judge)), judge)) is told_apart


@pytest.mark.parametrize(
    ("grades", "enough"), [([1] * 29 + [2], True), ([1] * 28 + [2], False), ([2] * 40, False)]
)
def test_grades_are_learned_from_thirty_of_two_kinds(grades: list[int], enough: bool) -> None:
    size = len(grades) + 3
    one = Outcomes(np.zeros(size, int), np.ones(size, int), np.ones(size), grade=[*grades, 0, 0, 0])
    assert has_enough(2, one) is enough


def test_the_maximum_is_where_the_gradient_vanishes_however_far_away_it_begins() -> None:
    games = merged_games(2, Outcomes([0], [1], [1], weight=[3.0]))
    root = brentq(lambda half: 3 * expit(-2 * half) - half / 30**2, 0, 30)
    for begin in ([0.0, 0.0], [20.0, -20.0], [-20.0, 20.0], [60.0, 40.0]):
        theta, _ = centre(games, np.zeros(2), 30.0, np.array(begin))
        np.testing.assert_allclose(theta, [root, -root], atol=1e-5)
    there, _ = centre(games, np.zeros(2), 30.0, np.zeros(2))
    again, _ = centre(games, np.zeros(2), 30.0, there)
    assert again is there, "nothing moves that is there"


def test_up_to_a_size_systems_and_variances_are_exact(monkeypatch: pytest.MonkeyPatch) -> None:
    hessian, right = of_ring(), np.array([1.0, 0, 0, -2, 0.5, 3])
    inverse = np.linalg.inv(hessian.dense())
    low, high = hessian.low, hessian.high
    apart = np.diag(inverse)[low] + np.diag(inverse)[high] - 2 * inverse[low, high]
    exactly = np.diag(inverse)
    np.testing.assert_allclose(spread(hessian, np.zeros(6), 6).variance, exactly)
    for module, name in ((hessians, "DIRECT"), (uncertainty, "DIRECT"), (uncertainty, "DENSE")):
        monkeypatch.setattr(module, name, 6)
    np.testing.assert_allclose(hessian.solve(right, 0.9), inverse @ right)
    np.testing.assert_allclose(uncertainty.quick(hessian), exactly)
    np.testing.assert_allclose(uncertainty.apart_variances(hessian), apart)
    for module, name in ((hessians, "DIRECT"), (uncertainty, "DIRECT"), (uncertainty, "DENSE")):
        monkeypatch.setattr(module, name, 5)
    np.testing.assert_allclose(hessian.solve(right), inverse @ right, rtol=1e-7)
    np.testing.assert_allclose(hessian.solve(np.zeros(6)), 0)
    assert not np.allclose(uncertainty.quick(hessian), exactly, rtol=1e-9)
    np.testing.assert_allclose(uncertainty.quick(hessian), exactly, rtol=0.05)
    np.testing.assert_allclose(uncertainty.apart_variances(hessian), apart, rtol=0.05)


def test_a_matching_cut_short_is_the_beginning_of_the_whole_one() -> None:
    pairs = np.random.default_rng(3).integers(0, 40, (600, 2))
    pairs = pairs[pairs[:, 0] != pairs[:, 1]]
    whole = matching(40, pairs, 100).tolist()
    assert len(whole) > 15
    for count in range(len(whole) + 2):
        assert matching(40, pairs, count).tolist() == whole[:count]
    assert matching(0, np.zeros((0, 2), dtype=np.int64), 3).tolist() == []


def test_linear_algebra_runs_on_one_thread() -> None:
    threads = one_thread(
        lambda: [pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"]
    )()
    assert set(threads) == {1}


def test_up_to_a_size_a_posterior_is_the_careful_one_and_a_learned_scale_in_doubt(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    games, sd = merged_games(6, RING), LearnedSd(2.0)
    careful = posteriors.posterior(games, np.zeros(6), sd, np.zeros(6))
    for most, alike in ((6, True), (5, False)):
        monkeypatch.setattr(posteriors, "DENSE", most)
        other = posteriors.posterior(games, np.zeros(6), sd, np.zeros(6))
        assert np.array_equal(other.theta, careful.theta) is alike
        assert bool(other.scale.any()) is alike
        np.testing.assert_allclose(other.theta, careful.theta, atol=0.05)
