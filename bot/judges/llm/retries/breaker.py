"""Holds back calls to a server that keeps failing, tests it with one call at a time, and resumes when it answers."""

from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic

FAILURES_IN_A_ROW = 4
FIRST_WAIT_S, LONGEST_WAIT_S = 15.0, 300.0
LONGEST_LIMITED_S = 900.0
"""Seconds for which a server may ask all calls to slow down before that counts as an outage."""


@dataclass(slots=True)
class Breaker:
    """Stops calls of one judge to a server that keeps failing; `now` is a clock in seconds.

    After four failures in a row calls are held back; then one call may go through after 15 s, 30 s, … up to every 5
    minutes.
    """

    now: Callable[[], float] = monotonic
    failures: int = 0
    reason: str = ""
    held_since: float | None = None
    probe_at: float = 0.0
    _wait: float = field(default=FIRST_WAIT_S)
    _limited_since: float | None = None

    @property
    def is_held(self) -> bool:
        """Whether calls to the judge are held back."""
        return self.held_since is not None

    def seconds_left(self) -> float:
        """Return the seconds that a call must wait; 0 means that it may be sent now.

        While the server is held to be down, one caller at a time gets 0: its call tests whether the server is back.
        """
        if self.held_since is None:
            return 0.0
        now = self.now()
        if now >= self.probe_at:
            # The others wait for this one; where it is lost, the next goes after the same time.
            self.probe_at = now + self._wait
            return 0.0
        return self.probe_at - now

    def failed(self, reason: str) -> None:
        """Record a call that the server didn't answer."""
        now = self.now()
        self.failures += 1
        self.reason = reason
        if self.held_since is not None:
            self._wait = min(LONGEST_WAIT_S, 2 * self._wait)
            self.probe_at = now + self._wait
        elif self.failures >= FAILURES_IN_A_ROW:
            self.held_since, self._wait = now, FIRST_WAIT_S
            self.probe_at = now + self._wait

    def limited(self, reason: str) -> bool:
        """Record a call that the server asked to wait; return True if nothing else happened for 15 minutes."""
        now = self.now()
        self.reason = reason
        if self._limited_since is None:
            self._limited_since = now
        return now - self._limited_since >= LONGEST_LIMITED_S

    def answered(self) -> None:
        """Record that the server answered, well or badly."""
        self.failures, self.held_since, self._limited_since = 0, None, None
        self._wait = FIRST_WAIT_S
