"""Wrapper of every listener: acknowledges, finds person and place, runs the use case, turns errors into sentences."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from http import HTTPStatus
from time import perf_counter
from typing import Any, TypeVar

import structlog
from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from handlers.blocks import ids
from handlers.blocks.builders import Block
from handlers.blocks.ids import Action, Modal
from handlers.slack.calls import Call, called_from
from handlers.slack.defects import defect
from handlers.slack.refusal_view import refusal_message
from handlers.slack.services import Services
from handlers.slack.windows.submissions import Failed, SubmissionResult, ack_submission, answer_late
from handlers.slack.windows.view_state import Body
from handlers.slack.workspaces.block_support import Levels
from storage.errors import BadRequestError, PaperboutError, StorageError
from storage.work import inbox, outbox
from storage.workspaces import moved_channels

log = structlog.get_logger(__name__)

MOST_STANDING = 10_000
"""How many messages are remembered as standing where their row says."""
LATE = frozenset({"app_mention", "message", "reaction_added", "reaction_removed"})
"""Kinds of events that count for a channel's newest id if they come late, under a former one."""
PATIENCE_S = 2.0
"""Seconds that Slack may wait for an answer needed before the acknowledgement (Slack's limit is 3 s)."""

Result = TypeVar("Result")
Payload = TypeVar("Payload", bound=tuple[Any, ...])


