"""Nothing outside is asked while a write transaction is open: every other writer would wait for the answer."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import structlog

log = structlog.get_logger(__name__)

_is_writing: ContextVar[bool] = ContextVar("is_writing", default=False)
"""Whether this task holds an open write transaction."""


@contextmanager
def writing() -> Iterator[None]:
    """Mark the task as one that holds a write transaction."""
    _is_writing.set(True)
    try:
        yield
    finally:
        _is_writing.set(False)


def check_no_transaction(what: str) -> None:
    """Report that `what` is asked over the network within a write transaction; each client calls it first."""
    if _is_writing.get():
        report(what)


def report(what: str) -> None:
    """Log it as an error and go on; tests fail instead."""
    log.error("network_in_transaction", asked=what, stack_info=True)
