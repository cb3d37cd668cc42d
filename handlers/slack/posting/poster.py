"""Posts outbox rows as messages: rendered from current data, paced per channel, posted once and then updated."""

import asyncio
from collections.abc import Mapping
from contextlib import nullcontext
from datetime import timedelta
from http import HTTPStatus

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.work.timing import Time
from handlers.blocks.builders import Message
from handlers.slack.posting import refusal_reasons
from handlers.slack.posting.closing import close_after
from handlers.slack.posting.display_names import with_names
from handlers.slack.posting.readers import may_read
from handlers.slack.posting.sender import DIRECT, Clients, Hold, HoldLostError, Sender
from handlers.slack.services import Renderer, Services
from handlers.slack.workspaces.block_support import Levels, error_code
from handlers.slack.workspaces.outages import is_outage, seconds_to_wait, status_of
from handlers.slack.workspaces.tokens import NoTokenError
from storage.work import delivery, leases, outbox
from storage.work.delivery import MessageRequest
from storage.work.leases import Work

RETRY_S: tuple[int, ...] = (2, 10, 60, 300, 1800)
OUTAGE_S: tuple[int, ...] = (2, 5, 15, 30, 60, 60, 60, 120)
"""Seconds to wait while Slack is unreachable, by the number of failures in a row."""
CARD = "card"
UNREACHABLE = (SlackClientError, aiohttp.ClientError, OSError, TimeoutError)
SENDING = (HoldLostError, *UNREACHABLE)
"""What sending a message raises; refusals and missing tokens are among Slack's client errors."""

Lane = tuple[bool, bool]
"""Separate queue of a channel: (update of a posted message, a person waits for it).

New messages and updates have different rate limits, so they don't wait for each other; messages that a person waits for
don't wait for cards.
"""
MOST_SERVED = 200
"""How many people per channel are remembered by the time of their last card."""

log = structlog.get_logger(__name__)


