"""Sends batches of calls to Google: all calls in one request body, and the results inside the batch's state."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from datetime import datetime

from bot.judges.llm.batches.batch_interface import (
    BatchRequest,
    BatchResult,
    BatchState,
    JsonObject,
    Wire,
    text_at,
)

_VERSION = "/v1beta"
_PAGES = 20
_OVER = ("SUCCEEDED", "FAILED", "CANCELLED", "EXPIRED")
_UNMADE = frozenset({1, 4})
"""The gRPC status codes for "cancelled" and "deadline exceeded", which mark calls that were never made."""
_STATUSES = {3: 400, 5: 404, 7: 403, 8: 429, 9: 400, 14: 503, 16: 401}


class GoogleBatches:
    """The `BatchFormat` of Google. Its batches carry Paperbout's key as their display name."""

    async def submit(self, wire: Wire, key: str, model: str, requests: Sequence[BatchRequest]) -> str:
        """Send the calls as one batch; returns the batch's id at Google."""
        calls = [{"request": one.body, "metadata": {"key": one.id}} for one in requests]
        body = {"batch": {"display_name": key, "input_config": {"requests": {"requests": calls}}}}
        made = await wire.post(f"{_VERSION}/models/{model}:batchGenerateContent", body)
        return text_at(made, "name") or text_at(made, "metadata", "name")

    async def find(
        self, wire: Wire, key: str, since: datetime, number: int, others: Collection[str]
    ) -> str | None:
        """Search the newest batches for one that has the key as its display name."""
        del since, number, others
        after = ""
        for _ in range(_PAGES):
            page = await wire.get(f"{_VERSION}/batches?pageSize=100{after}") or {}
            for batch in page.get("operations") or page.get("batches") or ():
                if key in {text_at(batch, "metadata", "displayName"), text_at(batch, "displayName")}:
                    return text_at(batch, "name")
            token = text_at(page, "nextPageToken")
            if not token:
                return None
            after = f"&pageToken={token}"
        return None

    async def look(self, wire: Wire, batch_id: str) -> BatchState | None:
        """Return the state of the batch, with its results once it has ended; None if Google doesn't know its id."""
        operation = await wire.get(f"{_VERSION}/{batch_id}")
        if operation is None:
            return None
        state = text_at(operation, "metadata", "state") or text_at(operation, "state")
        if not (operation.get("done") is True or state.endswith(_OVER)):
            return BatchState(is_over=False)
        return BatchState(
            is_over=True,
            inline=tuple(_inlined(operation)),
            files=_files(operation),
            reason=text_at(operation, "error", "message"),
        )

    async def results(self, wire: Wire, state: BatchState, ids: Sequence[str]) -> AsyncIterator[BatchResult]:
        """Yield the result of each call, matched to the call by its key, or by its position if it has none."""
        for place, line in enumerate(state.inline):
            yield _result(line, ids[place] if place < len(ids) else "")
        for file in state.files:
            async for line in wire.lines(file):
                yield _result(line, "")

    async def cancel(self, wire: Wire, batch_id: str) -> None:
        """Ask Google to stop the batch."""
        await wire.post(f"{_VERSION}/{batch_id}:cancel", {})


def _inlined(operation: JsonObject) -> Sequence[JsonObject]:
    for output in (operation.get("response"), _at(operation, "metadata", "output"), operation.get("output")):
        responses = _at(output, "inlinedResponses", "inlinedResponses")
        if isinstance(responses, list):
            return [one for one in responses if isinstance(one, Mapping)]
    return ()


def _files(operation: JsonObject) -> tuple[str, ...]:
    name = text_at(operation, "response", "responsesFile") or text_at(
        operation, "metadata", "output", "responsesFile"
    )
    return (f"/download{_VERSION}/{name}:download?alt=media",) if name else ()


def _at(of: object, *path: str) -> object:
    for step in path:
        of = of.get(step) if isinstance(of, Mapping) else None
    return of


def _result(line: JsonObject, by_place: str) -> BatchResult:
    name = text_at(line, "metadata", "key") or text_at(line, "key") or by_place
    reply, error = line.get("response"), line.get("error")
    if isinstance(reply, Mapping):
        return BatchResult(name, reply)
    if isinstance(error, Mapping) and error.get("code") not in _UNMADE:
        code = error.get("code")
        return BatchResult(
            name, error=error, status=_STATUSES.get(code, 500) if isinstance(code, int) else 500
        )
    return BatchResult(name)
