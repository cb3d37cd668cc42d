"""Fits the Bradley–Terry model: finds the strengths that are most likely given games and prior."""

from dataclasses import dataclass
from functools import cached_property
from operator import index
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from bot.ranking.arrays import Floats, Ints, logistic
from bot.ranking.hessian import Hessian, Pattern, summed
from bot.ranking.outcomes import Outcomes
from bot.ranking.win_chances import averaged_at, steeps

TOLERANCE = 1e-8
"""Largest element of the gradient at which Newton's method stops, in logits⁻¹."""
MOST_STEPS = 60


class LearnedSd(float):
    """A prior's standard deviation (logits) learned from the outcomes it is used with: its scale is in doubt."""

    __slots__ = ()


class LearnedMeans(np.ndarray[tuple[int], np.dtype[np.float64]]):
    """A prior's means (logits), shape (n,), learned like `LearnedSd`; what is computed from them is a plain array."""

    def __array_wrap__(self, array: Any, context: Any = None, return_scalar: bool = False) -> Any:
        """Return a plain array or scalar."""
        return array[()] if return_scalar else np.asarray(array)


@dataclass(frozen=True)
class Games:
    """Games as the model sees them: `first` scores at a logit of `slope` (theta_first - theta_second) + `offset`.

    `pair` says which of the distinct pairs `low[pair] < high[pair]` a game belongs to; the pairs are sorted, so that they
    are the upper triangle of the Hessian by rows. Chances are averaged over a normal of variance `apart` (logits², of
    theta_low - theta_high of each distinct pair), or taken at the strengths themselves where that is None.
    """

    n: int
    first: Ints
    second: Ints
    score: Floats
    weight: Floats
    slope: Floats | float
    offset: Floats | float
    pattern: Pattern
    pair: Ints | None
    apart: Floats | None = None

    @property
    def low(self) -> Ints:
        """Lower entry of each distinct pair."""
        return self.pattern.low

    @property
    def high(self) -> Ints:
        """Higher entry of each distinct pair."""
        return self.pattern.high

    def logits(self, theta: Floats) -> Floats:
        """Return the logit of each game."""
        return np.asarray(self.slope * (theta[self.first] - theta[self.second]) + self.offset)

    def chances(self, theta: Floats) -> tuple[Floats, Floats]:
        """Return the chance that the first entry wins each game, and its derivative by the logit."""
        logits = self.logits(theta)
        if self.apart is None:
            chance = logistic(logits, out=logits)
            return chance, chance * (1 - chance)
        return averaged_at(logits, self._steeps)

    @cached_property
    def _steeps(self) -> Floats:
        assert self.apart is not None
        variance = self.apart if self.pair is None else self.apart[self.pair]
        return steeps(self.slope**2 * variance)

    def gradient(self, chance: Floats) -> Floats:
        """Return the gradient of the log-likelihood, shape (n,)."""
        push = self.weight * self.slope * (self.score - chance)
        return summed(self.first, push, self.n) - summed(self.second, push, self.n)

    def hessian(self, steepness: Floats, precision: float) -> Hessian:
        """Return the negative Hessian of the log posterior, from the derivative of each game's chance."""
        curvature = self.weight * self.slope**2 * steepness
        if self.pair is not None:
            curvature = summed(self.pair, curvature, len(self.low))
        return Hessian(self.pattern, curvature, precision)

    def hessian_at(self, theta: Floats, prior_sd: float) -> Hessian:
        """Return the negative Hessian of the log posterior at these strengths."""
        return self.hessian(self.chances(theta)[1], prior_sd**-2)


def merged_games(n: int, outcomes: Outcomes) -> Games:
    """Convert outcomes to games of the plain model, merged by pair of entries."""
    low, high, order, starts = distinct_pairs(n, outcomes)
    weight = outcomes.weight
    points = weight * np.where(outcomes.first < outcomes.second, outcomes.score, 1 - outcomes.score)
    weight, points = weight[order], points[order]
    if len(starts) < len(order):
        weight, points = np.add.reduceat(weight, starts), np.add.reduceat(points, starts)
    return Games(n, low, high, points / weight, weight, 1.0, 0.0, Pattern(n, low, high), None)


