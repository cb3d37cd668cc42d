"""ARCHITECTURE.md tells the truth about today: every module stands there, and nothing that is gone."""

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
ROOMS = PAGE[PAGE.index("## Rooms") : PAGE.index("## How a link becomes a rating")]


def modules(room: str) -> set[str]:
    return {file.stem for file in (ROOT / room).glob("*.py")} - {"__init__"}


def known(room: str, name: str) -> bool:
    return name in modules(room) or (ROOT / room / name.rstrip("/")).is_dir()


def test_every_module_of_the_three_floors_has_its_place_on_the_page() -> None:
    named = set(re.findall(r"\w+", ROOMS))
    missing = {f"{room}/{name}" for room in ("bot", "handlers", "storage") for name in modules(room) - named}
    assert missing == set()


def test_the_page_names_no_file_that_is_gone() -> None:
    said = re.findall(r"\b((?:bot|handlers|storage|tests)/[\w/]+?)(\.py)?(?=[\s,;:)`|]|$)", PAGE)
    gone = {path for path, _ in said if not ((ROOT / path).exists() or (ROOT / f"{path}.py").exists())}
    assert gone == set()


def test_rows_of_the_table_of_features_name_files_of_their_column() -> None:
    rows = [
        line.split("|")[1:-1] for line in ROOMS.splitlines() if line.startswith("|") and line.count("|") == 5
    ]
    wrong = set()
    for _feature, *columns in rows[2:]:
        for room, cell in zip(("bot", "handlers", "storage"), columns, strict=True):
            words = [word.strip() for word in re.sub(r"\(.*?\)", "", cell).split(",") if word.strip()]
            wrong |= {f"{room}/{word}" for word in words if not known(room, word)}
    assert wrong == set()
