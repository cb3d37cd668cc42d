"""Chooses the pairs that teach most per call, matched so that a paper plays once per batch.

A place in the ranking is wrong where an entry is put on the wrong side of a boundary: of the k-th place for the top k,
of every other entry for the whole ranking. With boundaries of density rho at theta_i, entry i of posterior variance v_i
is misplaced about rho_i sqrt(v_i) times, so a match that lowers the variance by d saves about rho_i d / sqrt(v_i). The
outcome of a match between i and j is expected to lower v_i by v_i² w(z) / (s² + v_i + v_j), with
z = (theta_i - theta_j) / sqrt(s² + v_i + v_j) and w = phi² / (Phi (1 - Phi)): the expected update of a probit model of
scale s (Herbrich, Minka and Graepel 2006) that stands for the logistic. Hence a pair is worth the sum over both ends of
rho v² times that fraction; the power 2 rather than 3/2 was chosen by simulation, and looks a little further ahead.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from bot.ranking.arrays import Floats, Ints, one_thread
from bot.ranking.bradley_terry import centre, checked_prior, distinct_pairs, merged_games
from bot.ranking.matching import matching
from bot.ranking.outcomes import Outcomes
from bot.ranking.uncertainty import quick
from bot.ranking.win_chances import normal_above

NEIGHBOURS = 12
"""Number of entries above in the ranking with which each entry is first considered as a pair."""
LONGEST_LIST = 300
"""Number of entries up to which all pairs are considered; for a top goal, of entries near the boundary."""
ENOUGH = 4
"""Number of new pairs per entry below which more distant entries are considered too."""
WORTHY = 0.5
"""For a top goal, a batch ends at pairs worth less than this share of its best ones."""
LEAST = 4
"""Number of pairs of a batch that are played whatever they are worth."""
PROBIT = 2.72
"""s² in logits²: variance of the normal distribution that approximates the logistic."""
DECAY = 0.363
"""Decay rate: w(z) is within a tenth of (2 / pi) exp(-DECAY z²) for |z| < 2.2, where it matters."""
GRID = 96
RANDOM_SHARES, ENOUGH_FOR_SCALE = (0.2, 0.1, 0.05), (3.0, 6.0)
"""Shares of a batch drawn at random, and the outcomes per entry from which the next, smaller share applies."""
DRAWS = 3
"""Number of permutations from which random pairs are taken, since some pairs have met."""
NEAR = 1e-3
"""Gradient (logits⁻¹) at which strengths are accurate enough for choosing pairs."""
Goal = Literal["ranking"] | tuple[Literal["top"], int]


@dataclass(frozen=True, eq=False)
class _League:
    """Inputs for choosing pairs: strengths, the value of a lower variance of each entry, and who has met whom.

    Only `players` are paired, each pair with an `eager` one; pairs in `barred` never come.
    """

    n: int
    theta: Floats
    variance: Floats
    value: Floats
    unplayed: NDArray[np.bool_]
    met: Ints
    players: Ints
    eager: NDArray[np.bool_]
    barred: Ints
    noise: np.random.Generator

    def have_met(self, pairs: Ints) -> NDArray[np.bool_]:
        """Return whether each pair has met; `met` must be sorted."""
        keys, past = _keys(self.n, pairs), _keys(self.n, self.met)
        if len(past) == 0:
            return np.zeros(len(keys), dtype=np.bool_)
        return np.asarray(past[np.searchsorted(past, keys) % len(past)] == keys)

    def worth(self, pairs: Ints) -> Floats:
        """Return the expected information of a match of each pair; ties are broken at random."""
        one, two = pairs[:, 0], pairs[:, 1]
        spread = PROBIT + self.variance[one] + self.variance[two]
        apart = self.theta[one] - self.theta[two]
        gain = (self.value[one] + self.value[two]) * np.exp(-DECAY * apart**2 / spread) / spread
        return np.asarray(gain * (1 + 1e-6 * self.noise.random(len(pairs))))


@one_thread
def propose(
    n: int,
    outcomes: Outcomes,
    count: int,
    goal: Goal = "ranking",
    candidates: ArrayLike | None = None,
    prior_mean: ArrayLike | None = None,
    prior_sd: ArrayLike = 1.35,
    seed: int = 0,
    *,
    players: ArrayLike | None = None,
    eager: ArrayLike | None = None,
    barred: ArrayLike | None = None,
    random_share: float | None = None,
) -> Ints:
    """Return the pairs to play next, at most `count`, best first, in the order to be shown; shape (m, 2).

    An entry plays at most once; when `count` is more than then fits, a second layer begins, and so on. For ("top", k)
    the batch ends early, where pairs are worth less than half of the best: what is clear needn't be played. A pair that
    was played comes again only when no fresh pair is left, then in the order it was shown in less often, pairs seen in
    one order only before others. `candidates` (m, 2) restricts to given pairs, in either order; `players` to pairs of
    these entries, `eager` to pairs with at least one of these (both by index, None for all), which takes memory in
    proportion to entries and outcomes, not to pairs. Pairs in `barred` (m, 2) never come, not even as a rematch.
    Of a batch for the whole ranking the last `random_share` (0 to 1) are drawn at random among those who are free: close
    pairs alone tell little of how far strengths lie apart. None means a fifth at first, a tenth from 3 outcomes an entry
    on, a twentieth from 6.
    Smaller batches learn more per call, as the next is chosen knowing the last. Deterministic for a seed.

    Raises `ValueError` for a negative count, a k outside 1 … n - 1, candidates, players, eager or barred ones out of
    range, and what `fit` refuses.
    """
    if count < 0:
        raise ValueError("count can't be negative")
    _check_goal(goal, n)
    share = _random_share(n, outcomes) if random_share is None else random_share
    if not 0 <= share <= 1:
        raise ValueError("random_share lies between 0 and 1")
    mean, sd = checked_prior(n, outcomes, prior_mean, prior_sd)
    able, plays, wants = _who_plays(n, players, eager)
    allowed_pairs = None if candidates is None else _given(n, candidates)
    if allowed_pairs is not None:
        allowed_pairs = allowed_pairs[plays[allowed_pairs].all(axis=1) & wants[allowed_pairs].any(axis=1)]
    nothing_allowed = allowed_pairs is not None and len(allowed_pairs) == 0
    if count == 0 or len(able) < 2 or not wants.any() or nothing_allowed:  # noqa: PLR2004 - a match has two sides
        return np.zeros((0, 2), dtype=np.int64)
    never = np.zeros((0, 2), dtype=np.int64) if barred is None else _given(n, barred)
    verdicts = outcomes.by_kind()[0]
    games = merged_games(n, verdicts.counting())
    theta, hessian = centre(games, mean, sd, mean, NEAR)
    variance = quick(hessian)
    unplayed = np.ones(n, dtype=np.bool_)
    unplayed[games.low] = unplayed[games.high] = False
    met = np.stack(
        distinct_pairs(n, verdicts)[:2] if len(verdicts) > len(games.low) else (games.low, games.high), axis=1
    )
    value, noise = _value(theta, variance, goal), np.random.default_rng(seed)
    league = _League(n, theta, variance, value, unplayed, met, able, wants, never, noise)
    return _ordered(league, _batch(league, verdicts, allowed_pairs, count, goal, share), verdicts)


def _who_plays(
    n: int, players: ArrayLike | None, eager: ArrayLike | None
) -> tuple[Ints, NDArray[np.bool_], NDArray[np.bool_]]:
    """Return indices of the players, and for each entry whether it plays and whether it is an eager player."""
    able, eager_entries = _members(n, players, "player"), _members(n, eager, "eager entry")
    plays, wants = np.zeros(n, dtype=np.bool_), np.zeros(n, dtype=np.bool_)
    plays[able] = wants[np.intersect1d(able, eager_entries)] = True
    return able, plays, wants


def _batch(
    league: _League, outcomes: Outcomes, allowed_pairs: Ints | None, count: int, goal: Goal, share: float
) -> Ints:
    """Return at most `count` pairs, layer after layer; for a whole ranking `share` of the first layer is random."""
    batch = np.zeros((0, 2), dtype=np.int64)
    entries = len(league.players) if allowed_pairs is None else len(np.unique(allowed_pairs))
    random_count = round(share * min(count, entries // 2)) if goal == "ranking" else 0
    if random_count:
        batch = _layer(league, outcomes, batch, allowed_pairs, min(count, entries // 2), goal)
        batch = _partly_drawn(league, batch, allowed_pairs, random_count)
    while len(batch) < count and not (len(batch) and count <= entries // 2):
        layer = _layer(league, outcomes, batch, allowed_pairs, count - len(batch), goal)
        batch = np.concatenate([batch, layer])
        if len(layer) == 0:
            break
    return batch


def _check_goal(goal: object, n: int) -> None:
    """Raise `ValueError` for a value that isn't a goal of n entries."""
    match goal:
        case "ranking":
            return
        case ("top", int() | np.integer() as k) if 1 <= k < max(n, 2):
            return
        case ("top", _):
            raise ValueError(f"the top goal lies between 1 and {n - 1}")
        case _:
            raise ValueError('a goal is "ranking" or ("top", k)')


