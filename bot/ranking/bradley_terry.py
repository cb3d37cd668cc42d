"""Outcomes as arrays, checked once, and the strengths that make them and the prior likeliest."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from bot.ranking.hessian import Hessian, summed

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

TOLERANCE = 1e-8
"""The largest element of the gradient at which Newton's method stops, logits⁻¹."""
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


def logistic(logit: Floats, out: Floats | None = None) -> Floats:
    """1 / (1 + exp(-logit)), written to `out` where given; several times faster than scipy's on long arrays."""
    found = np.maximum(logit, -700, out=out)  # beyond, exp overflows
    np.negative(found, out=found)
    np.exp(found, out=found)
    found += 1
    return np.asarray(np.reciprocal(found, out=found))


@dataclass(frozen=True)
class Games:
    """What was played as the model sees it: `first` scores at a logit of `slope` (theta_first - theta_second) + `offset`.

    `pair` says which of the distinct pairs `low[pair] < high[pair]` a game belongs to; the pairs are sorted, so that they
    are the upper triangle of the Hessian by rows.
    """

    n: int
    first: Ints
    second: Ints
    score: Floats
    weight: Floats
    slope: Floats | float
    offset: Floats | float
    low: Ints
    high: Ints
    pair: Ints | None

    def logits(self, theta: Floats) -> Floats:
        """The logit of each game."""
        return np.asarray(self.slope * (theta[self.first] - theta[self.second]) + self.offset)

    def gradient(self, chance: Floats) -> Floats:
        """Of the log-likelihood, n."""
        push = self.weight * self.slope * (self.score - chance)
        return summed(self.first, push, self.n) - summed(self.second, push, self.n)

    def hessian(self, chance: Floats, precision: float) -> Hessian:
        """The negative Hessian of the log posterior."""
        curvature = self.weight * self.slope**2 * chance * (1 - chance)
        if self.pair is not None:
            curvature = summed(self.pair, curvature, len(self.low))
        return Hessian(self.n, self.low, self.high, curvature, precision)


def merged(n: int, outcomes: Outcomes) -> Games:
    """The outcomes as games of the plain model, those between the same two entries put together."""
    low, high, order, starts = _distinct(n, outcomes)
    weight = outcomes.weight
    points = weight * np.where(outcomes.first < outcomes.second, outcomes.score, 1 - outcomes.score)
    weight, points = weight[order], points[order]
    if len(starts) < len(order):
        weight, points = np.add.reduceat(weight, starts), np.add.reduceat(points, starts)
    return Games(n, low, high, points / weight, weight, 1.0, 0.0, low, high, None)


def told_apart(n: int, outcomes: Outcomes) -> Games:
    """The outcomes as games of their own, their judges alike until `replace` gives them slopes and offsets."""
    low, high, order, starts = _distinct(n, outcomes)
    pair = np.empty(len(order), dtype=np.int64)
    pair[order] = np.repeat(np.arange(len(starts)), np.diff(np.append(starts, len(order))))
    return Games(
        n, outcomes.first, outcomes.second, outcomes.score, outcomes.weight, 1.0, 0.0, low, high, pair
    )


def _distinct(n: int, outcomes: Outcomes) -> tuple[Ints, Ints, Ints, Ints]:
    """The distinct pairs sorted (low, high), the order that sorts outcomes by pair, and where each pair starts in it."""
    low = np.minimum(outcomes.first, outcomes.second)
    keys = low * n + np.maximum(outcomes.first, outcomes.second)
    order = np.argsort(keys)
    keys = keys[order]
    starts = np.flatnonzero(np.diff(keys, prepend=-1))
    keys = keys[starts]
    low = keys // max(n, 1)
    return low, keys - low * n, order, starts


def maximum(games: Games, prior_mean: Floats, prior_sd: float, start: Floats) -> Floats:
    """The maximum a posteriori by Newton's method, logits, n.

    A step is halved while the slope along it has turned further down than half of what it was up: the posterior is
    concave, so that is overshooting.
    """
    precision = 1 / prior_sd**2

    def slopes(at: Floats) -> tuple[Floats, Floats]:
        chance = logistic(games.logits(at))
        return chance, games.gradient(chance) - precision * (at - prior_mean)

    theta = start
    chance, gradient = slopes(theta)
    for _ in range(MOST_STEPS):
        steepest = float(np.max(np.abs(gradient), initial=0.0))
        if steepest < TOLERANCE:
            break
        step = games.hessian(chance, precision).solve(gradient, min(0.05, 0.3 * steepest))
        uphill, size = float(gradient @ step), 1.0
        while True:
            moved = theta + size * step
            chance, gradient = slopes(moved)
            if float(gradient @ step) >= -0.5 * uphill or size < 1e-6:  # noqa: PLR2004 - a step too small to matter
                break
            size /= 2
        theta = moved
    return theta


def vector(values: ArrayLike | None, n: int, name: str) -> Floats:
    """One finite number per entry, zeros for None; raises `ValueError` for anything else."""
    if values is None:
        return np.zeros(n)
    found = np.asarray(values, dtype=np.float64)
    if found.shape != (n,):
        raise ValueError(f"{name} must have one value per entry")
    if not np.all(np.isfinite(found)):
        raise ValueError(f"{name} holds a value that isn't a number")
    return found


def checked(n: int, outcomes: Outcomes, prior_mean: ArrayLike | None, prior_sd: float) -> Floats:
    """The prior means of a league, n; raises `ValueError` where league, outcomes and prior don't fit together."""
    if n < 0:
        raise ValueError("n can't be negative")
    if not (np.isfinite(prior_sd) and prior_sd > 0):
        raise ValueError("prior_sd must be positive and finite")
    outcomes.check(n)
    return vector(prior_mean, n, "prior_mean")
