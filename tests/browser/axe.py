"""axe-core from npm, run on a page."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]


def axe_core(folder: Path) -> str:
    """The newest axe-core as a script; skips the test where npm or its registry isn't to be had."""
    if shutil.which("npm") is None:
        pytest.skip("npm isn't installed")
    command = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", str(folder)]
    try:
        subprocess.run([*command, "axe-core"], check=True, capture_output=True, timeout=120)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        pytest.skip(f"npm can't fetch axe-core: {error}")
    return (folder / "node_modules" / "axe-core" / "axe.min.js").read_text()


async def faults(page: Page, script: str) -> list[str]:
    await page.evaluate(script)
    result: dict[str, Any] = await page.evaluate("rules => axe.run({ runOnly: rules })", RULES)
    return [f"{fault['id']}: {fault['nodes'][0]['html'][:200]}" for fault in result["violations"]]