def _random_share(n: int, outcomes: Outcomes) -> float:
    """Return the share of random pairs in a batch: a fifth at first, less with more outcomes."""
    return RANDOM_SHARES[int(np.searchsorted(ENOUGH_FOR_SCALE, len(outcomes) / max(n, 1), side="right"))]


def _partly_drawn(league: _League, layer: Ints, allowed_pairs: Ints | None, random_count: int) -> Ints:
    """Return the layer with its last pairs replaced by `random_count` random ones, as far as there are any."""
    best, last = layer[: max(len(layer) - random_count, 0)], layer[max(len(layer) - random_count, 0) :]
    random = _drawn(league, best, allowed_pairs, random_count)
    last = last[~np.isin(last, random).any(axis=1)]
    return np.concatenate([best, random, last[: random_count - len(random)]])


def _drawn(league: _League, batch: Ints, allowed_pairs: Ints | None, count: int) -> Ints:
    """Return at most `count` random pairs that may play, haven't met, and aren't in the batch."""
    free = np.zeros(league.n, dtype=np.bool_)
    free[league.players] = True
    free[batch] = False
    if allowed_pairs is None:
        able = np.flatnonzero(free)
        half = len(able) // 2
        draws = [league.noise.permutation(able)[: 2 * half].reshape(half, 2) for _ in range(DRAWS)]
        pairs = np.concatenate(draws)
    else:
        pairs = league.noise.permutation(allowed_pairs[free[allowed_pairs].all(axis=1)])
    pairs = pairs[league.eager[pairs].any(axis=1)]
    pairs = pairs[~(league.have_met(pairs) | np.isin(_keys(league.n, pairs), _keys(league.n, league.barred)))]
    return np.asarray(pairs[matching(league.n, pairs, count)])


