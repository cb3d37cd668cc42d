"""The README's pictures: `python -m tests.screenshots` plays the demo's day and takes them anew."""

import asyncio
from pathlib import Path

from playwright.async_api import Page

from handlers.demo import day
from handlers.web import logs
from tests.browser.chromium import chromium

IMAGES = Path(__file__).parents[2] / "docs" / "images"
LARGEST = 200_000
"""Bytes a picture in the README may have."""


async def _thread_of(page: Page, words: str, reply: str) -> None:
    """Open the thread under the last message that says `words`, at its last reply that says `reply`."""
    await page.locator("#messages article", has_text=words).last.locator("button.replies").click()
    shown = page.locator("#replies article", has_text=reply).last
    await shown.wait_for()
    await shown.evaluate("it => it.scrollIntoView({ block: 'end' })")
    await page.mouse.move(0, 0)


async def take(folder: Path) -> list[Path]:
    """Take all four into the folder; raises ValueError for one that is too large."""
    taken = []

    async def shot(page: Page, name: str) -> None:
        taken.append(folder / f"{name}.png")
        await page.screenshot(path=taken[-1])
        if (size := taken[-1].stat().st_size) > LARGEST:
            raise ValueError(f"{taken[-1].name} has {size} bytes, more than {LARGEST}")

    async with day.open_demo() as demo, chromium() as browser:
        await day.play(demo, lambda _words, _share: None)
        demo.time.set_speed(1.0)
        page = await browser.new_page(viewport={"width": 1120, "height": 740})
        await page.goto(f"{demo.slack.world.base}/?user={demo.people['maya']}&channel={demo.channel}")
        await page.locator("#messages article", has_text="new papers").last.wait_for()
        await shot(page, "digest")
        await _thread_of(page, "2203.15556", "Training Compute-Optimal")
        await shot(page, "card")
        await _thread_of(page, "Tournament", "The vote overruled")
        await shot(page, "vote")
        await page.get_by_role("button", name="Close thread").click()
        await page.locator("#composer-text").fill(demo.app.settings.rank_command)
        await page.keyboard.press("Enter")
        await page.locator("#messages article", has_text="half-width").last.wait_for()
        await shot(page, "rank")
    return taken


if __name__ == "__main__":
    logs.log_errors_only()
    for path in asyncio.run(take(IMAGES)):
        print(f"{path.name}: {path.stat().st_size} bytes")
