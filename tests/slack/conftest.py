"""A reading group: the stand-in, a loopback arXiv and the whole program, and people who post, ask and click."""

import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from pydantic import SecretStr

from bot.judges.interface import Judge
from bot.settings import Settings
from bot.work.timing import MovableTime, Time
from handlers.app import Paperbout, open_app, prepare, serving, working
from handlers.demo.slack import Simulator
from handlers.demo.slack.wire import Json, Reply
from handlers.slack.workspaces.scopes_and_events import scopes
from storage.questions import workspace_counts
from storage.questions.workspace_counts import WorkspaceCounts
from tests import offline_arxiv
from tests.databases import migrate_file

START = datetime(2026, 1, 12, 10, 0, tzinfo=UTC)
"""A Monday, past the hour of the digest."""
SHORT_S = 30.0
ATTENTION = "https://arxiv.org/abs/1706.03762"
BERT = "https://arxiv.org/abs/1810.04805"
GPT3 = "https://arxiv.org/abs/2005.14165"
RESNET = "https://arxiv.org/abs/1512.03385"
FOUR = (ATTENTION, BERT, GPT3, RESNET)
REPLAY = Path(__file__).parents[2].parent / "shared" / "data" / "replay"


class ShortWaitsPass(MovableTime):
    """Stands still, but a wait of at most half a minute moves it on at once: nothing is slept for."""

    async def sleep(self, seconds: float) -> None:
        """Move on by a short wait; wait to be moved for a long one."""
        if 0 < seconds <= SHORT_S:
            self.move(timedelta(seconds=seconds))
        await super().sleep(0 if seconds <= SHORT_S else seconds)


def shown(message: Json) -> str:
    """All that a message or view says, blocks included."""
    return json.dumps(message, ensure_ascii=False)


def has(message: Json, action: str) -> bool:
    """Whether a message has an element whose action id begins so."""
    return f'"action_id": "{action}' in shown(message)


@dataclass
class Person:
    """Somebody of the group, in its channel."""

    group: "Group"
    id: str

    async def posts(self, text: str, thread_ts: str | None = None, channel: str = "") -> str:
        """Say something, and wait until all that follows has happened; returns the ts."""
        ts = await self.group.slack.post(self.id, channel or self.group.channel, text, thread_ts)
        await self.group.calm()
        return ts

    async def edits(self, ts: str, text: str) -> None:
        """Change one's message."""
        await self.group.slack.edit(self.id, self.group.channel, ts, text)
        await self.group.calm()

    async def runs(self, line: str, channel: str = "") -> Reply:
        """Run a slash command and wait for what it leads to."""
        command, _, words = line.partition(" ")
        room = channel or self.group.channel
        return await self._hears(room, lambda: self.group.slack.command(self.id, room, command, words))

    async def _hears(self, room: str, act: Callable[[], Awaitable[Reply]]) -> Reply:
        """Do something and wait for all that follows; in a direct message the bot answers with ordinary messages."""
        before = {message["ts"] for message in self.group.private(self.id)}
        reply = await act()
        await self.group.calm()
        if (
            room.startswith("D")
            and self.group.slack.world.bot_user in self.group.slack.world.channels[room].members
        ):
            reply.messages += [each for each in self.group.private(self.id) if each["ts"] not in before]
        return reply

    async def agrees(self, line: str, channel: str = "") -> Reply:
        """Run a slash command that asks back, and press its red button."""
        question = (await self.runs(line, channel)).messages[-1]

        def is_red(element: Json) -> bool:
            return element.get("style") == "danger"

        return await self._hears(
            channel or self.group.channel, lambda: self.group.slack.click(self.id, question, is_red)
        )

    async def asks(self, line: str, channel: str = "") -> str:
        """All that a slash command's answers show."""
        reply = await self.runs(line, channel)
        return "\n".join(shown(message) for message in reply.messages)

    async def removes(self, words: str) -> Reply:
        """Ask for a paper's removal and confirm it."""
        question = await self.runs(f"/rank remove {words}")
        return await self.clicks(question.messages[-1], "card.remove_now")

    async def clicks(self, surface: Json, action: str, **more: Any) -> Reply:
        """Press the element whose action id begins so."""

        def is_it(element: Json) -> bool:
            return str(element.get("action_id", "")).startswith(action)

        room = str(surface.get("channel", ""))
        return await self._hears(room, lambda: self.group.slack.click(self.id, surface, is_it, **more))

    async def presses(self, surface: Json, text: str, **more: Any) -> Reply:
        """Press the button that shows this text."""
        room = str(surface.get("channel", ""))
        return await self._hears(room, lambda: self.group.slack.click(self.id, surface, text, **more))

    async def opens_home(self) -> Json:
        """Open the bot's own tab, and look at it."""
        await self.group.slack.open_home(self.id)
        await self.group.calm()
        return self.home

    @property
    def home(self) -> Json:
        """The tab as it is now."""
        found = self.group.slack.home(self.id)
        assert found is not None
        return found

    async def submits(self, **values: Any) -> Reply:
        """Submit the topmost modal; values by block id."""
        view = self.group.slack.views(self.id)[-1]
        filled = {
            block["block_id"]: {block["element"]["action_id"]: values[block["block_id"]]}
            for block in view["blocks"]
            if block.get("block_id") in values
        }
        reply = await self.group.slack.submit(self.id, view, filled)
        await self.group.calm()
        return reply

    @property
    def modal(self) -> Json:
        """The topmost modal open for this person."""
        return self.group.slack.views(self.id)[-1]


