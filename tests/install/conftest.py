"""Two workspaces that install the bot by OAuth over HTTP, from the same program, on a clock that is moved."""

import re
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from bot.settings import Settings
from handlers.app import Paperbout, open_app, prepare, serving, working
from handlers.demo.slack import Simulator
from handlers.slack.workspaces.scopes_and_events import OPTIONAL
from storage.workspaces.token_sealing import new_key
from tests import offline_arxiv
from tests.databases import migrate_file
from tests.slack.conftest import ShortWaitsPass, group

__all__ = ["group"]

FIRST, SECOND = "T0FIRST", "T0SECOND"


@dataclass
class Place:
    """One workspace with its only person and channel."""

    slack: Simulator
    ann: str
    channel: str


@dataclass
class Town:
    """Both workspaces, the program, its time, and a browser."""

    app: Paperbout
    time: ShortWaitsPass
    first: Place
    second: Place
    address: str
    browser: httpx.AsyncClient
    settings: Settings

    async def start_page(self) -> httpx.Response:
        return await self.browser.get(f"{self.address}/slack/install")

    async def install(
        self, place: Place, *, allow: bool = True, all_scopes: bool = True, team: str = ""
    ) -> httpx.Response:
        """Go through the pages as a person does, for the place's team or another id; returns the last page."""
        page = await self.start_page()
        team = team or place.slack.world.team
        asked = await self.browser.get(link(page.text, "Add to Slack") + f"&team={team}")
        assert asked.status_code == 200, asked.text
        consent = "Allow" if all_scopes else "Allow without what is optional"
        pressed = link(asked.text, consent if allow else "Cancel")
        decided = await self.browser.get(httpx.URL(asked.url).join(pressed))
        assert decided.status_code == 302, decided.text
        cookie = page.headers["set-cookie"].split(";")[
            0
        ]  # marked Secure, so the client keeps it from plain HTTP
        return await self.browser.get(decided.headers["location"], headers={"cookie": cookie})

    async def calm(self) -> None:
        for place in (self.first, self.second):
            await place.slack.settle(quiet=0.03)
            await self.app.settle()


def link(page: str, words: str) -> str:
    """Where the link with these words leads."""
    found = re.search(rf'<a[^>]*href="([^"]*)"[^>]*>{re.escape(words)}</a>', page)
    assert found is not None, page
    return unescape(found[1])


def place(slack: Simulator) -> Place:
    ann = slack.add_user("Ann", admin=True, tz="UTC")
    return Place(slack, ann, slack.add_channel("papers", members=[ann]))


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    """Two workspaces that have nothing to do with each other."""
    async with a_town(tmp_path) as made:
        yield made


@asynccontextmanager
async def a_town(tmp_path: Path, enterprise: str = "") -> AsyncIterator[Town]:
    """Two workspaces, of one organisation where its id is given, and the program that both may install."""
    time = ShortWaitsPass(datetime.now(UTC))

    def clock() -> float:
        return time.now().timestamp()

    async with AsyncExitStack() as stack:
        arxiv_url = await stack.enter_async_context(offline_arxiv.serving())
        one = await stack.enter_async_context(
            Simulator(clock, message_seconds=0, team=FIRST, retry_seconds=(0,), enterprise=enterprise)
        )
        two = await stack.enter_async_context(
            Simulator(clock, message_seconds=0, team=SECOND, retry_seconds=(0,), enterprise=enterprise)
        )
        one.joined_by(two)
        for slack in (one, two):
            slack.api.tokens.clear()  # nothing is granted yet
        one.consent.rotates, one.consent.optional = True, OPTIONAL
        settings = Settings(
            _env_file=None,
            slack_client_id=one.consent.client_id,
            slack_client_secret=SecretStr(one.consent.client_secret),
            slack_signing_secret=SecretStr(one.signing_secret),
            secret_key=SecretStr(new_key()),
            public_url="http://127.0.0.1:1",
            slack_api_url=one.url,
            database_url=f"sqlite:///{tmp_path / 'paperbout.db'}",
            arxiv_url=arxiv_url,
            allowed_hosts=frozenset({"127.0.0.1"}),
            post_interval_s=0,
        )
        # The port is known only once the server listens, so it is reserved first.
        port = await _free_port()
        settings = settings.model_copy(update={"public_url": f"http://127.0.0.1:{port}"})
        one.consent.redirect_uris = {f"http://127.0.0.1:{port}"}
        await migrate_file(tmp_path / "paperbout.db")
        app = await stack.enter_async_context(open_app(settings, time=time))
        await prepare(app, migrate=True)
        await stack.enter_async_context(working(app))
        await stack.enter_async_context(serving(app, "127.0.0.1", port))
        for slack in (one, two):
            slack.deliver_to(f"http://127.0.0.1:{port}/slack/events")
        browser = await stack.enter_async_context(httpx.AsyncClient(trust_env=False))
        yield Town(app, time, place(one), place(two), f"http://127.0.0.1:{port}", browser, settings)


async def _free_port() -> int:

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
