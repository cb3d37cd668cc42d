"""The interface to a provider's batches: many calls sent at once, answered within a day at half the price."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Protocol, cast

from bot.judges.interface import Judge, PaperText, VerdictAnswer

JsonObject = Mapping[str, Any]
HALF = Decimal("0.5")
"""The price of a call in a batch as a share of its normal price; the same at all three providers."""
TAG = "paperbout"
"""Name of the metadata field in which OpenAI stores Paperbout's key of a batch."""


class NoBatchesError(Exception):
    """Raised when a server has no batch interface."""


class BatchAgainError(Exception):
    """Raised for a call that the provider never made, or refused for a reason since corrected.

    The call goes into another batch.
    """


@dataclass(frozen=True, slots=True)
class BatchRequest:
    """One call of a batch: its id (letters, digits and dashes) and the request body it would have outside a batch."""

    id: str
    body: dict[str, Any]


@dataclass(frozen=True, slots=True)
class BatchState:
    """The state of a batch: `files` are paths of result files, `inline` results, `reason` why it failed."""

    is_over: bool
    files: tuple[str, ...] = ()
    inline: tuple[JsonObject, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class BatchResult:
    """The result of one call: the body of the reply, or an error with its HTTP status.

    Both are None if the call was never made.
    """

    id: str
    body: JsonObject | None = None
    error: JsonObject | str | None = None
    status: int = 0

    @property
    def is_unmade(self) -> bool:
        """Whether the call expired or was cancelled before the provider made it."""
        return self.body is None and self.error is None


class Wire(Protocol):
    """Sends requests to a provider's server with the judge's key; paths are relative to its base address.

    Raises `CallError`.
    """

    async def get(self, path: str) -> JsonObject | None:
        """Return the JSON object at a path, or None if the server has none there."""
        ...

    async def post(self, path: str, body: JsonObject) -> JsonObject:
        """Send a JSON object and return the reply. Raises `NoBatchesError` if the server has no such path."""
        ...

    async def upload(self, path: str, name: str, content: bytes, fields: Mapping[str, str]) -> JsonObject:
        """Upload a file as a form and return the reply. Raises `NoBatchesError` if the server has no such path."""
        ...

    def lines(self, path: str) -> AsyncIterator[JsonObject]:
        """Yield the JSON objects of a remote file that has one object per line."""
        ...


class BatchFormat(Protocol):
    """How one provider takes batches: sends, finds, reads and cancels them. All methods raise `CallError`."""

    async def submit(self, wire: Wire, key: str, model: str, requests: Sequence[BatchRequest]) -> str:
        """Send the calls as one batch; returns the batch's id at the provider.

        Raises `NoBatchesError` if it takes no batches.
        """
        ...

    async def find(
        self, wire: Wire, key: str, since: datetime, number: int, others: Collection[str]
    ) -> str | None:
        """Return the id of a batch of `number` calls sent under this key since a moment, or None if there is none.

        `others` are ids of batches known to have another key.
        """
        ...

    async def look(self, wire: Wire, batch_id: str) -> BatchState | None:
        """Return the state of a batch, or None if the provider doesn't know its id."""
        ...

    def results(self, wire: Wire, state: BatchState, ids: Sequence[str]) -> AsyncIterator[BatchResult]:
        """Yield the results of a batch that has ended, in any order.

        `ids` are the ids of its calls, in the order sent.
        """
        ...

    async def cancel(self, wire: Wire, batch_id: str) -> None:
        """Ask the provider to stop a batch; results that are ready are kept."""
        ...


class Batches(Protocol):
    """Sends and reads batches for one judge; all methods but `request` and `read` raise `JudgeError`."""

    def request(
        self, call_id: str, first: PaperText, second: PaperText, *, purpose: str | None, nonce: str
    ) -> tuple[BatchRequest, Decimal | None]:
        """Build the call for a verdict on two papers.

        Returns it with the most it can cost in USD, None if the price is unknown.
        """
        ...

    async def submit(self, key: str, requests: Sequence[BatchRequest]) -> str:
        """Send the calls as one batch; returns the batch's id at the provider. Also raises `NoBatchesError`."""
        ...

    async def find(self, key: str, since: datetime, number: int, others: Collection[str]) -> str | None:
        """Return the id of a batch of `number` calls sent under this key since a moment; None if not found."""
        ...

    async def look(self, batch_id: str) -> BatchState | None:
        """Return the state of a batch, or None if the provider doesn't know its id any more."""
        ...

    def results(self, state: BatchState, ids: Sequence[str]) -> AsyncIterator[BatchResult]:
        """Yield the results of a batch that has ended, one per call."""
        ...

    async def cancel(self, batch_id: str) -> None:
        """Ask the provider to stop a batch."""
        ...

    def read(self, result: BatchResult, most_cost: Decimal) -> VerdictAnswer:
        """Read the verdict from a result.

        Raises `BatchAgainError` if the call needs another batch, and `JudgeError` with the cost for any other failure.
        """
        ...


def batches_of(judge: Judge | None) -> Batches | None:
    """Return the object that sends a judge's calls in batches, or None if the judge can't be asked in batches."""
    return cast("Batches | None", getattr(judge, "batches", None))


def text_at(of: object, *path: str) -> str:
    """Return the text at a path of keys in a JSON value, or "" if there is none."""
    for step in path:
        of = of.get(step) if isinstance(of, Mapping) else None
    return of if isinstance(of, str) else ""
