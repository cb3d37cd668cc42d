"""ARCHITECTURE.md tells the truth about today: every room stands there, and nothing that is gone."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
ROOMS = PAGE[PAGE.index("## Rooms") : PAGE.index("## How a link becomes a rating")]
MOST_AT_THE_TOP = 20


def names(floor: str) -> set[str]:
    """The folders and loose modules at the top of a floor."""
    hidden = {"__init__.py", "__pycache__"}
    return {item.name for item in (ROOT / floor).iterdir()} - hidden


@pytest.mark.parametrize("floor", ["bot", "handlers", "storage"])
def test_every_room_at_the_top_of_a_floor_has_its_place_on_the_page(floor: str) -> None:
    assert {name for name in names(floor) if not re.search(rf"\b{re.escape(name)}\b", ROOMS)} == set()


@pytest.mark.parametrize("floor", ["bot", "handlers", "storage"])
def test_a_floor_shows_a_newcomer_no_more_than_twenty_names(floor: str) -> None:
    assert len(names(floor)) <= MOST_AT_THE_TOP


def test_the_page_names_no_file_that_is_gone() -> None:
    said = re.findall(r"\b((?:bot|handlers|storage|tests)/[\w/]+?)(\.py)?(?=[\s,;:)`|]|$)", PAGE)
    gone = {path for path, _ in said if not ((ROOT / path).exists() or (ROOT / f"{path}.py").exists())}
    assert gone == set()
