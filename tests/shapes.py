"""One of every shape of message and view that tests made the bot send, written down for a later run to hold elsewhere."""

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, Literal

import pytest

from handlers.cli.slack_proof.shapes import shape

FOLDER: Final = "slack_shapes"
_kept: dict[str, tuple[str, Any]] = {}


def keep(what: Literal["message", "view"], content: Any) -> None:
    """Remember the blocks of a message, or a view, unless one of its shape is kept."""
    for part in [content] if what == "view" else content:
        key = f"{what} {shape(part)}"
        if key not in _kept:
            _kept[key] = (what, json.loads(json.dumps(part)))


def write(config: pytest.Config) -> None:
    """Write what was kept beside pytest's cache, a file for each kind of run and worker."""
    if not _kept:
        return
    worker = getattr(config, "workerinput", {}).get("workerid", "main")
    kind = "".join(letter for letter in str(config.option.markexpr) if letter.isalpha()) or "every"
    file = _folder(config) / f"{kind}-{worker}.json"
    file.write_text(json.dumps(list(_kept.values())))


def read(config: pytest.Config) -> Iterator[tuple[str, Any]]:
    """What earlier runs wrote: "message" with a block, or "view" with a view."""
    for file in sorted(_folder(config).glob("*.json")):
        yield from json.loads(file.read_text())


def _folder(config: pytest.Config) -> Path:
    cache: pytest.Cache | None = getattr(config, "cache", None)  # none where its plugin is off
    if cache is None:
        return Path(tempfile.mkdtemp(prefix=FOLDER))
    return cache.mkdir(FOLDER)
