"""Arithmetic on arrays: their types, the logistic function, and linear algebra on one thread."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import numpy as np
import scipy.linalg.lapack  # noqa: F401 - loads the libraries that the controller looks for
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController

P = ParamSpec("P")
T = TypeVar("T")

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


def logistic(logit: Floats, out: Floats | None = None) -> Floats:
    """Return 1 / (1 + exp(-logit)), written to `out` if given; faster than scipy's on long arrays."""
    chance = np.maximum(logit, -700, out=out)  # beyond, exp overflows
    np.negative(chance, out=chance)
    np.exp(chance, out=chance)
    chance += 1
    return np.asarray(np.reciprocal(chance, out=chance))


_LIBRARIES = ThreadpoolController()


def one_thread(work: Callable[P, T]) -> Callable[P, T]:
    """Decorate a function so that BLAS uses one thread while it runs: more slow down small matrices."""

    @wraps(work)
    def bounded(*args: P.args, **kwargs: P.kwargs) -> T:
        with _LIBRARIES.limit(limits=1, user_api="blas"):
            return work(*args, **kwargs)

    return bounded
