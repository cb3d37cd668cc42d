"""Ratings of a league from its outcomes: scores, intervals, ranks, and what is known of the judges."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.linalg import cho_factor, cho_solve
from scipy.special import expit, log_ndtr, ndtr

from bot.ranking import judges
from bot.ranking.judges import JudgeEstimate
from bot.ranking.model import DENSE, Floats, Games, Ints, Outcomes, diagonal, hessian, maximum, merged

POINTS = 400 / np.log(10)
"""Points per logit."""
CENTRE = 1500.0
Z95 = 1.959963984540054
PROPAGATIONS = 60
GRID = 96


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
        grid = np.linspace(float(low[inside].min()), float(high[~inside].max()), 4 * GRID)
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
    if n < 0:
        raise ValueError("n can't be negative")
    mean = _vector(prior_mean, n, "prior_mean")
    if not (np.isfinite(prior_sd) and prior_sd > 0):
        raise ValueError("prior_sd must be positive and finite")
    outcomes.check(n)
    begin = mean if start is None else _vector(start, n, "start")
    if n == 0:
        empty, none = np.zeros(0), np.zeros(0, dtype=np.int64)
        return Ratings(empty, empty, empty, empty, none, none, none)
    games = merged(n, outcomes)
    theta = maximum(games, mean, prior_sd, begin)
    variance = variances(games, theta, prior_sd)
    estimates: tuple[JudgeEstimate, ...] = ()
    if judges.enough(n, outcomes):
        for _ in range(judges.ROUNDS):
            estimates = judges.estimate(outcomes, theta, variance)
            games = judges.games(n, outcomes, estimates)
            theta = maximum(games, mean, prior_sd, theta)
            variance = variances(games, theta, prior_sd)
    stderr = np.sqrt(variance)
    rank = np.empty(n, dtype=np.int64)
    rank[np.argsort(-theta, kind="stable")] = np.arange(1, n + 1)
    low, high = rank_bounds(theta, stderr, rank)
    return Ratings(theta, stderr, CENTRE + POINTS * theta, Z95 * POINTS * stderr, rank, low, high, estimates)


def variances(games: Games, theta: Floats, prior_sd: float) -> Floats:
    """Posterior variances, logits², n: exact up to `DENSE` entries, by Gaussian belief propagation beyond."""
    chance = expit(games.logits(theta))
    curvature, precision = games.curvature(chance), 1 / prior_sd**2
    if games.n <= DENSE:
        inverse = cho_solve(cho_factor(hessian(games, curvature, precision)), np.eye(games.n))
        return np.asarray(np.diag(inverse)).copy()
    source = np.concatenate([games.first, games.second])
    target = np.concatenate([games.second, games.first])
    coupling = np.concatenate([curvature, curvature])
    edges = len(games.first)
    back = np.concatenate([np.arange(edges, 2 * edges), np.arange(edges)])
    own = diagonal(games, curvature, precision)
    message = np.zeros(2 * edges)  # the precision that each directed edge takes from its target
    for _ in range(PROPAGATIONS):
        left = own - np.bincount(target, message, games.n)
        new = coupling**2 / (left[source] + message[back])
        moved = float(np.max(np.abs(new - message), initial=0.0))
        message = new
        if moved < 1e-6 * precision:
            break
    return np.asarray(1 / (own - np.bincount(target, message, games.n)))


def rank_bounds(theta: Floats, stderr: Floats, rank: Ints) -> tuple[Ints, Ints]:
    """The 95 % interval of each rank: how many others are expected above either end of the entry's own interval."""
    n = len(theta)
    grid = np.linspace(float((theta - 3 * stderr).min()), float((theta + 3 * stderr).max()), max(GRID, 2))
    above = ndtr((theta[None, :] - grid[:, None]) / stderr[None, :]).sum(axis=1)
    at_high = np.interp(theta + Z95 * stderr, grid, above) - ndtr(-Z95)
    at_low = np.interp(theta - Z95 * stderr, grid, above) - ndtr(Z95)
    low = np.clip(np.floor(at_high + 0.5).astype(np.int64) + 1, 1, n)
    high = np.clip(np.ceil(at_low - 0.5).astype(np.int64) + 1, 1, n)
    return np.minimum(low, rank), np.maximum(high, rank)


def _vector(values: ArrayLike | None, n: int, name: str) -> Floats:
    if values is None:
        return np.zeros(n)
    found = np.asarray(values, dtype=np.float64)
    if found.shape != (n,):
        raise ValueError(f"{name} must have one value per entry")
    if not np.all(np.isfinite(found)):
        raise ValueError(f"{name} holds a value that isn't a number")
    return found
