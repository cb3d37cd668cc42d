"""Checks of the blocks that Slack accepts in messages, modals and App Home."""

from collections import Counter
from collections.abc import Callable
from typing import Any, Final

from handlers.demo.slack.checks.elements import (
    IN_ACTIONS,
    IN_CONTEXT_ACTIONS,
    IN_INPUT,
    IN_SECTION,
    check_element,
    check_image,
)
from handlers.demo.slack.checks.grids import check_chart, check_data_table, check_table
from handlers.demo.slack.checks.problems import Problems
from handlers.demo.slack.checks.rich_text import check_rich_text, rich_text_of
from handlers.demo.slack.limits import LIMITS
from handlers.demo.slack.wire import Json, Refusal

_SURFACES: Final[dict[str, frozenset[str]]] = {
    "section": frozenset({"message", "modal", "home"}),
    "header": frozenset({"message", "modal", "home"}),
    "context": frozenset({"message", "modal", "home"}),
    "actions": frozenset({"message", "modal", "home"}),
    "context_actions": frozenset({"message"}),
    "divider": frozenset({"message", "modal", "home"}),
    "image": frozenset({"message", "modal", "home"}),
    "rich_text": frozenset({"message", "modal", "home"}),
    "input": frozenset({"message", "modal", "home"}),
    "markdown": frozenset({"message"}),
    "table": frozenset({"message"}),
    "data_table": frozenset({"message", "home"}),
    "data_visualization": frozenset({"message", "home"}),
}


def check_message(blocks: list[Json], unknown: set[str] | frozenset[str] = frozenset()) -> None:
    """Raise `Refusal` with all problems of a message's blocks, as `invalid_blocks` or `msg_blocks_too_long`."""
    problems = message_problems(blocks, unknown)
    if problems.reasons:
        raise Refusal("invalid_blocks", errors=problems.reasons, response_metadata=problems.metadata)
    if problems.characters > LIMITS["message.characters"]:
        raise Refusal("msg_blocks_too_long")


def check_view(view: Json, kind: str, unknown: set[str] | frozenset[str] = frozenset()) -> None:
    """Raise `Refusal` (`invalid_arguments`) with all problems of a view; `kind` is "modal" or "home"."""
    problems = view_problems(view, kind, unknown)
    if problems.reasons:
        raise Refusal("invalid_arguments", response_metadata=problems.metadata)


def message_problems(blocks: list[Json], unknown: set[str] | frozenset[str] = frozenset()) -> Problems:
    """Return the problems of a message's blocks; an empty list of blocks has none."""
    problems = Problems(unknown, "message")
    if blocks:
        problems.count("/blocks", blocks, "message.blocks")
        _check_all(problems, blocks)
    return problems


def view_problems(view: Json, kind: str, unknown: set[str] | frozenset[str] = frozenset()) -> Problems:
    """Return the problems of a view; `kind` is "modal" or "home"."""
    problems = Problems(unknown, kind)
    if view.get("type") != kind:
        problems.add("/view/type", f"must be {kind}")
    names = {"type", "blocks", "private_metadata", "callback_id", "external_id"}
    if kind == "modal":
        names |= {"title", "submit", "close", "clear_on_close", "notify_on_close", "submit_disabled"}
        problems.text("/view/title", view.get("title"), "view.title", plain=True)
        for key in ("submit", "close"):
            if view.get(key) is not None:
                problems.text(f"/view/{key}", view[key], f"view.{key}", plain=True)
    problems.only("/view", view, names)
    for key, limit in (
        ("callback_id", "ids"),
        ("external_id", "ids"),
        ("private_metadata", "view.private_metadata"),
    ):
        if view.get(key) is not None:
            problems.length(f"/view/{key}", view[key], limit, least=0)
    blocks = view.get("blocks")
    if problems.count("/view/blocks", blocks, "view.blocks", least=0 if kind == "home" else 1) and blocks:
        _check_all(problems, blocks, "/view/blocks")
        needs_submit = kind == "modal" and not view.get("submit")
        if needs_submit and any(block.get("type") == "input" for block in blocks if isinstance(block, dict)):
            problems.add("/view/submit", "a submit is required when there are input blocks")
    return problems


def _check_all(problems: Problems, blocks: list[Any], place: str = "/blocks") -> None:
    table_characters, markdown = 0, 0
    for index, block in enumerate(blocks):
        pointer = f"{place}/{index}"
        if not isinstance(block, dict):
            problems.add(pointer, "must be an object")
            continue
        kind = block.get("type")
        if kind not in _SURFACES or kind in problems.unknown or problems.surface not in _SURFACES[kind]:
            problems.add(f"{pointer}/type", f"unsupported type: {kind}")
            continue
        problems.optional(pointer, block, "block_id", "ids")
        if kind == "data_table":
            table_characters += check_data_table(problems, pointer, block)
        elif kind == "table":
            problems.characters += check_table(problems, pointer, block)
        elif kind == "markdown":
            markdown += len(str(block.get("text", "")))
            problems.length(f"{pointer}/text", block.get("text"), "markdown.text")
        else:
            _CHECKS[kind](problems, pointer, block)
    _check_together(problems, blocks, place)
    if table_characters > LIMITS["data_table.characters"]:
        problems.add(
            place, f"must be less than {LIMITS['data_table.characters'] + 1} characters across all tables"
        )
    if markdown > LIMITS["markdown.text"]:
        problems.add(
            place, f"must be less than {LIMITS['markdown.text'] + 1} characters across all markdown blocks"
        )


