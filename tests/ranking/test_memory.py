"""Memory: in proportion to entries and outcomes, never to pairs."""

import tracemalloc
from collections.abc import Callable

import numpy as np
import pytest

from bot.ranking import Outcomes, fit, propose
from tests.benchmarks.ranking import league

N = 3_500
WORK: dict[str, Callable[[int, Outcomes], object]] = {
    "fit": fit,
    "fit with judges told apart": lambda n, outcomes: fit(
        n, Outcomes(outcomes.first, outcomes.second, outcomes.score, np.arange(len(outcomes)) % 3)
    ),
    "propose": lambda n, outcomes: propose(n, outcomes, n // 10),
    "propose for the top": lambda n, outcomes: propose(n, outcomes, n // 10, ("top", n // 10)),
    "propose for half that are eager": lambda n, outcomes: propose(
        n, outcomes, n // 10, players=np.arange(1, n), eager=np.arange(1, n, 2)
    ),
    "propose for one that is eager": lambda n, outcomes: propose(n, outcomes, n // 10, eager=[5]),
}


def peak(work: Callable[[int, Outcomes], object], n: int) -> int:
    """The most that is held at a time, bytes."""
    outcomes = league(n, 10 * n)
    tracemalloc.start()
    try:
        work(n, outcomes)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.slow
@pytest.mark.parametrize("name", WORK)
def test_no_array_holds_all_pairs_of_a_large_league(name: str) -> None:
    small, large = peak(WORK[name], N), peak(WORK[name], 2 * N)
    assert small < N * N, "not even a byte for each pair"
    assert large < 2.5 * small
