"""Run linear algebra on one thread: for leagues' small matrices, more threads cost time, above all on a busy machine."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import scipy.linalg.lapack  # noqa: F401 - loads the libraries that the controller looks for
from threadpoolctl import ThreadpoolController

P = ParamSpec("P")
T = TypeVar("T")

_LIBRARIES = ThreadpoolController()


def one_thread(work: Callable[P, T]) -> Callable[P, T]:
    """Let BLAS use one thread while the function runs."""

    @wraps(work)
    def bounded(*args: P.args, **kwargs: P.kwargs) -> T:
        with _LIBRARIES.limit(limits=1, user_api="blas"):
            return work(*args, **kwargs)

    return bounded