def _check_together(problems: Problems, blocks: list[Any], place: str) -> None:
    dicts = [block for block in blocks if isinstance(block, dict)]
    kinds = Counter(block.get("type") for block in dicts)
    if kinds["table"] > LIMITS["table.blocks"]:
        problems.add(place, "only_one_table_allowed")
    if kinds["data_visualization"] > LIMITS["chart.blocks"]:
        problems.add(place, f"no more than {LIMITS['chart.blocks']} data_visualization blocks allowed")
    for block_id, times in Counter(block["block_id"] for block in dicts if block.get("block_id")).items():
        if times > 1:
            problems.add(place, f"duplicate block_id: {block_id}")
    for index, block in enumerate(dicts):
        elements = block.get("elements") if block.get("type") in {"actions", "context_actions"} else None
        ids = Counter(part.get("action_id") for part in elements or [] if isinstance(part, dict))
        for action_id, times in ids.items():
            if action_id and times > 1:
                problems.add(f"{place}/{index}/elements", f"duplicate action_id: {action_id}")
    if problems.focused > 1:
        problems.add(place, "only one element may have focus_on_load")


def _section(problems: Problems, pointer: str, block: Json) -> None:
    problems.only(pointer, block, {"type", "block_id", "text", "fields", "accessory", "expand"})
    if "text" not in block and "fields" not in block:
        problems.add(pointer, "missing required field: text or fields")
    if "text" in block:
        problems.text(f"{pointer}/text", block["text"], "section.text")
    if "fields" in block and problems.count(f"{pointer}/fields", block["fields"], "section.fields"):
        for index, field in enumerate(block["fields"]):
            problems.text(f"{pointer}/fields/{index}", field, "section.field")
    if "accessory" in block:
        check_element(problems, f"{pointer}/accessory", block["accessory"], IN_SECTION)


def _header(problems: Problems, pointer: str, block: Json) -> None:
    problems.only(pointer, block, {"type", "block_id", "text", "level"})
    problems.text(f"{pointer}/text", block.get("text"), "header.text", plain=True)


def _context(problems: Problems, pointer: str, block: Json) -> None:
    problems.only(pointer, block, {"type", "block_id", "elements"})
    if problems.count(f"{pointer}/elements", block.get("elements"), "context.elements"):
        for index, element in enumerate(block["elements"]):
            if isinstance(element, dict) and element.get("type") == "image":
                check_image(problems, f"{pointer}/elements/{index}", element)
            else:
                problems.text(f"{pointer}/elements/{index}", element, "context.text")


def _actions(problems: Problems, pointer: str, block: Json) -> None:
    problems.only(pointer, block, {"type", "block_id", "elements"})
    if problems.count(f"{pointer}/elements", block.get("elements"), "actions.elements"):
        for index, element in enumerate(block["elements"]):
            check_element(problems, f"{pointer}/elements/{index}", element, IN_ACTIONS)


def _context_actions(problems: Problems, pointer: str, block: Json) -> None:
    problems.only(pointer, block, {"type", "block_id", "elements"})
    if problems.count(f"{pointer}/elements", block.get("elements"), "context_actions.elements"):
        for index, element in enumerate(block["elements"]):
            check_element(problems, f"{pointer}/elements/{index}", element, IN_CONTEXT_ACTIONS)


def _divider(problems: Problems, pointer: str, block: Json) -> None:
    problems.only(pointer, block, {"type", "block_id"})


def _image(problems: Problems, pointer: str, block: Json) -> None:
    problems.only(pointer, block, {"type", "block_id", "image_url", "slack_file", "alt_text", "title"})
    check_image(problems, pointer, block)
    if "title" in block:
        problems.text(f"{pointer}/title", block["title"], "image.title", plain=True)


def _rich_text(problems: Problems, pointer: str, block: Json) -> None:
    check_rich_text(problems, pointer, block)
    problems.characters += len(rich_text_of(block))


def _input(problems: Problems, pointer: str, block: Json) -> None:
    problems.only(
        pointer, block, {"type", "block_id", "label", "element", "hint", "optional", "dispatch_action"}
    )
    problems.text(f"{pointer}/label", block.get("label"), "input.label", plain=True)
    if block.get("hint") is not None:
        problems.text(f"{pointer}/hint", block["hint"], "input.hint", plain=True)
    check_element(problems, f"{pointer}/element", block.get("element"), IN_INPUT)


_CHECKS: Final[dict[str, Callable[[Problems, str, Json], None]]] = {
    "section": _section,
    "header": _header,
    "context": _context,
    "actions": _actions,
    "context_actions": _context_actions,
    "divider": _divider,
    "image": _image,
    "rich_text": _rich_text,
    "input": _input,
    "data_visualization": check_chart,
}
