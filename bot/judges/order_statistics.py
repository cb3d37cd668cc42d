"""Rates with confidence intervals for measuring judges: shares, effects of the order shown, warnings."""

import math
from dataclasses import dataclass

Z95 = 1.959963984540054
FIRST_RATE_WARNING = 0.60
FLIP_RATE_WARNING = 0.35
LEAST_FOR_WARNING = 20
"""Number of decisions below which no warning is raised, because a rate over fewer says little."""


@dataclass(frozen=True, slots=True)
class Rate:
    """A share of `of` cases with its 95 % interval (Wilson); `value` is nan without cases."""

    value: float
    low: float
    high: float
    of: int


def wilson(count: int, of: int) -> Rate:
    """Return `count` of `of` cases as a share, with its 95 % Wilson score interval (1927)."""
    if of == 0:
        return Rate(math.nan, 0.0, 1.0, 0)
    share = count / of
    scale = 1 + Z95**2 / of
    centre = (share + Z95**2 / (2 * of)) / scale
    half = Z95 / scale * math.sqrt(share * (1 - share) / of + Z95**2 / (4 * of**2))
    return Rate(share, max(0.0, centre - half), min(1.0, centre + half), of)


def warnings(first: Rate, consistency: Rate) -> tuple[str, ...]:
    """Return warnings about a judge that is influenced too much by the order in which papers are shown."""
    sentences = []
    if first.of >= LEAST_FOR_WARNING and first.value > FIRST_RATE_WARNING:
        sentences.append(f"prefers the paper shown first in {first.value:.0%} of {first.of} decisions")
    if first.of >= LEAST_FOR_WARNING and first.value < 1 - FIRST_RATE_WARNING:
        sentences.append(f"prefers the paper shown second in {1 - first.value:.0%} of {first.of} decisions")
    if consistency.of >= LEAST_FOR_WARNING and 1 - consistency.value > FLIP_RATE_WARNING:
        sentences.append(
            f"contradicts itself in {1 - consistency.value:.0%} of {consistency.of} swapped matches"
        )
    return tuple(sentences)
