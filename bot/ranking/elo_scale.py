"""Small calculations on standings: Elo's scale, priors from the rubric, rank changes, gaps, matches needed."""

import numpy as np
from numpy.typing import ArrayLike

from bot.ranking.arrays import Floats, Ints
from bot.ranking.fitting import CENTRE, POINTS
from bot.ranking.rank_intervals import Z95

SLOPE = 1.0
"""Logits per rubric point if none is given; rubric ratings and matches agree only loosely."""
TYPICAL_SPREAD = 3.0
"""Standard deviation of a league's strengths in logits, assumed before it has played."""


def to_score(theta: ArrayLike) -> Floats:
    """Convert logits to points."""
    return np.asarray(CENTRE + POINTS * np.asarray(theta, dtype=np.float64))


def to_theta(score: ArrayLike) -> Floats:
    """Convert points to logits."""
    return np.asarray((np.asarray(score, dtype=np.float64) - CENTRE) / POINTS)


def prior_means(ratings: ArrayLike, slope: float = SLOPE, centre: float = 6.0) -> Floats:
    """Return prior means in logits from rubric ratings 1 to 10; NaN (no rating) gives 0.

    `centre` is the rating of an average paper; it is fixed, so that a new entry doesn't move the others.
    """
    rating = np.asarray(ratings, dtype=np.float64)
    return np.where(np.isnan(rating), 0.0, slope * (np.nan_to_num(rating, nan=centre) - centre))


def movement(before: ArrayLike, after: ArrayLike) -> Ints:
    """Return the places gained (positive) or lost between two arrays of ranks; 0 for new entries (rank 0 before)."""
    was, now = np.asarray(before, dtype=np.int64), np.asarray(after, dtype=np.int64)
    return np.where(was == 0, 0, was - now)


def gap(scores: ArrayLike, ratings: ArrayLike) -> Floats:
    """Return the percentile of score less that of rubric rating, -100 to 100; NaN without a rating."""
    score, rating = np.asarray(scores, dtype=np.float64), np.asarray(ratings, dtype=np.float64)
    has_rating = ~np.isnan(rating)
    gaps = np.full(len(score), np.nan)
    gaps[has_rating] = _percentiles(score[has_rating]) - _percentiles(rating[has_rating])
    return gaps


def _percentiles(values: Floats) -> Floats:
    """Return the share of others below each value, ties counting half, 0 to 100."""
    if len(values) < 2:  # noqa: PLR2004 - a percentile needs others
        return np.full(len(values), 50.0)
    order = np.sort(values)
    below = np.searchsorted(order, values, side="left")
    upto = np.searchsorted(order, values, side="right")
    return 100 * ((below + upto - 1) / 2) / (len(values) - 1)


def closeness(spread: float) -> float:
    """Return the mean p(1-p) of the matches that pairing chooses in leagues of this spread (logits).

    Fitted to simulated leagues of 100 papers and spreads from 1.35 to 4.5 at 4 to 24 matches a paper.
    """
    return 0.25 / (1 + 0.45 * spread)


def expected_interval(n: int, matches_per_entry: float, spread: float = TYPICAL_SPREAD) -> float:
    """Return how wide the 95 % intervals of n entries will be on average after so many matches each (half-width, points).

    `spread` is the standard deviation of the entries' strengths, in logits.
    """
    return interval_after(np.full(max(n, 1), np.nan), matches_per_entry, spread)


def interval_after(intervals: ArrayLike, matches_per_entry: float, spread: float = TYPICAL_SPREAD) -> float:
    """Return the mean half-width (points) of the 95 % intervals after so many more matches an entry.

    `intervals` are the entries' half-widths now, NaN for one that isn't rated; `spread` is as in `expected_interval`.
    """
    now = np.asarray(intervals, float)
    n = len(now)
    known = np.where(
        np.isfinite(now), (Z95 * POINTS / np.where(np.isfinite(now), now, 1.0)) ** 2, 1 / spread**2
    )
    share = (n - 1) / n if n > 1 else 0.0
    gained = closeness(spread) * max(matches_per_entry, 0) * share
    return float(np.mean(Z95 * POINTS / np.sqrt(known + gained)))


def matches_for_interval(n: int, target: float, spread: float = TYPICAL_SPREAD) -> int:
    """Return about how many matches in all bring the mean half-width of n entries to `target` points.

    0 if it is there.
    """
    if target <= 0:
        raise ValueError("a target interval is positive")
    needed = (Z95 * POINTS / target) ** 2 - 1 / spread**2
    share = (n - 1) / n if n > 1 else 1.0
    return max(0, int(np.ceil(needed / (closeness(spread) * share) * n / 2)))
