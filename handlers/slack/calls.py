"""A call: one thing a person or Slack did, with typed reads of what was sent and ways to answer."""

import asyncio
import html
import re
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import structlog
from slack_bolt.async_app import AsyncBoltContext
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.people import People, Person, Viewer
from handlers.blocks.answers import message_window
from handlers.blocks.builders import Block, Message, message
from handlers.services import Services
from handlers.slack.posting.display_names import named_view, with_names
from handlers.slack.view_state import Body, ViewState
from handlers.slack.workspaces.block_support import BlocksRefusedError, Levels, error_code
from handlers.slack.workspaces.tokens import workspace_of
from storage.errors import BadRequestError
from storage.leagues.homes import About

log = structlog.get_logger(__name__)

_PLACE = re.compile(r"<#\w+\|(\d+)>")

_Post = Callable[[Message], Awaitable[None]]


def called_from(body: Body, context: AsyncBoltContext) -> str:
    """The workspace that a request belongs to; empty where Slack names none."""
    team = body.get("team") or {}
    team_id = context.team_id or body.get("team_id") or (team.get("id") if isinstance(team, dict) else team)
    if not team_id and context.authorize_result is not None:
        team_id = context.authorize_result.team_id
    return workspace_of(team_id, context.enterprise_id, is_organisation=bool(context.is_enterprise_install))


