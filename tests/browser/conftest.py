"""Headless Chromium on the stand-in's page, and what it shows kept as pictures under output/."""

import os
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page

from handlers.demo.slack import Simulator
from tests.browser.chromium import NARROW, WIDE, chromium
from tests.simulator.conftest import client, clock, slack, team

__all__ = ["client", "clock", "slack", "team"]

OUTPUT = Path(os.environ.get("PAPERBOUT_OUTPUT", Path(__file__).parents[2] / "output")) / "screenshots"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here needs a browser. Asked for, it is never skipped: without Chromium it fails."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """Headless Chromium."""
    async with chromium() as browser:
        yield browser


@asynccontextmanager
async def showing(
    browser: Browser, slack: Simulator, user: str, channel: str, *, narrow: bool = False
) -> AsyncIterator[Page]:
    """The page as one person sees a channel; an error in the page fails whoever looks."""
    problems: list[str] = []
    page = await browser.new_page(viewport=NARROW if narrow else WIDE)
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda line: problems.append(line.text) if line.type == "error" else None)
    page.set_default_timeout(15_000)
    await page.goto(f"{slack.world.base}/?user={user}&channel={channel}")
    await page.locator("#title").get_by_text(slack.world.conversation(channel).name).wait_for()
    try:
        yield page
    finally:
        await picture(page, os.environ["PYTEST_CURRENT_TEST"].split("::")[-1].split(" ")[0])
        await page.close()
    assert problems == []


async def picture(page: Page, name: str) -> None:
    """Keep what the page shows as build output."""
    OUTPUT.mkdir(parents=True, exist_ok=True)
    await page.screenshot(path=OUTPUT / f"{re.sub(r'[^a-z0-9_-]+', '-', name.lower())}.png")
