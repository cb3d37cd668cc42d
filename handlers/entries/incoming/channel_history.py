"""Reads a channel's history for links: newest first, within Slack's rate limits, and says so if it can't.

How far a reading went is stored with every page, so that it goes on after a restart; at 15 messages a minute it takes
days.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.entries import history_readings as readings
from bot.entries.channel_history import PastLinks
from bot.papers import links
from handlers.blocks import builders
from handlers.blocks.builders import Message
from handlers.entries.incoming import channel_history_view
from handlers.entries.incoming.thread_replies import replies_since
from handlers.slack.calls import Call
from handlers.slack.services import Renderer, Services
from handlers.slack.words.mentions import is_persons, is_workflow, poster_of
from handlers.slack.workspaces.block_support import error_code
from handlers.slack.workspaces.outages import seconds_to_wait
from storage.database.engine import Transaction
from storage.errors import PaperboutError, StorageError
from storage.leagues import history_readings, league_rows
from storage.leagues.history_readings import Purpose, Reading
from storage.work.delivery import MessageRequest
from storage.workspaces import restored_copies

PAGE = 200
MOST_MESSAGES = 50_000
PAUSE_S = 1.5
FEW = 15
"""Messages per call for apps distributed outside Slack's Marketplace, which get one call per minute."""
SLOW_PAUSE_S = 61
MOST_WAITS = 30
"""How many times in a row a reading waits when Slack limits the calls; then it is left for later."""
MOST_LOOKS, MOVED_WITHIN_S = 3, 20
"""How often, and how many seconds apart, a reading looks for a channel's new id after Slack refused the old one."""
LOOKS_EACH_S = 300
FORBIDDEN = frozenset({"missing_scope", "not_in_channel", "channel_not_found", "not_allowed_token_type"})

log = structlog.get_logger(__name__)
_running: set[asyncio.Task[None]] = set()

Access = Callable[[str], Awaitable[tuple[AsyncWebClient, str]]]
"""Function from a workspace to its Slack client and the bot's user id."""


@dataclass(slots=True)
class _Reader:
    """What reads one channel: `say` answers the person who asked, while they still can be answered there."""

    services: Services
    client: AsyncWebClient
    workspace: str
    bot_user: str
    league: int
    channel: str
    why: Purpose
    say: Callable[[str], Awaitable[object]] | None = None
    is_slow: bool = False
    since: float = 0.0
    """Time of the backup whose lacking links are read, in seconds since 1970; older messages were taken in before it."""

    async def read(self, reading: Reading) -> None:
        """Read on from where the reading is, to its end or until Slack refuses."""
        waits = 0
        while reading.messages < MOST_MESSAGES:
            try:
                answer = await self.client.conversations_history(
                    channel=self.channel,
                    limit=PAGE,
                    oldest=reading.oldest or None,
                    latest=reading.latest or None,
                )
            except SlackApiError as error:
                if await self._has_moved(error):
                    continue
                if error_code(error) != "ratelimited":
                    await self._end(_why(error))
                    log.warning("reading_stopped", channel=self.channel, error=error_code(error))
                    return
                if waits >= MOST_WAITS:
                    await self._leave()
                    return
                waits += 1  # two readings share the minute's one call
                await self._say_slow()
                async with self.services.database.transaction(self.workspace) as session:
                    await readings.hold(session, self.league, self.why, self.services.now())
                await self._sleep(seconds_to_wait(getattr(error.response, "headers", None)) + 1)
                continue
            waits = 0
            batch: list[dict[str, Any]] = answer.get("messages") or []
            try:
                reading = await self._take(batch, await self._replies(batch, reading))
            except PaperboutError as error:  # the league rests, so nothing comes in
                await self._end(f" {error.sentence}")
                return
            if not batch or not (answer.get("response_metadata") or {}).get("next_cursor"):
                break
            if len(batch) == FEW:
                await self._say_slow()
            await self._sleep(SLOW_PAUSE_S if self.is_slow else PAUSE_S)
        await self._end("")

    async def _has_moved(self, error: SlackApiError) -> bool:
        """After Slack knows the channel no more, wait for its event of a new id; return whether it came."""
        if error_code(error) != "channel_not_found":
            return False
        for _ in range(MOST_LOOKS):
            async with self.services.database.reading(self.workspace) as session:
                channel = (await league_rows.get(session, self.league)).channel
            if channel != self.channel:
                self.channel = channel
                return True
            await self._sleep(MOVED_WITHIN_S)
        return False

    async def _replies(self, batch: list[dict[str, Any]], reading: Reading) -> list[dict[str, Any]]:
        """Return replies that a restored backup lacks, in the threads of a page's messages."""
        if self.why != "recovery" or not reading.oldest:
            return []
        self.since = readings.backup_time(reading)
        return await replies_since(self.client, self.channel, batch, self.since, self._sleep)

    async def _take(self, batch: list[dict[str, Any]], replies: list[dict[str, Any]]) -> Reading:
        page = [past for message in (*replies, *batch) if (past := self._past_links(message)) is not None]
        async with self.services.database.transaction(self.workspace) as session:
            self.channel = (
                await league_rows.get(session, self.league)
            ).channel  # it may have a new id by now
            return await readings.take_page(
                session, self.league, self.channel, self.why, page, messages=len(batch),
                latest=min((str(message["ts"]) for message in batch if message.get("ts")), key=float, default=""),
                assessors=self.services.settings.assessors, now=self.services.now(),
            )  # fmt: skip

    def _past_links(self, message: dict[str, Any]) -> PastLinks | None:
        user, ts = poster_of(message), str(message.get("ts") or "")
        is_app = bool(message.get("bot_id")) and not is_workflow(message)
        if not user or not ts or is_app or user == self.bot_user:
            return None
        if self.why == "recovery" and (not is_persons(message) or float(ts) <= self.since):
            return None
        references = links.of_message(message)
        return PastLinks(user, ts, tuple(references), message.get("thread_ts")) if references else None

    async def _say_slow(self) -> None:
        """Tell the person once that Slack slows the reading down."""
        if not self.is_slow:
            self.is_slow = True
            log.info("history_is_limited", channel=self.channel)
            if self.say is not None:
                await self.say(channel_history_view.import_is_slow(self.channel))

    async def _sleep(self, seconds: float) -> None:
        await self.services.runtime.time.sleep(seconds)

    async def _leave(self) -> None:
        """Leave the reading for later, and tell the person."""
        async with self.services.database.transaction(self.workspace) as session:
            await readings.release(session, self.league, self.why)
        if self.say is not None:
            await self.say(channel_history_view.LIMITED)

    async def _end(self, ending: str) -> None:
        now = self.services.now()
        async with self.services.database.transaction(self.workspace) as session:
            reading = await history_readings.reading_of(session, self.league, self.why)
            await readings.end(session, self.league, self.why, now, ending, is_answered=self.say is not None)
        if reading is None:
            return
        log.info("history_read", channel=self.channel, why=self.why, messages=reading.messages)
        if self.say is not None and readings.answers_soon(reading, now):
            result = channel_history_view.brought_in(reading.new, reading.messages, self.channel)
            await self.say(f"{result}{ending}")


