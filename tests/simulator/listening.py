"""A Bolt app behind real HTTP on loopback, or on Socket Mode, for the stand-in to talk to."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator

import uvicorn
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.signature import Clock as SlackClock
from slack_sdk.signature import SignatureVerifier
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from handlers.demo.slack import Simulator


class _Time(SlackClock):
    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator

    def now(self) -> float:
        return self._simulator.world.clock()


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def bolt(slack: Simulator) -> AsyncApp:
    """A Bolt app that checks signatures by the stand-in's clock."""
    client = AsyncWebClient(token=slack.bot_token, base_url=slack.url)
    app = AsyncApp(
        name="tests", client=client, signing_secret=slack.signing_secret, request_verification_enabled=False
    )
    verifier = SignatureVerifier(slack.signing_secret, _Time(slack))

    @app.middleware
    async def verify(req: object, next: object) -> None:  # noqa: A002  # Bolt injects by name
        headers = {name: values[0] for name, values in req.headers.items()}  # type: ignore[attr-defined]  # Bolt's request
        if req.mode == "http":  # type: ignore[attr-defined]  # Bolt's request
            assert verifier.is_valid_request(req.raw_body, headers)  # type: ignore[attr-defined]  # Bolt's request
        await next()  # type: ignore[operator]  # Bolt's next

    return app


@contextlib.asynccontextmanager
async def over_http(slack: Simulator, app: AsyncApp) -> AsyncIterator[None]:
    """Serve the app and have the stand-in deliver to it."""
    handler = AsyncSlackRequestHandler(app)

    async def endpoint(request: Request) -> Response:
        return await handler.handle(request)

    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    routes = [Route("/slack/events", endpoint, methods=["POST"])]
    server = _Server(
        uvicorn.Config(
            Starlette(routes=routes), log_config=None, lifespan="off", ws="none", timeout_graceful_shutdown=1
        )
    )
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    slack.deliver_to(f"http://127.0.0.1:{listener.getsockname()[1]}/slack/events")
    try:
        yield
    finally:
        slack.deliver_to(None)
        server.should_exit = True
        await serving


@contextlib.asynccontextmanager
async def over_socket(slack: Simulator, app: AsyncApp) -> AsyncIterator[SocketModeClient]:
    """Connect the app by Socket Mode with slack_sdk's own client."""
    from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler

    handler = AsyncSocketModeHandler(app, slack.app_token, web_client=app.client)
    await handler.connect_async()  # type: ignore[no-untyped-call]  # Bolt leaves it untyped
    await slack.until(lambda: slack.sockets.connected)
    try:
        yield handler.client
    finally:
        await handler.close_async()  # type: ignore[no-untyped-call]  # Bolt leaves it untyped
