"""Approximates the posterior of the strengths by a normal distribution.

Laplace's normal at the maximum is too narrow where entries have won or lost nearly everything: the posterior is skewed
there, and flatter than at its top. Here mean and precision make the gradient vanish, and equal the curvature, on average
over the normal itself (the Gaussian variational approximation; Opper and Archambeau 2009), which needs the variance of
each difference that was played and so comes in a few rounds from Laplace's.
"""

from dataclasses import dataclass, replace

from bot.ranking.arrays import Floats
from bot.ranking.bradley_terry import Games, centre
from bot.ranking.uncertainty import DENSE, apart_variances, spread

CLOSE = 1e-6
"""Averaged gradient (logits⁻¹) at which a round ends."""
ROUGH = 1e-2
"""Gradient (logits⁻¹) at which a large league's first round ends, used for variances only."""
ROUNDS = 2
"""Number of rounds, after which variances change by less than one percent; large leagues take one."""


@dataclass(frozen=True, eq=False)
class Posterior:
    """Means `theta` and variances `variance` of n strengths, logits and logits²."""

    theta: Floats
    variance: Floats


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
    theta, hessian = centre(replace(games, apart=apart), prior_mean, prior_sd, theta, CLOSE)
    return Posterior(theta, spread(hessian, theta).variance)
