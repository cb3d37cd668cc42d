"""blocks.validate: whether Slack would take blocks, a message or a view; needs no token."""

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
    """blocks.validate: exactly one of blocks, message and view."""
    given = [name for name in ("blocks", "message", "view") if name in arguments.values]
    if len(given) != 1:
        raise Refusal("invalid_arguments")
    found = arguments.loaded(given[0], "invalid_arguments")
    if given[0] == "view":
        kind = str(found.get("type")) if isinstance(found, dict) else ""
        problems = surfaces.view_problems(
            found if isinstance(found, dict) else {}, kind, faults.unknown_blocks
        )
        _refuse("invalid_view", problems.reasons, "/view")
    elif given[0] == "message":
        if not isinstance(found, dict):
            raise Refusal("invalid_arguments")
        _refuse("invalid_message", _message_reasons(found, faults), "")
    else:
        if not isinstance(found, list):
            raise Refusal("invalid_arguments")
        problems = surfaces.message_problems(found, faults.unknown_blocks)
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
    found: Json = {
        "pointer": parts["pointer"].removeprefix(prefix),
        "code": "failed_constraint",
        "message": parts["message"],
    }
    choice = _ONE_OF.fullmatch(parts["message"])
    constraint: dict[str, Any] = (
        {"type": "enum", "expected": choice["expected"].split(", ")} if choice else {"type": "format"}
    )
    return found | {"constraint": constraint}
