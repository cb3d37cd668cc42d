"""Sends one message to Slack: posts or changes it, and searches for it if an earlier result is unknown."""

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.work.timing import Time
from handlers.blocks.builders import Message, fresh
from handlers.slack.services import Services
from handlers.slack.workspaces.block_support import error_code
from handlers.slack.workspaces.outages import SlackAwayError
from storage.work import delivery, host_turns, outbox
from storage.work.delivery import MessageRequest

EVENT_TYPE = "paperbout_message"
SKEW = timedelta(minutes=5)
"""How far Slack's clock and ours may differ."""
PAGE = 200
UPDATES_PER_POST = 1.2
"""Ratio of Slack's limits: sixty new messages and fifty changes per minute."""

UNKNOWN = {"unknown_method", "method_not_supported", "http_404", "http_405", "http_501"}
"""Error codes of Slack and other servers that don't know a method."""

PERSON = ("U", "W")
"""First letters of user ids."""
DIRECT = (*PERSON, "D")
"""First letters of ids of places where a message reaches one person."""

log = structlog.get_logger(__name__)


class HoldLostError(Exception):
    """Raised when another process has taken over the posting of a message, because our lease expired.

    Write nothing more about it.
    """


@dataclass
class Hold:
    """The lease under which this process posts a message. Its end `until` tells it from the leases of others."""

    until: datetime


@dataclass(frozen=True, slots=True)
class Clients:
    """Clients by workspace: `again` retries requests that may be repeated, `once` sends each request at most once."""

    again: Callable[[str], AsyncWebClient]
    once: Callable[[str], AsyncWebClient]


