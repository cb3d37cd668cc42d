"""Guard against network calls inside a write transaction, which would make every other writer wait."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import structlog

log = structlog.get_logger(__name__)

_is_writing: ContextVar[bool] = ContextVar("is_writing", default=False)
"""Whether the current task has a write transaction open."""


@contextmanager
def writing() -> Iterator[None]:
    """Mark the current task as having a write transaction open."""
    _is_writing.set(True)
    try:
        yield
    finally:
        _is_writing.set(False)


def check_no_transaction(what: str) -> None:
    """Log a network call as an error if the current task has a write transaction open; tests fail on it.

    `what` names the call. Every network client calls this before it sends.
    """
    if _is_writing.get():
        report(what)


def report(what: str) -> None:
    """Log a network call made inside a write transaction, without stopping it; tests make this fail."""
    log.error("network_in_transaction", asked=what, stack_info=True)
