"""The curvature of the posterior: a weighted graph of who played whom, plus the prior on the diagonal."""

from functools import cached_property

import numpy as np
from scipy.linalg import cho_factor, cho_solve
from scipy.sparse import csc_array, csr_array

from bot.ranking.arrays import Floats, Ints

DIRECT = 250
"""Up to so many entries systems are solved by Cholesky, beyond by conjugate gradients."""
MOST_ITERATIONS = 500


def summed(places: Ints, values: Floats, n: int) -> Floats:
    """The sum of the values at each of n places."""
    return np.asarray(np.bincount(places, values, n), dtype=np.float64)


class Hessian:
    """The negative Hessian of a log posterior, n × n, symmetric, positive definite, held by its upper triangle.

    Attributes:
        low, high: the distinct pairs, low < high, sorted by low.
        curvature: of each pair's likelihood along theta_low - theta_high.
        precision: of the prior.
        diagonal: n.
    """

    def __init__(self, n: int, low: Ints, high: Ints, curvature: Floats, precision: float) -> None:
        self.n = n
        self.low = low
        self.high = high
        self.curvature = curvature
        self.precision = precision
        self.diagonal = precision + summed(low, curvature, n) + summed(high, curvature, n)

    @cached_property
    def _upper(self) -> csr_array[np.float64]:
        starts = np.zeros(self.n + 1, dtype=np.int32)
        np.cumsum(np.bincount(self.low, minlength=self.n), out=starts[1:])
        return csr_array((self.curvature, self.high.astype(np.int32), starts), shape=(self.n, self.n))

    @cached_property
    def _lower(self) -> csc_array[np.float64]:
        return self._upper.T

    def apply(self, columns: Floats) -> Floats:
        """Hessian · columns; shape (n,) or (n, m)."""
        own = self.diagonal if columns.ndim == 1 else self.diagonal[:, None]
        return np.asarray(own * columns - self._upper @ columns - self._lower @ columns)

    def dense(self) -> Floats:
        """As an array, n × n; for small leagues only."""
        whole = np.zeros((self.n, self.n))
        whole[self.low, self.high] = whole[self.high, self.low] = -self.curvature
        whole[np.diag_indices(self.n)] = self.diagonal
        return whole

    def solve(self, right: Floats, tolerance: float = 1e-9) -> Floats:
        """Hessian⁻¹ · right (n,), by conjugate gradients to a relative `tolerance` in large leagues, else exactly."""
        if self.n <= DIRECT:
            return np.asarray(cho_solve(cho_factor(self.dense()), right))
        solution = np.zeros(self.n)
        rest, conditioned = right, right / self.diagonal
        direction, size = conditioned, float(right @ conditioned)
        target = size * max(tolerance, 1e-12) ** 2
        for _ in range(MOST_ITERATIONS):
            if size <= target:
                break
            image = self.apply(direction)
            length = size / float(direction @ image)
            solution = solution + length * direction
            rest = rest - length * image
            conditioned = rest / self.diagonal
            size, before = float(rest @ conditioned), size
            direction = conditioned + size / before * direction
        return solution
