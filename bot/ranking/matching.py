"""Chooses pairs so that no entry is in two of them."""

import numpy as np

from bot.ranking.arrays import Ints


def matching(n: int, pairs: Ints, count: int) -> Ints:
    """Return the indices of the pairs that greedy matching takes, at most `count`; `pairs` (m, 2) are best first.

    Taking every pair that is the best left for both its ends, again and again, gives the same matching as taking one
    pair after the other. Pairs come in stretches of n, so that most are dropped, their ends being busy, unexamined.
    """
    busy = np.zeros(n, dtype=np.bool_)
    best = np.empty(n, dtype=np.int64)
    matches = [np.zeros(0, dtype=np.int64)]
    total = 0
    for start in range(0, len(pairs), max(n, 1)):
        rest = np.arange(start, min(start + n, len(pairs)))
        rest = rest[~(busy[pairs[rest, 0]] | busy[pairs[rest, 1]])]
        while len(rest):
            one, two = pairs[rest, 0], pairs[rest, 1]
            backwards = np.repeat(rest[::-1], 2)
            best[pairs[rest[::-1]].ravel()] = backwards  # the last to be written is the best
            mutual = (best[one] == rest) & (best[two] == rest)
            busy[one[mutual]] = busy[two[mutual]] = True
            matches.append(rest[mutual])
            total += len(matches[-1])
            rest = rest[~(busy[one] | busy[two])]
        if total >= count:
            break
    return np.sort(np.concatenate(matches))[:count]
