"""Statistics of a league's decisions: agreement of judges, cycles, and how often the longer text wins."""

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from bot.judges.order_statistics import Rate, wilson

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
_NEVER = 9


@dataclass(frozen=True, slots=True, eq=False)
class Decisions:
    """The decisions of a league's judges as equal-length arrays: both entries, the judge's index, and the winner.

    The winner is 1 for the first entry, -1 for the second, 0 for a draw.
    """

    first: Ints
    second: Ints
    judge: Ints
    winner: Ints

    def of_judge(self, judge: int) -> "Decisions":
        """Return the decisions of one judge."""
        own = self.judge == judge
        return Decisions(self.first[own], self.second[own], self.judge[own], self.winner[own])

    def of_pairs(self) -> tuple[Ints, Ints, Ints, Ints]:
        """Return the distinct pairs as low and high entry ids, each decision's pair index, and its winner (1: low)."""
        low, high = np.minimum(self.first, self.second), np.maximum(self.first, self.second)
        size = int(high.max(initial=0)) + 1
        keys, pair = np.unique(low * size + high, return_inverse=True)
        return keys // size, keys % size, pair, np.where(self.first < self.second, self.winner, -self.winner)

    def patterns(self, judges: int) -> Counter[tuple[int | None, ...]]:
        """Count, over pairs decided by several judges, equal rows of the judges' winners (None: the judge has none).

        A winner of 1 is the lower entry; a judge that contradicts itself on a pair counts as a draw.
        """
        low, _high, pair, winners = self.of_pairs()
        least = np.full((len(low), judges), _NEVER)
        most = np.full((len(low), judges), -_NEVER)
        np.minimum.at(least, (pair, self.judge), winners)
        np.maximum.at(most, (pair, self.judge), winners)
        words = np.where((least == most) | (least == _NEVER), least, 0)
        words = words[(words != _NEVER).sum(axis=1) > 1]
        patterns, counts = np.unique(words, axis=0, return_counts=True)
        return Counter(
            {
                tuple(None if word == _NEVER else word for word in words): count
                for words, count in zip(patterns.tolist(), counts.tolist(), strict=True)
            }
        )


def cohen_kappa(pairs: Mapping[tuple[int, int], int]) -> float:
    """Return Cohen's kappa (1960) of two raters, from counts of label pairs; nan without pairs or variation."""
    total = sum(pairs.values())
    if not total:
        return math.nan
    one: Counter[int] = Counter()
    other: Counter[int] = Counter()
    for (a, b), count in pairs.items():
        one[a] += count
        other[b] += count
    agreement = sum(count for (a, b), count in pairs.items() if a == b) / total
    by_chance = sum(one[label] * other[label] for label in one) / total**2
    return math.nan if by_chance == 1 else (agreement - by_chance) / (1 - by_chance)


def krippendorff_alpha(units: Mapping[tuple[int | None, ...], int]) -> float:
    """Return Krippendorff's alpha (2004) of any number of raters on nominal labels; None is a missing rating.

    `units` counts the rows of labels. nan if no row has two labels, or all labels are the same.
    """
    coincidences: defaultdict[tuple[int, int], float] = defaultdict(float)
    for ratings, count in units.items():
        labels = [label for label in ratings if label is not None]
        if len(labels) > 1:
            for one, other in permutations(labels, 2):
                coincidences[one, other] += count / (len(labels) - 1)
    totals: defaultdict[int, float] = defaultdict(float)
    for (one, _), weight in coincidences.items():
        totals[one] += weight
    weights = sum(totals.values())
    scale = weights**2 - sum(total**2 for total in totals.values())
    if not scale:
        return math.nan
    disagreement = sum(weight for (one, other), weight in coincidences.items() if one != other)
    return 1 - (weights - 1) * disagreement / scale


@dataclass(frozen=True, slots=True)
class Cycles:
    """Counts of triads whose pairs are all decided, and of cyclic ones.

    `expected` is the share predicted by ratings, or nan.
    """

    triads: int
    cyclic: int
    expected: float

    @property
    def share(self) -> float:
        """Share of cyclic triads, from 0 to 1; nan without triads."""
        return self.cyclic / self.triads if self.triads else math.nan


def cycles(decisions: Decisions, theta: Mapping[int, float]) -> Cycles:
    """Count cycles A>B>C>A among decided triads, and predict their number from ratings in logits.

    A pair counts for the majority of its decisions, or not at all. The prediction is for one decision per pair:
    P(A>B)P(B>C)P(C>A) and the reverse, over triads of rated entries.
    """
    low, high, pair, winners = decisions.of_pairs()
    lead = np.bincount(pair, winners, len(low))
    low, high, lead = low[lead != 0], high[lead != 0], lead[lead != 0]
    entries, ends = np.unique(np.concatenate([low, high]), return_inverse=True)
    n, pairs = len(entries), ends.reshape(2, -1)
    strength = np.array([theta.get(entry, math.nan) for entry in entries.tolist()])
    apart = strength[pairs[0]] - strength[pairs[1]]
    has_rating = ~np.isnan(apart)
    triads, cyclic = _triads(n, pairs, (lead > 0).astype(np.float64))
    triads_forecast, cyclic_forecast = _triads(
        n, pairs[:, has_rating], 0.5 * (1 + np.tanh(apart[has_rating] / 2))
    )
    return Cycles(
        round(triads), round(cyclic), cyclic_forecast / triads_forecast if triads_forecast else math.nan
    )


def _triads(n: int, pairs: Ints, low_wins: Floats) -> tuple[float, float]:
    """Return (number of complete triads, expected number of cyclic ones).

    `low_wins` are win chances of the low entries.
    """
    all_of, low, high = (
        csr_array((weights, (pairs[0], pairs[1])), shape=(n, n))
        for weights in (np.ones_like(low_wins), low_wins, 1 - low_wins)
    )
    cyclic = ((low @ low) * high).sum() + ((high @ high) * low).sum()
    return float(((all_of @ all_of) * all_of).sum()), float(cyclic)


def longer_wins(first: Ints, second: Ints, winners: Ints) -> Rate:
    """Return how often the longer text won, from both lengths and the winners; equal lengths and draws don't count."""
    counts = (first != second) & (winners != 0)
    longer_won = (first > second) == (winners > 0)
    return wilson(int((longer_won & counts).sum()), int(counts.sum()))


def rank_correlation(one: Sequence[float], other: Sequence[float]) -> float:
    """Return Spearman's rho of two equally long lists, ties sharing a rank; nan if all values of one are equal."""
    ranks = np.array([_ranks(one), _ranks(other)])
    if not np.ptp(ranks, axis=1).all():
        return math.nan
    return float(np.corrcoef(ranks)[0, 1])


def _ranks(values: Sequence[float]) -> Floats:
    """Return each value's rank from 1 on; equal values share the mean of theirs."""
    _distinct, place, count = np.unique(np.asarray(values), return_inverse=True, return_counts=True)
    return np.asarray((np.cumsum(count) - (count - 1) / 2)[place])
