"""Which pairs teach most per call: expected information about the ranking, matched so that a paper plays once a batch."""

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr

from bot.ranking.model import Floats, Ints, Outcomes, checked, logistic, maximum, merged
from bot.ranking.spread import quick

NEIGHBOURS = 24
"""How many entries above in the order each entry is considered with."""
FIRST_GAME = 1e3
"""Added to a pair's worth per entry that has never played, so that new entries play in the first batch."""
Goal = Literal["ranking"] | tuple[Literal["top"], int]


def propose(
    n: int,
    outcomes: Outcomes,
    count: int,
    goal: Goal = "ranking",
    candidates: ArrayLike | None = None,
    prior_mean: ArrayLike | None = None,
    prior_sd: float = 1.35,
    seed: int = 0,
) -> Ints:
    """The pairs to play next, at most `count`, best first, in the order to be shown; shape (m, 2).

    A pair is worth the expected gain of information of its outcome, p(1-p)·var(theta_i - theta_j), for ("top", k)
    times the chance that its entries stand near the boundary. An entry plays at most once until all have, then a
    second layer begins. A pair that was played comes again only when no fresh pair is left, then in the other order.
    `candidates` (m, 2) restricts to given pairs, in either order. Deterministic for a seed.

    Raises `ValueError` for a negative count, a k outside 1 … n - 1, or candidates out of range.
    """
    if count < 0:
        raise ValueError("count can't be negative")
    if goal != "ranking" and not 1 <= goal[1] < max(n, 2):
        raise ValueError(f"the top goal lies between 1 and {n - 1}")
    mean = checked(n, outcomes, prior_mean, prior_sd)
    none = np.zeros((0, 2), dtype=np.int64)
    if count == 0 or n < 2:  # noqa: PLR2004 - a match has two sides
        return none
    random = np.random.default_rng(seed)
    known = merged(n, outcomes)
    theta = maximum(known, mean, prior_sd, mean)
    variance = quick(known, theta, prior_sd)
    played = known.low * n + known.high
    pairs = _nearby(theta, random) if candidates is None else _given(n, candidates)
    if len(pairs) == 0:
        return none
    games = np.bincount(outcomes.first, minlength=n) + np.bincount(outcomes.second, minlength=n)
    worth = _worth(theta, variance, pairs, goal) * (1 + 1e-6 * random.random(len(pairs)))
    worth += FIRST_GAME * ((games[pairs] == 0).sum(axis=1))
    fresh = ~np.isin(_keys(n, pairs), played)
    if candidates is None and not np.any(fresh) and len(played) < n * (n - 1) // 2:
        pairs = _unplayed(n, played, random)
        worth, fresh = _worth(theta, variance, pairs, goal), np.ones(len(pairs), dtype=bool)
    pool = fresh if np.any(fresh) else np.ones(len(pairs), dtype=bool)
    order = np.flatnonzero(pool)[np.argsort(-worth[pool], kind="stable")]
    chosen = _layers(n, pairs[order], count)
    return _ordered(n, chosen, outcomes, random)


def _keys(n: int, pairs: Ints) -> Ints:
    return pairs.min(axis=1) * n + pairs.max(axis=1) if len(pairs) else np.zeros(0, dtype=np.int64)


def _nearby(theta: Floats, random: np.random.Generator) -> Ints:
    """Each entry with its next neighbours in the order of a draw from the posterior's means, and a few far ones."""
    n = len(theta)
    order = np.argsort(-theta, kind="stable")
    parts = [np.stack([order[:-step], order[step:]], axis=1) for step in range(1, min(NEIGHBOURS, n - 1) + 1)]
    far = np.stack([np.arange(n), random.integers(0, n, n)], axis=1)
    parts.append(far[far[:, 0] != far[:, 1]])
    return np.concatenate(parts)


