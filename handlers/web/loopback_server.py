"""Serves a small ASGI app inside a block."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import structlog
import uvicorn
from starlette.applications import Starlette
from uvicorn.protocols.http.h11_impl import H11Protocol

from storage.errors import SettingsError

MOST_CONNECTIONS = 512
"""Most connections open at once; Slack uses a handful."""
HEAD_S = 10.0
"""Seconds that a request's head may take to arrive, and that a connection may be silent."""

log = structlog.get_logger(__name__)


class _BoundedProtocol(H11Protocol):
    """HTTP connection that is closed if its request doesn't arrive in time, or too many connections are open."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # uvicorn narrows it too
        """Accept the connection unless too many are open, and start waiting for its first request."""
        super().connection_made(transport)
        self._late = self.loop.call_later(HEAD_S, self._close_silent)
        if len(self.connections) > MOST_CONNECTIONS:
            log.warning("too_many_connections", open=len(self.connections))
            transport.abort()

    def data_received(self, data: bytes) -> None:
        """Take bytes; a later request's head has as long as the first, from its first byte on."""
        super().data_received(data)
        if not self._awaits_head():
            self._late.cancel()
        elif self._late.cancelled():
            self._late = self.loop.call_later(HEAD_S, self._close_silent)

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the timer of a closed connection."""
        super().connection_lost(exc)
        self._late.cancel()

    def _awaits_head(self) -> bool:
        """Return whether no request is in hand: its head hasn't arrived, or the last one is answered."""
        cycle = getattr(self, "cycle", None)
        return cycle is None or cycle.response_complete

    def _close_silent(self) -> None:
        if self._awaits_head():
            self.transport.abort()


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Install no signal handlers; the program has its own."""
        yield


def listen(host: str, port: int, setting: str) -> socket.socket:
    """Return a socket bound to the address. Raises `SettingsError` naming `setting` if that fails."""
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        advice = f"Set {setting} to another"
        if isinstance(error, socket.gaierror):
            advice = "Correct PAPERBOUT_HOST"
        raise SettingsError(
            f"Paperbout can't listen on {host}:{port} ({error.strerror}). {advice}."
        ) from error
    return listener


@asynccontextmanager
async def serve(
    app: Starlette, host: str = "127.0.0.1", port: int = 0, setting: str = "PORT"
) -> AsyncIterator[int]:
    """Serve the app inside this block; yields the port. Raises `SettingsError` naming `setting` if the port is taken."""
    listener = listen(host, port, setting)
    server = _Server(
        uvicorn.Config(
            app,
            http=_BoundedProtocol,
            ws="none",
            log_config=None,
            lifespan="off",
            access_log=False,
            timeout_graceful_shutdown=1,
        )
    )
    task = asyncio.create_task(server.serve(sockets=[listener]))
    while not server.started and not task.done():  # noqa: ASYNC110 - uvicorn offers a flag, no event
        await asyncio.sleep(0.005)
    try:
        yield int(listener.getsockname()[1])
    finally:
        server.should_exit = True
        await task
