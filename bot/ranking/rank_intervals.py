"""Ranks and their 95 % intervals, and the chance that the leading entries are the best."""

import numpy as np
from scipy.special import log_ndtr, ndtr

from bot.ranking.arrays import Bools, Floats, Ints

Z95 = 1.959963984540054
_TAIL = 0.025
OWN = 0.5
"""How much an entry counts as above its own estimate."""
GRID = 256
SPREADS = 16
"""Number of groups of entries with about the same standard error."""
EQUAL = 1e-6
"""Strengths (logits) that differ by less are equal, because the remaining gradient could move them by as much."""


def ranks(theta: Floats) -> Ints:
    """Return ranks from 1 by strength; equal strengths share the best of their ranks."""
    order = np.argsort(-theta, kind="stable")
    lower = np.diff(theta[order], prepend=np.inf) < -EQUAL
    places = np.maximum.accumulate(np.where(lower, np.arange(1, len(theta) + 1), 1))
    rank = np.empty(len(theta), dtype=np.int64)
    rank[order] = places
    return rank


def ranking(theta: Floats, stderr: Floats) -> tuple[Ints, Ints, Ints]:
    """Return ranks from 1 of one entry or more, and the best and the worst end of each one's 95 % interval."""
    rank = ranks(theta)
    return rank, *rank_bounds(theta, stderr, rank)


def rank_bounds(theta: Floats, stderr: Floats, rank: Ints) -> tuple[Ints, Ints]:
    """Return the 95 % interval of each rank: (best, worst), both from 1, the rank itself within.

    An entry's rank varies with its own strength, by how many others are expected between its estimate and either end of
    its interval, and with the others' strengths, whose number above it has a variance of its own; both add in squares.
    """
    n = len(theta)
    grid, above, variance = expected_above(theta, stderr)
    middle = np.interp(theta, grid, above) - OWN
    better = middle - (np.interp(theta + Z95 * stderr, grid, above) - _TAIL)
    worse = np.interp(theta - Z95 * stderr, grid, above) - (1 - _TAIL) - middle
    others = Z95**2 * np.maximum(np.interp(theta, grid, variance) - OWN * (1 - OWN), 0)
    low = np.floor(middle - np.sqrt(better**2 + others) + 0.5).astype(np.int64) + 1
    high = np.ceil(middle + np.sqrt(worse**2 + others) - 0.5).astype(np.int64) + 1
    return np.minimum(np.maximum(low, 1), rank), np.maximum(np.minimum(high, n), rank)


def expected_above(theta: Floats, stderr: Floats) -> tuple[Floats, Floats, Floats]:
    """Return how many entries are above each point of an even grid: (grid, logits; mean number; its variance).

    Entries are shared out between the two points next to them, and convolved with the normal distribution function of
    a spread that is the mean of those with about the same one.
    """
    reach = 3 * float(stderr.max())
    grid, spacing = np.linspace(float(theta.min()) - reach, float(theta.max()) + reach, GRID, retstep=True)
    steps = spacing * np.arange(1 - GRID, GRID)
    above, variance = np.zeros(GRID), np.zeros(GRID)
    for group in np.array_split(np.argsort(stderr), SPREADS):
        if len(group) == 0:
            continue
        place = (theta[group] - grid[0]) / spacing
        below = np.minimum(place.astype(np.int64), GRID - 2)
        counts = np.bincount(below, below + 1 - place, GRID) + np.bincount(below + 1, place - below, GRID)
        tail = ndtr(-steps / stderr[group].mean())
        above += np.convolve(counts, tail, mode="valid")
        variance += np.convolve(counts, tail * (1 - tail), mode="valid")
    return grid, above, variance


def top_chance(theta: Floats, stderr: Floats, inside: Bools) -> float:
    """Return the chance that every entry `inside` is above every other, with independent normal posteriors.

    Integrates over the value of the best entry outside.
    """
    low, high = theta - 6 * stderr, theta + 6 * stderr
    grid = np.linspace(float(low[inside].min()), float(high[~inside].max()), 2 * GRID)
    if grid[0] >= grid[-1]:
        return 1.0
    above = log_ndtr((theta[inside] - grid[:, None]) / stderr[inside]).sum(axis=1)
    below = log_ndtr((grid[:, None] - theta[~inside]) / stderr[~inside]).sum(axis=1)
    survive, best = np.exp(above), np.exp(below)
    return float(np.clip(best[0] + np.sum((survive[1:] + survive[:-1]) / 2 * np.diff(best)), 0, 1))