def separate_games(n: int, outcomes: Outcomes) -> Games:
    """Convert outcomes to separate games; all judges are alike until `replace` gives them slopes and offsets."""
    low, high, order, starts = distinct_pairs(n, outcomes)
    pair = np.empty(len(order), dtype=np.int64)
    pair[order] = np.repeat(np.arange(len(starts)), np.diff(np.append(starts, len(order))))
    return Games(
        n,
        outcomes.first,
        outcomes.second,
        outcomes.score,
        outcomes.weight,
        1.0,
        0.0,
        Pattern(n, low, high),
        pair,
    )


def distinct_pairs(n: int, outcomes: Outcomes) -> tuple[Ints, Ints, Ints, Ints]:
    """Return the distinct pairs (low, high) sorted, the order that sorts outcomes by pair, each pair's first index."""
    low = np.minimum(outcomes.first, outcomes.second)
    keys = low * n + np.maximum(outcomes.first, outcomes.second)
    order = np.argsort(keys)
    keys = keys[order]
    starts = np.flatnonzero(np.diff(keys, prepend=-1))
    keys = keys[starts]
    low = keys // max(n, 1)
    return low, keys - low * n, order, starts


def centre(
    games: Games, prior_mean: Floats, prior_sd: float, start: Floats, tolerance: float = TOLERANCE
) -> tuple[Floats, Hessian]:
    """Return the strengths (n, logits) at which the (averaged) gradient is below `tolerance`, and the Hessian there.

    The maximum a posteriori where `games.apart` is None, else the mean of the normal that stands for the posterior. By
    Newton's method; a step is halved while the slope along it has turned further down than half of what it was up: the
    function is concave, so that is overshooting.
    """
    precision = 1 / prior_sd**2

    def slopes(at: Floats) -> tuple[Floats, Floats]:
        chance, steepness = games.chances(at)
        return steepness, games.gradient(chance) - precision * (at - prior_mean)

    theta = start
    steepness, gradient = slopes(theta)
    for _ in range(MOST_STEPS):
        steepest = float(np.max(np.abs(gradient), initial=0.0))
        if steepest < tolerance:
            break
        step = games.hessian(steepness, precision).solve(gradient, min(0.05, 0.3 * steepest))
        uphill, size = float(gradient @ step), 1.0
        while True:
            ahead = theta + size * step
            steepness, gradient = slopes(ahead)
            if float(gradient @ step) >= -0.5 * uphill or size < 1e-6:  # noqa: PLR2004 - a step too small to matter
                break
            size /= 2
        theta = ahead
    return theta, games.hessian(steepness, precision)


def vector(values: ArrayLike | None, n: int, name: str) -> Floats:
    """Return one finite number per entry, zeros for None. Raises `ValueError` for anything else."""
    if values is None:
        return np.zeros(n)
    numbers = np.asarray(values, dtype=np.float64)
    if numbers.shape != (n,):
        raise ValueError(f"{name} must have one value per entry")
    if not np.all(np.isfinite(numbers)):
        raise ValueError(f"{name} holds a value that isn't a number")
    return numbers


def checked_size(n: int) -> int:
    """Return the number of entries. Raises `ValueError` for what isn't a whole number, or is negative."""
    try:
        size = index(n)
    except TypeError as error:
        raise ValueError("n must be a whole number") from error
    if size < 0:
        raise ValueError("n can't be negative")
    return size


def checked_prior(
    n: int, outcomes: Outcomes, prior_mean: ArrayLike | None, prior_sd: ArrayLike
) -> tuple[Floats, float]:
    """Return the prior's means, shape (n,), and its sd, a `LearnedSd` where either of them was learned.

    Raises `ValueError` if league, outcomes and prior don't fit together.
    """
    outcomes.check(checked_size(n))
    mean, sd = vector(prior_mean, n, "prior_mean"), _checked_sd(n, prior_sd)
    return mean, LearnedSd(sd) if isinstance(prior_mean, LearnedMeans) else sd


def _checked_sd(n: int, prior_sd: Any) -> float:
    if isinstance(prior_sd, LearnedSd):
        return prior_sd
    try:
        numbers = np.atleast_1d(np.asarray(prior_sd, dtype=np.float64))
    except (TypeError, ValueError) as error:
        raise ValueError("prior_sd must be a number") from error
    if numbers.shape not in {(1,), (n,)} or len(np.unique(numbers)) > 1:
        raise ValueError("prior_sd must be one number, the same for all entries")
    if not np.all(np.isfinite(numbers) & (numbers > 0)):
        raise ValueError("prior_sd must be positive and finite")
    return float(numbers[0]) if n else 1.0
