"""The features of this room in front of a bare Slack on loopback, over a real world."""

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer
from slack_sdk.web.async_client import AsyncWebClient

from bot.judges.offline_judge import OfflineJudge
from bot.papers.errors import SourceError
from bot.papers.links import Reference
from bot.papers.records import PaperRecord
from bot.work.runtime import Runtime
from bot.work.timing import MovableTime
from handlers.blocks import ids
from handlers.blocks.builders import Message
from handlers.features import COMMANDS, messages, register_features
from handlers.slack.boundary import Boundary
from handlers.slack.calls import Call
from handlers.slack.services import Services
from storage.work.delivery import MessageRequest
from tests.handlers.conftest import Bot, Slack
from tests.leagues.world import HOME, TEAM, World


class NoSources:
    """Nothing is fetched here."""

    async def resolve(self, references: Sequence[Reference]) -> Mapping[str, PaperRecord | SourceError]:
        raise AssertionError(references)


class Desk:
    """Where people click, type and submit; `said` is everything they were answered."""

    def __init__(self, world: World, bot: Bot, slack: Slack, services: Services) -> None:
        self.world, self.bot, self.slack, self.services = world, bot, slack, services

    async def runs(self, user: str, command: str, words: str = "", channel: str = HOME) -> str:
        before = len(self.slack.calls)

        async def listener(call: Call) -> None:
            await COMMANDS[command].run(call, words)

        self.bot.on.command(f"/t{before}", listener)
        await self.bot.command(command=f"/t{before}", user_id=user, channel_id=channel)
        return self.said(before)

    async def clicks(self, user: str, carried: tuple[str, str], channel: str = HOME, **more: Any) -> str:
        before = len(self.slack.calls)
        place = {"type": "message", "message_ts": "1.0", "channel_id": channel, "is_ephemeral": True}
        await self.bot.click(
            *carried, user={"id": user, "team_id": TEAM}, channel={"id": channel}, container=place, **more
        )
        return self.said(before)

    async def submits(self, user: str, modal: ids.Modal[Any], payload: tuple[Any, ...], **texts: str) -> str:
        """Submit a window with these texts by field; returns its errors and all that was answered."""
        before = len(self.slack.calls)
        values = {name: {name: {"type": "plain_text_input", "value": text}} for name, text in texts.items()}
        response = await self.bot.submit(modal.name, modal.encode(payload), values, user)
        return f"{response.body}{self.said(before)}"

    def said(self, before: int = 0) -> str:
        return json.dumps(
            [fields for _, fields in self.slack.calls[before:]], ensure_ascii=False, default=str
        )

    async def renders(self, kind: str) -> Message | None:
        row = (await self.world.messages(kind))[-1]
        wanted = MessageRequest(
            row.id,
            row.channel,
            row.key,
            row.kind,
            row.about_id,
            row.options,
            None,
            None,
            1,
            None,
            None,
            None,
        )
        async with self.world.database.reading(TEAM) as session:
            rendered: Message | None = await messages()[kind](session, wanted, self.services)
            return rendered


async def _permalink(_workspace: str, channel: str, ts: str) -> str | None:
    return f"https://slack.test/{channel}/{ts}"


@asynccontextmanager
async def a_desk(world: World) -> AsyncIterator[Desk]:
    slack = Slack()
    app = web.Application()
    app.router.add_route("*", "/{method}", slack.handle)
    server = TestServer(app)
    await server.start_server()
    slack.url = str(server.make_url("/"))
    slack.answers["views.open"] = [{"ok": True, "view": {"id": "V1"}}]
    needed = {
        "commands": COMMANDS,
        "database": world.database,
        "settings": world.settings,
        "now": lambda: world.now,
        "people": lambda _workspace: world.people,
        "runtime": Runtime(
            world.database,
            world.settings,
            MovableTime(world.now),
            {"offline": OfflineJudge()},
            NoSources(),
            lambda _workspace: world.people,
        ),
        "forget_channel": lambda _workspace, _channel: None,
        "forget_person": lambda _workspace, _person, _admin: None,
        "permalink": _permalink,
    }
    unused = dict.fromkeys(
        set(Services.__dataclass_fields__) - set(needed) - {"open_beside", "outsiders", "shelves"}
    )
    services = Services(**needed, **unused)  # type: ignore[arg-type]  # nobody judges here
    bot = Bot(slack, services, AsyncWebClient("xoxb-1", base_url=slack.url))
    on: Boundary = bot.on
    register_features(on)
    yield Desk(world, bot, slack, services)
    await server.close()
