"""One request from Slack (`Call`): typed access to what was sent, and ways to answer."""

import asyncio
import html
import re
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import aiohttp
import structlog
from slack_bolt.async_app import AsyncBoltContext
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.papers.text import person_text
from bot.people import People, Person, Viewer
from handlers.blocks.answers import message_window
from handlers.blocks.builders import Block, Message, message
from handlers.slack.posting.display_names import named_view, with_names
from handlers.slack.services import Services
from handlers.slack.windows.view_state import Body, ViewState
from handlers.slack.workspaces.block_support import BlocksRefusedError, Levels, error_code
from handlers.slack.workspaces.tokens import workspace_of
from storage.errors import BadRequestError
from storage.leagues.homes import About

log = structlog.get_logger(__name__)

_PLACE = re.compile(r"<#\w+\|(\d+)>")

_Post = Callable[[Message], Awaitable[None]]


def called_from(body: Body, context: AsyncBoltContext) -> str:
    """Return the workspace of a request; empty if Slack names none."""
    team = body.get("team") or {}
    team_id = context.team_id or body.get("team_id") or (team.get("id") if isinstance(team, dict) else team)
    if not team_id and context.authorize_result is not None:
        team_id = context.authorize_result.team_id
    return workspace_of(team_id, context.enterprise_id, is_organisation=bool(context.is_enterprise_install))


@dataclass(frozen=True)
class Call:
    """A request from Slack: who did what where. `channel` and `user` are empty if Slack names none."""

    services: Services
    client: AsyncWebClient
    levels: Levels = field(repr=False)
    body: Body = field(repr=False)
    workspace: str
    user: str
    channel: str
    bot_user: str
    kept: asyncio.Event = field(default_factory=asyncio.Event, repr=False, compare=False)
    """Set when the request is stored or refused; with `before_ack`, the click is acknowledged then."""
    show_home: Callable[["Call"], Awaitable[None]] | None = field(default=None, repr=False, compare=False)
    """Function that publishes the caller's Home tab; None if no feature has one."""

    def moved_to(self, channel: str) -> "Call":
        """Return this event as one of its channel's newest id: Slack may deliver it after the id changed."""
        if channel == self.channel:
            return self
        places: dict[str, Any] = {"channel": channel} if self.event.get("channel") == self.channel else {}
        if isinstance(item := self.event.get("item"), Mapping):
            places["item"] = {**item, "channel": channel}
        return replace(self, channel=channel, body={**self.body, "event": {**self.event, **places}})

    @property
    def people(self) -> People:
        """People and channels of the workspace."""
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
        """Return the caller (or `user`) with their rights in the leagues of a row, by default of the channel.

        Asks Slack: call it before the transaction. `others` are further people whom the use case names; with
        `members` it knows who is in public leagues' channels, too.
        """
        about_row = self.channel if row is None and about is About.CHANNEL else row or 0
        return await self.services.viewer(
            self.workspace, user or self.user, about, about_row, others=others, members=members
        )

    async def viewer_in(self, league: int | None) -> Viewer:
        """Return the caller with rights in a league; with None, in the league of the channel."""
        return await (self.viewer() if league is None else self.viewer(About.LEAGUE, league))

    async def person(self) -> Person:
        """Return the person who made the request."""
        return await self.people.person(self.user)

    @property
    def text(self) -> str:
        """Words after a slash command, stripped; people, channels and links are `<@ID>`, `<#ID>`, `<URL>`.

        A rank such as `#12` stays a rank even if a channel has that name.
        """
        return _PLACE.sub(r"#\1", person_text(html.unescape(str(self.body.get("text") or ""))))

    @property
    def command(self) -> str:
        """Name of the slash command."""
        return str(self.body.get("command") or "")

    @property
    def trigger_id(self) -> str | None:
        """Id that allows opening a modal within three seconds; None if the request has none."""
        return self.body.get("trigger_id")

    @property
    def response_url(self) -> str | None:
        """URL for up to five answers within thirty minutes; None if the request has none."""
        urls = self.body.get("response_urls") or ()
        return self.body.get("response_url") or (urls[0].get("response_url") if urls else None)

    @property
    def event(self) -> Body:
        """Fields of the event; empty for requests that aren't events."""
        event: Body = self.body.get("event") or {}
        return event

    @property
    def event_id(self) -> str:
        """Id of the event, the same when Slack repeats it."""
        return str(self.body.get("event_id") or "")

    @property
    def action(self) -> Body:
        """The element that was clicked or changed; empty if none was."""
        element: Body = next(iter(self.body.get("actions") or ()), {})
        return element

    @property
    def value(self) -> str:
        """Value of the clicked element, or the option chosen in it, as sent."""
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
        """The modal or Home tab in which the click happened; empty if in neither."""
        return ViewState(self.body.get("view") or {})

    @property
    def message(self) -> Body:
        """The message on which a button or message shortcut was used; empty if none."""
        message: Body = self.body.get("message") or {}
        return message

    @property
    def message_ts(self) -> str | None:
        """The `ts` of the message clicked on, or of the event's message."""
        container = self.body.get("container") or {}
        return self.message.get("ts") or container.get("message_ts") or self.event.get("ts")

    @property
    def thread_ts(self) -> str | None:
        """The `ts` of the thread in which the request was made, or None; the first message of a thread isn't in it."""
        container = self.body.get("container") or {}
        ts = self.message.get("thread_ts") or container.get("thread_ts") or self.event.get("thread_ts")
        return None if ts == self.message_ts else ts

    @property
    def in_ephemeral(self) -> bool:
        """Whether the clicked message is visible only to the caller, so that `answer(replace=True)` can change it."""
        container = self.body.get("container") or {}
        return bool(container.get("is_ephemeral"))

    @property
    def in_home(self) -> bool:
        """Whether the click was in the Home tab, where no answer can be shown beside it."""
        return str((self.body.get("view") or {}).get("type", "")) == "home"

    @property
    def in_modal(self) -> bool:
        """Whether the request is a click in a modal or its submission."""
        return bool(self.view.id) and str(self.body["view"].get("type")) == "modal"

    @property
    def in_dm(self) -> bool:
        """Whether the request was made in a direct message, the bot's own or one between two people."""
        return self.place.startswith("D")

    @property
    def place(self) -> str:
        """Id of the conversation in which the request was made.

        `channel` may differ, as with a league chosen in a menu.
        """
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
        """Answer the caller only (or everybody with `in_channel`); returns False if no way to answer was left (logged).

        Uses the response_url, else `chat.postEphemeral`, else a direct message; a click in a window is answered by
        another window on top. `replace` changes the ephemeral message clicked on. In the bot's own direct message the
        answer is an ordinary message in the question's thread, because ephemeral ones vanish when Slack reloads.
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
        """Open a modal, on top of the current one if any, and return its id; call this within three seconds."""
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
        """Change an open modal; does nothing if the person closed it."""
        view = await named_view(view, self.people)
        try:
            await self.client.views_update(view_id=view_id, view=view)
        except SlackApiError as error:
            if error_code(error) not in {"not_found", "view_not_found", "unknown_method"}:
                raise
            log.info("view_gone", workspace=self.workspace, view=view_id, error=error_code(error))

    async def publish_home(self, view: Block) -> None:
        """Set the caller's Home tab."""
        await self.client.views_publish(user_id=self.user, view=await named_view(view, self.people))

    async def refresh_home(self) -> bool:
        """Refresh the Home tab if the click came from there; return False if it came from elsewhere."""
        if not self.in_home or self.show_home is None:
            return False
        await self.show_home(self)
        return True

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
