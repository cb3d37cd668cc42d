"""Outcomes as arrays, checked once, and the Newton step on the model they make."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.linalg import cho_factor, cho_solve
from scipy.special import expit

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

DENSE = 1_000
"""Up to so many entries the Hessian is held as a dense n × n array."""
TOLERANCE = 1e-9
MOST_STEPS = 60


@dataclass(frozen=True, eq=False)
class Outcomes:
    """Decided matches as equal-length arrays.

    Attributes:
        first, second: entry indices in the order shown.
        score: of the first-shown entry: 1 win, 0.5 draw, 0 loss.
        judge: judge indices from 0; None means one judge.
        weight: positive multipliers; None means 1.

    Raises `ValueError` for unequal lengths, NaN, self-matches, negative indices, scores outside 0 to 1 or weights
    that aren't positive and finite.
    """

    first: Ints
    second: Ints
    score: Floats
    judge: Ints
    weight: Floats

    def __init__(
        self,
        first: ArrayLike,
        second: ArrayLike,
        score: ArrayLike,
        judge: ArrayLike | None = None,
        weight: ArrayLike | None = None,
    ) -> None:
        one, two = _indices(first, "first"), _indices(second, "second")
        points = np.asarray(score, dtype=np.float64)
        judges = np.zeros(len(one), dtype=np.int64) if judge is None else _indices(judge, "judge")
        weights = np.ones(len(one)) if weight is None else np.asarray(weight, dtype=np.float64)
        if not len(one) == len(two) == len(points) == len(judges) == len(weights):
            raise ValueError("first, second, score, judge and weight must have equal lengths")
        if np.any(one == two):
            raise ValueError("an entry can't play itself")
        if not np.all((points >= 0) & (points <= 1)):
            raise ValueError("a score lies between 0 and 1, and is a number")
        if not np.all((weights > 0) & np.isfinite(weights)):
            raise ValueError("a weight is positive and finite")
        for name, value in (
            ("first", one),
            ("second", two),
            ("score", points),
            ("judge", judges),
            ("weight", weights),
        ):
            object.__setattr__(self, name, value)

    def __len__(self) -> int:
        return len(self.first)

    def check(self, n: int) -> None:
        """Raise `ValueError` when an index lies outside 0 … n - 1."""
        if len(self) and max(int(self.first.max()), int(self.second.max())) >= n:
            raise ValueError(f"an outcome names an entry outside 0 to {n - 1}")


def _indices(values: ArrayLike, name: str) -> Ints:
    found = np.asarray(values)
    if found.size == 0:
        return np.zeros(0, dtype=np.int64)
    if found.ndim != 1 or not np.issubdtype(found.dtype, np.number):
        raise ValueError(f"{name} must be a one-dimensional array of indices")
    whole = found.astype(np.int64)
    if not np.all(whole == found):
        raise ValueError(f"{name} must hold whole numbers")
    if np.any(whole < 0):
        raise ValueError(f"{name} holds a negative index")
    return whole


@dataclass(frozen=True)
class Games:
    """Edges of the model: score of `first` given logit `slope` (theta_first - theta_second) + `offset`."""

    n: int
    first: Ints
    second: Ints
    score: Floats
    weight: Floats
    slope: Floats
    offset: Floats

    def logits(self, theta: Floats) -> Floats:
        """The logit of each edge."""
        return self.slope * (theta[self.first] - theta[self.second]) + self.offset

    def gradient(self, chance: Floats) -> Floats:
        """Of the log-likelihood, n."""
        push = self.weight * self.slope * (self.score - chance)
        return np.asarray(
            np.bincount(self.first, push, self.n) - np.bincount(self.second, push, self.n), dtype=np.float64
        )

    def curvature(self, chance: Floats) -> Floats:
        """The weight of each edge in the Hessian, one per edge."""
        return self.weight * self.slope**2 * chance * (1 - chance)

    def likelihood(self, theta: Floats) -> float:
        """The log-likelihood."""
        logit = self.logits(theta)
        return float(np.sum(self.weight * (self.score * logit - np.logaddexp(0, logit))))


def merged(n: int, outcomes: Outcomes) -> Games:
    """The outcomes as edges, those between the same two entries put together."""
    flip = outcomes.first > outcomes.second
    low = np.where(flip, outcomes.second, outcomes.first)
    high = np.where(flip, outcomes.first, outcomes.second)
    score = np.where(flip, 1 - outcomes.score, outcomes.score)
    keys, place = np.unique(low * n + high, return_inverse=True)
    weight = np.bincount(place, outcomes.weight, len(keys)).astype(np.float64)
    points = np.bincount(place, outcomes.weight * score, len(keys)).astype(np.float64)
    ones = np.ones(len(keys))
    return Games(
        n,
        keys // max(n, 1),
        keys % max(n, 1),
        points / np.where(weight > 0, weight, 1),
        weight,
        ones,
        0 * ones,
    )


def maximum(games: Games, prior_mean: Floats, prior_sd: float, start: Floats) -> Floats:
    """The maximum a posteriori by Newton's method with step halving, logits, n."""
    precision = 1 / prior_sd**2
    theta = start.copy()

    def objective(at: Floats) -> float:
        return games.likelihood(at) - 0.5 * precision * float(np.sum((at - prior_mean) ** 2))

    value = objective(theta)
    for _ in range(MOST_STEPS):
        chance = expit(games.logits(theta))
        slope = games.gradient(chance) - precision * (theta - prior_mean)
        if float(np.max(np.abs(slope), initial=0.0)) < TOLERANCE:
            break
        step = solve(games, games.curvature(chance), precision, slope)
        size, moved, higher = 1.0, theta, value
        while size > 1e-8:  # noqa: PLR2004 - a step too small to matter
            moved = theta + size * step
            higher = objective(moved)
            if higher >= value - 1e-12 * abs(value):
                break
            size /= 2
        done = float(np.max(np.abs(moved - theta), initial=0.0)) < TOLERANCE
        theta, value = moved, higher
        if done:
            break
    return theta


