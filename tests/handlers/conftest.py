"""A bare Slack Web API on loopback that records calls and answers as told, and a Bolt app in front of it."""

import json
from collections import defaultdict
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from bot.settings import Settings
from handlers.slack.boundary import Boundary
from handlers.slack.services import Services
from handlers.slack.workspaces.directory import Directory
from storage.database.engine import Database
from storage.workspaces import workspace_rows
from tests.databases import migrate_file


class Slack:
    """What was called, and what to answer: `answers[method]` is used up one by one, its last one kept."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.answers: dict[str, list[dict[str, Any]]] = defaultdict(lambda: [{"ok": True}])
        self.url = ""

    def called(self, method: str) -> list[dict[str, Any]]:
        return [fields for name, fields in self.calls if name == method]

    def refuses(self, method: str, *errors: str) -> None:
        self.answers[method] = [{"ok": False, "error": error} for error in errors]

    async def handle(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        if request.content_type == "application/json":
            fields = await request.json()
        else:
            fields = {**request.query, **await request.post()}
            if "blocks" in fields:
                fields["blocks"] = json.loads(str(fields["blocks"]))
        self.calls.append((method, fields))
        waiting = self.answers[method]
        answer = waiting.pop(0) if len(waiting) > 1 else waiting[0]
        return web.json_response(answer, status=int(answer.get("http", 200)))


class Clock:
    """A time that moves when told."""

    def __init__(self) -> None:
        self.time = datetime(2026, 3, 2, 9, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time

    def passes(self, **amount: float) -> None:
        self.time += timedelta(**amount)


class Bot:
    """A Bolt app with a boundary; requests are put in as Socket Mode puts them."""

    def __init__(self, slack: Slack, services: Services, client: AsyncWebClient) -> None:
        async def authorize() -> AuthorizeResult:
            return AuthorizeResult(
                enterprise_id=None, team_id="T1", bot_token="xoxb-1", bot_id="B1", bot_user_id="UBOT"
            )

        self.app = AsyncApp(name="tests", client=client, authorize=authorize)
        self.on = Boundary(self.app, services)
        self.slack = slack

    async def gets(self, body: dict[str, Any]) -> BoltResponse:
        response = await self.app.async_dispatch(AsyncBoltRequest(mode="socket_mode", body=body))
        await self.on.drain()
        return response

    async def command(self, text: str = "", **more: Any) -> BoltResponse:
        where = {"team_id": "T1", "user_id": "U1", "channel_id": "C1", "trigger_id": "1.2"}
        return await self.gets({"command": "/rank", "text": text, **where, **more})

    async def click(self, action_id: str, value: str, **more: Any) -> BoltResponse:
        return await self.gets(self.clicked(action_id, value, **more))

    @staticmethod
    def clicked(action_id: str, value: str, **more: Any) -> dict[str, Any]:
        return {
            "type": "block_actions",
            "team": {"id": "T1"},
            "user": {"id": "U1", "team_id": "T1"},
            "channel": {"id": "C1"},
            "trigger_id": "1.2",
            "container": {
                "type": "message",
                "message_ts": "1.0",
                "channel_id": "C1",
                "is_ephemeral": True,
            },
            "actions": [{"type": "button", "block_id": "b", "action_id": action_id, "value": value}],
            **more,
        }

    async def event(self, kind: str, *, event_id: str = "Ev1", **more: Any) -> BoltResponse:
        event = {"type": kind, "user": "U1", "channel": "C1", "ts": "5.0", **more}
        return await self.gets(
            {"type": "event_callback", "team_id": "T1", "event_id": event_id, "event": event}
        )

    async def submit(
        self, callback_id: str, metadata: str, values: dict[str, Any], user: str = "U1"
    ) -> BoltResponse:
        view = {
            "id": "V1",
            "type": "modal",
            "callback_id": callback_id,
            "private_metadata": metadata,
            "state": {"values": values},
            "blocks": [{"type": "input", "block_id": name} for name in values],
        }
        return await self.gets(
            {
                "type": "view_submission",
                "team": {"id": "T1"},
                "user": {"id": user, "team_id": "T1"},
                "view": view,
            }
        )


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def slack() -> AsyncIterator[Slack]:
    slack = Slack()
    app = web.Application()
    app.router.add_route("*", "/{method}", slack.handle)
    server = TestServer(app)
    await server.start_server()
    slack.url = str(server.make_url("/"))
    yield slack
    await server.close()


@pytest.fixture
def client(slack: Slack) -> AsyncWebClient:
    return AsyncWebClient("xoxb-1", base_url=slack.url)


@pytest.fixture
def directory(client: AsyncWebClient, clock: Clock) -> Directory:
    return Directory(client, "T1", clock)


@pytest.fixture
async def bot(
    slack: Slack, client: AsyncWebClient, directory: Directory, clock: Clock, tmp_path: Path
) -> AsyncIterator[Bot]:
    await migrate_file(tmp_path / "events.db")
    database = Database(f"sqlite:///{tmp_path / 'events.db'}")
    await workspace_rows.ensure(database, "T1", clock())
    needed = {
        "database": database,
        "settings": Settings(),
        "now": clock,
        "people": lambda _workspace: directory,
    }
    unused = dict.fromkeys(
        set(Services.__dataclass_fields__) - set(needed) - {"open_beside", "outsiders", "shelves"}
    )
    yield Bot(slack, Services(**needed, **unused), client)  # type: ignore[arg-type]  # listeners here don't judge
    await database.close()
