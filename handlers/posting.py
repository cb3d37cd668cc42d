"""Outbox rows become messages: rendered from the newest state, paced per channel, posted once per key, then updated."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import Any

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.timing import Time
from handlers.blocks.parts import Message, fresh
from handlers.native import Levels, error_code
from handlers.services import Renderer, Services
from storage import messages, work
from storage.messages import Wanted
from storage.work import Work

EVENT_TYPE = "paperbout_message"
RETRY_S = (2, 10, 60, 300, 1800)
FINAL = {
    "channel_not_found": "the channel is gone, or the bot isn't in it",
    "not_in_channel": "the bot was removed from the channel",
    "is_archived": "the channel is archived",
    "account_inactive": "the bot's token was revoked",
    "token_revoked": "the bot's token was revoked",
    "invalid_auth": "the bot's token isn't valid",
    "user_not_found": "the person isn't in the workspace any more",
    "cannot_dm_bot": "bots get no messages",
    "restricted_action": "the workspace doesn't let the bot post there",
    "message_not_found": "the message was deleted in Slack",
    "cant_update_message": "the message can't be changed any more",
}

UNKNOWN = {"unknown_method", "method_not_supported", "http_404", "http_405", "http_501"}
"""How Slack and independent servers say that they don't know a method."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Place:
    channel: str
    thread_ts: str | None