Listener = Callable[[Call], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class _EventListener:
    """A listener of an event kind, and the checks whether an event concerns it."""

    run: Listener
    matters: Callable[[Call], bool] | None
    concerns: Callable[[Call], Awaitable[bool]] | None
    is_noted: bool


@dataclass(frozen=True, slots=True)
class Registered:
    """Names of all commands, buttons, events and so on that features listen to.

    A test compares them with what the app's manifest asks Slack for.
    """

    commands: set[str] = field(default_factory=set)
    shortcuts: set[str] = field(default_factory=set)
    events: set[str] = field(default_factory=set)
    actions: set[str] = field(default_factory=set)
    modals: set[str] = field(default_factory=set)


class Boundary:
    """Registers listeners with Bolt, each wrapped; a feature calls `on.action(CAST_VOTE, cast)`.

    Commands, clicks, shortcuts and closed modals are acknowledged at once and processed afterwards. Submissions and
    loading menus are awaited, since their answer is the acknowledgement. Events are awaited up to `PATIENCE_S`, so that
    Slack repeats an event lost in a crash. `drain` waits for all running listeners.
    """

    def __init__(self, app: AsyncApp, services: Services, levels: Levels | None = None) -> None:
        self.app = app
        self.services = services
        self.levels = levels or Levels()
        self.registered = Registered()
        self._running: set[asyncio.Task[Any]] = set()
        self._standing: set[tuple[str, int, str]] = set()
        """Messages whose buttons were checked to be valid; a message's place doesn't change while the bot runs."""
        self._checking = asyncio.Lock()
        self._events: dict[str, list[_EventListener]] = {}
        self._in_menus: dict[str, Callable[[Call, str], Awaitable[None]]] = {}
        self._home: Listener | None = None
        self.registered.actions.update({ids.MENU.name, ids.OPEN_LINK.name})
        app.action(ids.MENU.pattern)(self._bolt(self._chosen_in_menu, ids.MENU_ID))
        app.action(ids.OPEN_LINK.pattern)(self._bolt(_nothing, ids.OPEN_LINK.name))

    def command(self, name: str, listener: Listener) -> None:
        """Register the listener of a slash command, named with its slash."""
        self.registered.commands.add(name)
        self.app.command(name)(self._bolt(listener, name))

    def home(self, publish: Listener) -> None:
        """Register the function that publishes the caller's Home tab, for `call.refresh_home`."""
        self._home = publish

    def shortcut(self, callback_id: str, listener: Listener) -> None:
        """Register the listener of a message shortcut or global shortcut."""
        self.registered.shortcuts.add(callback_id)
        self.app.shortcut(callback_id)(self._bolt(listener, callback_id))

    def action(
        self,
        action: Action[Payload],
        listener: Callable[[Call, Payload], Awaitable[None]],
        *,
        before_ack: bool = False,
    ) -> None:
        """Register the listener of a button, a menu, or options in "⋯" menus; it receives the decoded payload.

        With `before_ack` Slack's acknowledgement waits for `call.kept`: Slack repeats no clicks, so a click that isn't
        stored must show as failed.
        """

        async def with_payload(call: Call, value: str) -> None:
            await listener(call, action.decode(value if action.carries else "[]"))

        async def clicked(call: Call) -> None:
            await self._check_stands(call)
            await with_payload(call, call.value)

        self.registered.actions.add(action.name)
        self._in_menus[action.name] = with_payload
        self.app.action(action.pattern)(self._bolt(clicked, action.name, before_ack=before_ack))

    def event(
        self,
        kind: str,
        listener: Listener,
        *,
        matters: Callable[[Call], bool] | None = None,
        concerns: Callable[[Call], Awaitable[bool]] | None = None,
        is_noted: bool = True,
    ) -> None:
        """Register a listener of an event kind.

        Several features may listen to one kind, and each event is processed once. `matters` decides cheaply whether the
        listener would do anything, as most messages concern nobody; `concerns` decides it by the database. Nothing is
        stored of an event that concerns no listener. With `is_noted=False` it may run again without harm, so that no row
        is written for it: Slack tells of every status that one of 20,000 people sets.
        """
        self.registered.events.add(kind)
        listeners = self._events.setdefault(kind, [])
        listeners.append(_EventListener(listener, matters, concerns, is_noted))
        if len(listeners) == 1:
            self.app.event(kind, middleware=[self._before_ack(kind)])(_acked)

    def submission(
        self, modal: Modal[Payload], listener: Callable[[Call, Payload], Awaitable[SubmissionResult]]
    ) -> None:
        """Register the listener of a submitted modal; an error is shown as a sentence in the modal."""

        async def submitted(
            ack: AsyncAck, body: Body, client: AsyncWebClient, context: AsyncBoltContext
        ) -> None:
            call = self._call(body, client, context)

            async def run() -> SubmissionResult | Failed:
                try:
                    with outbox.urgent():
                        answer = await listener(call, modal.decode(call.view.private_metadata))
                except PaperboutError as error:
                    refusal = refusal_message(error)
                    return Failed(error.sentence, refusal if refusal.blocks else None)
                except Exception:  # noqa: BLE001 - the one place where defects become a sentence
                    return Failed(defect(call, modal.name))
                log.info("handled", workspace=call.workspace, user=call.user, listener=modal.name)
                return answer

            task = self._start(run())
            await asyncio.wait({task}, timeout=PATIENCE_S)
            if task.done():
                await ack_submission(ack, call.view, task.result())
                return
            self._start(answer_late(call, task))
            await ack()

        self.registered.modals.add(modal.name)
        self.app.view(modal.name)(submitted)

    def closed(self, modal: Modal[Payload], listener: Callable[[Call, Payload], Awaitable[None]]) -> None:
        """Register the listener of a modal closed without submitting (only views with `notify_on_close`)."""

        async def run(call: Call) -> None:
            await listener(call, modal.decode(call.view.private_metadata))

        self.app.view_closed(modal.name)(self._bolt(run, modal.name))

    def options(self, action_id: str, listener: Callable[[Call, str], Awaitable[list[Block]]]) -> None:
        """Register the function that loads a menu's options for the letters typed; at most 100 are shown."""

        async def asked(ack: AsyncAck, body: Body, client: AsyncWebClient, context: AsyncBoltContext) -> None:
            call = self._call(body, client, context)
            try:
                async with asyncio.timeout(PATIENCE_S):
                    choices = await listener(call, str(body.get("value") or ""))
            except PaperboutError as error:
                log.info("options_refused", error=type(error).__name__)
                choices = []
            except Exception:  # noqa: BLE001 - a menu can't show a sentence; an empty one and the log say it
                defect(call, action_id)
                choices = []
            await ack(options=choices[:100])

        self.app.options(re.compile(rf"^{re.escape(action_id)}(:.*)?$"))(asked)

    @property
    def is_idle(self) -> bool:
        """Whether no listener is running."""
        return not self._running

    async def drain(self) -> None:
        """Wait until no listener is running, for shutdown and tests."""
        while self._running:
            await asyncio.wait(set(self._running))

    def _start(self, work: Awaitable[Result]) -> asyncio.Task[Result]:
        task = asyncio.ensure_future(work)
        assert isinstance(task, asyncio.Task)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task

    def _bolt(
        self, listener: Listener, name: str, *, before_ack: bool = False
    ) -> Callable[..., Awaitable[None]]:
        async def listen(
            ack: AsyncAck, body: Body, client: AsyncWebClient, context: AsyncBoltContext
        ) -> None:
            if not before_ack:
                await ack()
            call = self._call(body, client, context)
            task = self._start(_run(listener, call, name))
            if before_ack:
                until_kept = asyncio.ensure_future(call.kept.wait())
                await asyncio.wait({task, until_kept}, return_when=asyncio.FIRST_COMPLETED)
                until_kept.cancel()
                if call.kept.is_set():
                    await ack()

        return listen

    def _before_ack(self, kind: str) -> Callable[..., Awaitable[BoltResponse | None]]:
        async def listen(
            body: Body,
            client: AsyncWebClient,
            context: AsyncBoltContext,
            next: Callable[[], Awaitable[None]],  # noqa: A002 - Bolt passes arguments by name
        ) -> BoltResponse | None:
            call = self._call(body, client, context)
            listeners = [each for each in self._events[kind] if each.matters is None or each.matters(call)]
            if listeners:
                task = self._start(self._take_in(call, listeners, kind))
                await asyncio.wait({task}, timeout=PATIENCE_S)
                if task.done() and task.result() == "busy":
                    return BoltResponse(status=HTTPStatus.SERVICE_UNAVAILABLE)  # Slack delivers it again
            await next()
            return None

        return listen

    async def _take_in(
        self, call: Call, event_listeners: Sequence[_EventListener], kind: str
    ) -> inbox.TakeResult:
        """Run an event's listeners unless it was processed before; after a failure the event may be processed again."""
        database, now = self.services.database, self.services.now
        is_moved = any(each.concerns is not None for each in event_listeners)
        if is_moved:
            async with database.reading(call.workspace) as session:
                call = call.moved_to(await moved_channels.newest_id(session, call.channel))
        concerned = [each for each in event_listeners if each.concerns is None or await each.concerns(call)]
        listeners = [each.run for each in concerned]
        if not listeners:
            return "taken"
        if not call.event_id or not call.workspace or not any(each.is_noted for each in concerned):
            await asyncio.gather(*(_run(listener, call, kind, again=True) for listener in listeners))
            return "taken"
        async with database.transaction(call.workspace, alone=False) as session:
            result = await inbox.take(session, call.event_id, now())
            if kind in LATE and not is_moved:
                call = call.moved_to(await moved_channels.newest_id(session, call.channel))
        if result != "taken":
            log.info("event_repeated", event_id=call.event_id, workspace=call.workspace, state=result)
            return result
        try:
            await asyncio.gather(*(_run(listener, call, kind, again=True) for listener in listeners))
        except Exception:
            async with database.transaction(call.workspace, alone=False) as session:
                await inbox.give_back(session, call.event_id)
            raise
        async with database.transaction(call.workspace, alone=False) as session:
            await inbox.done(session, call.event_id, now())
        return result

    async def _check_stands(self, call: Call) -> None:
        """Refuse a click on a message whose row, after a restored backup, belongs to something else.

        Raises `PaperboutError`.
        """
        row = ((call.message.get("metadata") or {}).get("event_payload") or {}).get("row")
        if row is None or not str(row).isdecimal() or not call.message_ts:
            return
        place = (call.workspace, int(row), call.message_ts)
        async with self._checking:  # of hundreds who click at once one looks
            if place in self._standing:
                return
            async with self.services.database.reading(call.workspace) as session:
                is_old = await outbox.stands_elsewhere(session, int(row), call.message_ts)
            if is_old:
                raise BadRequestError(
                    "This message is from before the bot's data were put back, and its buttons count no more. "
                    f"{self.services.settings.rank_command} shows how things stand."
                )
            if len(self._standing) >= MOST_STANDING:
                self._standing.clear()
            self._standing.add(place)

    async def _chosen_in_menu(self, call: Call) -> None:
        await self._check_stands(call)
        name, payload = ids.from_menu(call.value)
        listener = self._in_menus.get(name)
        if listener is None:
            raise BadRequestError("This menu is from another version. Please ask again.")
        await listener(call, payload)

    def _call(self, body: Body, client: AsyncWebClient, context: AsyncBoltContext) -> Call:
        container = body.get("container") or {}
        return Call(
            services=self.services,
            client=client,
            levels=self.levels,
            body=body,
            workspace=called_from(body, context),
            user=str(context.user_id or ""),
            channel=str(context.channel_id or container.get("channel_id") or ""),
            bot_user=str(context.bot_user_id or ""),
            show_home=self._home,
        )


async def _run(listener: Listener, call: Call, name: str, *, again: bool = False) -> None:
    """Run one listener. With `again`, unexpected exceptions are raised, so that Slack repeats the event."""
    with structlog.contextvars.bound_contextvars(workspace=call.workspace, user=call.user, listener=name):
        began = perf_counter()
        try:
            with nullcontext() if again else outbox.urgent():  # events ask for nothing
                await listener(call)
            log.info("handled", channel=call.channel, seconds=round(perf_counter() - began, 3))
        except PaperboutError as error:
            log.info("refused", channel=call.channel, error=type(error).__name__)
            if again and isinstance(error, StorageError):
                raise
            if not isinstance(error, StorageError):
                call.kept.set()
            await call.answer(refusal_message(error))
        except Exception:
            sentence = defect(call, name)
            if again:
                raise
            await call.answer(sentence)


async def _nothing(_call: Call) -> None:
    """Do nothing, for clicks that need only the acknowledgement."""


async def _acked(body: Body) -> None:
    """Do nothing, for events whose listeners ran before the acknowledgement."""