def in_background(call: Call, league: int, channel: str) -> None:
    """Start reading a channel's history without waiting; an interrupted reading goes on after a restart."""
    task = asyncio.create_task(bring_in(call, league, channel))
    _running.add(task)
    task.add_done_callback(_running.discard)


async def bring_in(call: Call, league: int, channel: str) -> None:
    """Read a channel's old messages, add the papers they link to, and tell the person how many."""
    services, now = call.services, call.services.now()
    async with services.database.transaction(call.workspace) as session:
        begun = await readings.begin_import(session, league, call.user, now)
        reading = await history_readings.take(session, league, "import", now)
    if reading is None:
        await call.answer(channel_history_view.import_goes_on(channel, begun.messages))
        return
    reader = _Reader(
        services, call.client, call.workspace, call.bot_user, league, channel, "import", call.answer
    )
    await reader.read(reading)


async def keep_reading(services: Services, access: Access) -> None:
    """Again and again go on with readings that no process is at, also of what a restored backup lacks."""
    async with asyncio.TaskGroup() as group:
        while True:
            try:
                async for work in unfinished_readings(services, access):
                    group.create_task(work)
            except Exception:  # the readings under way go on
                log.exception("readings_not_looked_for")
            await services.runtime.time.sleep(LOOKS_EACH_S)


async def unfinished_readings(services: Services, access: Access) -> AsyncIterator[Coroutine[Any, Any, None]]:
    """Begin the readings that restored backups need; take all that no process is at, and yield each as work to do."""
    async with services.database.reading(None) as session:
        behind = await restored_copies.workspaces_behind(session)
    for workspace, since in behind:
        async with services.database.transaction(workspace) as session:
            await readings.begin_recoveries(session, since, services.now())
    async with services.database.reading(None) as session:
        waiting = await history_readings.unfinished(session, services.now())
    for workspace, league, channel, why in waiting:
        async with services.database.transaction(workspace) as session:
            reading = await history_readings.take(session, league, why, services.now())
        if reading is not None:
            yield _read_on(services, access, workspace, league, channel, why, reading)


async def _read_on(
    services: Services,
    access: Access,
    workspace: str,
    league: int,
    channel: str,
    why: Purpose,
    reading: Reading,
) -> None:
    """Go on with a reading; what breaks it off leaves it for later, and ends no other."""
    try:
        client, bot_user = await access(workspace)
        await _Reader(services, client, workspace, bot_user, league, channel, why).read(reading)
    except Exception as error:
        if isinstance(error, PaperboutError):
            log.warning("reading_waits", workspace=workspace, channel=channel, reason=error.sentence)
        else:
            log.exception("reading_broke_off", workspace=workspace, channel=channel)
        with contextlib.suppress(StorageError):  # then it is held until its time is over
            async with services.database.transaction(workspace) as session:
                await readings.release(session, league, why)


async def _render(session: Transaction, request: MessageRequest, _services: Services) -> Message | None:
    """Render the result for the person who asked long ago."""
    league = await league_rows.get(session, request.about)
    options = request.options
    result = channel_history_view.brought_in(options["new"], options["messages"], league.channel)
    words = f"{result}{options['ending']}"
    return Message(words, (builders.section(words),))


MESSAGES: dict[str, Renderer] = {readings.KIND: _render}


def _why(error: SlackApiError) -> str:
    code = error_code(error)
    return (
        f" {channel_history_view.FORBIDDEN if code in FORBIDDEN else channel_history_view.broken_off(code)}"
    )
