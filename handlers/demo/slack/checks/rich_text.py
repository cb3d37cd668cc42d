"""Checks of rich text: sections, lists, quotes and the elements inside."""

from typing import Any, Final

from handlers.demo.slack.checks.problems import Problems
from handlers.demo.slack.wire import Json

_PARTS: Final = frozenset(
    {"rich_text_section", "rich_text_list", "rich_text_preformatted", "rich_text_quote"}
)
_NEEDED: Final[dict[str, tuple[str, ...]]] = {
    "broadcast": ("range",),
    "channel": ("channel_id",),
    "color": ("value",),
    "date": ("timestamp", "format"),
    "emoji": ("name",),
    "link": ("url",),
    "text": ("text",),
    "user": ("user_id",),
    "usergroup": ("usergroup_id",),
}
"""Required fields of each element of a rich-text section."""
_STYLES: Final = {"bold", "italic", "strike", "code", "underline", "highlight", "client_highlight", "unlink"}


def rich_text_of(value: Any) -> str:
    """Return all text inside a rich_text block or a part of one."""
    if isinstance(value, list):
        return "".join(rich_text_of(each) for each in value)
    if isinstance(value, dict):
        return str(value.get("text", "")) + rich_text_of(value.get("elements", []))
    return ""


def check_rich_text(problems: Problems, pointer: str, block: Json) -> None:
    """Check a `rich_text` block or a table's cell."""
    problems.only(pointer, block, {"type", "block_id", "elements"})
    for place, part in _each(problems, pointer, block):
        if part.get("type") not in _PARTS:
            problems.add(f"{place}/type", f"must be one of: {', '.join(sorted(_PARTS))}")
        elif part["type"] == "rich_text_list":
            problems.one_of(f"{place}/style", part.get("style"), "bullet", "ordered")
            for inner, item in _each(problems, place, part):
                problems.one_of(f"{inner}/type", item.get("type"), "rich_text_section")
                _section(problems, inner, item)
        else:
            _section(problems, place, part)


def _section(problems: Problems, pointer: str, section: Json) -> None:
    for place, element in _each(problems, pointer, section):
        kind = str(element.get("type"))
        if kind not in _NEEDED:
            problems.add(f"{place}/type", f"must be one of: {', '.join(sorted(_NEEDED))}")
            continue
        for key in _NEEDED[kind]:
            if element.get(key) in {None, ""}:
                problems.add(place, f"missing required field: {key}")
        if kind == "link" and not str(element.get("url")).startswith(("https://", "http://", "mailto:")):
            problems.add(f"{place}/url", "must be a valid URL")
        problems.only(f"{place}/style", element.get("style") or {}, _STYLES)


def _each(problems: Problems, pointer: str, holder: Json) -> list[tuple[str, Json]]:
    elements = holder.get("elements")
    if not isinstance(elements, list) or not all(isinstance(element, dict) for element in elements):
        problems.add(f"{pointer}/elements", "must be an array of objects")
        return []
    return [(f"{pointer}/elements/{index}", element) for index, element in enumerate(elements)]