@dataclass(frozen=True)
class Call:
    """Who did what where. `channel` and `user` are empty where Slack names none (an uninstall, say)."""

    services: Services
    client: AsyncWebClient
    levels: Levels = field(repr=False)
    body: Body = field(repr=False)
    workspace: str
    user: str
    channel: str
    bot_user: str
    kept: asyncio.Event = field(default_factory=asyncio.Event, repr=False, compare=False)
    """Set once what was asked is in the database, or refused for good: a click acked no earlier is acked then."""

    @property
    def people(self) -> People:
        """The workspace's people and channels."""
        return self.services.people(self.workspace)

    async def viewer(
        self,
        about: About = About.CHANNEL,
        row: int | str | None = None,
        *,
        user: str = "",
        others: Collection[str] = (),
        members: bool = False,
    ) -> Viewer:
        """The caller (or another person) as a use case needs them for what this row is about, here the channel.

        Asks Slack: call it before the transaction. `others` are further people whom the use case names; with
        `members` it knows who is in public leagues' channels, too.
        """
        about_row = self.channel if row is None and about is About.CHANNEL else row or 0
        return await self.services.viewer(
            self.workspace, user or self.user, about, about_row, others=others, members=members
        )

    async def viewer_in(self, league: int | None) -> Viewer:
        """The caller as needed for a league; for None, for the question which league this channel means."""
        return await (self.viewer() if league is None else self.viewer(About.LEAGUE, league))

    async def person(self) -> Person:
        """Who called."""
        return await self.people.person(self.user)

    @property
    def text(self) -> str:
        """The words after a slash command, stripped; people, channels and links in them are `<@ID>`, `<#ID>`, `<URL>`.

        A place in the ranking that a channel is called after (`#12`) stays a place.
        """
        return _PLACE.sub(r"#\1", html.unescape(str(self.body.get("text") or ""))).strip()

    @property
    def command(self) -> str:
        """The slash command's own name."""
        return str(self.body.get("command") or "")

    @property
    def trigger_id(self) -> str | None:
        """What opens a modal within three seconds."""
        return self.body.get("trigger_id")

    @property
    def response_url(self) -> str | None:
        """Where to answer, five times in thirty minutes."""
        urls = self.body.get("response_urls") or ()
        return self.body.get("response_url") or (urls[0].get("response_url") if urls else None)

    @property
    def event(self) -> Body:
        """The event's own fields; empty for what isn't an event."""
        event: Body = self.body.get("event") or {}
        return event

    @property
    def event_id(self) -> str:
        """Unique per event, equal on redelivery."""
        return str(self.body.get("event_id") or "")

    @property
    def action(self) -> Body:
        """The element clicked or changed; empty for what isn't one."""
        element: Body = next(iter(self.body.get("actions") or ()), {})
        return element

    @property
    def value(self) -> str:
        """What the element carries or what was chosen in it, as sent."""
        element = self.action
        option = element.get("selected_option") or {}
        return str(
            option.get("value")
            or element.get("value")
            or element.get("selected_user")
            or element.get("selected_conversation")
            or ""
        )

    @property
    def view(self) -> ViewState:
        """The modal or home tab this came from; empty where there is none."""
        return ViewState(self.body.get("view") or {})

    @property
    def message(self) -> Body:
        """The message a button or message shortcut stands on."""
        message: Body = self.body.get("message") or {}
        return message

    @property
    def message_ts(self) -> str | None:
        """The `ts` of the message clicked on, or of the event's message."""
        container = self.body.get("container") or {}
        return self.message.get("ts") or container.get("message_ts") or self.event.get("ts")

    @property
    def thread_ts(self) -> str | None:
        """The thread this happened in, if any; a message that begins one is read, and answered, in the channel."""
        container = self.body.get("container") or {}
        ts = self.message.get("thread_ts") or container.get("thread_ts") or self.event.get("thread_ts")
        return None if ts == self.message_ts else ts

    @property
    def in_ephemeral(self) -> bool:
        """Whether the message clicked on is ephemeral, so that `answer(replace=True)` can change it."""
        container = self.body.get("container") or {}
        return bool(container.get("is_ephemeral"))

    @property
    def in_home(self) -> bool:
        """Whether this came from the App Home, where nothing can be answered beside what was clicked."""
        return str((self.body.get("view") or {}).get("type", "")) == "home"

    @property
    def in_modal(self) -> bool:
        """Whether this is a click in a modal, or its submission."""
        return bool(self.view.id) and str(self.body["view"].get("type")) == "modal"

    @property
    def in_dm(self) -> bool:
        """Whether this happened in a direct message: the bot's own, or one between two people."""
        return self.place.startswith("D")

    @property
    def place(self) -> str:
        """Where this really happened; `channel` may be another, such as that of a league chosen in a menu."""
        container, channel = self.body.get("container") or {}, self.body.get("channel") or {}
        channel_id = channel.get("id") if isinstance(channel, Mapping) else channel
        return str(
            container.get("channel_id")
            or channel_id
            or self.body.get("channel_id")
            or self.event.get("channel")
            or self.channel
        )

    async def answer(self, answer: Message | str, *, replace: bool = False, in_channel: bool = False) -> bool:
        """Answer so that only the caller sees it (unless `in_channel`); False when no way was left (logged).

        By the response_url, else `chat.postEphemeral`, else a direct message; a click in a window is answered by a
        window on top of it, where there is room for one more. `replace` changes the ephemeral
        message that was clicked on. In the bot's own direct message the answer is an ordinary one, in the thread of the
        question: ephemeral messages vanish when Slack is loaded anew.
        """
        as_message = message(answer) if isinstance(answer, str) else answer
        full = (
            await with_names(as_message, self.people, may_call=not in_channel)
            if self.workspace
            else as_message
        )
        if self.in_modal and self.action and self.trigger_id and await self._tried(full, self._on_top):
            return True
        if self.in_dm and not replace and await self._tried(full, self._under_question):
            return True
        if self.response_url and await self._tried(
            full, self._by_url(replace=replace, in_channel=in_channel)
        ):
            return True
        if self.channel and in_channel and not replace and await self._tried(full, self._in_channel):
            return True
        if self.channel and self.user and await self._tried(full, self._ephemerally):
            return True
        if self.user and await self._tried(full, self._in_dm):
            return True
        log.error("answer_lost", workspace=self.workspace, user=self.user, channel=self.channel)
        return False

    async def open(self, view: Block) -> str | None:
        """Open a modal (on top of the one clicked in, if any) and return its id; call it at once."""
        if not self.trigger_id:
            raise BadRequestError(
                "Slack opens windows from commands and buttons only. "
                f"Write the same after {self.services.settings.rank_command}."
            )
        view = await named_view(view, self.people)
        pushes = self.in_modal
        try:
            call = self.client.views_push if pushes else self.client.views_open
            answer = await call(trigger_id=self.trigger_id, view=view)
        except SlackApiError as error:
            if error_code(error) == "push_limit_reached":  # three windows are open: the topmost gives way
                await self.update_view(self.view.id, view)
                return self.view.id
            if error_code(error) in {"expired_trigger_id", "exchanged_trigger_id", "trigger_exchanged"}:
                raise BadRequestError(
                    "Slack closed the window before it could open. Please click again."
                ) from error
            raise
        opened_view = answer.get("view") or {}
        return opened_view.get("id")

    async def update_view(self, view_id: str, view: Block) -> None:
        """Change an open modal; one that was closed meanwhile is left alone."""
        view = await named_view(view, self.people)
        try:
            await self.client.views_update(view_id=view_id, view=view)
        except SlackApiError as error:
            if error_code(error) not in {"not_found", "view_not_found", "unknown_method"}:
                raise
            log.info("view_gone", workspace=self.workspace, view=view_id, error=error_code(error))

    async def publish_home(self, view: Block) -> None:
        """Show the caller's App Home."""
        await self.client.views_publish(user_id=self.user, view=await named_view(view, self.people))

    async def _tried(self, full: Message, post: _Post) -> bool:
        try:
            await self.levels.send(self.workspace, full, post)
        except (SlackApiError, BlocksRefusedError, aiohttp.ClientError, TimeoutError) as error:
            code = error_code(error) if isinstance(error, SlackApiError) else repr(error)
            log.warning("answer_refused", workspace=self.workspace, channel=self.channel, error=code)
            return False
        return True

    def _by_url(self, *, replace: bool, in_channel: bool) -> _Post:
        async def post(message: Message) -> None:
            assert self.response_url is not None
            body: dict[str, Any] = {
                "response_type": "in_channel" if in_channel else "ephemeral",
                "replace_original": replace,
                **_content(message),
            }
            if self.thread_ts and not replace:
                body["thread_ts"] = self.thread_ts
            response = await AsyncWebhookClient(self.response_url).send_dict(body)
            if "invalid_blocks" in response.body:
                raise BlocksRefusedError(response.body)
            if response.status_code >= 300 or '"ok":false' in response.body.replace(" ", ""):  # noqa: PLR2004 - HTTP
                raise aiohttp.ClientError(
                    f"response_url answered {response.status_code}: {response.body[:200]}"
                )

        return post

    async def _on_top(self, message: Message) -> None:
        await self.client.views_push(trigger_id=self.trigger_id, view=message_window(message))

    async def _ephemerally(self, message: Message) -> None:
        await self.client.chat_postEphemeral(
            channel=self.channel,
            user=self.user,
            thread_ts=self.thread_ts,
            text=message.text,
            blocks=list(message.blocks) or None,
        )

    async def _in_channel(self, message: Message) -> None:
        await self.client.chat_postMessage(
            channel=self.channel, thread_ts=self.thread_ts, **_content(message)
        )

    async def _under_question(self, message: Message) -> None:
        question_ts = self.message_ts if self.event or self.action else None
        await self.client.chat_postMessage(
            channel=self.place, thread_ts=self.thread_ts or question_ts, **_content(message)
        )

    async def _in_dm(self, message: Message) -> None:
        await self.client.chat_postMessage(channel=self.user, **_content(message))


def _content(message: Message) -> dict[str, Any]:
    content: dict[str, Any] = {"text": message.text, "unfurl_links": False, "unfurl_media": False}
    if message.blocks:
        content["blocks"] = list(message.blocks)
    return content
