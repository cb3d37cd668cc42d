"""Decides whether and when a failed call is repeated."""

from dataclasses import dataclass, field
from random import Random
from typing import Literal

from bot.judges.llm.tokens.token_prices import MOST_BILLED_CALLS
from bot.judges.llm.tokens.tokens import Tokens

FailureKind = Literal[
    "limited", "failed", "lost", "malformed", "cut", "refused", "rejected", "large", "paused"
]
"""Kind of failure of a call.

limited: asked to wait. failed: the server failed or wasn't reached, nothing is billed. lost: it may have answered, but
the answer was lost. malformed: the answer can't be read. cut: the answer ran out of tokens. refused: the model declined.
rejected: this request is wrong. large: the prompt is too long. paused: the judge itself is refused (key, money, region,
model, parameters).
"""


class CallError(Exception):
    """A call failed.

    `retry_after` in seconds, if the server gave it; `tokens`, if it counted them; `may_cost`: uncounted tokens may have
    been billed; `prose`: the answer contained no JSON; `is_dead`: no model seems to be running.
    """

    def __init__(
        self,
        kind: FailureKind,
        reason: str,
        *,
        retry_after: float | None = None,
        tokens: Tokens | None = None,
        may_cost: bool = False,
        prose: bool = False,
        is_dead: bool = False,
    ) -> None:
        super().__init__(reason)
        self.kind = kind
        self.reason = reason
        self.retry_after = retry_after
        self.tokens = tokens
        self.may_cost = may_cost
        self.prose = prose
        self.is_dead = is_dead or kind in {"failed", "lost"}


@dataclass(frozen=True, slots=True)
class Again:
    """Decision after a failed call: call again after `seconds`."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Later:
    """Decision after a failed call: return the work to the queue, to be tried again after `seconds`."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Over:
    """Decision after a failed call: give up on this judge for this piece of work."""


@dataclass(frozen=True, slots=True)
class Stop:
    """Decision after a failed call: pause this judge until an admin resumes it."""


Decision = Again | Later | Over | Stop


@dataclass(frozen=True, slots=True)
class Policy:
    """Limits on repeated calls, in seconds; `total` bounds all calls and waits for one answer."""

    total: float = 240.0
    calls: int = 6
    base: float = 0.25
    longest_backoff: float = 20.0
    longest_wait: float = 60.0
    later: float = 60.0


@dataclass(slots=True)
class Patience:
    """Counts the calls made for one answer so far, and decides after each failure what to do next.

    `most_billed` of them may cost money.
    """

    policy: Policy
    random: Random
    most_billed: int = MOST_BILLED_CALLS
    calls: int = 0
    billed: int = field(default=0)

    def after(self, error: CallError, elapsed: float) -> Decision:
        """Return what to do after this failure, `elapsed` seconds after the first call began."""
        self.calls += 1
        self.billed += error.kind in {"lost", "malformed", "cut"}
        match error.kind:
            case "paused" | "large":
                return Stop()
            case "refused" | "rejected":
                return Over()
            case "limited" if (error.retry_after or 0) > self.policy.longest_wait:
                return Later(error.retry_after or self.policy.later)
            case "lost" | "malformed" | "cut" if self.billed >= self.most_billed:
                return Over()
            case _:
                return self._soon(error, elapsed)

    def _soon(self, error: CallError, elapsed: float) -> Decision:
        wait = 0.0 if error.kind in {"malformed", "cut"} else self._backoff(error.retry_after)
        if wait > self.policy.longest_wait:
            return Later(wait)
        if self.calls < self.policy.calls and elapsed + wait < self.policy.total:
            return Again(wait)
        return Later(max(wait, self.policy.later)) if error.kind == "limited" else Over()

    def _backoff(self, retry_after: float | None) -> float:
        """Return the seconds to wait: random below a doubling bound, or the provider's own wait with a little added."""
        bound = min(self.policy.longest_backoff, self.policy.base * 2 ** (self.calls - 1))
        if retry_after is None:
            return self.random.uniform(0, bound)
        return retry_after + self.random.uniform(0, 0.1 * min(bound, max(retry_after, 0.05)))


def without_repetition(error: CallError, later: float) -> Later | Over | Stop:
    """Return what to do after a failure in a batch, where no call is repeated at once; `later` in seconds."""
    match error.kind:
        case "paused":
            return Stop()
        case "limited" | "failed" | "lost":
            return Later(error.retry_after or later)
        case _:  # also "large": asked alone, the prompt is shortened
            return Over()
