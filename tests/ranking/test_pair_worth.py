"""Claims about what a pair is worth and which are left over: by hand, or by a formula of their own."""

import numpy as np
import pytest
from scipy.optimize import brentq
from scipy.stats import norm

from bot.ranking import Outcomes, pairing, propose
from bot.ranking.arrays import Floats
from bot.ranking.pairing import _best, _fresh, _League, _random_share, _value, _within

NONE = Outcomes([], [], [])


def league(theta: Floats, value: Floats | None = None, *, eager: list[int] | None = None) -> _League:
    """A league of known strengths, where everybody has played and nobody has met."""
    n, none = len(theta), np.zeros((0, 2), dtype=np.int64)
    wants = np.isin(np.arange(n), np.arange(n) if eager is None else eager)
    return _League(n, theta, np.linspace(0.5, 1.5, n), np.ones(n) if value is None else value,
                   np.zeros(n, dtype=np.bool_), none, np.arange(n), wants, none, np.random.default_rng(1))  # fmt: skip


def sets(pairs: np.ndarray) -> set[frozenset[int]]:
    return {frozenset(pair) for pair in pairs.tolist()}


def test_a_pair_is_worth_what_it_is_expected_to_tell() -> None:
    one = league(np.array([1.0, -0.5, 2.0]), np.array([0.3, 0.7, 0.2]))
    for (i, j), value, apart, spread in (
        ((0, 1), 1.0, 1.5, 4.22),
        ((2, 1), 0.9, 2.5, 5.22),
        ((0, 2), 0.5, 1, 4.72),
    ):
        expected = value * np.exp(-0.363 * apart**2 / spread) / spread
        worth = one.worth(np.array([[i, j], [j, i]]))
        np.testing.assert_allclose(worth, expected, rtol=1e-5)
        assert np.all(worth >= expected)
        assert worth[0] != worth[1], "ties are broken at random"


@pytest.mark.parametrize("k", [1, 4, 11])
def test_a_top_s_value_is_the_density_of_its_boundary(k: int) -> None:
    random = np.random.default_rng(4)
    theta, variance = random.normal(0, 1.5, 12), random.uniform(0.1, 0.8, 12)
    deviation = np.sqrt(variance)
    boundary = brentq(lambda at: norm.sf((at - theta) / deviation).sum() - k, -30, 30)
    expected = np.sqrt(2 * np.pi) * norm.pdf(theta, boundary, deviation) * deviation * variance**1.5
    np.testing.assert_allclose(_value(theta, variance, ("top", k)), expected, rtol=0.03)


def test_a_ranking_s_value_is_the_density_of_all_others() -> None:
    random = np.random.default_rng(5)
    theta, variance = np.append(random.normal(0, 1.5, 40), 3.0), random.uniform(0.1, 0.8, 41)
    wide = 2 * variance.mean()
    density = np.exp(-((theta[:, None] - theta) ** 2) / (2 * wide)).sum(axis=1)
    np.testing.assert_allclose(_value(theta, variance, "ranking"), density * variance**2, rtol=0.01)
    np.testing.assert_allclose(_value(np.zeros(3), np.ones(3), "ranking"), 3, rtol=1e-6)


@pytest.mark.parametrize(
    ("n", "matches", "share"),
    [(10, 0, 0.2), (10, 29, 0.2), (10, 30, 0.1), (10, 59, 0.1), (10, 60, 0.05), (10, 900, 0.05), (0, 0, 0.2)],
)
def test_fewer_are_drawn_at_random_from_three_and_six_outcomes_an_entry(
    n: int, matches: int, share: float
) -> None:
    games = Outcomes(np.zeros(matches, int), np.ones(matches, int), np.ones(matches))
    assert _random_share(n, games) == share


def test_nothing_asked_nobody_there_and_the_smallest_leagues() -> None:
    for n, count in ((5, 0), (1, 3), (0, 1)):
        assert propose(n, NONE, count).shape == (0, 2)
    assert propose(5, NONE, 0, ("top", 1)).shape == (0, 2)
    assert sets(propose(2, NONE, 1)) == {frozenset((0, 1))}
    assert sets(propose(2, NONE, 1, ("top", 1))) == {frozenset((0, 1))}
    assert len(propose(5, NONE, 1)) == 1
    assert len(propose(1, NONE, 1, ("top", 1))) == 0
    with pytest.raises(ValueError, match="between 1 and 1"):
        propose(2, NONE, 1, ("top", 2))
    with pytest.raises(ValueError, match="negative"):
        propose(5, NONE, -1)
    assert sets(propose(5, NONE, 2, players=[0, 4])) == {frozenset((0, 4))}
    assert sets(propose(5, NONE, 2, candidates=[[0, 4]])) == {frozenset((0, 4))}
    for wrong in ({"players": [5]}, {"players": [-1]}, {"eager": [5]}):
        with pytest.raises(ValueError, match="outside 0 to 4"):
            propose(5, NONE, 1, **wrong)  # type: ignore[arg-type]  # by name
    for pair, message in (([0, 5], "outside"), ([-1, 2], "outside"), ([3, 3], "itself")):
        for name in ("candidates", "barred"):
            with pytest.raises(ValueError, match=message):
                propose(5, NONE, 1, **{name: [pair]})  # type: ignore[arg-type]  # by name


