"""The README's pictures can be taken from this version, and are those the README shows."""

import re
from pathlib import Path

from tests.screenshots.__main__ import IMAGES, LARGEST, take

README = Path(__file__).parents[2] / "README.md"


async def test_the_readmes_four_pictures_are_taken_from_this_version(tmp_path: Path) -> None:
    taken = {path.name for path in await take(tmp_path)}
    shown = set(re.findall(r"!\[[^\]]+\]\(docs/images/([a-z]+\.png)\)", README.read_text()))
    assert taken == shown == {"card.png", "digest.png", "rank.png", "vote.png"}
    for name in taken:
        kept = (IMAGES / name).read_bytes()
        assert kept.startswith(b"\x89PNG")
        assert len(kept) < LARGEST
