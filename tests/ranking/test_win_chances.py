"""Claims about the chance that A beats B: the logistic, averaged over what is uncertain."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import expit
from scipy.stats import norm

from bot.ranking import Outcomes, fit, win_chance
from bot.ranking.win_chances import averaged, evidence


def exactly(apart: float, variance: float) -> float:
    deviation = np.sqrt(variance)
    return float(quad(lambda z: norm.pdf(z) * expit(apart + deviation * z), -9, 9, limit=200)[0])


@pytest.mark.parametrize("variance", [0.25, 2.0, 30.0])
@pytest.mark.parametrize("apart", [-6.0, -0.7, 0.0, 1.5, 4.0])
def test_a_chance_is_the_logistic_averaged(apart: float, variance: float) -> None:
    assert float(win_chance(apart, variance)) == pytest.approx(exactly(apart, variance), abs=0.002)


def test_a_certain_difference_has_the_logistic_s_chance() -> None:
    apart = np.linspace(-8, 8, 81)
    np.testing.assert_allclose(win_chance(apart), expit(apart), atol=0.002)


def test_both_sides_add_up_and_more_doubt_is_nearer_to_even() -> None:
    assert float(win_chance(1.2, 0.5) + win_chance(-1.2, 0.5)) == pytest.approx(1)
    assert 0.5 < float(win_chance(1.2, 4.0)) < float(win_chance(1.2, 0.5))


@pytest.mark.parametrize(("apart", "variance"), [(0.0, -0.1), (np.nan, 1.0), (np.inf, 1.0), (0.0, np.nan)])
def test_what_has_no_chance_is_refused(apart: float, variance: float) -> None:
    with pytest.raises(ValueError, match="finite"):
        win_chance(apart, variance)


def test_derivatives_are_those_of_the_chance() -> None:
    apart, step = np.linspace(-5, 5, 41), 1e-5
    for variance in (np.zeros(41), np.full(41, 3.0)):
        slope = (averaged(apart + step, variance)[0] - averaged(apart - step, variance)[0]) / (2 * step)
        np.testing.assert_allclose(averaged(apart, variance)[1], slope, atol=1e-7)
        pull, bend = evidence(apart, variance)
        np.testing.assert_allclose(pull, slope / averaged(apart, variance)[0], atol=1e-6)
        turn = (evidence(apart + step, variance)[0] - evidence(apart - step, variance)[0]) / (2 * step)
        np.testing.assert_allclose(bend, turn, atol=1e-6)


def test_a_pair_s_chance_comes_from_both_strengths_and_both_errors() -> None:
    ratings = fit(3, Outcomes([0, 0, 1], [1, 1, 2], [1, 1, 0.5]))
    spread = ratings.stderr[0] ** 2 + ratings.stderr[2] ** 2
    expected = win_chance(ratings.theta[0] - ratings.theta[2], spread)
    assert float(ratings.win_probability(0, 2)) == pytest.approx(float(expected))
    assert ratings.win_probability([0, 1], [1, 0]).shape == (2,)
