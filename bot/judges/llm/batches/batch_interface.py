"""A provider's batch interface: many calls handed in at once, answered within a day at half the price."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Protocol, cast

from bot.judges.interface import Judge, PaperText, VerdictAnswer

JsonObject = Mapping[str, Any]
HALF = Decimal("0.5")
"""What a call costs in a batch, as a share of its price; the same with all three providers."""
TAG = "paperbout"
"""The name under which a batch carries our key, where a provider keeps metadata."""


class NoBatchesError(Exception):
    """The server has no batch interface."""


class BatchAgainError(Exception):
    """A call that wasn't made, or was refused in a way that has been understood: it belongs into another batch."""


@dataclass(frozen=True, slots=True)
class BatchRequest:
    """One call of a batch: its id, of letters, digits and dashes, and the body it would have by itself."""

    id: str
    body: dict[str, Any]


@dataclass(frozen=True, slots=True)
class BatchState:
    """Where a batch stands; `files` are paths of results, `inline` results in the state, `reason` why it failed."""

    is_over: bool
    files: tuple[str, ...] = ()
    inline: tuple[JsonObject, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class BatchResult:
    """One call's result: the body of its reply, or an error with its HTTP status; neither where it was never made."""

    id: str
    body: JsonObject | None = None
    error: JsonObject | str | None = None
    status: int = 0

    @property
    def is_unmade(self) -> bool:
        """Whether the call expired or was cancelled before it was made."""
        return self.body is None and self.error is None


class Wire(Protocol):
    """Requests to a provider's server with the judge's key; paths are below its base address. Raise `CallError`."""

    async def get(self, path: str) -> JsonObject | None:
        """An object; None where the server knows none."""
        ...

    async def post(self, path: str, body: JsonObject) -> JsonObject:
        """Create an object; raises `NoBatchesError` where there is no such path."""
        ...

    async def upload(self, path: str, name: str, content: bytes, fields: Mapping[str, str]) -> JsonObject:
        """Send a file as a form; raises `NoBatchesError` where there is no such path."""
        ...

    def lines(self, path: str) -> AsyncIterator[JsonObject]:
        """The objects of a file with one a line."""
        ...


class BatchFormat(Protocol):
    """How one provider takes batches; all raise `CallError`."""

    async def submit(self, wire: Wire, key: str, model: str, requests: Sequence[BatchRequest]) -> str:
        """Hand a batch in; returns the provider's id. Raises `NoBatchesError`."""
        ...

    async def find(
        self, wire: Wire, key: str, since: datetime, number: int, others: Collection[str]
    ) -> str | None:
        """The id of a batch of so many calls that was handed in under this key since then, by its metadata.

        `others` are ids of batches known to be of another key.
        """
        ...

    async def look(self, wire: Wire, batch_id: str) -> BatchState | None:
        """Where a batch stands; None where the provider knows none of that id."""
        ...

    def results(self, wire: Wire, state: BatchState, ids: Sequence[str]) -> AsyncIterator[BatchResult]:
        """The results of a batch that is over, in any order; `ids` are those of its calls, in order."""
        ...

    async def cancel(self, wire: Wire, batch_id: str) -> None:
        """Ask the provider to stop a batch; results so far stay."""
        ...


class Batches(Protocol):
    """The batches of one judge; all but `request` and `read` raise `JudgeError`."""

    def request(
        self, call_id: str, first: PaperText, second: PaperText, *, purpose: str | None, nonce: str
    ) -> tuple[BatchRequest, Decimal | None]:
        """The call of a verdict, and the most it can cost; None where the price is unknown."""
        ...

    async def submit(self, key: str, requests: Sequence[BatchRequest]) -> str:
        """Hand the calls in; returns the provider's id. Raises `NoBatchesError` too."""
        ...

    async def find(self, key: str, since: datetime, number: int, others: Collection[str]) -> str | None:
        """The provider's id of a batch handed in under this key since then; None where there is none."""
        ...

    async def look(self, batch_id: str) -> BatchState | None:
        """Where a batch stands; None where the provider knows it no more."""
        ...

    def results(self, state: BatchState, ids: Sequence[str]) -> AsyncIterator[BatchResult]:
        """The results of a batch that is over."""
        ...

    async def cancel(self, batch_id: str) -> None:
        """Ask the provider to stop a batch."""
        ...

    def read(self, result: BatchResult, most_cost: Decimal) -> VerdictAnswer:
        """The verdict in a result; raises `BatchAgainError`, and `JudgeError` with its cost."""
        ...


def batches_of(judge: Judge | None) -> Batches | None:
    """How a judge is asked in batches; None where it can't be."""
    return cast("Batches | None", getattr(judge, "batches", None))


def text_at(of: object, *path: str) -> str:
    """A text in a response, empty if it isn't there."""
    for step in path:
        of = of.get(step) if isinstance(of, Mapping) else None
    return of if isinstance(of, str) else ""
