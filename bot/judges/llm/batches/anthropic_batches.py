"""Sends batches of calls to Anthropic: all calls in one request body, and one result per line of a file."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from bot.judges.llm.batches.batch_interface import (
    BatchRequest,
    BatchResult,
    BatchState,
    Wire,
    text_at,
)

_PATH = "/v1/messages/batches"
_PAGES = 20
_SLACK = timedelta(minutes=5)


class AnthropicBatches:
    """The `BatchFormat` of Anthropic.

    Its batches carry no metadata, so a lost one is found by time, size and call ids.
    """

    async def submit(self, wire: Wire, key: str, model: str, requests: Sequence[BatchRequest]) -> str:
        """Send the calls as one batch; returns the batch's id at Anthropic."""
        del key, model  # each call's id begins with the key, and its body names the model
        body = {"requests": [{"custom_id": one.id, "params": one.body} for one in requests]}
        return text_at(await wire.post(_PATH, body), "id")

    async def find(
        self, wire: Wire, key: str, since: datetime, number: int, others: Collection[str]
    ) -> str | None:
        """Search the newest batches for one of this time and size; if it has ended, its call ids must contain the key."""
        after = ""
        for _ in range(_PAGES):
            page = await wire.get(f"{_PATH}?limit=100{after}") or {}
            batches = [one for one in page.get("data") or () if isinstance(one, Mapping)]
            for batch in batches:
                if _made_at(batch) < since - _SLACK:
                    return None
                name = text_at(batch, "id")
                if (
                    name not in others
                    and _size(batch) == number
                    and await self._is_ours(wire, key, name, batch)
                ):
                    return name
            if not batches or not page.get("has_more"):
                return None
            after = f"&after_id={text_at(batches[-1], 'id')}"
        return None

    async def _is_ours(self, wire: Wire, key: str, name: str, batch: Mapping[str, object]) -> bool:
        if batch.get("processing_status") != "ended":
            return True  # known only once it is over; its results are then looked at by their ids
        async for line in wire.lines(f"{_PATH}/{name}/results"):
            return text_at(line, "custom_id").startswith(f"{key}-")
        return False

    async def look(self, wire: Wire, batch_id: str) -> BatchState | None:
        """Return the state of the batch, or None if Anthropic doesn't know its id."""
        batch = await wire.get(f"{_PATH}/{batch_id}")
        if batch is None:
            return None
        if batch.get("processing_status") != "ended":
            return BatchState(is_over=False)
        # Its own `results_url` may lead elsewhere, and the key goes to the judge's address only.
        return BatchState(is_over=True, files=(f"{_PATH}/{batch_id}/results",))

    async def results(self, wire: Wire, state: BatchState, ids: Sequence[str]) -> AsyncIterator[BatchResult]:
        """Yield the result of each call, one per line of the results file."""
        del ids
        for file in state.files:
            async for line in wire.lines(file):
                name, result = text_at(line, "custom_id"), line.get("result")
                result = result if isinstance(result, Mapping) else {}
                message, error = result.get("message"), result.get("error")
                if isinstance(message, Mapping):
                    yield BatchResult(name, message)
                elif isinstance(error, Mapping):
                    yield BatchResult(name, error=error, status=_status(error))
                else:
                    yield BatchResult(name)

    async def cancel(self, wire: Wire, batch_id: str) -> None:
        """Ask Anthropic to stop the batch."""
        await wire.post(f"{_PATH}/{batch_id}/cancel", {})


def _made_at(batch: Mapping[str, object]) -> datetime:
    try:
        return datetime.fromisoformat(text_at(batch, "created_at")).astimezone(UTC)
    except ValueError:
        return datetime.max.replace(tzinfo=UTC)


def _size(batch: Mapping[str, object]) -> int:
    counts = batch.get("request_counts")
    numbers = counts.values() if isinstance(counts, Mapping) else ()
    return sum(number for number in numbers if isinstance(number, int))


_STATUSES = {
    "invalid_request_error": 400, "authentication_error": 401, "billing_error": 402, "permission_error": 403,
    "not_found_error": 404, "request_too_large": 413, "rate_limit_error": 429, "overloaded_error": 529,
}  # fmt: skip


def _status(error: Mapping[str, object]) -> int:
    """Return the HTTP status that Anthropic would send with such an error outside a batch."""
    return _STATUSES.get(text_at(error, "error", "type") or text_at(error, "type"), 500)
