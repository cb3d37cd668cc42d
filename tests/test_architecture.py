"""ARCHITECTURE.md tells the truth about today: every room stands there, and nothing that is gone."""

import ast
import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
ROOMS = PAGE[PAGE.index("## Rooms") : PAGE.index("## Four walks")]
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


def test_no_file_is_longer_than_400_lines_and_no_function_than_60() -> None:
    long: list[str] = []
    for file in (file for floor in ("bot", "handlers", "storage") for file in (ROOT / floor).rglob("*.py")):
        text = file.read_text()
        if "versions" in file.parts:
            continue
        lines = len(text.splitlines())
        long += [f"{file}: {lines} lines"] if lines > 400 else []
        long += [
            f"{file}: {node.name}"
            for node in ast.walk(ast.parse(text))
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            and (node.end_lineno or 0) - node.lineno >= 60
        ]
    assert long == []


def test_the_page_names_no_file_that_is_gone() -> None:
    said = re.findall(r"\b((?:bot|handlers|storage|tests)/[\w/]+?)(\.py)?(?=[\s,;:)`|]|$)", PAGE)
    gone = {path for path, _ in said if not ((ROOT / path).exists() or (ROOT / f"{path}.py").exists())}
    assert gone == set()


def test_every_dependency_is_pinned_to_a_version_that_pyproject_allows() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    declared = [
        Requirement(each) for each in (*project["dependencies"], *project["optional-dependencies"]["dev"])
    ]
    pins = dict(
        re.findall(r"^([\w.-]+)==([^\s;]+)", (ROOT / "constraints.txt").read_text("utf-8"), re.MULTILINE)
    )
    unpinned = {
        each.name
        for each in declared
        if each.name.lower() not in pins or pins[each.name.lower()] not in each.specifier
    }
    assert unpinned == set(), "run .ci/pins"


def test_the_pins_name_no_index_and_carry_hashes() -> None:
    pins = (ROOT / "constraints.txt").read_text("utf-8")
    assert "://" not in pins
    for each in re.split(r"^(?=[\w.-]+==)", pins, flags=re.MULTILINE)[1:]:
        assert "--hash=sha256:" in each
