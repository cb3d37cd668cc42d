"""The demo's page by keyboard and screen reader: axe-core (from npm) finds no fault, and tabs are tabs."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect
from slack_sdk.web.async_client import AsyncWebClient

from handlers.demo.slack import Simulator
from tests.browser.conftest import showing
from tests.browser.test_page import EVERY_BLOCK
from tests.simulator.conftest import Team

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]


def _axe(folder: Path) -> str:
    """The newest axe-core as a script; skips the test where npm or its registry isn't to be had."""
    if shutil.which("npm") is None:
        pytest.skip("npm isn't installed")
    command = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", str(folder)]
    try:
        subprocess.run([*command, "axe-core"], check=True, capture_output=True, timeout=120)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        pytest.skip(f"npm can't fetch axe-core: {error}")
    return (folder / "node_modules" / "axe-core" / "axe.min.js").read_text()


async def _faults(page: Page, script: str) -> list[str]:
    await page.evaluate(script)
    result: dict[str, Any] = await page.evaluate("rules => axe.run({ runOnly: rules })", RULES)
    return [f"{fault['id']}: {fault['nodes'][0]['html'][:200]}" for fault in result["violations"]]


@pytest.mark.slow
@pytest.mark.parametrize("narrow", [False, True])
async def test_axe_finds_no_fault_in_channel_thread_and_tabs(
    browser: Browser, slack: Simulator, team: Team, client: AsyncWebClient, tmp_path: Path, *, narrow: bool
) -> None:
    script = _axe(tmp_path)
    root = await client.chat_postMessage(channel=team.papers, text="fallback", blocks=EVERY_BLOCK)
    await client.chat_postMessage(
        channel=team.papers, text="<https://x.org|a link> here", thread_ts=root["ts"]
    )
    async with showing(browser, slack, team.alice, team.papers, narrow=narrow) as page:
        await page.get_by_role("heading", name="Leaderboard").wait_for()
        assert await _faults(page, script) == []
        await page.locator("button.replies").click()
        await page.locator("#replies article").last.wait_for()
        assert await _faults(page, script) == []


async def test_the_tabs_of_the_app_name_their_panel_and_follow_the_arrow_keys(
    browser: Browser, slack: Simulator, team: Team
) -> None:
    async with showing(browser, slack, team.alice, team.papers) as page:
        assert await page.get_by_role("tab").count() == 0, "a channel has none"
        await page.locator("#rooms button").last.click()
        home, messages = page.get_by_role("tab", name="Home"), page.get_by_role("tab", name="Messages")
        await expect(home).to_have_attribute("aria-selected", "true")
        await expect(page.get_by_role("tabpanel", name="Home")).to_be_visible()
        await home.focus()
        await page.keyboard.press("ArrowRight")
        await expect(messages).to_have_attribute("aria-selected", "true")
        await expect(messages).to_be_focused()
        await expect(page.get_by_role("tabpanel", name="Messages")).to_be_visible()
