"""Runs linear algebra on one thread, because more threads slow down small matrices."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import scipy.linalg.lapack  # noqa: F401 - loads the libraries that the controller looks for
from threadpoolctl import ThreadpoolController

P = ParamSpec("P")
T = TypeVar("T")

_LIBRARIES = ThreadpoolController()


def one_thread(work: Callable[P, T]) -> Callable[P, T]:
    """Decorate a function so that BLAS uses one thread while it runs."""

    @wraps(work)
    def bounded(*args: P.args, **kwargs: P.kwargs) -> T:
        with _LIBRARIES.limit(limits=1, user_api="blas"):
            return work(*args, **kwargs)

    return bounded
