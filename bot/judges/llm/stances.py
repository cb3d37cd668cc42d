"""Learns from a server's refusals which mode, parameters and answer length it accepts."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.judges.llm.provider import Ask, Mode, Provider, RequestBody
from bot.judges.llm.replies.error_replies import ErrorReply, is_about_mode

_WEAKER: Mapping[Mode, Mode] = {"schema": "tool", "tool": "text"}
_LEAST_ROOM = 256
_MARGIN = 16
_ROOM_WORDS = re.compile(
    r"max_(?:completion_|output_|new_)?tokens|maxoutputtokens|completion tokens|output tokens|in the completion"
)
_CONTEXT_WORDS = re.compile(r"context|`?inputs`? tokens|input length|in the messages|total")
_REFUSED_WORDS = re.compile(
    r"unsupported|not supported|unknown|unrecogni[sz]ed|not permitted|not allowed|invalid|extra|instead|unexpected"
    r"|does(?:n't| not) (?:support|accept|exist)|no longer|deprecated|forbidden|not recogni[sz]ed"
)


@dataclass(frozen=True, slots=True)
class Stance:
    """How a server wants to be asked, learned from its refusals.

    It says the mode, which parameters to leave out or rename, and the most tokens of an answer.
    """

    mode: Mode
    omissions: frozenset[str] = frozenset()
    renames: frozenset[tuple[str, str]] = frozenset()
    most_room: int | None = None


def stance_values(stance: Stance) -> dict[str, Any]:
    """Return a form of request as JSON values, for a row."""
    return {
        "mode": stance.mode,
        "omissions": sorted(stance.omissions),
        "renames": sorted(list(names) for names in stance.renames),
        "most_room": stance.most_room,
    }


def stance_of(values: Mapping[str, Any]) -> Stance:
    """Return the mode and parameters to ask a server with, from the values stored in the database.

    Values that make no sense give the stance that is tried first with an unknown server.
    """
    mode, room = values.get("mode"), values.get("most_room")
    if mode not in {"schema", "tool", "text"}:
        return Stance("schema")
    return Stance(
        mode,
        frozenset(str(path) for path in values.get("omissions") or ()),
        frozenset((str(old), str(new)) for old, new in values.get("renames") or ()),
        room if isinstance(room, int) else None,
    )


def write_body(provider: Provider, ask: Ask, stance: Stance) -> RequestBody:
    """Build the request body of a call in the form that the server accepts."""
    body = provider.body(ask)
    for names in stance.renames:
        for old, new in (names, names[::-1]):
            if old in body:
                body[new] = body.pop(old)
                break
    for path in stance.omissions:
        _remove(body, path.split("."))
    return body


def _remove(body: object, steps: list[str]) -> bool:
    """Remove the part at this path from a body; return whether it was there."""
    for step in steps[:-1]:
        if isinstance(body, list) and step.isdigit() and int(step) < len(body):
            body = body[int(step)]
        elif isinstance(body, dict) and step in body:
            body = body[step]
        else:
            return False
    return isinstance(body, dict) and body.pop(steps[-1], None) is not None


def after_refusal(provider: Provider, ask: Ask, stance: Stance, reply: ErrorReply) -> Stance | None:
    """Return the next form of request to try after a refusal, closest to this one; None if none is left."""
    words = reply.everything
    room = room_offered(words, ask.room)
    if room is not None and room != stance.most_room:
        return replace(stance, most_room=room)
    body = write_body(provider, ask, stance)
    for names in provider.renames:
        name_here = next((name for name in names if name in body), None)
        if names not in stance.renames and name_here and name_here in words and _REFUSED_WORDS.search(words):
            return replace(stance, renames=stance.renames | {names})
    for pattern, path in provider.optional.items():
        if (
            path not in stance.omissions
            and re.search(pattern, words)
            and _remove(write_body(provider, ask, stance), path.split("."))
        ):
            return replace(stance, omissions=stance.omissions | {path})
    if stance.mode in _WEAKER:
        # Named or not: fewer things asked for are fewer things to be refused.
        return replace(stance, mode=_WEAKER[stance.mode])
    if is_about_mode(reply):
        return None
    paths = {
        path
        for path in provider.optional.values()
        if path not in stance.omissions and _remove(write_body(provider, ask, stance), path.split("."))
    }
    return replace(stance, omissions=stance.omissions | paths) if paths else None


def room_offered(words: str, most_tokens: int) -> int | None:
    """Return the answer length in tokens that a refusal allows instead of `most_tokens`; None if it isn't about that."""
    if not _ROOM_WORDS.search(words):
        return None
    numbers = [int(number.replace(",", "")) for number in re.findall(r"\d{1,3}(?:,\d{3})+|\d{2,}", words)]
    if _CONTEXT_WORDS.search(words):
        rest = sorted(set(numbers))
        rest = [number for number in rest if number != most_tokens and number - most_tokens not in rest]
        limit, prompt = (rest[-1], rest[-2]) if len(rest) > 1 else (most_tokens, rest[-1] if rest else 0)
        room = limit - prompt - _MARGIN if prompt else 0
    else:
        below = [number for number in numbers if number < most_tokens]
        room = max(below, default=0) - ("exclusive" in words)
    return room if _LEAST_ROOM <= room < most_tokens else None