@dataclass
class Group:
    """The workspace, its program, its time and its people; alice is an admin."""

    slack: Simulator
    app: Paperbout
    time: MovableTime
    channel: str
    people: dict[str, Person] = field(default_factory=dict)

    async def calm(self, timeout: float = 10) -> None:  # noqa: ASYNC109  # the face
        """Wait until neither side does anything more; so many seconds at most."""
        for _ in range(2):
            await self.slack.settle(quiet=0.03, timeout=timeout)
            await self.app.settle()

    async def counts(self) -> WorkspaceCounts:
        """What the database holds."""
        async with self.app.database.reading(self.slack.world.team) as session:
            return await workspace_counts.count_workspace(session)

    def messages(self, action: str = "", kind: str = "") -> list[Json]:
        """The bot's messages in the channel and its threads, those with this button, of this key's kind."""
        found: list[Json] = []
        for message in self.slack.history(self.channel):
            found += [message, *self.slack.replies(self.channel, message["ts"])]
        return [
            message
            for message in found
            if message.get("user") == self.slack.bot_user
            and (not action or has(message, action))
            and (not kind or key(message).startswith(f"{kind}:"))
        ]

    def private(self, user: str) -> list[Json]:
        """What the bot said to this person alone, oldest first: ephemeral messages, and those in their direct message."""
        dm = self.slack.dm(user)
        told = [*self.slack.ephemerals(user), *self.slack.history(dm)]
        told += [reply for each in self.slack.history(dm) for reply in self.slack.replies(dm, each["ts"])]
        return sorted(
            (each for each in told if each.get("user") == self.slack.bot_user),
            key=lambda each: float(each["ts"]),
        )

    async def until(self, happened: Callable[[], bool]) -> None:
        """Wait until it has happened."""
        await self.slack.until(happened, timeout=20)
        await self.calm()


def key(message: Json) -> str:
    """Under which key the program posted a message."""
    return str(message.get("metadata", {}).get("event_payload", {}).get("key", ""))


@asynccontextmanager
async def a_group(
    folder: Path,
    *,
    socket: bool = False,
    judges: tuple[str, ...] = ("offline",),
    assessors: tuple[str, ...] = ("offline",),
    models: Mapping[str, Judge] | None = None,
    time: Time | None = None,
    **more: Any,
) -> AsyncIterator[Group]:
    """Everything started, on a fresh database; ends with the block. `models` stand in for the judges named.

    `time` is one that moves without waits unless another is given.
    """
    time = time or ShortWaitsPass(START)

    def clock() -> float:
        return time.now().timestamp()

    async with AsyncExitStack() as stack:
        arxiv_url = await stack.enter_async_context(offline_arxiv.serving())
        slack = await stack.enter_async_context(Simulator(clock, message_seconds=0, retry_seconds=(0, 0, 0)))
        slack.api.scopes = set(scopes())  # what the manifest asks for, and no more
        ids = {
            "alice": slack.add_user("Alice", admin=True, tz="UTC"),
            "bob": slack.add_user("Bob", tz="UTC"),
            "carol": slack.add_user("Carol", tz="UTC"),
            "dan": slack.add_user("Dan", tz="UTC"),
        }
        channel = slack.add_channel("reading-group", members=[*ids.values()])
        settings = Settings(
            _env_file=None,
            slack_bot_token=SecretStr(slack.bot_token),
            slack_app_token=SecretStr(slack.app_token) if socket else None,
            slack_signing_secret=SecretStr(slack.signing_secret),
            slack_api_url=slack.url,
            database_url=f"sqlite:///{folder / 'paperbout.db'}",
            arxiv_url=arxiv_url,
            allowed_hosts=frozenset({"127.0.0.1"}),
            judges=judges,
            assessors=assessors,
            post_interval_s=0,
            **more,
        )
        await migrate_file(folder / "paperbout.db")
        app = await stack.enter_async_context(open_app(settings, time=time, judges=models))
        await prepare(app, migrate=True)
        await stack.enter_async_context(working(app))
        if socket:
            connection = app.slack.socket()
            await connection.connect_async()  # type: ignore[no-untyped-call]  # Bolt leaves it untyped
            stack.push_async_callback(connection.close_async)
        else:
            port = await stack.enter_async_context(serving(app, "127.0.0.1", 0))
            slack.deliver_to(f"http://127.0.0.1:{port}/slack/events")
        group = Group(slack, app, cast("MovableTime", time), channel)
        group.people = {name: Person(group, user) for name, user in ids.items()}
        yield group
        assert dead(group) == set()
        assert slack.api.scopes != set(scopes()) or "missing_scope" not in {
            call.answer.get("error") for call in slack.calls
        }, "a method needs a scope that the manifest doesn't ask for"
        assert noisy(group) == []
        assert unspoken(group) == []
        assert slack.complaints == []


