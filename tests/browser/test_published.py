"""The pages to keep, in Chromium: without a script, on a phone, printed, and readable by contrast."""

import zlib
from pathlib import Path
from typing import Literal

import pytest
from playwright.async_api import Browser, Page
from starlette.applications import Starlette

from bot.exchange.outlets.served_pages import hash_of
from handlers.outlets.site_serving import drawn_files, site_routes
from handlers.publishing.site import write_site
from handlers.web.loopback_server import serve
from storage.database.engine import Database
from storage.outlets import sites
from storage.outlets.sites import SiteFile
from storage.tables import League, Workspace
from storage.work import leases
from storage.work.leases import Work
from tests.browser.axe import axe_core, faults
from tests.browser.chromium import NARROW
from tests.browser.conftest import picture
from tests.databases import migrate_file
from tests.publishing.leagues import AT, a_league

TOKEN = "t" * 32
ENOUGH = 4.5
CONTRASTS = """() => {
  const numbers = c => c.match(/[\\d.]+/g).map(Number);
  const light = c => numbers(c).slice(0, 3).map(v => v / 255)
    .map(v => v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
  const ground = light(getComputedStyle(document.body).backgroundColor);
  return [...document.querySelectorAll('body *')].filter(e => e.textContent.trim() && e.checkVisibility()).map(e => {
    const ink = light(getComputedStyle(e).color);
    return (Math.max(ink, ground) + .05) / (Math.min(ink, ground) + .05);
  });
}"""


async def visible_tabs(page: Page) -> list[bool]:
    return [await tab.is_visible() for tab in await page.locator(".tab").all()]


async def columns(page: Page) -> list[str]:
    headings = await page.locator("thead th").all()
    return [await each.inner_text() for each in headings if await each.is_visible()]


def watched(page: Page) -> tuple[list[str], list[str]]:
    """What the page complains of from now on, and every address it asks for."""
    problems: list[str] = []
    loaded: list[str] = []
    page.on("console", lambda line: problems.append(line.text))
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("dialog", lambda dialog: problems.append(dialog.message))
    page.on("request", lambda request: loaded.append(request.url))
    return problems, loaded


async def test_pages_need_no_script_fit_a_phone_print_whole_and_can_be_read(
    browser: Browser, tmp_path: Path
) -> None:
    write_site(a_league(), tmp_path / "site")
    schemes: tuple[Literal["light", "dark"], ...] = ("light", "dark")
    for scheme in schemes:
        context = await browser.new_context(java_script_enabled=True, viewport=NARROW, color_scheme=scheme)
        page = await context.new_page()
        problems, loaded = watched(page)
        await page.goto((tmp_path / "site/index.html").as_uri())
        assert min(await page.evaluate(CONTRASTS)) >= ENOUGH
        assert await columns(page) == ["Rank", "Paper", "Score"]
        await page.get_by_role("link", name="By win rate").click()
        assert await columns(page) == ["Rank", "Paper", "Score", "Win rate"]
        assert await page.evaluate("document.querySelector('.wide').scrollWidth <= innerWidth")
        await page.get_by_role("link", name="Paper <script>").click()
        assert min(await page.evaluate(CONTRASTS)) >= ENOUGH
        assert (
            await page.get_by_role("heading", level=1).inner_text()
            == 'Paper <script>alert(1)</script> & "friends"'
        )
        for part in await page.locator("svg rect").all():
            drawn = await part.bounding_box()
            assert drawn is not None
            assert drawn["height"] > 5, "the scale shows the score and its interval"
        assert await visible_tabs(page) == [True, False]
        await page.get_by_role("link", name="two:<m>").click()
        assert await visible_tabs(page) == [False, True]
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        await picture(page, f"published_{scheme}")
        await page.emulate_media(media="print")
        assert await visible_tabs(page) == [True, True], "printed, every assessment is there"
        assert problems == []
        assert all(url.startswith((tmp_path / "site").as_uri()) for url in loaded)
        await context.close()


@pytest.mark.slow
async def test_axe_finds_no_fault_in_board_paper_week_and_archive(browser: Browser, tmp_path: Path) -> None:
    script = axe_core(tmp_path / "npm")
    write_site(a_league(), tmp_path / "site", "https://example.org/x/")
    for width in (1_400, 390):
        page = await browser.new_page(viewport={"width": width, "height": 900}, bypass_csp=True)
        for path in (
            "index.html",
            "papers/arxiv-2601.00001.html",
            "archive/2026-W12.html",
            "archive/index.html",
        ):
            await page.goto((tmp_path / "site" / path).as_uri())
            if path.startswith("papers"):
                await page.get_by_role("link", name="two:<m>").click()
            assert await faults(page, script) == [], (path, width)
            await picture(page, f"published_{width}_{path}")
        await page.close()


async def test_served_pages_keep_to_their_policy_and_their_secret_address(
    browser: Browser, tmp_path: Path
) -> None:
    await migrate_file(tmp_path / "paperbout.db")
    database = Database(f"sqlite:///{tmp_path / 'paperbout.db'}")
    async with database.transaction(None) as session:
        session.add(Workspace(id="T1", name="Team", installed_at=AT))
    async with database.transaction("T1") as session:
        session.add(League(id=1, name="reading", channel="C1", created_by="U1", created_at=AT))
        await session.flush()
        await sites.turn_on(session, 1, hash_of(TOKEN), "U1", AT)
        site = await sites.of_league(session, 1)
        assert site is not None
        assert await leases.take(session, Work.SITE, site.id, AT, 60)
        files = [
            SiteFile(path, zlib.compress(content), path, is_frozen)
            for path, content, is_frozen in drawn_files(a_league())
        ]
        assert await sites.put(session, site.id, files)
    async with serve(Starlette(routes=site_routes(database, "http://bot.example.org"))) as port:
        page = await browser.new_page(viewport=NARROW)
        problems, loaded = watched(page)
        home = f"http://127.0.0.1:{port}/published/{TOKEN}/"
        await page.goto(home)
        assert min(await page.evaluate(CONTRASTS)) >= ENOUGH, "the style is allowed by the policy"
        await page.get_by_role("link", name="By win rate").click()
        await page.get_by_role("link", name="Paper <script>").click()
        await page.get_by_role("link", name="two:<m>").click()
        assert await visible_tabs(page) == [False, True]
        await page.get_by_role("link", name="Weeks and months").click()
        await page.get_by_role("link", name="Week of 16 March 2026").click()
        assert "as it ended" in await page.locator("main").inner_text()
        picture_reply = await page.request.get(f"{home}papers/arxiv-2601.00001.png")
        assert picture_reply.headers["content-type"] == "image/png"
        assert problems == []
        assert all(url.startswith(home) for url in loaded)
        await page.close()
    await database.close()
