"""Choosing pairs so that nobody is in two of them."""

import numpy as np

from bot.ranking.arrays import Ints


def matching(n: int, pairs: Ints, count: int) -> Ints:
    """Places of the pairs a greedy matching takes, at most `count`, in order; `pairs` (m, 2) are given best first.

    Taking every pair that is the best left for both its ends, again and again, gives the same matching as taking one
    pair after the other. Pairs come in stretches of n, so that most are dropped, their ends being busy, unexamined.
    """
    busy = np.zeros(n, dtype=np.bool_)
    best = np.empty(n, dtype=np.int64)
    taken = [np.zeros(0, dtype=np.int64)]
    found = 0
    for start in range(0, len(pairs), max(n, 1)):
        left = np.arange(start, min(start + n, len(pairs)))
        left = left[~(busy[pairs[left, 0]] | busy[pairs[left, 1]])]
        while len(left):
            one, two = pairs[left, 0], pairs[left, 1]
            backwards = np.repeat(left[::-1], 2)
            best[pairs[left[::-1]].ravel()] = backwards  # the last to be written is the best
            mutual = (best[one] == left) & (best[two] == left)
            busy[one[mutual]] = busy[two[mutual]] = True
            taken.append(left[mutual])
            found += len(taken[-1])
            left = left[~(busy[one] | busy[two])]
        if found >= count:
            break
    return np.sort(np.concatenate(taken))[:count]