def _value(theta: Floats, variance: Floats, goal: Goal) -> Floats:
    """Return the density rho of boundaries where each entry may stand, times its squared variance v²."""
    if goal != "ranking":
        stderr = np.sqrt(variance)
        low, high = float((theta - 6 * stderr).min()), float((theta + 6 * stderr).max())
        for _ in range(30):
            boundary = (low + high) / 2
            above = float(normal_above((theta - boundary) / stderr).sum())
            low, high = (boundary, high) if above > goal[1] else (low, boundary)
        return np.asarray(np.exp(-((theta - low) ** 2) / (2 * variance)) * variance**1.5)
    centre, spacing = np.linspace(float(theta.min()), float(theta.max()) + 1e-9, GRID, retstep=True)
    place = (theta - centre[0]) / spacing
    below = np.minimum(place.astype(np.int64), GRID - 2)
    share = place - below
    counts = np.bincount(below, 1 - share, GRID) + np.bincount(below + 1, share, GRID)
    wide = 2 * float(variance.mean())
    density = np.exp(-((centre[:, None] - centre) ** 2) / (2 * wide)) @ counts
    return np.asarray(np.interp(theta, centre, density) * variance**2)


def _layer(
    league: _League, outcomes: Outcomes, batch: Ints, allowed_pairs: Ints | None, count: int, goal: Goal
) -> Ints:
    """Return the best pairs in which no entry plays twice, at most `count`; `batch` holds the earlier layers."""
    n = league.n
    past = np.concatenate([batch, league.barred])
    if allowed_pairs is not None:
        open_pairs = allowed_pairs[~np.isin(_keys(n, allowed_pairs), _keys(n, past))]
        fresh = open_pairs[~league.have_met(open_pairs)]
        return (
            _best(league, fresh, count, goal)
            if len(fresh)
            else _again(league, outcomes, open_pairs, count, goal)
        )
    met = np.concatenate([league.met, past]) if len(past) else league.met
    if _all_met(league, met):
        open_pairs = _may_play(league, league.met)
        open_pairs = open_pairs[~np.isin(_keys(n, open_pairs), _keys(n, past))]
        return _again(league, outcomes, open_pairs, count, goal)
    free = np.zeros(n, dtype=np.bool_)
    free[league.players] = True
    layer = _best(league, _fresh(league, league.players, met, goal), count, goal)
    while goal == "ranking" and len(layer) < count:  # those whose neighbours were all taken
        free[layer] = False
        more = _best(league, _fresh(league, np.flatnonzero(free), met, goal), count - len(layer), goal)
        if len(more) == 0:
            break
        layer = np.concatenate([layer, more])
    return layer


