"""How far verdicts can be trusted: order effects, agreement and cycles, from plain sequences."""

import math
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations

from bot.judging.records import Winner

Z95 = 1.959963984540054
FIRST_RATE_WARNING = 0.60
FLIP_RATE_WARNING = 0.35
LEAST_FOR_WARNING = 20
"""Decisions below which no warning is raised: a rate over fewer says nothing."""


@dataclass(frozen=True, slots=True)
class Rate:
    """A share of `of` cases with its 95 % interval (Wilson); `value` is nan for none."""

    value: float
    low: float
    high: float
    of: int


def wilson(count: int, of: int) -> Rate:
    """A share with Wilson's score interval (Wilson 1927)."""
    if of == 0:
        return Rate(math.nan, 0.0, 1.0, 0)
    share = count / of
    scale = 1 + Z95**2 / of
    centre = (share + Z95**2 / (2 * of)) / scale
    half = Z95 / scale * math.sqrt(share * (1 - share) / of + Z95**2 / (4 * of**2))
    return Rate(share, max(0.0, centre - half), min(1.0, centre + half), of)


def first_rate(winners_as_shown: Iterable[Winner]) -> Rate:
    """How often the paper shown first won, of the verdicts that weren't draws."""
    counts = Counter(winners_as_shown)
    return wilson(counts["first"], counts["first"] + counts["second"])


def swap_consistency(pairs: Iterable[tuple[Winner, Winner]]) -> Rate:
    """How often a judge said the same of a match in both orders; both winners in the match's own order."""
    same = [one == other for one, other in pairs]
    return wilson(sum(same), len(same))


def warnings(first: Rate, consistency: Rate) -> tuple[str, ...]:
    """Sentences where the order shown moves a judge too much."""
    said = []
    if first.of >= LEAST_FOR_WARNING and first.value > FIRST_RATE_WARNING:
        said.append(f"prefers the paper shown first in {first.value:.0%} of {first.of} decisions")
    if first.of >= LEAST_FOR_WARNING and first.value < 1 - FIRST_RATE_WARNING:
        said.append(f"prefers the paper shown second in {1 - first.value:.0%} of {first.of} decisions")
    if consistency.of >= LEAST_FOR_WARNING and 1 - consistency.value > FLIP_RATE_WARNING:
        said.append(f"contradicts itself in {1 - consistency.value:.0%} of {consistency.of} swapped matches")
    return tuple(said)


def cohen_kappa(pairs: Sequence[tuple[Hashable, Hashable]]) -> float:
    """Agreement of two raters beyond chance (Cohen 1960); nan without pairs or variation."""
    if not pairs:
        return math.nan
    total = len(pairs)
    one, other = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
    observed = sum(a == b for a, b in pairs) / total
    expected = sum(one[label] * other[label] for label in one) / total**2
    return math.nan if expected == 1 else (observed - expected) / (1 - expected)


def krippendorff_alpha(units: Iterable[Sequence[Hashable]]) -> float:
    """Agreement of any number of raters on nominal labels (Krippendorff 2004); units may miss ratings.

    Each unit holds the labels it got. nan where no unit has two, or where all labels are the same.
    """
    coincidences: defaultdict[tuple[Hashable, Hashable], float] = defaultdict(float)
    for labels in units:
        if len(labels) > 1:
            for one, other in permutations(labels, 2):
                coincidences[one, other] += 1 / (len(labels) - 1)
    totals: defaultdict[Hashable, float] = defaultdict(float)
    for (one, _), weight in coincidences.items():
        totals[one] += weight
    count = sum(totals.values())
    expected = count**2 - sum(total**2 for total in totals.values())
    if not expected:
        return math.nan
    disagreeing = sum(weight for (one, other), weight in coincidences.items() if one != other)
    return 1 - (count - 1) * disagreeing / expected


@dataclass(frozen=True, slots=True)
class Cycles:
    """Triads with every pair decided; `expected` is the share of cycles the ratings predict, or nan."""

    triads: int
    cyclic: int
    expected: float

    @property
    def share(self) -> float:
        """Cyclic triads of all; nan without triads."""
        return self.cyclic / self.triads if self.triads else math.nan


def cycles(wins: Mapping[tuple[int, int], int], theta: Mapping[int, float]) -> Cycles:
    """Count A>B>C>A among decided triads, against what ratings in logits predict.

    `wins[a, b]` is how often a beat b. A pair counts for the majority of its decisions, or not at all.
    The prediction is for one decision a pair: P(A>B)P(B>C)P(C>A) and the other way round.
    """
    beats: defaultdict[int, set[int]] = defaultdict(set)
    played: defaultdict[int, set[int]] = defaultdict(set)
    for (a, b), count in wins.items():
        if count > wins.get((b, a), 0):
            beats[a].add(b)
            played[a].add(b)
            played[b].add(a)
    triads = cyclic = predicted_of = 0
    predicted = 0.0
    for a in played:
        for b in (other for other in played[a] if other > a):
            for c in (other for other in played[a] & played[b] if other > b):
                triads += 1
                cyclic += (b in beats[a]) == (c in beats[b]) == (a in beats[c])
                if a in theta and b in theta and c in theta:
                    ab, bc, ca = (_wins(theta[x] - theta[y]) for x, y in ((a, b), (b, c), (c, a)))
                    predicted += ab * bc * ca + (1 - ab) * (1 - bc) * (1 - ca)
                    predicted_of += 1
    return Cycles(triads, cyclic, predicted / predicted_of if predicted_of else math.nan)


def _wins(difference: float) -> float:
    return 0.5 * (1 + math.tanh(difference / 2))


def longer_wins(lengths: Iterable[tuple[int, int, Winner]]) -> Rate:
    """How often the longer text won, of (first length, second length, winner); ties are left out."""
    longer = [
        (one > other) == (winner == "first")
        for one, other, winner in lengths
        if one != other and winner != "draw"
    ]
    return wilson(sum(longer), len(longer))
