"""How the stand-in misbehaves, by rates with a seed or by a script."""

import asyncio
import contextlib
import random
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, get_args

Fault = Literal["ok", "ratelimited", "error", "lost", "slow", "duplicate"]
"""ratelimited: 429 with Retry-After; error: 500 before the effect; lost: the effect, then a cut connection;
slow: the answer comes `slow_seconds` later; duplicate: a delivery comes twice (deliveries only)."""

DELIVERIES = "deliveries"
"""The script's name for events on their way to the bot."""

RESPONSES = "response_url"
"""The script's name for answers through a response_url."""


@dataclass
class Faults:
    """Rates are probabilities from 0 to 1, drawn from one generator with `seed`."""

    seed: int = 0
    ratelimited: float = 0.0
    error: float = 0.0
    lost: float = 0.0
    slow: float = 0.0
    duplicate: float = 0.0
    retry_after: int = 1
    """Whole seconds, as Slack's Retry-After header has it."""
    slow_seconds: float = 0.2
    slow_methods: dict[str, float] = field(default_factory=dict)
    """Real seconds by which these methods always answer late."""
    unknown_methods: set[str] = field(default_factory=set)
    """API methods answered with `unknown_method`."""
    unknown_blocks: set[str] = field(default_factory=set)
    """Block types refused as `invalid_blocks`, as a workspace without them does."""
    _held: dict[str, asyncio.Event] = field(default_factory=dict)
    _scripts: dict[str, deque[Fault]] = field(default_factory=dict)
    _random: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)  # noqa: S311  # faults should be repeatable, not secret

    def script(self, method: str, *faults: Fault) -> None:
        """Use these faults for the next calls of `method` (or `"deliveries"`), in order, before any rate."""
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
        """Answer these methods only once the block ends: a Slack as slow as a test needs it, without a clock."""
        gates = {method: asyncio.Event() for method in methods}
        self._held |= gates
        try:
            yield
        finally:
            for method, gate in gates.items():
                gate.set()
                self._held.pop(method, None)

    async def released(self, method: str) -> None:
        """Wait while the method is held."""
        gate = self._held.get(method)
        if gate is not None:
            await gate.wait()

    def delay(self, method: str, fault: Fault) -> float:
        """Real seconds by which this answer comes late."""
        return max(self.slow_methods.get(method, 0.0), self.slow_seconds if fault == "slow" else 0.0)

    def draw(self, method: str) -> Fault:
        """The fault of this call: the script's next, else by the rates."""
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