def dead(group: Group) -> set[str]:
    """Everything the program showed in this test that a person could press and nobody listens to."""
    assert group.app.slack.boundary is not None
    heard = group.app.slack.boundary.registered
    world = group.slack.world
    surfaces = [*(call.arguments for call in group.slack.calls), *world.ephemeral, *world.homes.values()]
    surfaces += [view for stack in world.stacks.values() for view in stack]
    found: set[str] = set()
    for part in _parts([_loaded(surface) for surface in surfaces]):
        if "action_id" in part and part.get("type") in CLICKED:
            name = str(part["action_id"]).partition(":")[0]
            found |= {name} - heard.actions
            found |= {
                option["value"].partition(" ")[0] for option in part.get("options", ()) if name == "menu"
            } - (heard.actions)
        if part.get("type") == "modal" and part.get("submit"):
            found |= {str(part.get("callback_id"))} - heard.modals
    return found


def unspoken(group: Group) -> list[str]:
    """What the program showed that a screen reader or a notification couldn't say: no text, no words for a picture."""
    shown_as = {"chat.postMessage", "chat.update", "chat.postEphemeral"}
    found = [
        f"{call.method} without text"
        for call in group.slack.calls
        if call.method in shown_as and not re.search(r"\w", str(call.arguments.get("text") or ""))
    ]
    found += ["an answer without text" for message in group.slack.world.ephemeral if not message.get("text")]
    found += [
        f"{file.name} without words"
        for file in group.slack.files
        if file.name.endswith(".png") and not file.alt
    ]
    for part in _parts([_loaded(call.arguments) for call in group.slack.calls]):
        if part.get("type") == "button":
            said = part.get("accessibility_label") or part["text"]["text"]
            if not re.search(r"\w", said):
                found.append(f"a button of no words: {part}")
    return found


def noisy(group: Group) -> list[str]:
    """What the program posted that unfolds its own links, or that calls somebody to a channel though it has a name.

    A card may: it stands in the thread of whoever it names.
    """
    posted = [call.arguments for call in group.slack.calls if call.method == "chat.postMessage"]
    unfolding = [
        f"this post unfolds its links: {post}"
        for post in posted
        if not (post.get("unfurl_links") is False and post.get("unfurl_media") is False)
    ]
    nameless = any(call.method == "users.info" and not call.answer["ok"] for call in group.slack.calls)
    calling = [
        f"this post calls somebody: {post}"
        for post in posted
        if not nameless
        and str(post["channel"])[0] not in "UD"
        and re.search(r"<@U|user_id", f"{post.get('text')}{post.get('blocks')}")
        and not key(post).startswith("card:")
    ]
    return unfolding + calling


CLICKED = {"button", "overflow", "static_select", "external_select", "feedback_buttons"}


def _loaded(surface: Any) -> Any:
    return {
        name: json.loads(value) if isinstance(value, str) and value[:1] in {"[", "{"} else value
        for name, value in surface.items()
        if name in {"blocks", "view", "unfurls", "type", "submit", "callback_id"}
    }


def _parts(of: Any) -> Iterator[Json]:
    if isinstance(of, dict):
        if of.get("type") == "input":
            return  # its element is read when the modal is sent
        yield of
        of = list(of.values())
    if isinstance(of, list):
        for part in of:
            yield from _parts(part)


@pytest.fixture
async def group(tmp_path: Path) -> AsyncIterator[Group]:
    """The group over HTTP."""
    async with a_group(tmp_path) as made:
        yield made


@pytest.fixture(params=["http", "socket"])
async def either(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Group]:
    """The group over HTTP, then over Socket Mode."""
    async with a_group(tmp_path, socket=request.param == "socket") as made:
        yield made


@pytest.fixture
def alice(group: Group) -> Person:
    """An admin."""
    return group.people["alice"]


@pytest.fixture
def bob(group: Group) -> Person:
    """A member."""
    return group.people["bob"]
