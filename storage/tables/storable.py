"""Removes from text the characters that a database refuses: U+0000 and halves of surrogate pairs.

Every string and JSON value is cleaned here before it is written to a row, whether a model, a person or a paper source
wrote it.
"""

import json
import re
from typing import Any, Final

_REFUSED: Final = re.compile("[\x00\ud800-\udfff]")
_SUSPICIOUS: Final = re.compile(r"\\u(?:0000|d[89a-f])", re.IGNORECASE)


def storable(text: str) -> str:
    """Return the text without characters that SQLite or PostgreSQL refuses."""
    return _REFUSED.sub("", text) if _REFUSED.search(text) else text


def storable_json(value: object) -> str:
    """Return the value as JSON text, without the characters that SQLite or PostgreSQL refuses in strings and keys."""
    text = json.dumps(value)
    return json.dumps(_cleaned(value)) if _SUSPICIOUS.search(text) else text


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, dict):
        return {storable(key) if isinstance(key, str) else key: _cleaned(item) for key, item in value.items()}
    return [_cleaned(item) for item in value] if isinstance(value, list | tuple) else value
