"""The demo's page by keyboard and screen reader: axe-core (from npm) finds no fault, and tabs are tabs."""

from pathlib import Path

import pytest
from playwright.async_api import Browser, expect
from slack_sdk.web.async_client import AsyncWebClient

from handlers.demo.slack import Simulator
from tests.browser.axe import axe_core, faults
from tests.browser.conftest import showing
from tests.browser.test_page import EVERY_BLOCK
from tests.simulator.conftest import Team


@pytest.mark.slow
@pytest.mark.parametrize("narrow", [False, True])
async def test_axe_finds_no_fault_in_channel_thread_and_tabs(
    browser: Browser, slack: Simulator, team: Team, client: AsyncWebClient, tmp_path: Path, *, narrow: bool
) -> None:
    script = axe_core(tmp_path)
    root = await client.chat_postMessage(channel=team.papers, text="fallback", blocks=EVERY_BLOCK)
    await client.chat_postMessage(
        channel=team.papers, text="<https://x.org|a link> here", thread_ts=root["ts"]
    )
    async with showing(browser, slack, team.alice, team.papers, narrow=narrow) as page:
        await page.get_by_role("heading", name="Leaderboard").wait_for()
        assert await faults(page, script) == []
        await page.locator("button.replies").click()
        await page.locator("#replies article").last.wait_for()
        assert await faults(page, script) == []


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
