"""Parses the body of a server's response: JSON, JSON in a list, or a stream of events that nobody asked for."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any


def parse_body(content: bytes) -> object:
    """Return the JSON value in a response body, or the text if there is none.

    A list of one object counts as that object, and a stream of chat chunks as the completion that they make up.
    """
    try:
        body: object = json.loads(content)
    except (ValueError, RecursionError):
        text = content.decode(errors="replace")
        return _streamed(text) or text
    return body[0] if isinstance(body, list) and len(body) == 1 else body


def _streamed(text: str) -> Mapping[str, Any] | None:
    """Return the completion in a stream of events, or None if the text is something else."""
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith(":")]
    if not lines or not lines[0].startswith(("data:", "event:", "{")):
        return None
    if lines[0].startswith("{"):  # comments that kept the connection open, then an ordinary body
        return next(_objects(["\n".join(lines)]), None)
    events = list(_objects(line.removeprefix("data:") for line in lines if line.startswith("data:")))
    if any("delta" in _choice(event) for event in events):
        return _joined(events)
    return next(iter(events), None)


def _objects(texts: Iterable[str]) -> Iterator[Mapping[str, Any]]:
    for text in texts:
        try:
            value = json.loads(text)
        except (ValueError, RecursionError):
            continue
        if isinstance(value, dict):
            yield value


def _choice(event: Mapping[str, Any]) -> Mapping[str, Any]:
    choices = event.get("choices")
    first = choices[0] if isinstance(choices, list) and choices else None
    return first if isinstance(first, Mapping) else {}


def _joined(events: list[Mapping[str, Any]]) -> Mapping[str, Any]:
    """Return the chat completion that these chunks make up."""
    texts: dict[str, str] = {"content": "", "reasoning_content": "", "arguments": ""}
    values: dict[str, Any] = {}
    finish: object = None
    for event in events:
        values |= {key: event[key] for key in ("error", "model", "usage") if event.get(key)}
        choice = _choice(event)
        finish = choice.get("finish_reason") or finish
        delta = choice.get("delta")
        delta = delta if isinstance(delta, Mapping) else {}
        for key in ("content", "reasoning_content"):
            texts[key] += delta[key] if isinstance(delta.get(key), str) else ""
        calls = delta.get("tool_calls")
        for call in calls if isinstance(calls, list) else ():
            function = call.get("function") if isinstance(call, Mapping) else None
            part = function.get("arguments") if isinstance(function, Mapping) else None
            texts["arguments"] += part if isinstance(part, str) else ""
    message: dict[str, Any] = {key: texts[key] for key in ("content", "reasoning_content") if texts[key]}
    if texts["arguments"]:
        message["tool_calls"] = [{"function": {"arguments": texts["arguments"]}}]
    return {**values, "choices": [{"message": message, "finish_reason": finish}]}
