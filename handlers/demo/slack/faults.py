"""Faults of the simulated Slack, drawn at random by rates or set by a script."""

import asyncio
import contextlib
import random
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, get_args

Fault = Literal["ok", "ratelimited", "error", "lost", "slow", "duplicate"]
"""Kind of fault of a call or delivery.

ratelimited: 429 with Retry-After. error: 500 without any effect. lost: the effect, then a cut connection. slow: the
answer comes `slow_seconds` later. duplicate: a delivery comes twice (deliveries only).
"""

DELIVERIES = "deliveries"
"""Name in scripts of faults for events delivered to the bot."""

RESPONSES = "response_url"
"""Name in scripts of faults for answers sent to a response_url."""


@dataclass
class Faults:
    """Fault rates (probabilities from 0 to 1, drawn with `seed`) and scripted faults."""

    seed: int = 0
    ratelimited: float = 0.0
    error: float = 0.0
    lost: float = 0.0
    slow: float = 0.0
    duplicate: float = 0.0
    retry_after: int = 1
    """Whole seconds in Slack's Retry-After header."""
    slow_seconds: float = 0.2
    slow_methods: dict[str, float] = field(default_factory=dict)
    """Real seconds by which the answer of a method is always delayed, by method."""
    unknown_methods: set[str] = field(default_factory=set)
    """API methods that are answered with `unknown_method`."""
    unknown_blocks: set[str] = field(default_factory=set)
    """Block types refused as `invalid_blocks`, as by a workspace that doesn't support them."""
    _held: dict[str, asyncio.Event] = field(default_factory=dict)
    _scripts: dict[str, deque[Fault]] = field(default_factory=dict)
    _random: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)  # noqa: S311  # faults should be repeatable, not secret

    def script(self, method: str, *faults: Fault) -> None:
        """Set the faults of the next calls of a method (or `"deliveries"`), in order; they precede the random ones."""
        for fault in faults:
            if fault not in get_args(Fault):
                raise ValueError(f"no such fault: {fault}")
        self._scripts.setdefault(method, deque()).extend(faults)

    def unknown_method(self, *methods: str) -> None:
        """Answer these methods with `unknown_method` from now on."""
        self.unknown_methods.update(methods)

    def unknown_block(self, *types: str) -> None:
        """Refuse these block types from now on."""
        self.unknown_blocks.update(types)

    @contextlib.contextmanager
    def hold(self, *methods: str) -> Iterator[None]:
        """Hold back the answers of these methods until the block ends, to simulate a slow Slack without a clock."""
        gates = {method: asyncio.Event() for method in methods}
        self._held |= gates
        try:
            yield
        finally:
            for method, gate in gates.items():
                gate.set()
                self._held.pop(method, None)

    async def released(self, method: str) -> None:
        """Wait until the method is no longer held back."""
        gate = self._held.get(method)
        if gate is not None:
            await gate.wait()

    def delay(self, method: str, fault: Fault) -> float:
        """Return the delay of this answer in real seconds."""
        return max(self.slow_methods.get(method, 0.0), self.slow_seconds if fault == "slow" else 0.0)

    def draw(self, method: str) -> Fault:
        """Return the fault of this call: the next scripted one, or a random one."""
        script = self._scripts.get(method)
        if script:
            return script.popleft()
        if method == DELIVERIES:
            return "duplicate" if self._chance(self.duplicate) else "ok"
        for name in ("ratelimited", "error", "lost", "slow"):
            if self._chance(getattr(self, name)):
                return name
        return "ok"

    def _chance(self, rate: float) -> bool:
        return rate > 0 and self._random.random() < rate