class Poster:
    """Writes the outbox of each channel in order, one writer per channel in this process."""

    def __init__(
        self,
        services: Services,
        renderers: Mapping[str, Renderer],
        client: Callable[[str], AsyncWebClient],
        time: Time,
        levels: Levels,
    ) -> None:
        self._levels = levels
        self._services = services
        self._renderers = renderers
        self._client = client
        self._time = time
        self._busy: set[tuple[str, str]] = set()
        self._again: set[tuple[str, str]] = set()

    async def post(self, workspace: str, message_id: int) -> None:
        """Write the channel of a due message, and all others due there."""
        async with self._services.database.reading(workspace) as session:
            channel = await messages.channel_of(session, message_id)
        if channel is None:
            return
        place = (workspace, channel)
        if place in self._busy:
            self._again.add(place)
            return
        self._busy.add(place)
        try:
            while await self._next(workspace, channel) or place in self._again:
                self._again.discard(place)
        finally:
            self._busy.discard(place)
            self._again.discard(place)

    async def _next(self, workspace: str, channel: str) -> bool:
        """Write the next due message of a channel; False when there is none."""
        now = self._time.now()
        async with self._services.database.transaction(workspace) as session:
            row_id = await messages.next_in(session, channel, now)
            if row_id is None:
                return False
            if not await work.take(session, Work.MESSAGE, row_id, now, self._services.settings.lease_s):
                return True
            wanted = await messages.taken(session, row_id)
            thread_ts = wanted.thread_ts
            if wanted.thread_key is not None:
                status, thread_ts = await messages.root(session, channel, wanted.thread_key)
                if thread_ts is None and status not in {"failed", "none"}:
                    await work.give_back(
                        session,
                        Work.MESSAGE,
                        row_id,
                        reason="waits for the message it belongs under",
                        not_before=now + timedelta(seconds=30),
                        counts=False,
                    )
                    return True
        with structlog.contextvars.bound_contextvars(key=wanted.key, channel=channel):
            await self._write(workspace, wanted, thread_ts)
        return True

    async def _write(self, workspace: str, wanted: Wanted, thread_ts: str | None) -> None:
        database = self._services.database
        async with database.reading(workspace) as session:
            rendered = await self._renderers[wanted.kind](session, wanted, self._services)
        if rendered is None:
            async with database.transaction(workspace) as session:
                await messages.ended(session, wanted.id, "there is nothing to show any more")
            return

        async def send(message: Message) -> tuple[str, str]:
            return await self._send(workspace, wanted, thread_ts, message)

        try:
            channel, ts = await self._levels.send(workspace, rendered, send)
        except SlackApiError as error:
            await self._refused(workspace, wanted, error)
            return
        except (SlackClientError, aiohttp.ClientError, OSError, TimeoutError) as error:
            await self._later(workspace, wanted, f"Slack couldn't be reached: {error}")
            return
        async with database.transaction(workspace) as session:
            await messages.posted(session, wanted.id, version=wanted.wanted, ts=ts, channel=channel)
        log.info("posted", kind=wanted.kind, ts=ts, update=wanted.ts is not None)

    async def _send(
        self, workspace: str, wanted: Wanted, thread_ts: str | None, message: Message
    ) -> tuple[str, str]:
        """Post or update, and return where the message stands."""
        client = self._client(workspace)
        if message.picture is not None:
            return await self._upload(workspace, wanted, thread_ts, message)
        blocks = fresh(message.blocks, wanted.key, wanted.wanted)
        if wanted.ts is not None:
            place = wanted.posted_channel or wanted.channel
            await client.chat_update(channel=place, ts=wanted.ts, text=message.text, blocks=blocks)
            return place, wanted.ts
        channel = await self._open(client, wanted.channel)
        if wanted.tried_at is not None:
            found = await self._find(client, channel, thread_ts, wanted)
            if found is not None:
                await client.chat_update(channel=channel, ts=found, text=message.text, blocks=blocks)
                return channel, found
        await self._turn(workspace, channel)
        async with self._services.database.transaction(workspace) as session:
            await messages.trying(session, wanted.id, self._time.now())
        answer = await client.chat_postMessage(
            channel=channel,
            text=message.text,
            blocks=blocks,
            thread_ts=thread_ts,
            unfurl_links=False,
            unfurl_media=False,
            metadata={"event_type": EVENT_TYPE, "event_payload": {"key": wanted.key, "row": str(wanted.id)}},
        )
        return str(answer.get("channel") or channel), str(answer["ts"])

    async def _upload(
        self, workspace: str, wanted: Wanted, thread_ts: str | None, message: Message
    ) -> tuple[str, str]:
        """Upload a picture once. Slack names no `ts` for it, so its file's id stands in its place."""
        picture = message.picture
        assert picture is not None
        if wanted.ts is not None:
            return wanted.posted_channel or wanted.channel, wanted.ts
        client = self._client(workspace)
        channel = await self._open(client, wanted.channel)
        if wanted.tried_at is not None:
            found = await self._find_file(client, channel, thread_ts, picture.name)
            if found is not None:
                return channel, found
        await self._turn(workspace, channel)
        async with self._services.database.transaction(workspace) as session:
            await messages.trying(session, wanted.id, self._time.now())
        answer = await client.files_upload_v2(
            file_uploads=[
                {
                    "content": picture.png,
                    "filename": picture.name,
                    "title": picture.title,
                    "alt_txt": picture.alt,
                }
            ],
            channel=channel,
            thread_ts=thread_ts,
            initial_comment=message.text,
        )
        files = answer.get("files")
        assert isinstance(files, list)
        return channel, str(files[0]["id"])

    async def _find_file(
        self, client: AsyncWebClient, channel: str, thread_ts: str | None, name: str
    ) -> str | None:
        """The id of a file of ours whose upload was tried but not noted, or None."""
        for message in await self._recent(client, channel, thread_ts):
            for file in message.get("files") or ():
                if file.get("name") == name and message.get("bot_id"):
                    return str(file["id"])
        return None

    async def _turn(self, workspace: str, channel: str) -> None:
        interval = self._services.settings.post_interval_s
        if interval <= 0:
            return
        async with self._services.database.transaction(workspace) as session:
            now = self._time.now()
            turn = await messages.next_turn(session, f"slack:{workspace}:{channel}", interval, now)
        await self._time.sleep((turn - now).total_seconds())

    @staticmethod
    async def _open(client: AsyncWebClient, channel: str) -> str:
        """The channel, or the direct conversation with a person."""
        if not channel.startswith(("U", "W")):
            return channel
        try:
            answer = await client.conversations_open(users=channel)
        except SlackApiError as error:
            if error_code(error) not in UNKNOWN:
                raise
            log.warning("unknown_method", method="conversations.open")
            return channel
        opened = answer.get("channel")
        return str(opened["id"]) if isinstance(opened, dict) else channel

    @staticmethod
    async def _find(
        client: AsyncWebClient, channel: str, thread_ts: str | None, wanted: Wanted
    ) -> str | None:
        """Look for a message of ours whose posting was tried but not noted; its ts, or None."""
        for message in await Poster._recent(client, channel, thread_ts):
            metadata = message.get("metadata") or {}
            if (
                metadata.get("event_type") == EVENT_TYPE
                and metadata.get("event_payload", {}).get("key") == wanted.key
            ):
                return str(message["ts"])
        return None

    @staticmethod
    async def _recent(
        client: AsyncWebClient, channel: str, thread_ts: str | None
    ) -> Sequence[Mapping[str, Any]]:
        """The newest messages of a channel, or those of a thread; none where the server can't say."""
        try:
            if thread_ts is None:
                answer = await client.conversations_history(
                    channel=channel, limit=50, include_all_metadata=True
                )
            else:
                answer = await client.conversations_replies(
                    channel=channel, ts=thread_ts, limit=200, include_all_metadata=True
                )
        except SlackApiError as error:
            if error_code(error) not in {*UNKNOWN, "missing_scope"}:
                raise
            log.warning("cannot_look_for_lost_message", answer=error_code(error))
            return ()
        found: object = answer.get("messages")
        return found if isinstance(found, list) else ()

    async def _refused(self, workspace: str, wanted: Wanted, error: SlackApiError) -> None:
        name = error_code(error)
        if error.response.status_code == HTTPStatus.TOO_MANY_REQUESTS or name == "ratelimited":
            seconds = int(error.response.headers.get("Retry-After", "1"))
            async with self._services.database.transaction(workspace) as session:
                await work.give_back(
                    session,
                    Work.MESSAGE,
                    wanted.id,
                    reason="Slack asked to wait",
                    not_before=self._time.now() + timedelta(seconds=seconds),
                    counts=False,
                )
            await self._time.sleep(seconds)
            return
        if name in FINAL:
            log.warning("message_ended", reason=name)
            async with self._services.database.transaction(workspace) as session:
                await messages.ended(session, wanted.id, FINAL[name])
            return
        detail = error.response.get("response_metadata")
        await self._later(
            workspace, wanted, f"Slack answered {name}: {detail}" if detail else f"Slack answered {name}"
        )

    async def _later(self, workspace: str, wanted: Wanted, reason: str) -> None:
        async with self._services.database.transaction(workspace) as session:
            attempts = await work.attempts(session, Work.MESSAGE, wanted.id)
            seconds = RETRY_S[min(max(attempts, 1), len(RETRY_S)) - 1]
            failed = await work.give_back(
                session,
                Work.MESSAGE,
                wanted.id,
                reason=reason,
                not_before=self._time.now() + timedelta(seconds=seconds),
            )
        log.warning("message_failed" if failed else "message_put_off", reason=reason)
