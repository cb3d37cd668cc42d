"""Delivers signed HTTP requests or Socket Mode messages to the bot, and repeats events not acknowledged in 3 s."""

import asyncio
import contextlib
import hashlib
import hmac
import json
import ssl
from collections.abc import Callable, Coroutine
from typing import Any, Final
from urllib.parse import urlencode

import httpx

from handlers.demo.slack.delivery.sockets import Sockets
from handlers.demo.slack.faults import DELIVERIES, Faults
from handlers.demo.slack.state.world import World
from handlers.demo.slack.wire import Ack, Delivered, Json

RETRY_SECONDS: Final = (0.0, 60.0, 300.0)
"""Seconds before each retry of an event that the bot didn't acknowledge."""


class Deliveries:
    """Sends events, interactions and commands to the bot, and stores every attempt in `log`; seconds are real ones."""

    def __init__(
        self,
        world: World,
        faults: Faults,
        sockets: Sockets,
        signing_secret: str,
        ack_seconds: float,
        retry_seconds: tuple[float, ...],
        wake: Callable[[], None],
    ) -> None:
        self.world = world
        self.faults = faults
        self.sockets = sockets
        self.signing_secret = signing_secret
        self.ack_seconds = ack_seconds
        self.retry_seconds = retry_seconds
        self.url: str | None = None
        self.subscribed: set[str] | None = None
        """Names of the events to send, as in a manifest's bot_events; None means all."""
        self.log: list[Delivered] = []
        self.in_flight = 0
        self.hears: Callable[[str], bool] = lambda _kind: True
        """Function that returns whether the bot's scopes allow a kind of event."""
        self._wake = wake
        self._tasks: set[asyncio.Task[None]] = set()
        self._client: httpx.AsyncClient | None = None

    async def close(self) -> None:
        """Cancel all deliveries in progress."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._client is not None:
            await self._client.aclose()

    # events

    async def flush(self) -> None:
        """Send the queued events; returns when each was acknowledged or its retries are scheduled."""
        events = [self.world.events.popleft() for _ in range(len(self.world.events))]
        await asyncio.gather(*(self._event(event) for event in events if self._wanted(event)))

    def flush_soon(self) -> None:
        """Send the queued events in the background."""
        if self.world.events:
            self._in_background(self.flush())

    def _wanted(self, event: Json) -> bool:
        kind = event["type"]
        if kind == "message":
            place = event["channel_type"]
            kind = f"message.{place}" if place in {"im", "mpim"} else f"message.{place}s"
        return self.hears(kind) and (self.subscribed is None or kind in self.subscribed)

    async def rate_limited(self) -> None:
        """Tell the bot that events of this minute were dropped, as Slack does beyond 30,000 an hour."""
        world = self.world
        payload: Json = {"type": "app_rate_limited", "token": "verification-token", "team_id": world.team}
        minute = int(world.clock()) // 60 * 60
        await self._attempt(
            "events_api", payload | {"minute_rate_limited": minute, "api_app_id": world.app_id}
        )

    async def _event(self, event: Json) -> None:
        world = self.world
        payload: Json = {
            "token": "verification-token",
            "team_id": world.team,
            "api_app_id": world.app_id,
            "event": event,
            "type": "event_callback",
            "event_id": world.new_id("Ev"),
            "event_time": int(world.clock()),
            "event_context": world.new_id("EC"),
            "is_ext_shared_channel": self._is_shared(event),
            "authorizations": [
                {
                    "enterprise_id": world.enterprise or None,
                    "team_id": None if world.is_enterprise_install else world.team,
                    "user_id": world.bot_user,
                    "is_bot": True,
                    "is_enterprise_install": world.is_enterprise_install,
                }
            ],
        }
        if world.enterprise:
            payload["enterprise_id"] = world.enterprise
        duplicate = self.faults.draw(DELIVERIES) == "duplicate"
        ack = await self._attempt("events_api", payload)
        if duplicate and ack.ok:
            await self._attempt("events_api", payload, 1, "http_timeout")
        for number, delay in enumerate(self.retry_seconds, start=1):
            if ack.ok or ack.no_retry or not self.reachable:
                return
            if delay > 0:
                self._in_background(self._retry_later(payload, number, ack))
                return
            ack = await self._attempt("events_api", payload, number, ack.reason)

    def _is_shared(self, event: Json) -> bool:
        channel = event.get("channel")
        conversation = self.world.channels.get(channel) if isinstance(channel, str) else None
        return conversation is not None and bool(conversation.teams)

    async def _retry_later(self, payload: Json, first: int, ack: Ack) -> None:
        for number in range(first, len(self.retry_seconds) + 1):
            await asyncio.sleep(self.retry_seconds[number - 1])
            ack = await self._attempt("events_api", payload, number, ack.reason)
            if ack.ok or ack.no_retry:
                return

    # one attempt

    async def interact(self, kind: str, payload: Json) -> Ack:
        """Send an interaction or a slash command once; Slack never repeats these."""
        return await self._attempt(kind, payload)

    @property
    def reachable(self) -> bool:
        """Whether a bot is connected, by socket or HTTP."""
        return bool(self.url) or self.sockets.connected

    async def _attempt(self, kind: str, payload: Json, attempt: int = 0, reason: str = "") -> Ack:
        self.in_flight += 1
        try:
            if self.sockets.connected:
                ack = await self.sockets.send(kind, payload, attempt, reason, self.ack_seconds)
            elif self.url:
                ack = await self._post(kind, payload, attempt, reason)
            else:
                ack = Ack(ok=False, reason="nobody_listens")
        finally:
            self.in_flight -= 1
        self.log.append(Delivered(kind, payload, attempt, ack, self.world.clock()))
        self._wake()
        return ack

    async def _post(self, kind: str, payload: Json, attempt: int, reason: str) -> Ack:
        assert self.url is not None
        if kind == "events_api":
            body, content_type = json.dumps(payload), "application/json"
        else:
            form = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
            body, content_type = urlencode(form), "application/x-www-form-urlencoded"
        headers = {"content-type": content_type, **self.signature(body)}
        if attempt:
            headers |= {"x-slack-retry-num": str(attempt), "x-slack-retry-reason": reason}
        try:
            answer = await self._http().post(
                self.url, content=body, headers=headers, timeout=self.ack_seconds
            )
        except httpx.TimeoutException:
            return Ack(ok=False, reason="http_timeout")
        except httpx.TransportError:
            return Ack(ok=False, reason="connection_failed")
        no_retry = answer.headers.get("x-slack-no-retry") == "1"
        content: Any = answer.text
        with contextlib.suppress(ValueError):
            content = answer.json() if answer.content else None
        if not answer.is_success:
            return Ack(
                ok=False, status=answer.status_code, body=content, reason="http_error", no_retry=no_retry
            )
        return Ack(ok=True, status=answer.status_code, body=content, no_retry=no_retry)

    def signature(self, body: str) -> dict[str, str]:
        """Return the HTTP headers with Slack's signature of a request body."""
        timestamp = str(int(self.world.clock()))
        digest = hmac.new(self.signing_secret.encode(), f"v0:{timestamp}:{body}".encode(), hashlib.sha256)
        return {"x-slack-request-timestamp": timestamp, "x-slack-signature": f"v0={digest.hexdigest()}"}

    def _http(self) -> httpx.AsyncClient:
        if self._client is None:
            limits = httpx.Limits(max_connections=None, max_keepalive_connections=20)
            nobody = ssl.SSLContext(
                ssl.PROTOCOL_TLS_CLIENT
            )  # bots here speak plain HTTP; no certificates are read
            self._client = httpx.AsyncClient(trust_env=False, limits=limits, verify=nobody)
        return self._client

    def _in_background(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
