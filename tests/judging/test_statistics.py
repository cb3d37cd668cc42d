"""Figures checked against worked examples."""

import math
from typing import TYPE_CHECKING, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.judging.statistics import (
    cohen_kappa,
    cycles,
    first_rate,
    krippendorff_alpha,
    longer_wins,
    swap_consistency,
    warnings,
    wilson,
)

if TYPE_CHECKING:
    from bot.judging.records import Winner


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


def test_kappa_of_chance_is_none_and_of_no_variation_undefined() -> None:
    assert cohen_kappa([(a, b) for a in "xy" for b in "xy"]) == pytest.approx(0)
    assert math.isnan(cohen_kappa([("x", "x")] * 20))
    assert math.isnan(cohen_kappa([]))


def test_kappa_of_the_textbook_table() -> None:
    pairs = [("y", "y")] * 20 + [("y", "n")] * 5 + [("n", "y")] * 10 + [("n", "n")] * 15
    assert cohen_kappa(pairs) == pytest.approx(0.4)


def test_alpha_of_an_example_worked_by_hand() -> None:
    # Coincidences: aa 4, bb 2, ab and ba 1 each; 1 - 7 * 2 / (64 - 25 - 9).
    units = [["a", "a"], ["a", "b"], ["b", "b"], ["a", "a"], ["b"]]
    assert krippendorff_alpha(units) == pytest.approx(16 / 30)


def test_alpha_is_one_for_agreement_and_below_zero_for_contradiction() -> None:
    assert krippendorff_alpha([["a", "a"], ["b", "b"]]) == 1
    assert krippendorff_alpha([["a", "b"], ["b", "a"]]) < 0
    assert math.isnan(krippendorff_alpha([["a"], ["b"]]))


def test_order_effects_raise_warnings_past_their_bounds() -> None:
    one, other, equal = (cast("list[Winner]", [name]) for name in ("first", "second", "draw"))
    shown = one * 70 + other * 30 + equal * 10
    swaps = list(zip(one * 100, one * 60 + other * 40, strict=True))
    partial, flips = first_rate(shown), swap_consistency(swaps)
    assert (partial.value, flips.value) == (0.7, 0.6)
    assert len(warnings(partial, flips)) == 2
    assert warnings(first_rate(["first"] * 5), swap_consistency([])) == ()


def test_cycles_are_counted_and_compared_with_what_ratings_predict() -> None:
    wins = {(1, 2): 1, (2, 3): 1, (3, 1): 1, (1, 4): 2, (4, 1): 2, (2, 4): 1, (3, 4): 1}
    found = cycles(wins, {1: 0.0, 2: 0.0, 3: 0.0, 4: 0.0})
    assert (found.triads, found.cyclic) == (2, 1)
    assert found.expected == pytest.approx(0.25)


def test_longer_texts_that_win_are_counted() -> None:
    assert longer_wins([(10, 5, "first"), (5, 10, "first"), (5, 5, "first"), (9, 1, "draw")]).of == 2
