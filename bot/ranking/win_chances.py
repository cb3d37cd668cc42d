"""The chance that one entry beats another, with the uncertainty about both integrated out.

The logistic averaged over a normal has no closed form; a mixture of three normal distribution functions stands for the
logistic within 0.0014 (Monahan and Stefanski 1992, k = 3), and averages exactly.
"""

import numpy as np
from numpy.typing import ArrayLike

from bot.ranking.arrays import Floats, logistic

_SHARES = (0.25220, 0.58523, 0.16257)
_SCALES = (0.90793, 0.57778, 0.36403)
_LINEAR, _CUBIC = 1.5976, 0.070566
"""Coefficients of the normal distribution function as a logistic of a cubic, accurate to 0.0002 (Page 1977)."""
_LEAST = 1e-200


def normal_above(z: Floats) -> Floats:
    """Return the normal distribution function, accurate to 2e-4 and fast, for sums over many values."""
    return logistic(z * (_LINEAR + _CUBIC * z * z))


def win_chance(apart: ArrayLike, variance: ArrayLike = 0.0) -> Floats:
    """Return the chance that A beats B in a future match.

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
    """Return the logistic and its derivative, averaged over a normal with this mean (logits) and variance (logits²)."""
    logits, variances = np.broadcast_arrays(logit, variance)
    chance, slope = averaged_at(logits.ravel(), steeps(variances.ravel()))
    return chance.reshape(logits.shape), slope.reshape(logits.shape)


def steeps(variance: Floats) -> Floats:
    """Return the steepness of each normal of the mixture, for `averaged_at`; shape (3, *shape of the variance)."""
    return np.stack([scale / np.sqrt(1 + scale**2 * variance) for scale in _SCALES])


def averaged_at(logit: Floats, steep: Floats) -> tuple[Floats, Floats]:
    """Return the same as `averaged`, for many means that share the variances behind `steep`."""
    chance, slope = np.zeros(logit.shape), np.zeros(logit.shape)
    for share, one_steep in zip(_SHARES, steep, strict=True):
        below, turn = _normal_below(one_steep * logit)
        density = below * below
        np.subtract(below, density, out=density)
        turn *= one_steep
        turn *= share
        density *= turn
        slope += density
        below *= share
        chance += below
    return chance, slope


def evidence(logit: Floats, variance: Floats) -> tuple[Floats, Floats]:
    """Return the first two derivatives, by the mean, of the log of the logistic averaged over a normal."""
    chance, slope, bend = (np.zeros(np.broadcast(logit, variance).shape) for _ in range(3))
    for share, steep in zip(_SHARES, steeps(variance), strict=True):
        z = steep * logit
        below, turn = _normal_below(z)
        turn *= steep
        density = share * below * (1 - below)
        chance += share * below
        slope += density * turn
        bend += density * ((1 - 2 * below) * turn**2 + 6 * _CUBIC * z * steep**2)
    pull = slope / np.maximum(chance, _LEAST)
    return pull, bend / np.maximum(chance, _LEAST) - pull**2


def _normal_below(z: Floats) -> tuple[Floats, Floats]:
    """Return the normal distribution function as a logistic of a cubic, and the cubic's derivative."""
    cubic = z * z
    cubic *= _CUBIC
    turn = 3 * cubic
    turn += _LINEAR
    cubic += _LINEAR
    cubic *= z
    return logistic(cubic, out=cubic), turn
