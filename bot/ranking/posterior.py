"""Approximates the posterior of the strengths by a normal distribution.

Laplace's normal at the maximum is too narrow where entries have won or lost nearly everything: the posterior is skewed
there, and flatter than at its top. Here mean and precision make the gradient vanish, and equal the curvature, on average
over the normal itself (the Gaussian variational approximation; Opper and Archambeau 2009), which needs the variance of
each difference that was played and so comes in a few rounds from Laplace's.

A prior that was learned (`LearnedSd`) may be off in scale, and then all strengths lie too far apart, or too close.
`scale` is the variance of each strength that comes of it: how far the strength moves with the log of the prior's sd and
of its slope, with the covariance that the outcomes leave to these two. The inverse of that is a hyperprior's precision
plus the change of the marginal likelihood's derivatives over a step of `SCALE_STEP`.
"""

from dataclasses import dataclass, replace

import numpy as np

from bot.ranking.arrays import Floats
from bot.ranking.bradley_terry import Games, LearnedSd, centre
from bot.ranking.hessian import Hessian
from bot.ranking.uncertainty import (
    DENSE,
    SMALL,
    apart_variances,
    beside_neighbours,
    exact,
    inverted,
    spread,
)

CLOSE = 1e-6
"""Averaged gradient (logits⁻¹) at which a round ends."""
ROUGH = 0.1
"""Gradient (logits⁻¹) at which a large league's first round ends, used for variances only."""
ROUNDS = 2
"""Number of rounds, after which variances change by less than one percent; large leagues take one."""
SCALE_STEP = 0.3
"""Step of log sd and of log slope over which the information about them is measured."""
SCALE_PRECISIONS = np.array([0.7**-2, 0.5**-2])
"""What is known of log sd and of log slope before any outcome: the hyperprior's precision."""
MOST_SHARED = 0.9
"""Largest correlation assumed between the derivatives by log sd and by log slope, so that their matrix has an inverse."""


@dataclass(frozen=True, eq=False)
class Posterior:
    """The normal approximation of n strengths.

    Attributes:
        theta: means, logits.
        variance: of each strength if the prior is right, logits².
        scale: the variance that is added by what is open about the prior's scale, logits².
        beside: the variance of each strength beside those near it, logits²: errors that they share change no rank.
    """

    theta: Floats
    variance: Floats
    scale: Floats
    beside: Floats


def posterior(games: Games, prior_mean: Floats, prior_sd: float, start: Floats) -> Posterior:
    """Return the normal approximation of the strengths' posterior; `start` only affects speed."""
    large = games.n > DENSE
    theta, hessian = centre(
        replace(games, apart=None), prior_mean, prior_sd, start, ROUGH if large else CLOSE
    )
    apart = apart_variances(hessian)
    for _ in range(0 if large else ROUNDS - 1):
        theta, hessian = centre(replace(games, apart=apart), prior_mean, prior_sd, theta, CLOSE)
        apart = apart_variances(hessian)
    averaged = replace(games, apart=apart)
    return settled(averaged, prior_mean, prior_sd, *centre(averaged, prior_mean, prior_sd, theta, CLOSE))


def settled(games: Games, prior_mean: Floats, prior_sd: float, theta: Floats, hessian: Hessian) -> Posterior:
    """Return the posterior whose mean and Hessian are known, for games averaged over it."""
    variance = spread(hessian, theta).variance
    stretches = _by_scale(games, prior_mean, prior_sd, theta, variance)
    beside = variance
    if 0 < games.n <= SMALL:
        beside = beside_neighbours(theta, inverted(hessian.dense()) + stretches.T @ stretches)
    return Posterior(theta, variance, np.sum(stretches**2, axis=0), beside)


def _by_scale(games: Games, prior_mean: Floats, prior_sd: float, theta: Floats, variance: Floats) -> Floats:
    """Return how far strengths move with the scale of a learned prior, in independent parts of variance 1; shape (2, n).

    0 beyond `DENSE` entries, which tell the scale well.
    """
    if not isinstance(prior_sd, LearnedSd) or games.n > DENSE or len(games.first) == 0:
        return np.zeros((2, games.n))
    shrink = float(np.exp(-SCALE_STEP))
    closer, hessian = centre(games, prior_mean, prior_sd * shrink, theta, CLOSE)
    flatter, _ = centre(games, prior_mean * shrink, prior_sd, theta, CLOSE)

    def by_sd(at: Floats, variances: Floats, sd: float) -> float:
        return float(np.sum((at - prior_mean) ** 2) + variances.sum()) / sd**2

    def by_slope(at: Floats, mean: Floats) -> float:
        return float(prior_mean @ (at - mean)) / prior_sd**2

    here = by_slope(theta, prior_mean)
    information = (
        SCALE_PRECISIONS
        + np.maximum(
            [
                by_sd(closer, exact(hessian).variance, prior_sd * shrink) - by_sd(theta, variance, prior_sd),
                by_slope(flatter, prior_mean * shrink) - here,
            ],
            0,
        )
        / SCALE_STEP
    )
    most = MOST_SHARED * float(np.sqrt(information.prod()))
    shared = float(np.clip((by_slope(closer, prior_mean) / shrink**2 - here) / SCALE_STEP, -most, most))
    doubt = np.linalg.inv(np.array([[information[0], shared], [shared, information[1]]]))
    moves = np.stack([theta - closer, theta - flatter]) / SCALE_STEP
    return np.asarray(np.linalg.cholesky(doubt).T @ moves)
