"""Socket Mode: WebSockets opened by the bot, messages sent over them, and their acknowledgements."""

import asyncio
import itertools
import json
from dataclasses import dataclass, field
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from handlers.demo.slack.wire import Ack, Json


@dataclass(eq=False)
class _Link:
    socket: WebSocket
    replies: dict[str, asyncio.Future[Any]] = field(default_factory=dict)


class Sockets:
    """Open WebSocket connections; each message goes over the next one in turn."""

    def __init__(self, app_id: str) -> None:
        self.app_id = app_id
        self.base = ""
        self._tickets: set[str] = set()
        self._links: list[_Link] = []
        self._turn = itertools.count()
        self._ids = itertools.count(1)

    @property
    def connected(self) -> bool:
        """Whether any connection is open."""
        return bool(self._links)

    def open(self) -> str:
        """Return a new WebSocket URL that works for one connection."""
        ticket = f"ticket-{next(self._ids)}"
        self._tickets.add(ticket)
        return f"{self.base.replace('http', 'ws', 1)}/link/?ticket={ticket}&app_id={self.app_id}"

    async def endpoint(self, socket: WebSocket) -> None:
        """Serve one WebSocket connection until it closes."""
        ticket = socket.query_params.get("ticket", "")
        if ticket not in self._tickets:
            await socket.close(4001)
            return
        self._tickets.discard(ticket)
        await socket.accept()
        link = _Link(socket)
        hello = {
            "type": "hello",
            "num_connections": len(self._links) + 1,
            "connection_info": {"app_id": self.app_id},
        }
        await socket.send_text(json.dumps(hello | {"debug_info": {"host": "simulator"}}))
        self._links.append(link)
        try:
            while True:
                self._received(link, await socket.receive_text())
        except WebSocketDisconnect:
            pass
        finally:
            self._drop(link)

    def _received(self, link: _Link, text: str) -> None:
        message = json.loads(text)
        reply = link.replies.pop(message.get("envelope_id", ""), None)
        if reply is not None and not reply.done():
            reply.set_result(message.get("payload"))

    def _drop(self, link: _Link) -> None:
        if link in self._links:
            self._links.remove(link)
        for reply in link.replies.values():
            if not reply.done():
                reply.cancel()

    async def send(self, kind: str, payload: Json, attempt: int, reason: str, seconds: float) -> Ack:
        """Send a message over a WebSocket and wait at most `seconds` for its acknowledgement."""
        link = self._links[next(self._turn) % len(self._links)]
        envelope_id = f"envelope-{next(self._ids)}"
        envelope: Json = {"envelope_id": envelope_id, "type": kind, "payload": payload}
        envelope["accepts_response_payload"] = kind != "events_api"
        if kind == "events_api":
            envelope |= {"retry_attempt": attempt, "retry_reason": reason}
        reply: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        link.replies[envelope_id] = reply
        try:
            await link.socket.send_text(json.dumps(envelope))
            return Ack(ok=True, status=200, body=await asyncio.wait_for(asyncio.shield(reply), seconds))
        except TimeoutError:
            return Ack(ok=False, reason="timeout")
        except asyncio.CancelledError:
            if reply.cancelled():
                return Ack(ok=False, reason="connection_failed")
            raise
        except RuntimeError:  # starlette: sent on a closed socket
            return Ack(ok=False, reason="connection_failed")
        finally:
            link.replies.pop(envelope_id, None)

    async def disconnect(self, reason: str = "refresh_requested") -> None:
        """Ask every connection to reconnect and close it, as Slack does from time to time."""
        for link in list(self._links):
            self._drop(link)
            try:
                await link.socket.send_text(json.dumps({"type": "disconnect", "reason": reason}))
                await link.socket.close()
            except RuntimeError:
                continue
