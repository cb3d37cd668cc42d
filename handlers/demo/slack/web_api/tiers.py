"""Slack's rate limits: one message per second and channel, and calls per minute by method."""

import math
import time
from collections import deque
from collections.abc import Callable


class Pace:
    """Counts calls against rate limits; `timer` returns real seconds, because the bot really waits."""

    def __init__(self, message_seconds: float = 1.0, timer: Callable[[], float] = time.monotonic) -> None:
        self.message_seconds = message_seconds
        """Least seconds between two messages in a channel; 0 removes the limit."""
        self.per_minute: dict[str, int] = {}
        """Calls per minute that replace a method's tier, by method; 0 removes the limit."""
        self._timer = timer
        self._next: dict[str, float] = {}
        self._recent: dict[str, deque[float]] = {}

    def message(self, channel: str) -> int:
        """Return whole seconds to wait before a message may be posted in a channel (0: none)."""
        wait = self._next.get(channel, 0.0) - self._timer()
        return max(1, math.ceil(wait)) if wait > 0 and self.message_seconds > 0 else 0

    def posted(self, channel: str) -> None:
        """Record that a message was posted in a channel now; don't call it for refused ones."""
        self._next[channel] = self._timer() + self.message_seconds

    def call(self, method: str, tier: int, about: str = "") -> int:
        """Count a call of a method if allowed and return 0; otherwise return whole seconds to wait.

        `about` is what the limit holds for by itself, such as a conversation.
        """
        most = self.per_minute.get(method, tier)
        now = self._timer()
        recent = self._recent.setdefault(f"{method} {about}", deque())
        while recent and now - recent[0] >= 60:  # noqa: PLR2004  # seconds in a minute
            recent.popleft()
        if most and len(recent) >= most:
            return max(1, math.ceil(60 - (now - recent[0])))
        recent.append(now)
        return 0
