"""Rotation, order and what opinions come to."""

from collections import Counter
from random import Random

import pytest

from bot.matches.assignment import (
    RankPlace,
    asked_judges,
    assign,
    contests_top,
    counting_judges,
    panel_judges,
    wants_swap,
)
from bot.matches.opinions import Opinion, combine, in_match_order


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5])
def test_entries_meet_judges_equally_often_and_come_first_half_the_time_with_each(count: int) -> None:
    judges = [f"judge-{number}" for number in range(count)]
    met: Counter[tuple[int, str]] = Counter()
    first: Counter[tuple[int, str]] = Counter()
    random = Random(count)
    for played in range(1, 31):
        entries = list(range(40))
        random.shuffle(entries)
        pairs = list(zip(entries[::2], entries[1::2], strict=True))
        for match in assign(pairs, judges, met, first, seed=7):
            met.update({(match.first, match.judge): 1, (match.second, match.judge): 1})
            first[match.first, match.judge] += 1
        for entry in entries:
            assert all(abs(met[entry, judge] - played / count) <= 1 for judge in judges)
            assert abs(sum(first[entry, judge] for judge in judges) - played / 2) <= 2
            assert all(abs(first[entry, judge] - met[entry, judge] / 2) <= 2 for judge in judges)


def test_the_same_seed_gives_the_same_assignments() -> None:
    pairs = [(1, 2), (3, 4), (5, 6)]
    assert assign(pairs, ["a", "b"], {}, {}, 5) == assign(pairs, ["a", "b"], {}, {}, 5)


def test_a_pair_that_comes_again_is_shown_as_it_was_least_often_whatever_else_is_uneven() -> None:
    met = {("A", "y"): 9, ("B", "y"): 9}
    first = {("B", "y"): 9}
    shown = {("A", "B", "x"): 1, ("B", "A", "x"): 1, ("A", "B", "y"): 1}
    (match,) = assign([("A", "B")], ["x", "y"], met, first, 7, shown)
    assert (match.first, match.second, match.judge) == ("B", "A", "y")
    assert assign([("A", "B")], ["x", "y"], met, first, 7)[0].judge == "x"


def test_the_share_of_swaps_is_kept_and_never_changes_its_mind() -> None:
    chosen = [wants_swap(number, 0.05, 1) for number in range(10_000)]
    assert 400 < sum(chosen) < 600
    assert chosen == [wants_swap(number, 0.05, 1) for number in range(10_000)]


def test_a_flip_in_swapped_order_is_a_draw() -> None:
    swapped = in_match_order("first", swapped=True)
    assert swapped == "second"
    assert combine([Opinion("a", "first"), Opinion("a", swapped)]) == "draw"
    assert combine([Opinion("a", "first"), Opinion("a", "first")]) == "first"


def test_a_panel_goes_by_majority() -> None:
    panel = [Opinion("a", "first"), Opinion("b", "second"), Opinion("c", "first")]
    assert combine(panel) == "first"
    assert combine([Opinion("a", "first"), Opinion("b", "second"), Opinion("c", "draw")]) == "draw"


@pytest.mark.parametrize(
    ("one", "other", "contested"),
    [
        (RankPlace(10, 8, 13), RankPlace(11, 9, 14), True),
        (RankPlace(9, 8, 13), RankPlace(10, 9, 14), False),
        (RankPlace(10, 8, 10), RankPlace(11, 9, 14), False),
        (RankPlace(10, 1, 60), RankPlace(11, 9, 14), False),
    ],
)
def test_a_match_over_the_last_place_of_the_top_is_judged_in_both_orders(
    one: RankPlace, other: RankPlace, contested: bool
) -> None:
    assert contests_top(one, other, 10, 100) is contested


def test_a_judge_left_out_is_asked_about_a_tenth_of_the_pairs_and_about_a_rematch_by_a_new_draw() -> None:
    pairs = [(number, number + 1) for number in range(2_000)]
    (most, counting), (few, others) = asked_judges(pairs, ["a", "coin", "b"], {"coin"}, 7, {})
    assert (counting, others) == (["a", "b"], ["coin"])
    assert sorted(most + few) == pairs
    assert 160 <= len(few) <= 240
    assert asked_judges(pairs, ["a", "coin", "b"], {"coin"}, 7, {})[1][0] == few, "in every process"
    once = {(a, b, "a"): 1 for a, b in pairs}
    again = asked_judges(pairs, ["a", "coin", "b"], {"coin"}, 7, once)[1][0]
    assert len(set(again) & set(few)) < len(few) / 2
    seen = {(*order, "coin"): 1 for a, b in pairs for order in ((a, b), (b, a))}
    assert asked_judges(pairs, ["a", "coin", "b"], {"coin"}, 7, seen) == [(pairs, ["a", "b"])]


@pytest.mark.parametrize(
    ("judges", "left_out", "asked"),
    [
        (["a", "b"], set(), ["a", "b"]),
        (["a", "b"], {"b"}, ["a"]),
        (["a", "b"], {"a", "b"}, ["a", "b"]),
        (["a"], {"a"}, ["a"]),
        (["rubric", "a", "offline"], {"a"}, ["rubric", "a", "offline"]),
    ],
)
def test_judges_left_out_are_asked_as_before_where_no_other_model_counts(
    judges: list[str], left_out: set[str], asked: list[str]
) -> None:
    assert counting_judges(judges, left_out) == asked


def test_a_panel_asks_a_judge_left_out_in_a_tenth_of_its_matches() -> None:
    asked = [panel_judges(["a", "coin", "b"], {"coin"}, match) for match in range(2_000)]
    assert 160 <= asked.count(["a", "coin", "b"]) <= 240
    assert asked.count(["a", "b"]) + asked.count(["a", "coin", "b"]) == 2_000
