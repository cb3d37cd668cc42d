"""Figures checked against worked examples."""

import math
from collections import Counter
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.judges.agreement import Decisions, cohen_kappa, cycles, krippendorff_alpha, longer_wins
from bot.judges.order_statistics import warnings, wilson


def test_wilson_interval_of_ten_in_twenty() -> None:
    rate = wilson(10, 20)
    assert (round(rate.low, 3), round(rate.high, 3)) == (0.299, 0.701)
    assert math.isnan(wilson(0, 0).value)


@given(st.integers(0, 500), st.integers(0, 500))
def test_a_share_lies_within_its_interval(successes: int, failures: int) -> None:
    found = wilson(successes, successes + failures)
    if not found.of:
        assert math.isnan(found.value)
        return
    assert 0 <= found.low <= found.value + 1e-9
    assert found.value - 1e-9 <= found.high <= 1


def decisions(*rows: tuple[int, int, int, int]) -> Decisions:
    """Of (first, second, judge, what was said)."""
    return Decisions(*np.array(rows, dtype=np.int64).reshape(-1, 4).T)


def test_kappa_of_chance_is_none_and_of_no_variation_undefined() -> None:
    assert cohen_kappa({(a, b): 1 for a in (-1, 1) for b in (-1, 1)}) == pytest.approx(0)
    assert math.isnan(cohen_kappa({(1, 1): 20}))
    assert math.isnan(cohen_kappa({}))


def test_kappa_of_the_textbook_table() -> None:
    pairs = {(1, 1): 20, (1, -1): 5, (-1, 1): 10, (-1, -1): 15}
    assert cohen_kappa(pairs) == pytest.approx(0.4)


def test_alpha_of_an_example_worked_by_hand() -> None:
    # Coincidences: aa 4, bb 2, ab and ba 1 each; 1 - 7 * 2 / (64 - 25 - 9).
    units: dict[tuple[int | None, ...], int] = {(1, 1): 2, (1, -1): 1, (-1, -1): 1, (-1, None): 1}
    assert krippendorff_alpha(units) == pytest.approx(16 / 30)


def test_alpha_is_one_for_agreement_and_below_zero_for_contradiction() -> None:
    assert krippendorff_alpha({(1, 1): 1, (-1, -1): 1}) == 1
    assert krippendorff_alpha({(1, -1): 1, (-1, 1): 1}) < 0
    assert math.isnan(krippendorff_alpha({(1, None): 1, (-1, None): 1}))


def test_judges_are_compared_on_pairs_they_share_as_seen_from_the_lower_entry() -> None:
    found = decisions((1, 2, 0, 1), (2, 1, 1, -1), (5, 3, 0, 1), (3, 5, 1, 1), (7, 8, 1, 0)).patterns(2)
    assert found == {(1, 1): 1, (-1, 1): 1}


def test_a_judge_who_contradicted_itself_on_a_pair_counts_as_saying_draw() -> None:
    found = decisions((1, 2, 0, 1), (2, 1, 0, 1), (1, 2, 0, 1), (1, 2, 2, -1)).patterns(3)
    assert found == {(0, None, -1): 1}


def test_order_effects_raise_warnings_past_their_bounds() -> None:
    partial, flips = wilson(70, 100), wilson(60, 100)
    assert len(warnings(partial, flips)) == 2
    assert warnings(wilson(5, 5), wilson(0, 0)) == ()


def test_cycles_are_counted_and_compared_with_what_ratings_predict() -> None:
    # 1 beat 2, 2 beat 3, 3 beat 1; nobody won between 1 and 4; 4 lost to 2 and 3.
    rows = ((1, 2, 1), (3, 2, -1), (3, 1, 1), (1, 4, 1), (4, 1, 1), (2, 4, 1), (4, 3, -1))
    played = decisions(*((first, second, 0, said) for first, second, said in rows))
    found = cycles(played, {1: 0.0, 2: 0.0, 3: 0.0, 4: 0.0})
    assert (found.triads, found.cyclic) == (2, 1)
    assert found.expected == pytest.approx(0.25)
    some = cycles(played, {1: 0.0, 2: 1.0, 3: 2.0})
    up, far = 1 / (1 + math.exp(-1)), 1 / (1 + math.exp(-2))
    assert some.expected == pytest.approx((1 - up) * (1 - up) * far + up * up * (1 - far))
    none = cycles(decisions(), {})
    assert (none.triads, none.cyclic) == (0, 0)
    assert math.isnan(none.expected)


@given(st.lists(st.tuples(st.integers(1, 7), st.integers(1, 7), st.integers(-1, 1)), max_size=40))
def test_cycles_are_those_found_by_looking_at_every_triad(games: list[tuple[int, int, int]]) -> None:
    games = [game for game in games if game[0] != game[1]]
    lead: Counter[tuple[int, int]] = Counter()
    for first, second, said in games:
        lead[first, second] += said
        lead[second, first] -= said
    triads = [of for of in combinations(range(1, 8), 3) if all(lead[pair] for pair in combinations(of, 2))]
    cyclic = [(a, b, c) for a, b, c in triads if (lead[a, b] > 0) == (lead[b, c] > 0) == (lead[c, a] > 0)]
    found = cycles(decisions(*((first, second, 0, said) for first, second, said in games)), {})
    assert (found.triads, found.cyclic) == (len(triads), len(cyclic))


def test_longer_texts_that_win_are_counted() -> None:
    first, second, said = np.array([(10, 5, 1), (5, 10, 1), (5, 5, 1), (9, 1, 0)]).T
    found = longer_wins(first, second, said)
    assert (found.of, found.value) == (2, 0.5)
