"""Structure of a message or window without its texts, by which samples are told apart."""

import re
from typing import Any, Final

SHAPE_KEYS: Final = ("type", "action_id", "callback_id", "style")
ACTION_IN_MENU: Final = re.compile(r"[a-z_.]+ ")
"""Beginning of the value of a "⋯" menu's option."""


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
    if key == "value" and (name := ACTION_IN_MENU.match(str(value))):
        return f"{key}={name[0]}"
    return key + shape(value)
