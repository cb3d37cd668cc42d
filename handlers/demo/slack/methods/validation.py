"""blocks.validate: whether Slack would accept blocks, a message or a view; needs no token."""

import re
from typing import Any

from handlers.demo.slack.checks import surfaces
from handlers.demo.slack.faults import Faults
from handlers.demo.slack.limits import LIMITS
from handlers.demo.slack.state.world import World
from handlers.demo.slack.web_api.arguments import Arguments
from handlers.demo.slack.wire import Json, Refusal

_REASON = re.compile(r"(?P<message>.*) \[json-pointer:(?P<pointer>[^]]*)\]", re.DOTALL)
_ONE_OF = re.compile(r"must be one of: (?P<expected>.+)")


def blocks_validate(_world: World, arguments: Arguments, faults: Faults) -> Json:
    """Answer blocks.validate for exactly one of blocks, message and view."""
    names = [name for name in ("blocks", "message", "view") if name in arguments.values]
    if len(names) != 1:
        raise Refusal("invalid_arguments")
    content = arguments.loaded(names[0], "invalid_arguments")
    if names[0] == "view":
        kind = str(content.get("type")) if isinstance(content, dict) else ""
        problems = surfaces.view_problems(
            content if isinstance(content, dict) else {}, kind, faults.unknown_blocks
        )
        _refuse("invalid_view", problems.reasons, "/view")
    elif names[0] == "message":
        if not isinstance(content, dict):
            raise Refusal("invalid_arguments")
        _refuse("invalid_message", _message_reasons(content, faults), "")
    else:
        if not isinstance(content, list):
            raise Refusal("invalid_arguments")
        problems = surfaces.message_problems(content, faults.unknown_blocks)
        _refuse("invalid_blocks", problems.reasons, "/blocks")
    return {}


def _message_reasons(message: Json, faults: Faults) -> list[str]:
    problems = surfaces.message_problems(message.get("blocks") or [], faults.unknown_blocks)
    if problems.characters > LIMITS["message.characters"]:
        problems.add("/blocks", f"must be less than {LIMITS['message.characters'] + 1} characters together")
    for number, attachment in enumerate(message.get("attachments") or []):
        inner = surfaces.message_problems(attachment.get("blocks") or [], faults.unknown_blocks)
        problems.reasons += [
            reason.replace("[json-pointer:", f"[json-pointer:/attachments/{number}")
            for reason in inner.reasons
        ]
    return problems.reasons


def _refuse(error: str, reasons: list[str], prefix: str) -> None:
    if reasons:
        raise Refusal(error, errors=[_described(reason, prefix) for reason in reasons])


def _described(reason: str, prefix: str) -> Json:
    parts = _REASON.fullmatch(reason)
    assert parts is not None
    problem: Json = {
        "pointer": parts["pointer"].removeprefix(prefix),
        "code": "failed_constraint",
        "message": parts["message"],
    }
    choice = _ONE_OF.fullmatch(parts["message"])
    constraint: dict[str, Any] = (
        {"type": "enum", "expected": choice["expected"].split(", ")} if choice else {"type": "format"}
    )
    return problem | {"constraint": constraint}
