"""Sends batch requests to a provider's server, with the key and timeouts of the judge's client."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping

import aiohttp

from bot.judges.llm.batches.batch_interface import JsonObject, NoBatchesError
from bot.judges.llm.judge_specs import ModelSpec, address_at
from bot.judges.llm.model_client import ModelClient
from bot.judges.llm.replies.error_replies import read_error
from bot.judges.llm.retries.retry_policy import CallError
from storage.database.network_guard import check_no_transaction

_MOST_BYTES = 64_000_000
_MISSING = 404
_NO_SUCH_PATH = frozenset({404, 405, 501})
_LINES_AT_A_TIME = 20


class BatchWire:
    """A `Wire` to the server of one judge."""

    def __init__(self, client: ModelClient, spec: ModelSpec, deadline_s: float) -> None:
        self._client = client
        self._spec = spec
        self._deadline_s = deadline_s

    async def get(self, path: str) -> JsonObject | None:
        """Return the JSON object at a path, or None if the server has none there."""
        status, content, headers = await self._send("GET", path)
        return None if status == _MISSING else self._object(status, content, headers)

    async def post(self, path: str, body: JsonObject) -> JsonObject:
        """Send a JSON object and return the reply; the JSON is written in a thread, since it may be long."""
        content = await asyncio.to_thread(lambda: json.dumps(body).encode())
        status, reply, headers = await self._send("POST", path, content)
        if status in _NO_SUCH_PATH and _is_unknown_path(reply):
            raise NoBatchesError
        return self._object(status, reply, headers)

    async def upload(self, path: str, name: str, content: bytes, fields: Mapping[str, str]) -> JsonObject:
        """Upload a file as a form and return the reply."""
        form = aiohttp.FormData(dict(fields))
        form.add_field("file", content, filename=name, content_type="application/jsonl")
        status, reply, headers = await self._send("POST", path, form)
        if status in _NO_SUCH_PATH and _is_unknown_path(reply):
            raise NoBatchesError
        return self._object(status, reply, headers)

    async def lines(self, path: str) -> AsyncIterator[JsonObject]:
        """Yield the JSON objects of a remote file; invalid lines are skipped, and their calls count as never made."""
        status, content, headers = await self._send("GET", path)
        if status >= 400:  # noqa: PLR2004 - HTTP
            raise self._failure(status, content, headers)
        for number, line in enumerate(content.splitlines()):
            if number % _LINES_AT_A_TIME == 0:
                await asyncio.sleep(0)
            try:
                value = json.loads(line) if line.strip() else None
            except (ValueError, RecursionError):
                continue
            if isinstance(value, dict):
                yield value

    async def _send(
        self, method: str, path: str, content: bytes | aiohttp.FormData | None = None
    ) -> tuple[int, bytes, dict[str, str]]:
        check_no_transaction(self._spec.model)
        address = address_at(self._spec, path)
        try:
            async with asyncio.timeout(self._deadline_s):
                return await self._client.send(method, address, content, most_bytes=_MOST_BYTES)
        except TimeoutError:
            reason = f"no complete answer within {self._deadline_s:g}\u00a0s"
            raise CallError("lost", reason, may_cost=True) from None

    def _object(self, status: int, content: bytes, headers: dict[str, str]) -> JsonObject:
        if status >= 400:  # noqa: PLR2004 - HTTP
            raise self._failure(status, content, headers)
        try:
            body = json.loads(content)
        except (ValueError, RecursionError):
            body = None
        if not isinstance(body, dict):
            raise CallError("lost", "the server's response about a batch was no JSON object", is_dead=True)
        return body

    def _failure(self, status: int, content: bytes, headers: dict[str, str]) -> CallError:
        return self._client.failure(read_error(status, _error_body(content)), headers)


def _error_body(content: bytes) -> object:
    try:
        body: object = json.loads(content)
    except (ValueError, RecursionError):
        return content[:10_000].decode(errors="replace")
    return body


def _is_unknown_path(content: bytes) -> bool:
    """Whether an error reply says that the path doesn't exist, rather than a model or an account."""
    words = read_error(_MISSING, _error_body(content)).everything
    return "model" not in words and "account" not in words