def test_a_share_of_all_or_none_is_all_or_none() -> None:
    star, means = [[0, 1], [0, 2], [0, 3]], [0.0, 0.0, 3.0, 6.0]
    for share, partners in ((0.0, {1}), (1.0, {1, 2, 3})):
        pairs = [
            propose(4, NONE, 1, candidates=star, prior_mean=means, seed=seed, random_share=share)[0].tolist()
            for seed in range(25)
        ]
        assert {sum(pair) for pair in pairs} == partners
    quality = np.linspace(3, -3, 30)
    for seed in range(3):
        np.testing.assert_array_equal(
            propose(30, NONE, 8, ("top", 5), prior_mean=quality, seed=seed, random_share=1.0),
            propose(30, NONE, 8, ("top", 5), prior_mean=quality, seed=seed, random_share=0.0),
        )


@pytest.mark.parametrize(
    ("worths", "played"), [([9, 8, 7, 6, 3.7], 4), ([9, 8, 7, 6, 3.8], 5), ([8, 3, 2, 1], 4)]
)
def test_a_top_batch_ends_at_half_of_its_best_but_not_below_four(worths: list[float], played: int) -> None:
    n = 2 * len(worths)
    one = league(np.zeros(n), np.repeat(worths, 2) * 1.0)
    object.__setattr__(one, "variance", np.ones(n))
    pairs = np.arange(n).reshape(-1, 2)
    assert _best(one, pairs[::-1], 9, ("top", 2)).tolist() == pairs[:played].tolist()
    assert len(_best(one, pairs[::-1], 9, "ranking")) == len(worths)
    one.unplayed[-1] = True
    assert _best(one, pairs, 9, ("top", 2))[0].tolist() == [n - 2, n - 1], "the unplayed one first"


@pytest.mark.parametrize("eager", [None, [0, 2, 7]])
@pytest.mark.parametrize("reach", [1, 3, 7, 20])
def test_pairs_within_reach_are_all_of_those_that_have_not_met(eager: list[int] | None, reach: int) -> None:
    order = np.array([3, 1, 4, 0, 7, 2, 6, 5])
    met = np.array([[3, 1], [0, 4], [5, 6], [0, 2], [3, 5]])
    wants = set(range(8)) if eager is None else set(eager)
    expected = {
        frozenset((int(order[i]), int(order[j])))
        for i in range(8)
        for j in range(i + 1, min(i + reach, 7) + 1)
        if {int(order[i]), int(order[j])} & wants
    } - sets(met)
    pairs = _within(league(np.zeros(8), eager=eager), order, reach, met)
    assert sets(pairs) == expected
    assert len(pairs) == len(expected)
    half = _within(league(np.zeros(8), eager=eager), order[:4], reach, met)
    assert np.isin(half, order[:4]).all()


def test_of_many_entries_twelve_neighbours_are_looked_at_and_more_where_those_have_met(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    theta = np.linspace(3, -3, 40)
    one, members, none = league(theta), np.arange(40), np.zeros((0, 2), dtype=np.int64)
    assert len(_fresh(one, members, none, "ranking")) == 40 * 39 // 2
    monkeypatch.setattr(pairing, "LONGEST_LIST", 39)
    apart = np.ptp(_fresh(one, members, none, "ranking"), axis=1)
    assert (apart.max(), len(apart)) == (12, sum(40 - d for d in range(1, 13)))
    near = np.array([(i, i + d) for d in range(1, 13) for i in range(40 - d)])
    wider = np.ptp(_fresh(one, members, near, "ranking"), axis=1)
    assert (wider.min(), wider.max()) == (13, 24)
    for fresh, farthest in ((160, 12), (159, 24)):  # four an entry are enough
        some = np.ptp(_fresh(one, members, near[: len(near) - fresh], "ranking"), axis=1)
        assert some.max() == farthest
    monkeypatch.setattr(pairing, "LONGEST_LIST", 40)
    assert len(_fresh(one, members, none, "ranking")) == 40 * 39 // 2


def test_a_new_pair_begins_with_who_was_shown_first_less_often_by_two_as_by_one() -> None:
    games = Outcomes([0, 0, 1, 4], [2, 3, 2, 5], [1, 1, 1, 1])
    for pair, shown in (([0, 1], [1, 0]), ([1, 5], [5, 1]), ([0, 4], [4, 0]), ([2, 3], [2, 3])):
        for seed in range(6):
            assert propose(6, games, 1, candidates=[pair], seed=seed).tolist() == [shown]
