"""Sends batches of calls to OpenAI: one uploaded file of calls, and two files of results."""

import json
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from datetime import datetime, timedelta

from bot.judges.llm.batches.batch_interface import (
    TAG,
    BatchRequest,
    BatchResult,
    BatchState,
    Wire,
    text_at,
)

_PAGES = 20
_SLACK = timedelta(hours=1)
_OVER = frozenset({"completed", "failed", "expired", "cancelled"})
_UNMADE = frozenset({"batch_expired", "batch_cancelled"})


class OpenAIBatches:
    """The `BatchFormat` of OpenAI. Its batches carry Paperbout's key in their metadata."""

    async def submit(self, wire: Wire, key: str, model: str, requests: Sequence[BatchRequest]) -> str:
        """Upload the file of calls, then create the batch and return its id.

        An uploaded file without a batch costs nothing.
        """
        del model  # each call names its own
        lines = [
            json.dumps(
                {"custom_id": one.id, "method": "POST", "url": "/v1/chat/completions", "body": one.body}
            )
            for one in requests
        ]
        content = ("\n".join(lines) + "\n").encode()
        file = await wire.upload("/files", f"{key}.jsonl", content, {"purpose": "batch"})
        body = {
            "input_file_id": text_at(file, "id"),
            "endpoint": "/v1/chat/completions",
            "completion_window": "24h",
            "metadata": {TAG: key},
        }
        return text_at(await wire.post("/batches", body), "id")

    async def find(
        self, wire: Wire, key: str, since: datetime, number: int, others: Collection[str]
    ) -> str | None:
        """Search the newest batches for one that has the key in its metadata."""
        del number, others
        after = ""
        for _ in range(_PAGES):
            page = await wire.get(f"/batches?limit=100{after}") or {}
            batches = [one for one in page.get("data") or () if isinstance(one, Mapping)]
            for batch in batches:
                if text_at(batch, "metadata", TAG) == key:
                    return text_at(batch, "id")
            oldest = batches[-1].get("created_at") if batches else None
            is_older = isinstance(oldest, int) and oldest < (since - _SLACK).timestamp()
            if not batches or not page.get("has_more") or is_older:
                return None
            after = f"&after={text_at(batches[-1], 'id')}"
        return None

    async def look(self, wire: Wire, batch_id: str) -> BatchState | None:
        """Return the state of the batch, with the paths of both result files once it has ended."""
        batch = await wire.get(f"/batches/{batch_id}")
        if batch is None:
            return None
        if batch.get("status") not in _OVER:
            return BatchState(is_over=False)
        files = [text_at(batch, name) for name in ("output_file_id", "error_file_id")]
        errors = batch.get("errors")
        data = errors.get("data") if isinstance(errors, Mapping) else None
        reason = "; ".join(dict.fromkeys(filter(None, (text_at(one, "message") for one in data or ()))))
        return BatchState(
            is_over=True, files=tuple(f"/files/{file}/content" for file in files if file), reason=reason
        )

    async def results(self, wire: Wire, state: BatchState, ids: Sequence[str]) -> AsyncIterator[BatchResult]:
        """Yield the result of each call, one per line of both result files."""
        del ids
        for file in state.files:
            async for line in wire.lines(file):
                name, error, reply = text_at(line, "custom_id"), line.get("error"), line.get("response")
                if isinstance(reply, Mapping) and isinstance(reply.get("body"), Mapping):
                    status = reply.get("status_code")
                    if isinstance(status, int) and status >= 400:  # noqa: PLR2004 - HTTP
                        yield BatchResult(name, error=reply["body"], status=status)
                    else:
                        yield BatchResult(name, reply["body"])
                elif isinstance(error, Mapping) and error.get("code") not in _UNMADE:
                    yield BatchResult(name, error=error, status=500)
                else:
                    yield BatchResult(name)

    async def cancel(self, wire: Wire, batch_id: str) -> None:
        """Ask OpenAI to stop the batch."""
        await wire.post(f"/batches/{batch_id}/cancel", {})
