"""Samples of every kind of message and view that the bot sends, at every level of simplification."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from handlers.blocks.builders import Message
from handlers.blocks.degrading import LEVELS, degrade

SHAPE_KEYS = ("type", "action_id", "callback_id", "style")


@dataclass(frozen=True, slots=True)
class Sample:
    """A message or view; `level` 0 is the richest, `kind` is the kind of message or the window."""

    what: Literal["message", "view"]
    kind: str
    level: int
    content: dict[str, Any]


def samples(calls: Iterable[tuple[str, dict[str, Any]]]) -> list[Sample]:
    """Return one sample of each kind, shape and level, from Web API calls (method, arguments), oldest first."""
    by_shape: dict[str, Sample] = {}
    for _method, arguments in calls:
        for sample in _of_call(arguments):
            by_shape.setdefault(f"{sample.what} {sample.kind} {sample.level} {shape(sample.content)}", sample)
    return list(by_shape.values())


def _of_call(arguments: dict[str, Any]) -> Iterator[Sample]:
    view, blocks = _loaded(arguments.get("view")), _loaded(arguments.get("blocks"))
    if isinstance(view, dict):
        yield Sample("view", str(view.get("callback_id") or view.get("type")), 0, view)
    if isinstance(blocks, list) and blocks:
        full = Message(str(arguments.get("text") or ""), tuple(blocks))
        for level in range(LEVELS):
            simpler = degrade(full, level)
            if level == 0 or simpler != degrade(full, level - 1):
                yield Sample(
                    "message", _kind(arguments), level, {"text": simpler.text, "blocks": list(simpler.blocks)}
                )


def _kind(arguments: dict[str, Any]) -> str:
    metadata = _loaded(arguments.get("metadata")) or {}
    key = str((metadata.get("event_payload") or {}).get("key") or "answer")
    return key.partition(":")[0]


def _loaded(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) and value[:1] in {"[", "{"} else value


def shape(value: Any) -> str:
    """Return the structure of a message without its texts, equal for messages that differ only in texts."""
    if isinstance(value, dict):
        return "{" + ",".join(_part(key, inner) for key, inner in sorted(value.items())) + "}"
    if isinstance(value, list):
        return "[" + ",".join(sorted({shape(inner) for inner in value})) + "]"
    return ""


def _part(key: str, value: Any) -> str:
    if key in SHAPE_KEYS and isinstance(value, str):
        return f"{key}={value.partition(':')[0]}"
    return key + shape(value)
