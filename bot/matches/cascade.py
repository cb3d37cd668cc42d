"""Chooses which judge of a cascade takes a pair: the assessments alone, the cheap judge, or the strong one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.matches.assignment import RUBRIC, Assignment, RankPlace, assign

CLEAR_LEAD = 1.5
"""Difference in rubric points from which assessments alone decide a match.

On the recorded league (2,951 verdicts) that is 28 % of the pairs; models say the same in 98 % of them, and the ranking
keeps a tau of 0.97 (`python -m tests.benchmarks.judging --cascade`).
"""
TOP_SHARE, LEAST_TOP = 10, 3
"""The strong judge decides between two papers of the top tenth (1 / `TOP_SHARE`), of at least `LEAST_TOP` papers."""


@dataclass(frozen=True, slots=True)
class CascadePair:
    """Two entries for a cascade.

    `lead` is how many rubric points the first is ahead (None: one isn't assessed); `contested`: needs the strong judge.
    """

    first: int
    second: int
    lead: float | None
    contested: bool


def assign_cascade(
    pairs: Sequence[CascadePair],
    judges: Sequence[str],
    met: Mapping[tuple[int, str], int],
    shown_first: Mapping[tuple[int, str], int],
    seed: int,
    order_counts: Mapping[tuple[int, int, str], int],
) -> list[Assignment[int]]:
    """Give each pair the judge of its stage, and an order as `assign` does.

    The last of `judges` is the strong one, those before are the cheap ones in turn, `rubric` wherever it stands. A judge
    that saw a pair in both orders (`rubric`: in one) leaves it to the next.
    """
    stages: dict[tuple[str, ...], list[tuple[int, int]]] = {}
    for pair in pairs:
        stages.setdefault(_stage(pair, judges, order_counts), []).append((pair.first, pair.second))
    return [
        turn
        for stage, of_stage in stages.items()
        for turn in assign(of_stage, stage, met, shown_first, seed, order_counts)
    ]


def is_top_pair(one: RankPlace, other: RankPlace, entries: int) -> bool:
    """Return whether both papers are in the top tenth of a league."""
    return max(one.rank, other.rank) <= max(LEAST_TOP, entries // TOP_SHARE)


def _stage(
    pair: CascadePair, judges: Sequence[str], order_counts: Mapping[tuple[int, int, str], int]
) -> tuple[str, ...]:
    """Return the judges that may take a pair: those of the first stage with a judge to which the pair is new."""
    models = [judge for judge in judges if judge != RUBRIC]
    cheap, strong = tuple(models[:-1]), tuple(models[-1:])
    stages = [strong, cheap] if pair.contested else [cheap, strong]
    if RUBRIC in judges and not pair.contested and abs(pair.lead or 0.0) >= CLEAR_LEAD:
        stages.insert(0, (RUBRIC,))
    for stage in stages:
        able = tuple(judge for judge in stage if _has_more_to_say(pair, judge, order_counts))
        if able:
            return able
    return strong or (RUBRIC,)


def _has_more_to_say(pair: CascadePair, judge: str, order_counts: Mapping[tuple[int, int, str], int]) -> bool:
    orders = [(pair.first, pair.second, judge), (pair.second, pair.first, judge)]
    calls = [order_counts.get(order, 0) for order in orders]
    return not any(calls) if judge == RUBRIC else not all(calls)