class Poster:
    """Posts the messages that the outbox asks for, in order.

    In this process each channel has one writer per lane: first posts or updates, urgent or not.
    """

    def __init__(
        self,
        services: Services,
        renderers: Mapping[str, Renderer],
        clients: Clients,
        time: Time,
        levels: Levels,
    ) -> None:
        self._levels = levels
        self._services = services
        self._renderers = renderers
        self._sender = Sender(services, clients, time)
        self._time = time
        self._busy: set[tuple[str, str, Lane]] = set()
        self._again: set[tuple[str, str, Lane]] = set()
        self._outages: dict[str, int] = {}
        self._served: dict[tuple[str, str, Lane], dict[str, None]] = {}

    async def post(self, workspace: str, message_id: int) -> None:
        """Post all due messages of the channel of this message; only this one where a job works apart."""
        async with self._services.database.reading(workspace) as session:
            channel = await delivery.channel_of(session, message_id)
            if channel is None:
                return
            due = await delivery.due_in(session, channel, self._time.now())
        if leases.is_apart():
            for lane in due:
                await self._next(workspace, channel, lane, message_id)
            return
        results = await asyncio.gather(
            *(self._write_all(workspace, channel, lane) for lane in due),
            return_exceptions=True,
        )
        for error in results:
            if error is not None:
                raise error

    async def _write_all(self, workspace: str, channel: str, lane: Lane) -> None:
        place = (workspace, channel, lane)
        if place in self._busy:
            self._again.add(place)
            return
        self._busy.add(place)
        try:
            while await self._next(workspace, channel, lane) or place in self._again:
                self._again.discard(place)
        finally:
            self._busy.discard(place)
            self._again.discard(place)

    async def _next(self, workspace: str, channel: str, lane: Lane, only: int | None = None) -> bool:
        """Post the next due message of a channel's lane, or `only` that one; return False if none is due."""
        now, (is_posted, is_urgent) = self._time.now(), lane
        persons = self._served.get((workspace, channel, lane), {})
        async with self._services.database.reading(workspace) as session:
            if (
                await delivery.next_in(
                    session, channel, now, is_posted=is_posted, is_urgent=is_urgent, only=only
                )
                is None
            ):
                self._served.pop((workspace, channel, lane), None)
                return False
        async with self._services.database.transaction(workspace, alone=False) as session:
            row_id = await delivery.next_in(
                session, channel, now, is_posted=is_posted, is_urgent=is_urgent, last_served=tuple(persons), only=only,
            )  # fmt: skip
            if row_id is None:
                return False
            if not await leases.take(session, Work.MESSAGE, row_id, now, self._services.settings.lease_s):
                return True
            request = await delivery.request_of(session, row_id)
            self._note_served((workspace, channel, lane), request.person)
            thread_ts = request.thread_ts
            if request.thread_key is not None:
                status, thread_ts = await delivery.root(session, channel, request.thread_key)
                if thread_ts is None and status in outbox.ON_ITS_WAY:
                    await leases.give_back(
                        session,
                        Work.MESSAGE,
                        row_id,
                        reason=refusal_reasons.WAITS,
                        not_before=now + timedelta(seconds=30),
                        counts=False,
                    )
                    return True
        with structlog.contextvars.bound_contextvars(key=request.key, channel=channel):
            await self._write(workspace, request, thread_ts)
        return True

    def _note_served(self, place: tuple[str, str, Lane], person: str | None) -> None:
        """Record that a person's message was posted, so that other people's come first."""
        persons = self._served.setdefault(place, {})
        persons.pop(person or "", None)
        persons[person or ""] = None
        if len(persons) > MOST_SERVED:
            del persons[next(iter(persons))]

    async def _write(self, workspace: str, request: MessageRequest, thread_ts: str | None) -> None:
        database = self._services.database
        assert request.held_until is not None
        hold = Hold(request.held_until)
        try:  # what stands already is shown differently: an announcement of a vote that is over says so
            placed = await self._sender.placed(workspace, request, thread_ts)
        except SENDING as error:
            await self._not_sent(workspace, request, hold, error)
            return
        try:
            full_message = await self._rendered(workspace, placed)
        except (SlackApiError, *UNREACHABLE) as error:  # names are asked of Slack too
            await self._later(workspace, request, hold, refusal_reasons.unanswered(error), error)
            return
        if full_message is None:
            async with database.transaction(workspace) as session:
                if placed.ts is not None:
                    await delivery.note_place(session, request.id, placed.ts, placed.posted_channel)
                await delivery.end_message(
                    session, request.id, hold.until, "failed", delivery.NOTHING_TO_SHOW, request.version
                )
            return

        async def send(message: Message) -> tuple[str, str]:
            return await self._sender.send(workspace, placed, hold, thread_ts, message)

        try:
            channel, ts = await self._levels.send(workspace, full_message, send)
        except SENDING as error:
            await self._not_sent(workspace, request, hold, error)
            return
        await self._note(workspace, request, hold, channel, ts)

    async def _not_sent(self, workspace: str, request: MessageRequest, hold: Hold, error: Exception) -> None:
        """Store what became of a message that Slack didn't take: another attempt, or its end."""
        match error:
            case HoldLostError():
                log.info("hold_lost")
            case SlackApiError():
                await self._refused(workspace, request, hold, error)
            case NoTokenError():
                log.warning("message_ended", reason="no_token")
                async with self._services.database.transaction(workspace) as session:
                    await delivery.end_message(
                        session, request.id, hold.until, "failed", str(error), request.version
                    )
                await close_after(self._services, workspace, request.channel, "not_authed")
            case _:
                await self._later(workspace, request, hold, refusal_reasons.unreached(error), error)

    async def _note(self, workspace: str, request: MessageRequest, hold: Hold, channel: str, ts: str) -> None:
        """Store where a message was posted, and make replies in its thread ready to post."""
        self._outages.pop(workspace, None)
        async with self._services.database.transaction(workspace, alone=False) as session:
            stands = await delivery.note_posted(
                session, request.id, until=hold.until, version=request.version, ts=ts, channel=channel
            )
            if request.ts is None:
                with outbox.urgent() if request.is_urgent else nullcontext():
                    await outbox.want_next(
                        session, request.channel, request.about_id, request.options, self._time.now()
                    )
        log.info("posted", kind=request.kind, ts=ts, update=request.ts is not None)
        if request.ts is None:
            await self._wake_replies(workspace, request.id)
        if stands != ts:
            await self._sender.take_back(workspace, channel, ts)

    async def _wake_replies(self, workspace: str, row_id: int) -> None:
        """Make messages ready that waited for this message's thread."""
        async with self._services.database.reading(workspace) as session:
            replies = await delivery.waiting_under(session, row_id)
        if replies:
            async with self._services.database.transaction(workspace) as session:
                await delivery.wake(session, replies)

    async def _rendered(self, workspace: str, request: MessageRequest) -> Message | None:
        """Render a message with names in place of mentions, except of the person who posted a card's link.

        None if there is nothing to show, or a reader may no longer know of the league.
        """
        if not await may_read(self._services, workspace, request):
            return None
        async with self._services.database.reading(workspace) as session:
            message = await self._renderers[request.kind](session, request, self._services)
        if message is None:
            return None
        is_direct = request.channel.startswith(DIRECT)
        return await with_names(
            message, self._services.people(workspace), may_call=is_direct or request.kind == CARD
        )

    async def _refused(
        self, workspace: str, request: MessageRequest, hold: Hold, error: SlackApiError
    ) -> None:
        name = error_code(error)
        if status_of(error) == HTTPStatus.TOO_MANY_REQUESTS or name == "ratelimited":
            seconds = seconds_to_wait(getattr(error.response, "headers", None))
            async with self._services.database.transaction(workspace) as session:
                await leases.give_back(
                    session,
                    Work.MESSAGE,
                    request.id,
                    reason=refusal_reasons.ASKED_TO_WAIT,
                    not_before=self._time.now() + timedelta(seconds=seconds),
                    counts=False,
                    until=hold.until,
                )
            await self._time.sleep(seconds)
            return
        if name in refusal_reasons.ENDED or name in refusal_reasons.DELETED:
            log.warning("message_ended", reason=name)
            async with self._services.database.transaction(workspace) as session:
                if name in refusal_reasons.ENDED:
                    await delivery.end_message(
                        session,
                        request.id,
                        hold.until,
                        "ended",
                        refusal_reasons.ENDED[name],
                        channel=request.channel,
                    )
                else:
                    await delivery.end_message(
                        session, request.id, hold.until, "deleted", refusal_reasons.DELETED[name]
                    )
            await close_after(self._services, workspace, request.channel, name)
            return
        answer = getattr(error.response, "data", None)
        detail = answer.get("response_metadata") if isinstance(answer, dict) else None
        await self._later(workspace, request, hold, refusal_reasons.refused(name, detail), error)

    async def _later(
        self, workspace: str, request: MessageRequest, hold: Hold, reason: str, error: Exception
    ) -> None:
        """Schedule another attempt; only errors about this message count as attempts, an outage doesn't."""
        is_away = is_outage(error)
        async with self._services.database.transaction(workspace) as session:
            if is_away:
                outages = self._outages[workspace] = self._outages.get(workspace, 0) + 1
                seconds = OUTAGE_S[min(outages, len(OUTAGE_S)) - 1]
            else:
                attempts = await leases.attempts(session, Work.MESSAGE, request.id)
                seconds = RETRY_S[min(max(attempts, 1), len(RETRY_S)) - 1]
            is_over = await leases.give_back(
                session,
                Work.MESSAGE,
                request.id,
                reason=reason,
                not_before=self._time.now() + timedelta(seconds=seconds),
                counts=not is_away,
                until=hold.until,
            )
        log.warning("message_failed" if is_over else "message_put_off", reason=reason)
