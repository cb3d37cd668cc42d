"""Slack's rate limits: one message a second a channel, and a tier of calls a minute for each method."""

import math
import time
from collections import deque
from collections.abc import Callable


class Pace:
    """Counts calls against limits. `timer` gives real seconds, since a bot really waits for Retry-After."""

    def __init__(self, message_seconds: float = 1.0, timer: Callable[[], float] = time.monotonic) -> None:
        self.message_seconds = message_seconds
        """Least seconds between two messages in a channel; 0 lifts the limit."""
        self.per_minute: dict[str, int] = {}
        """Overrides of a method's calls a minute, by method; 0 lifts the limit."""
        self._timer = timer
        self._next: dict[str, float] = {}
        self._recent: dict[str, deque[float]] = {}

    def message(self, channel: str) -> int:
        """Whole seconds to wait before a message may be posted; `posted` takes the turn."""
        wait = self._next.get(channel, 0.0) - self._timer()
        return max(1, math.ceil(wait)) if wait > 0 and self.message_seconds > 0 else 0

    def posted(self, channel: str) -> None:
        """A message was posted there now; a refused one takes no turn."""
        self._next[channel] = self._timer() + self.message_seconds

    def call(self, method: str, tier: int) -> int:
        """Whole seconds to wait before this method may be called again; 0 takes the turn."""
        most = self.per_minute.get(method, tier)
        now = self._timer()
        recent = self._recent.setdefault(method, deque())
        while recent and now - recent[0] >= 60:  # noqa: PLR2004  # seconds in a minute
            recent.popleft()
        if most and len(recent) >= most:
            return max(1, math.ceil(60 - (now - recent[0])))
        recent.append(now)
        return 0
