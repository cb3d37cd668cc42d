"""Ratings of a league from its outcomes: scores, intervals, ranks, and what is known of the judges."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit, log_ndtr, ndtr

from bot.ranking import judge_sharpness as judges
from bot.ranking.bradley_terry import Floats, Ints, Outcomes, checked, logistic, maximum, merged, vector
from bot.ranking.judge_sharpness import JudgeEstimate
from bot.ranking.uncertainty import spread

POINTS = 400 / np.log(10)
"""Points per logit."""
CENTRE = 1500.0
Z95 = 1.959963984540054
_TAIL = 0.025
GRID = 256
SPREADS = 16


@dataclass(frozen=True, eq=False)
class Ratings:
    """The ratings of n entries; every array has shape (n,).

    Attributes:
        theta, stderr: posterior mean and standard deviation, logits.
        score, interval: points; the interval is the half-width of 95 %.
        rank, rank_low, rank_high: from 1; low is the better end of the 95 % interval of the rank.
        judges: estimates per judge, empty where the plain model was used.
    """

    theta: Floats
    stderr: Floats
    score: Floats
    interval: Floats
    rank: Ints
    rank_low: Ints
    rank_high: Ints
    judges: tuple[JudgeEstimate, ...] = ()

    def win_probability(self, i: ArrayLike, j: ArrayLike) -> Floats:
        """The chance that i beats j in a match yet to be played, the uncertainty of both integrated out.

        The posterior of the difference is taken as normal with independent ends, and the logistic is averaged over it
        by MacKay's approximation (1992).
        """
        one, two = np.asarray(i), np.asarray(j)
        apart = self.theta[one] - self.theta[two]
        spread = self.stderr[one] ** 2 + self.stderr[two] ** 2
        return np.asarray(expit(apart / np.sqrt(1 + np.pi * spread / 8)))

    def top_probability(self, k: int) -> float:
        """The chance that the k entries now on top are the k best, with independent normal posteriors.

        Integrates over the value of the best entry outside the set. Raises `ValueError` unless 1 ≤ k < n.
        """
        n = len(self.theta)
        if not 1 <= k < n:
            raise ValueError(f"k must lie between 1 and {n - 1}")
        inside = self.rank <= k
        low, high = self.theta - 6 * self.stderr, self.theta + 6 * self.stderr
        grid = np.linspace(float(low[inside].min()), float(high[~inside].max()), 2 * GRID)
        if grid[0] >= grid[-1]:
            return 1.0
        above = log_ndtr((self.theta[inside] - grid[:, None]) / self.stderr[inside]).sum(axis=1)
        below = log_ndtr((grid[:, None] - self.theta[~inside]) / self.stderr[~inside]).sum(axis=1)
        survive, best = np.exp(above), np.exp(below)
        return float(np.clip(best[0] + np.sum((survive[1:] + survive[:-1]) / 2 * np.diff(best)), 0, 1))


def fit(
    n: int,
    outcomes: Outcomes,
    prior_mean: ArrayLike | None = None,
    prior_sd: float = 1.35,
    start: ArrayLike | None = None,
) -> Ratings:
    """The ratings of n entries given outcomes; deterministic.

    Args:
        n: how many entries; indices in `outcomes` are below it.
        outcomes: what counts; may be empty.
        prior_mean: logits, shape (n,); None means 0 for all.
        prior_sd: logits.
        start: thetas to start from, for speed only.

    Raises `ValueError` for indices out of range, NaN, or a prior that isn't positive and finite.
    """
    mean = checked(n, outcomes, prior_mean, prior_sd)
    begin = mean if start is None else vector(start, n, "start")
    if n == 0:
        empty, none = np.zeros(0), np.zeros(0, dtype=np.int64)
        return Ratings(empty, empty, empty, empty, none, none, none)
    games = merged(n, outcomes)
    theta = maximum(games, mean, prior_sd, begin)
    known = spread(games, theta, prior_sd)
    estimates: tuple[JudgeEstimate, ...] = ()
    if judges.enough(n, outcomes):
        estimates, theta, known = judges.fit_along(n, outcomes, mean, prior_sd, theta, known)
    variance = known.variance
    stderr = np.sqrt(variance)
    rank = np.empty(n, dtype=np.int64)
    rank[np.argsort(-theta, kind="stable")] = np.arange(1, n + 1)
    low, high = rank_bounds(theta, stderr, rank)
    return Ratings(theta, stderr, CENTRE + POINTS * theta, Z95 * POINTS * stderr, rank, low, high, estimates)


def rank_bounds(theta: Floats, stderr: Floats, rank: Ints) -> tuple[Ints, Ints]:
    """The 95 % interval of each rank: how many others are expected above either end of the entry's own interval."""
    n = len(theta)
    grid, above = expected_above(theta, stderr)
    at_high = np.interp(theta + Z95 * stderr, grid, above) - _TAIL
    at_low = np.interp(theta - Z95 * stderr, grid, above) - (1 - _TAIL)
    low = np.clip(np.floor(at_high + 0.5).astype(np.int64) + 1, 1, n)
    high = np.clip(np.ceil(at_low - 0.5).astype(np.int64) + 1, 1, n)
    return np.minimum(low, rank), np.maximum(high, rank)


def expected_above(theta: Floats, stderr: Floats) -> tuple[Floats, Floats]:
    """How many entries are expected above each point of an even grid: (grid, logits; number).

    Entries are shared out between the two points next to them, and convolved with the normal distribution function of
    a spread that is the mean of those with about the same one.
    """
    reach = 3 * float(stderr.max())
    grid, spacing = np.linspace(float(theta.min()) - reach, float(theta.max()) + reach, GRID, retstep=True)
    steps = spacing * np.arange(1 - GRID, GRID)
    above = np.zeros(GRID)
    for group in np.array_split(np.argsort(stderr), SPREADS):
        if len(group) == 0:
            continue
        place = (theta[group] - grid[0]) / spacing
        below = np.minimum(place.astype(np.int64), GRID - 2)
        counts = np.bincount(below, below + 1 - place, GRID) + np.bincount(below + 1, place - below, GRID)
        above += np.convolve(counts, ndtr(-steps / stderr[group].mean()), mode="valid")
    return grid, above


def normal_above(z: Floats) -> Floats:
    """The normal distribution function within 2e-4, by a logistic of a cubic (Page 1977), for sums over many."""
    return logistic(z * (1.5976 + 0.070566 * z * z))