def _given(n: int, candidates: ArrayLike) -> Ints:
    found = np.asarray(candidates, dtype=np.int64).reshape(-1, 2)
    if len(found) == 0:
        return found
    if found.min() < 0 or found.max() >= n:
        raise ValueError(f"a candidate names an entry outside 0 to {n - 1}")
    if np.any(found[:, 0] == found[:, 1]):
        raise ValueError("an entry can't play itself")
    _, first = np.unique(_keys(n, found), return_index=True)
    return found[np.sort(first)]


def _unplayed(n: int, played: Ints, random: np.random.Generator) -> Ints:
    """Some pairs that were never played, when none of the near ones is left."""
    if n <= 600:  # noqa: PLR2004 - all pairs are few enough to list
        low, high = np.triu_indices(n, 1)
        every = np.stack([low, high], axis=1).astype(np.int64)
        return np.asarray(every[~np.isin(_keys(n, every), played)], dtype=np.int64)
    drawn = random.integers(0, n, (40 * n, 2))
    drawn = drawn[drawn[:, 0] != drawn[:, 1]]
    return np.asarray(drawn[~np.isin(_keys(n, drawn), played)], dtype=np.int64)


def _worth(theta: Floats, variance: Floats, pairs: Ints, goal: Goal) -> Floats:
    one, two = pairs[:, 0], pairs[:, 1]
    chance = logistic(theta[one] - theta[two])
    gain = np.log1p(chance * (1 - chance) * (variance[one] + variance[two]))
    if goal == "ranking":
        return np.asarray(gain)
    k = goal[1]
    ordered = np.sort(theta)[::-1]
    boundary = (ordered[k - 1] + ordered[k]) / 2
    inside = ndtr((theta - boundary) / np.sqrt(variance))
    doubt = 4 * inside * (1 - inside)
    return np.asarray(gain * (0.02 + doubt[one] + doubt[two]))


def _layers(n: int, pairs: Ints, count: int) -> Ints:
    """A matching of the best pairs first; when nobody is free any more, a further layer over what is left."""
    chosen = [np.zeros((0, 2), dtype=np.int64)]
    left = count
    while len(pairs) and left > 0:
        taken = _matching(n, pairs)
        layer = np.flatnonzero(taken)[:left]
        chosen.append(pairs[layer])
        left -= len(layer)
        pairs = pairs[~taken]
        if count <= n // 2:
            break
    return np.concatenate(chosen)


def _matching(n: int, pairs: Ints) -> NDArray[np.bool_]:
    """Which pairs the greedy matching takes, given best first: those that are the best left for both their ends."""
    taken = np.zeros(len(pairs), dtype=np.bool_)
    best = np.empty(n, dtype=np.int64)
    left = np.arange(len(pairs))
    while len(left):
        one, two = pairs[left, 0], pairs[left, 1]
        best[pairs[left[::-1]].ravel()] = np.repeat(left[::-1], 2)  # the last to be written is the best
        mutual = (best[one] == left) & (best[two] == left)
        taken[left[mutual]] = True
        busy = np.zeros(n, dtype=np.bool_)
        busy[one[mutual]] = busy[two[mutual]] = True
        left = left[~(busy[one] | busy[two])]
    return taken


def _ordered(n: int, pairs: Ints, outcomes: Outcomes, random: np.random.Generator) -> Ints:
    """Show first the entry that was shown first less often; a rematch swaps the last order."""
    lead = np.bincount(outcomes.first, minlength=n) - np.bincount(outcomes.second, minlength=n)
    tie = random.random(len(pairs)) < 0.5  # noqa: PLR2004 - a fair coin
    ahead = lead[pairs[:, 0]] - lead[pairs[:, 1]]
    flip = (ahead > 0) | ((ahead == 0) & tie)
    if len(outcomes):
        keys = _keys(n, pairs)
        past = _keys(n, np.stack([outcomes.first, outcomes.second], axis=1))
        newest = {int(key): int(first) for key, first in zip(past, outcomes.first, strict=True)}
        last = np.array([newest.get(int(key), -1) for key in keys])
        flip = np.where(last >= 0, pairs[:, 0] == last, flip)
    return np.where(flip[:, None], pairs[:, ::-1], pairs)