class Sender:
    """Posts, changes and finds outbox messages at the rate that Slack allows."""

    def __init__(self, services: Services, clients: Clients, time: Time) -> None:
        self._services = services
        self._clients = clients
        self._time = time

    async def send(
        self, workspace: str, request: MessageRequest, hold: Hold, thread_ts: str | None, message: Message
    ) -> tuple[str, str]:
        """Post or change a message; return its (channel, ts). Raises `HoldLostError`."""
        blocks = fresh(message.blocks, request.key, request.version)
        again = self._clients.again(workspace)

        async def change(channel: str, ts: str) -> tuple[str, str]:
            await self._turn(workspace, "chat.update", UPDATES_PER_POST, first=request.is_urgent)
            await again.chat_update(channel=channel, ts=ts, text=message.text, blocks=blocks)
            return channel, ts

        if request.ts is not None:
            return await change(request.posted_channel or request.channel, request.ts)
        channel = await self._open(again, request.channel)
        await self._turn(workspace, channel, 1.0, first=request.is_urgent)
        already = await self._about_to_post(workspace, request, hold)
        if already is not None:
            return await change(*already)
        answer = await self._clients.once(workspace).chat_postMessage(
            channel=channel,
            text=message.text,
            blocks=blocks,
            thread_ts=thread_ts,
            unfurl_links=False,
            unfurl_media=False,
            metadata={
                "event_type": EVENT_TYPE,
                "event_payload": {"key": request.key, "row": str(request.id)},
            },
        )
        ts = answer.get("ts")
        if not isinstance(ts, str) or not ts:
            raise SlackAwayError("Slack's answer doesn't say where the message stands")
        return str(answer.get("channel") or channel), ts

    async def placed(self, workspace: str, request: MessageRequest, thread_ts: str | None) -> MessageRequest:
        """Return the request with its message's place if an earlier post without a recorded result reached Slack."""
        if request.ts is not None or request.tried_at is None:
            return request
        client = self._clients.again(workspace)
        channel = await self._open(client, request.channel)
        ts = await self._find(workspace, client, channel, thread_ts, request, request.tried_at)
        return request if ts is None else replace(request, ts=ts, posted_channel=channel)

    async def take_back(self, workspace: str, channel: str, ts: str) -> None:
        """Delete a message that was posted a second time by another poster."""
        log.warning("doubled_message_taken_back", channel=channel, ts=ts)
        await self._clients.again(workspace).chat_delete(channel=channel, ts=ts)

    async def _about_to_post(
        self, workspace: str, request: MessageRequest, hold: Hold
    ) -> tuple[str, str] | None:
        """Record that a post is about to be tried.

        Return the message's (channel, ts) if it is posted already, else None.
        """
        async with self._services.database.transaction(workspace, alone=False) as session:
            attempt = await delivery.note_attempt(
                session, request.id, hold.until, self._time.now(), self._services.settings.lease_s
            )
        if attempt is None:
            raise HoldLostError
        hold.until = attempt.until
        return attempt.place

    async def _turn(self, workspace: str, place: str, intervals: float, *, first: bool) -> None:
        """Wait for the next turn of a place, shared by all processes; `first` goes before messages nobody waits for."""
        interval = self._services.settings.post_interval_s * intervals
        if interval <= 0:
            return
        database, name = self._services.database, f"slack:{workspace}:{place}"
        while True:
            async with database.transaction(workspace, alone=False) as session:
                now = self._time.now()
                turn = await host_turns.next_turn(session, name, interval, now, first=first)
            await self._time.sleep((turn - now).total_seconds())
            if first or turn <= now:
                return
            async with database.reading(workspace) as session:
                if not await host_turns.was_taken_away(session, name, turn):
                    return

    @staticmethod
    async def _open(client: AsyncWebClient, channel: str) -> str:
        """Return the channel, or the direct message's id for a user id."""
        if not channel.startswith(PERSON):
            return channel
        try:
            answer = await client.conversations_open(users=channel)
        except SlackApiError as error:
            if error_code(error) not in UNKNOWN:
                raise
            log.warning("unknown_method", method="conversations.open")
            return channel
        conversation = answer.get("channel")
        return str(conversation["id"]) if isinstance(conversation, dict) else channel

    async def _find(
        self,
        workspace: str,
        client: AsyncWebClient,
        channel: str,
        thread_ts: str | None,
        request: MessageRequest,
        since: datetime,
    ) -> str | None:
        """Find our message whose earlier post had no recorded result; return its ts or None.

        After a restored backup, a card below the same link also counts, though its row was lost.
        """
        candidates: list[str] = []
        async for message in self._since(client, channel, thread_ts, since):
            metadata = message.get("metadata") or {}
            if metadata.get("event_type") != EVENT_TYPE:
                continue
            key = str(metadata.get("event_payload", {}).get("key"))
            if key == request.key:
                return str(message["ts"])
            if request.may_be_another_row and _is_card_of_same_link(key, request.key):
                candidates.append(str(message["ts"]))
        async with self._services.database.reading(workspace) as session:
            for ts in candidates:
                if not await outbox.is_taken(session, channel, ts):
                    return ts
        return None

    async def _since(
        self, client: AsyncWebClient, channel: str, thread_ts: str | None, since: datetime
    ) -> AsyncIterator[Mapping[str, Any]]:
        """Yield the messages of a channel or thread since a moment; none if the server can't list them."""
        oldest = f"{(since - SKEW).timestamp():.6f}"
        cursor: str | None = None
        while True:
            try:
                if thread_ts is None:
                    answer = await client.conversations_history(
                        channel=channel, oldest=oldest, limit=PAGE, cursor=cursor, include_all_metadata=True
                    )
                else:
                    answer = await client.conversations_replies(
                        channel=channel,
                        ts=thread_ts,
                        oldest=oldest,
                        limit=PAGE,
                        cursor=cursor,
                        include_all_metadata=True,
                    )
            except SlackApiError as error:
                if error_code(error) not in {*UNKNOWN, "missing_scope"}:
                    raise
                log.warning("cannot_look_for_lost_message", answer=error_code(error))
                return
            messages: object = answer.get("messages")
            for message in messages if isinstance(messages, list) else ():
                yield message
            more = str((answer.get("response_metadata") or {}).get("next_cursor") or "")
            if not more or more == cursor:
                return
            cursor = more


def _is_card_of_same_link(key: str, other: str) -> bool:
    """Return whether two keys belong to cards below the same message: `card:ENTRY:TS` with the same ts."""
    kind, _, rest = key.partition(":")
    other_kind, _, other_rest = other.partition(":")
    return kind == other_kind == "card" and rest.partition(":")[2] == other_rest.partition(":")[2]
