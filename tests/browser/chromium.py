"""Headless Chromium, as tests and the README's pictures start it."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Browser, ViewportSize, async_playwright

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = (
    "--no-sandbox",  # CI runs as root, where Chromium's sandbox can't start; it only sees loopback
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
WIDE: ViewportSize = {"width": 1280, "height": 860}
NARROW: ViewportSize = {"width": 390, "height": 844}
"""A phone."""


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """A browser for the block; raises AssertionError where there is no Chromium."""
    assert CHROMIUM, "no chromium: install Debian's `chromium`, or name one in CHROMIUM"
    async with async_playwright() as driver:
        browser = await driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        await browser.close()
