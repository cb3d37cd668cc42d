"""The simulated Slack as one object: start it, connect a bot to `url`, act as people, read what they see."""

import asyncio
import contextlib
import socket
from collections.abc import Iterator
from typing import Self

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute

from handlers.demo.slack.faults import RESPONSES
from handlers.demo.slack.page import page_routes
from handlers.demo.slack.web_api.endpoint import LostResponse
from handlers.demo.slack.web_api.response_urls import respond
from handlers.demo.slack.wire import Refusal
from handlers.demo.slack.workspace import Workspace


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Install no signal handlers; the embedding program has its own."""
        yield


class Simulator(Workspace):
    """A simulated workspace on 127.0.0.1 with its web page; started by `async with Simulator() as slack:`."""

    _server: _Server | None = None
    _serving: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", self.port))
        except OSError:
            listener.close()
            raise
        self.port = listener.getsockname()[1]
        self.world.base = self.sockets.base = f"http://127.0.0.1:{self.port}"
        config = uvicorn.Config(
            self._app(), log_config=None, access_log=False, lifespan="off", ws="websockets-sansio",
            timeout_graceful_shutdown=1, log_level="critical",
        )  # fmt: skip
        self._server = _Server(config)
        self._serving = asyncio.create_task(self._server.serve(sockets=[listener]))
        while not self._server.started and not self._serving.done():  # noqa: ASYNC110  # uvicorn has no event
            await asyncio.sleep(0.002)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.deliveries.close()
        assert self._server is not None
        assert self._serving is not None
        self._server.should_exit = True
        await self._serving

    def _app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/api/{method}", self.api.endpoint, methods=["GET", "POST"]),
                Route("/oauth/v2/authorize", self.consent.page),
                Route("/respond/{team}/{key}", self._respond, methods=["POST"]),
                Route("/upload/{file}", self._upload, methods=["POST"]),
                Route("/files/{file}", self._download, methods=["GET"]),
                WebSocketRoute("/link/", self.sockets.endpoint),
                *page_routes(self),
            ]
        )

    async def _respond(self, request: Request) -> Response:
        fault = self.faults.draw(RESPONSES)
        if fault in {"error", "ratelimited"}:
            return PlainTextResponse("internal_error", 500)
        try:
            respond(self.world, request.path_params["key"], await request.body(), self.faults)
        except Refusal as refusal:
            self.world.complain("response_url", refusal, self.faults.unknown_blocks)
            is_gone = refusal.error in {"used_url", "expired_url", "invalid_url"}
            return JSONResponse(
                {"ok": False, "error": refusal.error, **refusal.more}, 404 if is_gone else 400
            )
        finally:
            self._after_call()
        if fault == "slow":
            await asyncio.sleep(self.faults.slow_seconds)
        return LostResponse() if fault == "lost" else PlainTextResponse("ok")

    async def _upload(self, request: Request) -> Response:
        file = self.world.files.get(request.path_params["file"])
        if file is None or file.complete:
            return PlainTextResponse("file_not_found", 404)
        file.content = await request.body()
        return PlainTextResponse(f"OK - {len(file.content)}")

    async def _download(self, request: Request) -> Response:
        file = self.world.files.get(request.path_params["file"])
        if file is None:
            return PlainTextResponse("file_not_found", 404)
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        if file.user and token not in self.api.tokens:
            return HTMLResponse(
                "<title>Sign in to Slack</title>"
            )  # what Slack answers to whoever shows no token
        return Response(file.content)
