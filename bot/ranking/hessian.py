"""The negative Hessian of a league's log posterior, held by the pairs that met, and linear systems with it."""

from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve
from scipy.sparse import csr_array

from bot.ranking.arrays import Floats, Ints

DIRECT = 250
"""Number of entries up to which systems are solved by Cholesky, beyond by conjugate gradients."""
MOST_ITERATIONS = 500


def summed(places: Ints, values: Floats, n: int) -> Floats:
    """Return the sums of the values at each of n indices."""
    return np.asarray(np.bincount(places, values, n), dtype=np.float64)


class Pattern:
    """Pairs of n entries joined by matches: distinct, low < high, sorted by low; shared by many Hessians."""

    def __init__(self, n: int, low: Ints, high: Ints) -> None:
        self.n = n
        self.low = low
        self.high = high
        self.messages: tuple[Floats, Floats] | None = (
            None  # of the last propagation, from which the next begins
        )

    @cached_property
    def rows(self) -> tuple[Ints, NDArray[np.int32], NDArray[np.int32]]:
        """The whole matrix by rows: index of each value in (pairs, diagonal), its column, and where rows start."""
        n, pairs = self.n, len(self.low)
        after, before = np.bincount(self.low, minlength=n), np.bincount(self.high, minlength=n)  # in each row
        upper_starts, lower_starts = (np.concatenate([[0], np.cumsum(count)]) for count in (after, before))
        upper = csr_array((np.arange(pairs), self.high.astype(np.int32), upper_starts), shape=(n, n))
        lower = upper.tocsc()  # sorted by the higher entry
        starts = lower_starts + upper_starts + np.arange(n + 1)
        places, columns = np.empty(starts[-1], dtype=np.int64), np.empty(starts[-1], dtype=np.int32)
        diagonal = starts[:-1] + before
        at_lower = np.arange(pairs) + np.repeat(starts[:-1] - lower_starts[:-1], before)
        at_upper = np.arange(pairs) + np.repeat(diagonal + 1 - upper_starts[:-1], after)
        places[at_lower], columns[at_lower] = lower.data, lower.indices
        places[at_upper], columns[at_upper] = upper.data, upper.indices
        places[diagonal], columns[diagonal] = pairs + np.arange(n), np.arange(n)
        return places, columns, starts.astype(np.int32)


class Hessian:
    """The negative Hessian of a log posterior, n × n, symmetric, positive definite, held by its pairs and its diagonal.

    Attributes:
        low, high: the distinct pairs, low < high, sorted by low.
        curvature: of each pair's likelihood along theta_low - theta_high.
        precision: of the prior.
        diagonal: n.
    """

    def __init__(self, pattern: Pattern, curvature: Floats, precision: float) -> None:
        self.n = pattern.n
        self.low = pattern.low
        self.high = pattern.high
        self.curvature = curvature
        self.precision = precision
        self.diagonal = precision + summed(self.low, curvature, self.n) + summed(self.high, curvature, self.n)
        self.pattern = pattern

    @cached_property
    def _whole(self) -> "csr_array[np.float64]":
        places, columns, starts = self.pattern.rows
        values = np.concatenate([-self.curvature, self.diagonal])[places]
        return csr_array((values, columns, starts), shape=(self.n, self.n))

    def apply(self, columns: Floats) -> Floats:
        """Return Hessian · columns; shape (n,) or (n, m)."""
        return np.asarray(self._whole @ columns)

    def dense(self) -> Floats:
        """Return the whole matrix, n × n; for small leagues only."""
        whole = np.zeros((self.n, self.n))
        whole[self.low, self.high] = whole[self.high, self.low] = -self.curvature
        whole[np.diag_indices(self.n)] = self.diagonal
        return whole

    def solve(self, right: Floats, tolerance: float = 1e-9) -> Floats:
        """Return Hessian⁻¹ · right (n,): exactly, in large leagues by conjugate gradients to a relative `tolerance`."""
        if self.n <= DIRECT:
            return np.asarray(cho_solve(cho_factor(self.dense()), right))
        solution = np.zeros(self.n)
        rest, correction = right, right / self.diagonal
        direction, size = correction, float(right @ correction)
        target = size * max(tolerance, 1e-12) ** 2
        for _ in range(MOST_ITERATIONS):
            if size <= target:
                break
            image = self.apply(direction)
            length = size / float(direction @ image)
            solution = solution + length * direction
            rest = rest - length * image
            correction = rest / self.diagonal
            size, before = float(rest @ correction), size
            direction = correction + size / before * direction
        return solution