def _may_play(league: _League, pairs: Ints) -> Ints:
    """Return those of the pairs whose entries both play, at least one of them eager."""
    plays = np.zeros(league.n, dtype=np.bool_)
    plays[league.players] = True
    return np.asarray(pairs[plays[pairs].all(axis=1) & league.eager[pairs].any(axis=1)])


def _all_met(league: _League, met: Ints) -> bool:
    """Return whether all pairs that may play are in `met`, which may contain duplicates."""
    players, eager = len(league.players), int(league.eager.sum())
    pairs = eager * (eager - 1) // 2 + eager * (players - eager)
    return len(met) >= pairs and len(np.unique(_keys(league.n, _may_play(league, met)))) == pairs


def _best(league: _League, pairs: Ints, count: int, goal: Goal, later: Ints | None = None) -> Ints:
    """Return a matching of the most valuable pairs, unplayed entries first; higher numbers in `later` come last."""
    worth = league.worth(pairs)
    urgent = league.unplayed[pairs[:, 0]] * 1 + league.unplayed[pairs[:, 1]]
    if later is not None or urgent.any():
        order = np.lexsort((-worth, np.zeros(len(pairs)) if later is None else later, -urgent))
    else:
        order = np.argsort(-worth)
    order = order[matching(league.n, pairs[order], count)]
    if goal != "ranking" and len(order) > LEAST:
        best = np.sort(worth[order])[::-1][: max(LEAST, len(order) // 8)]
        keep = (worth[order] >= WORTHY * best.mean()) | (urgent[order] > 0)
        keep[:LEAST] = True
        order = order[keep]
    return pairs[order]


def _again(league: _League, outcomes: Outcomes, pairs: Ints, count: int, goal: Goal) -> Ints:
    """Return the best rematches, pairs seen in one order only before those seen in both."""
    there = outcomes.first * league.n + outcomes.second
    back = outcomes.second * league.n + outcomes.first
    both_ways = np.isin(_keys(league.n, pairs), there[np.isin(there, back)])
    return _best(league, pairs, count, goal, later=both_ways.astype(np.int64))


def _keys(n: int, pairs: Ints) -> Ints:
    """Return one number per unordered pair."""
    one, two = pairs[:, 0], pairs[:, 1]
    return np.asarray(np.minimum(one, two) * n + np.maximum(one, two))


def _members(n: int, entries: ArrayLike | None, name: str) -> Ints:
    """Return the entries as distinct indices, all for None. Raises `ValueError` for one out of range."""
    if entries is None:
        return np.arange(n)
    indices = np.unique(np.asarray(entries, dtype=np.int64))
    if len(indices) and (indices[0] < 0 or indices[-1] >= n):
        raise ValueError(f"a {name} lies outside 0 to {n - 1}")
    return indices


def _given(n: int, candidates: ArrayLike) -> Ints:
    """Return the candidates as distinct pairs of indices. Raises `ValueError` for an invalid one."""
    pairs = np.asarray(candidates, dtype=np.int64)
    if pairs.size == 0:
        return np.zeros((0, 2), dtype=np.int64)
    if pairs.shape[1:] != (2,):
        raise ValueError("pairs must have the shape (m, 2)")
    if pairs.min() < 0 or pairs.max() >= n:
        raise ValueError(f"a candidate names an entry outside 0 to {n - 1}")
    if np.any(pairs[:, 0] == pairs[:, 1]):
        raise ValueError("an entry can't play itself")
    keys = np.unique(_keys(n, pairs))
    return np.stack([keys // n, keys % n], axis=1)


def _fresh(league: _League, members: Ints, met: Ints, goal: Goal) -> Ints:
    """Return pairs of members close to one another that haven't met; more distant ones if few are left.

    All arrays are in proportion to the members and to what the eager among them have played.
    """
    count, eager = len(members), int(league.eager[members].sum())
    random_order = members[league.noise.permutation(count)]
    order = random_order[np.argsort(-league.theta[random_order], kind="stable")]
    reach = count - 1 if count <= LONGEST_LIST else NEIGHBOURS
    while True:
        pairs = _within(league, order, reach, met)
        if goal != "ranking" and count > LONGEST_LIST:
            near = members[np.argsort(-league.value[members])[:LONGEST_LIST]]
            keys = np.unique(
                np.concatenate(
                    [_keys(league.n, pairs), _keys(league.n, _within(league, near, LONGEST_LIST, met))]
                )
            )
            pairs = np.stack([keys // league.n, keys % league.n], axis=1)
        if len(pairs) >= ENOUGH * eager or reach >= count - 1:
            return pairs
        reach = min(2 * reach, count - 1)


def _within(league: _League, order: Ints, reach: int, met: Ints) -> Ints:
    """Return pairs that haven't met of entries at most `reach` apart in the order, one of them eager."""
    count, n = len(order), league.n
    reach = max(0, min(reach, count - 1))
    rows = np.flatnonzero(league.eager[order])
    if len(rows) < count:
        away = np.r_[-reach:0, 1 : reach + 1]
        one, two = np.repeat(rows, len(away)), (rows[:, None] + away).ravel()
        inside = (two >= 0) & (two < count)
        keys = np.unique(_keys(n, np.stack([order[one[inside]], order[two[inside]]], axis=1)))
        keys = keys[~np.isin(keys, _keys(n, met))]
        return np.stack([keys // n, keys % n], axis=1)
    place = np.full(n, -1, dtype=np.int64)
    place[order] = np.arange(count)
    one, two = place[met[:, 0]], place[met[:, 1]]
    first, apart = np.minimum(one, two), np.abs(one - two)
    near = (first >= 0) & (apart <= reach)
    fresh = np.arange(count) + np.arange(1, reach + 1)[:, None] < count  # by distance and place of the upper
    fresh[apart[near] - 1, first[near]] = False
    apart, first = np.nonzero(fresh)
    return np.stack([order[first], order[first + apart + 1]], axis=1)


def _ordered(league: _League, pairs: Ints, outcomes: Outcomes) -> Ints:
    """Return each pair in the order shown less often; a new pair begins with the entry shown first less often."""
    n = league.n
    lead = np.bincount(outcomes.first, minlength=n) - np.bincount(outcomes.second, minlength=n)
    ahead = lead[pairs[:, 0]] - lead[pairs[:, 1]]
    balance_of_pair = np.zeros(len(pairs), dtype=np.float64)
    keys = _keys(n, pairs)
    if league.have_met(pairs).any():
        past = _keys(n, np.stack([outcomes.first, outcomes.second], axis=1))
        again = np.isin(past, keys)
        distinct = np.sort(keys)
        low_first = np.where(outcomes.first[again] < outcomes.second[again], 1, -1)
        balance = np.bincount(np.searchsorted(distinct, past[again]), low_first, len(keys))
        times = balance[np.searchsorted(distinct, keys)]
        balance_of_pair = np.where(pairs[:, 0] < pairs[:, 1], times, -times)
    tie = league.noise.random(len(pairs)) < 0.5  # noqa: PLR2004 - a fair coin
    flip = (balance_of_pair > 0) | ((balance_of_pair == 0) & ((ahead > 0) | ((ahead == 0) & tie)))
    return np.where(flip[:, None], pairs[:, ::-1], pairs)