def hessian(games: Games, curvature: Floats, precision: float) -> Floats:
    """The negative Hessian of the posterior as a dense array, n × n."""
    dense = np.zeros((games.n, games.n))
    np.add.at(dense, (games.first, games.second), -curvature)
    dense += dense.T
    dense[np.diag_indices(games.n)] = precision - dense.sum(axis=1)
    return dense


def diagonal(games: Games, curvature: Floats, precision: float) -> Floats:
    """Its diagonal, n."""
    ends = np.bincount(games.first, curvature, games.n) + np.bincount(games.second, curvature, games.n)
    return np.asarray(precision + ends, dtype=np.float64)


def solve(games: Games, curvature: Floats, precision: float, right: Floats) -> Floats:
    """Hessian⁻¹ · right: Cholesky for small leagues, conjugate gradients with Jacobi preconditioning beyond."""
    if games.n <= DENSE // 4:
        return np.asarray(cho_solve(cho_factor(hessian(games, curvature, precision)), right))
    inverse = 1 / diagonal(games, curvature, precision)

    def apply(vector: Floats) -> Floats:
        flow = curvature * (vector[games.first] - vector[games.second])
        return (
            precision * vector
            + np.bincount(games.first, flow, games.n)
            - np.bincount(games.second, flow, games.n)
        )

    found = np.zeros_like(right)
    rest = right.copy()
    scaled = inverse * rest
    direction, size = scaled.copy(), float(rest @ scaled)
    target = size * 1e-14
    for _ in range(500):
        if size <= target or size == 0:
            break
        image = apply(direction)
        length = size / float(direction @ image)
        found += length * direction
        rest -= length * image
        scaled = inverse * rest
        size, before = float(rest @ scaled), size
        direction = scaled + size / before * direction
    return found
