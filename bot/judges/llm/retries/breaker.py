"""Hold a judge whose server keeps failing, probe it with one call at a time, and release it when it answers."""

from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic

FAILURES_IN_A_ROW = 4
FIRST_WAIT_S, LONGEST_WAIT_S = 15.0, 300.0
LONGEST_LIMITED_S = 900.0
"""How long a server may ask every call to slow down before that counts as an outage."""


@dataclass(slots=True)
class Breaker:
    """The breaker of one judge at one server; `now` is a clock in seconds.

    It holds after four failures in a row; then one call may go through each 15 s, 30 s, … 5 minutes.
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
        """Whether the judge is held."""
        return self.held_since is not None

    def seconds_left(self) -> float:
        """Seconds that a call must wait; 0 lets it through, as the probe if the judge is held."""
        if self.held_since is None:
            return 0.0
        now = self.now()
        if now >= self.probe_at:
            # The others wait for this one; where it is lost, the next goes after the same time.
            self.probe_at = now + self._wait
            return 0.0
        return self.probe_at - now

    def failed(self, reason: str) -> None:
        """Note a call that the server didn't answer."""
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
        """Note a call that was told to wait; True if there was nothing else for 15 minutes."""
        now = self.now()
        self.reason = reason
        if self._limited_since is None:
            self._limited_since = now
        return now - self._limited_since >= LONGEST_LIMITED_S

    def answered(self) -> None:
        """Note an answer of the server, good or bad."""
        self.failures, self.held_since, self._limited_since = 0, None, None
        self._wait = FIRST_WAIT_S
