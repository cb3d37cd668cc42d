"""The chance that one entry beats another, the uncertainty about both integrated out: one function for all uses.

The logistic averaged over a normal has no closed form; a mixture of three normal distribution functions stands for the
logistic within 0.0014 (Monahan and Stefanski 1992, k = 3), and averages exactly.
"""

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr

from bot.ranking.arrays import Floats

_SHARES = (0.25220, 0.58523, 0.16257)
_SCALES = (0.90793, 0.57778, 0.36403)
_DENSITY = 1 / np.sqrt(2 * np.pi)
_LEAST = 1e-200


def win_chance(apart: ArrayLike, variance: ArrayLike = 0.0) -> Floats:
    """The chance that A beats B in a match yet to be played.

    Args:
        apart: theta of A less theta of B, logits.
        variance: of that difference, logits²; of independent strengths the sum of both variances.

    Raises `ValueError` for a negative variance or what isn't a number.
    """
    logit, spread = np.asarray(apart, dtype=np.float64), np.asarray(variance, dtype=np.float64)
    if not (np.all(spread >= 0) and np.all(np.isfinite(logit))):
        raise ValueError("a chance needs a finite difference and a variance that isn't negative")
    return averaged(logit, spread)[0]


def averaged(logit: Floats, variance: Floats) -> tuple[Floats, Floats]:
    """The logistic and its derivative, averaged over a normal of this mean (logits) and variance (logits²)."""
    chance, slope, _ = _mixture(logit, variance)
    return chance, slope


def evidence(logit: Floats, variance: Floats) -> tuple[Floats, Floats]:
    """The first two derivatives, by the mean, of the log of the logistic averaged over a normal: a win's evidence."""
    chance, slope, bend = _mixture(logit, variance)
    pull = slope / np.maximum(chance, _LEAST)
    return pull, bend / np.maximum(chance, _LEAST) - pull**2


def _mixture(logit: Floats, variance: Floats) -> tuple[Floats, Floats, Floats]:
    chance, slope, bend = (np.zeros(np.broadcast(logit, variance).shape) for _ in range(3))
    for share, scale in zip(_SHARES, _SCALES, strict=True):
        steep = scale / np.sqrt(1 + scale**2 * variance)
        z = steep * logit
        density = (share * _DENSITY) * steep * np.exp(-0.5 * z * z)
        chance += share * ndtr(z)
        slope += density
        bend -= steep * z * density
    return chance, slope, bend
