"""The simulated workspace: act as people, read what they see, wait until something has happened."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable
from copy import deepcopy
from secrets import token_hex

from handlers.demo.slack.delivery.deliveries import RETRY_SECONDS, Deliveries
from handlers.demo.slack.delivery.sockets import Sockets
from handlers.demo.slack.faults import Faults
from handlers.demo.slack.limits import LIMITS
from handlers.demo.slack.people.clicking import Interacting
from handlers.demo.slack.people.commands import Commanding
from handlers.demo.slack.people.membership import Membership
from handlers.demo.slack.people.posting import Posting
from handlers.demo.slack.state.records import UploadedFile
from handlers.demo.slack.state.world import World
from handlers.demo.slack.web_api.consent import Consent
from handlers.demo.slack.web_api.endpoint import Api
from handlers.demo.slack.web_api.tiers import Pace
from handlers.demo.slack.wire import ApiCall, Delivered, Json


class Workspace(Posting, Membership, Commanding, Interacting):
    """A workspace with one bot. `Simulator` serves it.

    Args:
        clock: Epoch seconds; everything the workspace dates or lets expire goes by it.
        signing_secret: Signs what the bot gets over HTTP, with the clock's time.
        bot_token: The token the API takes from the start; others come by OAuth, see `Consent`.
        app_token: The only token that opens a Socket Mode connection.
        events_url: Where the bot listens; see `deliver_to`.
        port: 0 takes a free one.
        team: The workspace's id.
        enterprise: The id of the organisation it is part of, if any.
        ack_seconds: Real seconds a delivery may take.
        retry_seconds: Real seconds before each retry of an event.
        message_seconds: Least seconds between two messages in a channel; 0 lifts that limit.
        pace_timer: Seconds by which rate limits go; real ones unless a demo hurries.
    """

    def __init__(
        self,
        clock: Callable[[], float] | None = None,
        signing_secret: str = "simulator-signing-secret",  # noqa: S107  # a made-up one
        bot_token: str = "xoxb-simulator",  # noqa: S107  # a made-up one
        app_token: str = "xapp-simulator",  # noqa: S107  # a made-up one
        events_url: str | None = None,
        *,
        port: int = 0,
        team: str = "T0SIMULATOR",
        enterprise: str = "",
        ack_seconds: float = LIMITS["ack.seconds"],
        retry_seconds: tuple[float, ...] = RETRY_SECONDS,
        message_seconds: float = 1.0,
        pace_timer: Callable[[], float] = time.monotonic,
    ) -> None:
        self.signing_secret, self.bot_token, self.app_token = signing_secret, bot_token, app_token
        self.port = port
        self.world = World(clock or time.time, team, enterprise)
        self.faults = Faults()
        self.pace = Pace(message_seconds, pace_timer)
        self.sockets = Sockets(self.world.app_id)
        self.api = Api(self.world, self.faults, self.pace, bot_token, app_token)
        self.api.open_socket, self.api.after_call = self.sockets.open, self._after_call
        self.deliveries = Deliveries(
            self.world, self.faults, self.sockets, signing_secret, ack_seconds, retry_seconds, self._changed
        )
        self.deliveries.url, self.deliveries.hears = events_url, self.api.hears
        self.world.teams_of_token = self.api.teams_of_token
        self.on_move_clock: Callable[[float], Awaitable[None]] | None = None
        """Called with epoch seconds when a person moves the clock on the page; None hides the clock."""
        self.unfurl_domains = self.world.unfurl_domains
        """Domains, with subdomains, whose links the bot receives as `link_shared` events."""
        self.commands: dict[str, str] = {}
        """Usage of each slash command that the page offers in its message box, by command."""
        self.shortcuts: dict[str, str] = {}
        """Title of each message shortcut that the page offers, by callback id."""
        self.guide: list[Json] = []
        """Steps of the guided tour on the page: `label`, `channel`, and `text` to post or `action` to look for.

        `action` is the start of the action id of the step's button. With `ts` it is that message's (None: not there
        yet), looked at by `user`, and the step is done once the message has no such button any more.
        """
        self.note = ""
        """A line below the guide's steps on the page."""
        self.acts: set[str] = set()
        """What people did on the page, for its guide: the texts they posted and the action ids they clicked."""
        self.run = token_hex(8)
        """Text that differs from every other run, so that a page notices that its workspace was started again."""
        self._change = asyncio.Event()
        self._activity = 0

    @property
    def url(self) -> str:
        """Value for the bot's SLACK_API_URL."""
        return f"{self.world.base}/api/"

    def deliver_to(self, url: str | None) -> None:
        """Set the URL that receives the bot's events, interactions and commands; open sockets take precedence."""
        self.deliveries.url = url

    # the workspace

    @property
    def bot_user(self) -> str:
        """The bot's user id, for mentions: `<@{slack.bot_user}>`."""
        return self.world.bot_user

    def add_user(
        self,
        name: str,
        *,
        admin: bool = False,
        guest: bool = False,
        bot: bool = False,
        tz: str = "Europe/Berlin",
        team: str = "",
        user: str = "",
    ) -> str:
        """Add a person (or a bot, or somebody of another workspace `team`); returns the user id.

        `user` is the id of somebody known to another workspace of the organisation.
        """
        return self.world.add_user(name, admin=admin, guest=guest, bot=bot, tz=tz, team=team, user=user)

    def add_channel(
        self, name: str, *, private: bool = False, members: list[str] | None = None, with_bot: bool = True
    ) -> str:
        """Add a channel; returns its id."""
        return self.world.add_channel(name, private=private, members=members or [], with_bot=with_bot)

    def dm(self, user: str) -> str:
        """Return the id of the direct message between a user and the bot."""
        return self.world.dm(user)

    def dm_between(self, *people: str, with_bot: bool = False) -> str:
        """Return the id of the direct message between people; a group message among more than two."""
        return self.world.dm_between(*people, with_bot=with_bot)

    def limit_history(self) -> None:
        """Apply the limits of an app distributed outside the Marketplace: one call and 15 messages a minute."""
        self.world.history_limit = 15
        self.pace.per_minute |= {"conversations.history": 1, "conversations.replies": 1}

    @property
    def consent(self) -> Consent:
        """The pages on which people allow workspaces to install the app (OAuth), with what was granted."""
        return self.api.consent

    def joined_by(self, other: "Workspace") -> None:
        """Let another workspace install the same app; its tokens work at this workspace's API address."""
        self.api.others.append(other.api)
        self.consent.teams[other.world.team] = other.api
        self.world.beside(other.world)

    async def change_access(self, other: "Workspace", *, is_granted: bool) -> None:
        """Give another workspace of the organisation the app, or take it away there; emits the event here."""
        tokens = self.api.organisation_tokens
        for token in tokens:
            if is_granted:
                other.api.tokens[token] = self.api.tokens[token]
                other.api.organisation_tokens.add(token)
            else:
                other.api.tokens.pop(token, None)
                other.api.organisation_tokens.discard(token)
        kind = "team_access_granted" if is_granted else "team_access_revoked"
        self.world.emit({"type": kind, "team_ids": [other.world.team]})
        await self._flush()

    async def uninstall(self) -> None:
        """Uninstall the app: revokes its token and emits the events."""
        self.world.emit({"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [self.bot_user]}})
        self.world.emit({"type": "app_uninstalled"})
        self.api.installed = False
        await self._flush()

    # what people see

    def history(self, channel: str) -> list[Json]:
        """Return a channel's messages without thread replies, oldest first, each with its `channel`."""
        messages = self.world.conversation(channel).messages.values()
        return [
            self._seen(channel, message)
            for message in messages
            if message.get("thread_ts", message["ts"]) == message["ts"]
        ]

    def replies(self, channel: str, ts: str) -> list[Json]:
        """Return the replies in a thread, oldest first, without the parent."""
        messages = self.world.conversation(channel).messages.values()
        return [
            self._seen(channel, message)
            for message in messages
            if message.get("thread_ts") == ts and message["ts"] != ts
        ]

    def message(self, channel: str, ts: str) -> Json:
        """Return a message in its current state."""
        return self._seen(channel, self.world.message(channel, ts))

    def ephemerals(self, user: str, channel: str | None = None) -> list[Json]:
        """Return the messages that only this person sees, oldest first."""
        return [
            deepcopy(message)
            for message in self.world.ephemeral
            if message["ephemeral_to"] == user and channel in {None, message["channel"]}
        ]

    def dismiss(self, user: str, ts: str) -> None:
        """Dismiss a message that only this person sees. Raises `LookupError` if there is none."""
        rest = [
            message
            for message in self.world.ephemeral
            if (message["ephemeral_to"], message["ts"]) != (user, ts)
        ]
        if len(rest) == len(self.world.ephemeral):
            raise LookupError(f"{user} sees no ephemeral message {ts}")
        self.world.ephemeral = rest
        self._changed()

    def views(self, user: str) -> list[Json]:
        """Return the person's open modals, the topmost last."""
        return deepcopy(self.world.stacks.get(user, []))

    def home(self, user: str) -> Json | None:
        """Return the person's App Home, or None if the bot has published none."""
        return deepcopy(self.world.homes.get(user))

    def _seen(self, channel: str, message: Json) -> Json:
        return deepcopy(message) | {"channel": channel}

    @property
    def calls(self) -> list[ApiCall]:
        """All API requests with their answers, oldest first."""
        return self.api.calls

    @property
    def delivered(self) -> list[Delivered]:
        """All attempts at deliveries, oldest first."""
        return self.deliveries.log

    @property
    def complaints(self) -> list[str]:
        """The bot's violations of Slack's limits or advice so far; empty for a correct bot."""
        return self.world.complaints

    @property
    def files(self) -> list[UploadedFile]:
        """All files whose upload was completed."""
        return [file for file in self.world.files.values() if file.complete]

    # waiting

    async def until(self, predicate: Callable[[], object], timeout: float = 10) -> None:  # noqa: ASYNC109  # the face
        """Wait until `predicate` returns true; it is called after every event here. Raises `TimeoutError`."""
        end = asyncio.get_running_loop().time() + timeout
        while not predicate():
            self._change.clear()
            rest = end - asyncio.get_running_loop().time()
            if rest <= 0:
                recent = [(call.method, call.answer.get("error", "ok")) for call in self.calls[-8:]]
                raise TimeoutError(f"not within {timeout} s; the last calls were {recent}")
            with contextlib.suppress(TimeoutError):
                # What the predicate reads may lie elsewhere (a database), so it is tried now and then too.
                await asyncio.wait_for(self._change.wait(), min(rest, 0.05))

    async def settle(self, quiet: float = 0.15, timeout: float = 10) -> None:  # noqa: ASYNC109  # the face
        """Wait until no call or delivery has happened for `quiet` real seconds. Raises `TimeoutError`."""
        loop = asyncio.get_running_loop()
        end, before, since = loop.time() + timeout, self._activity, loop.time()
        while loop.time() - since < quiet:
            if loop.time() > end:
                raise TimeoutError(f"not quiet within {timeout} s")
            await asyncio.sleep(0.01)
            busy = self.api.in_flight or self.deliveries.in_flight or self.world.events
            if busy or self._activity != before:
                before, since = self._activity, loop.time()

    @property
    def activity(self) -> int:
        """Number of events so far; the page asks for newer ones."""
        return self._activity

    def touch(self) -> None:
        """Count an event that the workspace can't notice itself, such as a change of the clock."""
        self._changed()

    def _after_call(self) -> None:
        self._changed()
        self.deliveries.flush_soon()

    def _changed(self) -> None:
        self._activity += 1
        self._change.set()
