"""Samples of what was sent to Slack, from Web API calls: one of each kind, shape and level."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from handlers.cli.slack_proof.samples import Sample, at_each_level
from handlers.cli.slack_proof.shapes import shape


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
        full = {"text": str(arguments.get("text") or ""), "blocks": blocks}
        yield from at_each_level(Sample("message", _kind(arguments), 0, full))


def _kind(arguments: dict[str, Any]) -> str:
    metadata = _loaded(arguments.get("metadata")) or {}
    key = str((metadata.get("event_payload") or {}).get("key") or "answer")
    return key.partition(":")[0]


def _loaded(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) and value[:1] in {"[", "{"} else value
