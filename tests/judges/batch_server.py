"""A loopback server with the batch interfaces of OpenAI, Anthropic and Google, as their references describe them."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.judges.fault_server import GOOD

READ, WROTE = 1_000, 200
MADE_AT = 1_795_424_400
"""2026-11-23 09:00 UTC, in seconds: when the tests' clock begins."""


@dataclass
class RemoteBatch:
    """A batch at the provider: its calls by id, metadata, and whether it is over."""

    id: str
    calls: dict[str, dict[str, Any]]
    key: str = ""
    state: str = "open"


@dataclass
class BatchServer:
    """`result(call id, body)` is "good", "prose", "expired", "invalid", "busy" or "billing"; nothing by default."""

    result: Callable[[str, dict[str, Any]], str] = lambda _id, _body: "good"
    batches: list[RemoteBatch] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    live: list[dict[str, Any]] = field(default_factory=list)
    cancelled: list[str] = field(default_factory=list)
    lose_reply: bool = False
    """Whether the next batch is made and its reply lost."""
    has_batches: bool = True
    refusal: tuple[int, dict[str, Any]] | None = None
    winner: str = "first"
    url: str = ""

    def judge(self, provider: str) -> str:
        """The judge's name in settings."""
        models = {"openai": "gpt-5-mini", "anthropic": "claude-haiku-4-5", "google": "gemini-3-flash-preview"}
        return f"{provider}:{models[provider]}@{self.url}" + ("/v1" if provider == "openai" else "")

    @property
    def host(self) -> str:
        return self.url.removeprefix("http://")

    def finish(self) -> None:
        """Answer all batches."""
        for batch in self.batches:
            batch.state = "over"

    @property
    def text(self) -> str:
        return json.dumps({**GOOD, "winner": self.winner})

    async def make(self, calls: dict[str, dict[str, Any]], key: str) -> RemoteBatch:
        if not self.has_batches:
            raise web.HTTPNotFound(text="404 page not found")
        if self.refusal is not None:
            status, body = self.refusal
            raise web.HTTPException(text=json.dumps(body)) if status < 400 else _failed(status, body)
        batch = RemoteBatch(f"batch-{len(self.batches) + 1}", calls, key)
        self.batches.append(batch)
        return batch

    def batch(self, request: web.Request) -> RemoteBatch:
        name = request.match_info["id"].removeprefix("batches/")
        found = next((one for one in self.batches if one.id == name), None)
        if found is None:
            raise _failed(404, {"error": {"message": f"No batch found with id '{name}'."}})
        return found

    async def reply(self, request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
        if self.lose_reply:
            self.lose_reply = False
            assert request.transport is not None
            request.transport.abort()
        return web.json_response(body)

    # OpenAI

    async def openai_upload(self, request: web.Request) -> web.StreamResponse:
        form = await request.post()
        assert form["purpose"] == "batch"
        name = f"file-{len(self.files) + 1}"
        self.files[name] = form["file"].file.read()  # type: ignore[union-attr]
        return web.json_response({"id": name, "object": "file", "purpose": "batch"})

    async def openai_create(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        assert (body["endpoint"], body["completion_window"]) == ("/v1/chat/completions", "24h")
        lines = [json.loads(line) for line in self.files[body["input_file_id"]].splitlines()]
        assert {(line["method"], line["url"]) for line in lines} == {("POST", "/v1/chat/completions")}
        batch = await self.make(
            {line["custom_id"]: line["body"] for line in lines}, body["metadata"]["paperbout"]
        )
        return await self.reply(request, self.openai_batch(batch))

    def openai_batch(self, batch: RemoteBatch) -> dict[str, Any]:
        is_over = batch.state == "over"
        return {
            "id": batch.id, "object": "batch", "endpoint": "/v1/chat/completions", "errors": None,
            "status": "completed" if is_over else "in_progress", "created_at": MADE_AT,
            "output_file_id": f"out-{batch.id}" if is_over else None,
            "error_file_id": f"err-{batch.id}" if is_over else None, "metadata": {"paperbout": batch.key},
        }  # fmt: skip

    async def openai_get(self, request: web.Request) -> web.StreamResponse:
        return web.json_response(self.openai_batch(self.batch(request)))

    async def openai_list(self, _request: web.Request) -> web.StreamResponse:
        data = [self.openai_batch(batch) for batch in reversed(self.batches)]
        return web.json_response({"object": "list", "data": data, "has_more": False})

    async def openai_content(self, request: web.Request) -> web.StreamResponse:
        kind, _, name = request.match_info["id"].partition("-")
        batch = next(one for one in self.batches if one.id == name)
        lines = []
        for call, body in batch.calls.items():
            how = self.result(call, body)
            if (how in {"good", "prose"}) != (kind == "out"):
                continue
            line: dict[str, Any] = {"id": "batch_req_1", "custom_id": call, "response": None, "error": None}
            if how == "expired":
                line["error"] = {
                    "code": "batch_expired",
                    "message": "This request could not be executed in time.",
                }
            elif how in {"good", "prose"}:
                line["response"] = {
                    "status_code": 200,
                    "request_id": "r",
                    "body": self.openai_reply(body, how),
                }
            else:
                line["response"] = {"status_code": _STATUS[how], "body": {"error": {"message": _WORDS[how]}}}
            lines.append(json.dumps(line))
        return web.Response(text="\n".join(reversed(lines)))

    def openai_reply(self, body: dict[str, Any], how: str) -> dict[str, Any]:
        text = self.text if how == "good" else "Both are fine papers."
        return {
            "object": "chat.completion", "model": body["model"],
            "choices": [{"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}],
            "usage": {"prompt_tokens": READ, "completion_tokens": WROTE, "total_tokens": READ + WROTE},
        }  # fmt: skip

    async def openai_live(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        self.live.append(body)
        return web.json_response(self.openai_reply(body, "good"))

    # Anthropic

    async def anthropic_create(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        calls = {one["custom_id"]: one["params"] for one in body["requests"]}
        assert all(len(name) <= 64 and name.replace("-", "").isalnum() for name in calls)
        return await self.reply(request, self.anthropic_batch(await self.make(calls, "")))

    def anthropic_batch(self, batch: RemoteBatch) -> dict[str, Any]:
        is_over, number = batch.state == "over", len(batch.calls)
        return {
            "id": batch.id, "type": "message_batch", "created_at": "2026-11-23T09:00:00.100435Z",
            "processing_status": "ended" if is_over else "in_progress",
            "request_counts": {
                "processing": 0 if is_over else number, "succeeded": number if is_over else 0,
                "errored": 0, "canceled": 0, "expired": 0,
            },
            "results_url": f"https://elsewhere.example/v1/messages/batches/{batch.id}/results" if is_over else None,
        }  # fmt: skip

    async def anthropic_get(self, request: web.Request) -> web.StreamResponse:
        return web.json_response(self.anthropic_batch(self.batch(request)))

    async def anthropic_list(self, _request: web.Request) -> web.StreamResponse:
        data = [self.anthropic_batch(batch) for batch in reversed(self.batches)]
        return web.json_response({"data": data, "has_more": False, "first_id": "a", "last_id": "b"})

    async def anthropic_results(self, request: web.Request) -> web.StreamResponse:
        lines = []
        for call, body in self.batch(request).calls.items():
            how = self.result(call, body)
            result: dict[str, Any]
            if how == "expired":
                result = {"type": "expired"}
            elif how in {"good", "prose"}:
                result = {"type": "succeeded", "message": self.anthropic_reply(body, how)}
            else:
                error = {"type": _ANTHROPIC[how], "message": _WORDS[how]}
                result = {"type": "errored", "error": {"type": "error", "error": error}}
            lines.append(json.dumps({"custom_id": call, "result": result}))
        return web.Response(text="\n".join(reversed(lines)))

    def anthropic_reply(self, body: dict[str, Any], how: str) -> dict[str, Any]:
        text = self.text if how == "good" else "Both are fine papers."
        return {
            "type": "message", "role": "assistant", "model": body["model"], "stop_reason": "end_turn",
            "content": [{"type": "text", "text": text}], "usage": {"input_tokens": READ, "output_tokens": WROTE},
        }  # fmt: skip

    async def anthropic_live(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        self.live.append(body)
        return web.json_response(self.anthropic_reply(body, "good"))

    # Google

    async def google_create(self, request: web.Request) -> web.StreamResponse:
        model, _, verb = request.match_info["model"].partition(":")
        body = await request.json()
        if verb == "generateContent":
            self.live.append(body)
            return web.json_response(self.google_reply(model, "good"))
        assert verb == "batchGenerateContent"
        calls = body["batch"]["input_config"]["requests"]["requests"]
        made = await self.make(
            {one["metadata"]["key"]: one["request"] for one in calls}, body["batch"]["display_name"]
        )
        return await self.reply(request, self.google_batch(made))

    def google_batch(self, batch: RemoteBatch) -> dict[str, Any]:
        is_over = batch.state == "over"
        state = "BATCH_STATE_SUCCEEDED" if is_over else "BATCH_STATE_RUNNING"
        operation: dict[str, Any] = {
            "name": f"batches/{batch.id}",
            "metadata": {"displayName": batch.key, "state": state, "name": f"batches/{batch.id}"},
        }
        if is_over:
            lines = [self.google_line(call, self.result(call, body)) for call, body in batch.calls.items()]
            operation |= {"done": True, "response": {"inlinedResponses": {"inlinedResponses": lines}}}
        return operation

    def google_line(self, call: str, how: str) -> dict[str, Any]:
        metadata = {"metadata": {"key": call}}
        if how in {"good", "prose"}:
            return {"response": self.google_reply("gemini", how), **metadata}
        return {"error": {"code": _GRPC[how], "message": _WORDS[how]}, **metadata}

    def google_reply(self, model: str, how: str) -> dict[str, Any]:
        text = self.text if how == "good" else "Both are fine papers."
        return {
            "candidates": [{"content": {"role": "model", "parts": [{"text": text}]}, "finishReason": "STOP"}],
            "usageMetadata": {
                "promptTokenCount": READ, "candidatesTokenCount": WROTE, "totalTokenCount": READ + WROTE,
            },
            "modelVersion": model,
        }  # fmt: skip

    async def google_get(self, request: web.Request) -> web.StreamResponse:
        return web.json_response(self.google_batch(self.batch(request)))

    async def google_list(self, _request: web.Request) -> web.StreamResponse:
        return web.json_response({"operations": [self.google_batch(batch) for batch in self.batches]})

    async def cancel(self, request: web.Request) -> web.StreamResponse:
        self.cancelled.append(self.batch(request).id)
        return web.json_response({})


_STATUS = {"invalid": 400, "busy": 503, "billing": 402}
_ANTHROPIC = {"invalid": "invalid_request_error", "busy": "overloaded_error", "billing": "billing_error"}
_GRPC = {"invalid": 3, "busy": 14, "billing": 7, "expired": 4}
_WORDS = {
    "invalid": "This request is not as it should be.",
    "busy": "The model is overloaded.",
    "billing": "Your credit balance is too low.",
    "expired": "Deadline exceeded.",
}


def _failed(status: int, body: dict[str, Any]) -> web.HTTPException:
    failure = web.HTTPBadRequest(text=json.dumps(body), content_type="application/json")
    failure.set_status(status)
    return failure


@asynccontextmanager
async def serving_batches(**options: Any) -> AsyncIterator[BatchServer]:
    server = BatchServer(**options)
    app = web.Application(client_max_size=64_000_000)
    app.add_routes(
        [
            web.post("/v1/files", server.openai_upload),
            web.post("/v1/batches", server.openai_create),
            web.get("/v1/batches", server.openai_list),
            web.get("/v1/batches/{id}", server.openai_get),
            web.post("/v1/batches/{id}/cancel", server.cancel),
            web.get("/v1/files/{id}/content", server.openai_content),
            web.post("/v1/chat/completions", server.openai_live),
            web.post("/v1/messages", server.anthropic_live),
            web.post("/v1/messages/batches", server.anthropic_create),
            web.get("/v1/messages/batches", server.anthropic_list),
            web.get("/v1/messages/batches/{id}", server.anthropic_get),
            web.get("/v1/messages/batches/{id}/results", server.anthropic_results),
            web.post("/v1/messages/batches/{id}/cancel", server.cancel),
            web.post("/v1beta/models/{model}", server.google_create),
            web.get("/v1beta/batches", server.google_list),
            web.post("/v1beta/batches/{id}:cancel", server.cancel),
            web.get("/v1beta/batches/{id}", server.google_get),
        ]
    )
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield server
    finally:
        await runner.cleanup()
