"""Typed arguments of an API request: forms send all values as strings, JSON bodies don't."""

import json
from typing import Any
from urllib.parse import parse_qsl

from handlers.demo.slack.wire import Json, Refusal


class Arguments:
    """Arguments of one request; the readers raise `Refusal` with Slack's error names."""

    def __init__(self, values: Json) -> None:
        self.values = values

    @classmethod
    def parse(cls, query: str, body: bytes, content_type: str) -> "Arguments":
        """Parse the query string and the body (form or JSON). Raises `Refusal` (`invalid_json`)."""
        values: Json = dict(parse_qsl(query, keep_blank_values=True))
        if content_type.startswith("application/json"):
            try:
                content = json.loads(body or b"{}")
            except ValueError as error:
                raise Refusal("invalid_json") from error
            if not isinstance(content, dict):
                raise Refusal("json_not_object")
            values |= content
        elif content_type.startswith("application/x-www-form-urlencoded"):
            values |= dict(parse_qsl(body.decode(), keep_blank_values=True))
        return cls({key: value for key, value in values.items() if value is not None})

    def text(self, key: str, default: str = "") -> str:
        """Return an argument as a string."""
        return str(self.values.get(key, default))

    def needed(self, key: str, error: str = "invalid_arguments") -> str:
        """Return a string argument that must not be missing or empty. Raises `Refusal(error)`."""
        value = self.text(key)
        if not value:
            raise Refusal(error, response_metadata={"messages": [f"[ERROR] missing required field: {key}"]})
        return value

    def flag(self, key: str, *, default: bool = False) -> bool:
        """Return a boolean argument, in any spelling that clients use."""
        value = self.values.get(key, default)
        return value if isinstance(value, bool) else str(value).lower() in {"1", "true"}

    def number(self, key: str, default: int, most: int) -> int:
        """Return an integer argument from 1 to `most`. Raises `Refusal` (`invalid_limit`)."""
        value = self.text(key)
        if not value:
            return default
        if not value.isdecimal() or not 1 <= int(value) <= most:
            raise Refusal("invalid_limit")
        return int(value)

    def loaded(self, key: str, error: str) -> Any:
        """Return a JSON argument, sent as JSON or as a string of JSON; None if missing. Raises `Refusal(error)`."""
        value = self.values.get(key)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return json.loads(value)
        except ValueError as problem:
            raise Refusal(error) from problem

    def blocks(self) -> list[Json]:
        """Return the `blocks` argument. Raises `Refusal` (`invalid_blocks_format`)."""
        value = self.loaded("blocks", "invalid_blocks_format")
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(block, dict) for block in value):
            raise Refusal("invalid_blocks_format")
        return value

    def page(
        self, items: list[Any], default: int = 100, most: int = 1000, cap: int = 1000
    ) -> tuple[list[Any], Json]:
        """Return one page of a list by cursor, and its response_metadata. Raises `Refusal` (`invalid_cursor`).

        A requested limit above `most` is refused; one above `cap` is reduced to `cap`.
        """
        cursor = self.text("cursor")
        if cursor and not cursor.startswith("at:"):
            raise Refusal("invalid_cursor")
        start = int(cursor.removeprefix("at:") or 0)
        end = start + min(cap, self.number("limit", default, most))
        return items[start:end], {"next_cursor": f"at:{end}" if end < len(items) else ""}
