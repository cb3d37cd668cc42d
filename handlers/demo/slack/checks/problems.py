"""Collects the problems of a payload, each with a JSON pointer, as Slack reports them."""

from typing import Any

from handlers.demo.slack.limits import LIMITS


class Problems:
    """Problems collected so far; checks add to it, and the caller refuses the payload if there are any."""

    def __init__(self, unknown: frozenset[str] | set[str] = frozenset(), surface: str = "message") -> None:
        self.unknown = unknown
        self.surface = surface
        self.reasons: list[str] = []
        self.characters = 0
        """Number of characters of all texts in the blocks."""
        self.focused = 0
        """Number of elements that ask for the focus; Slack accepts one."""

    @property
    def metadata(self) -> dict[str, list[str]]:
        """Problems in the form of Slack's `response_metadata`."""
        return {"messages": [f"[ERROR] {reason}" for reason in self.reasons]}

    def add(self, pointer: str, reason: str) -> None:
        """Add a problem at a JSON pointer."""
        self.reasons.append(f"{reason} [json-pointer:{pointer}]")

    def length(self, pointer: str, value: Any, limit: str, *, least: int = 1) -> None:
        """Check that a value is a string of `least` to `LIMITS[limit]` characters."""
        most = LIMITS[limit]
        if not isinstance(value, str):
            self.add(pointer, "must be a string")
        elif len(value) < least:
            self.add(pointer, f"must be more than {least - 1} characters")
        elif len(value) > most:
            self.add(pointer, f"must be less than {most + 1} characters")

    def count(self, pointer: str, value: Any, limit: str, *, least: int = 1) -> bool:
        """Check that a value is a list of `least` to `LIMITS[limit]` items; return whether the items can be checked."""
        most = LIMITS[limit]
        if not isinstance(value, list):
            self.add(pointer, "must be an array")
            return False
        if len(value) < least:
            self.add(pointer, f"no fewer than {least} items allowed")
        if len(value) > most:
            self.add(pointer, f"no more than {most} items allowed")
        return True

    def optional(self, pointer: str, holder: dict[str, Any], key: str, limit: str) -> None:
        """Check the length of a string that may be missing."""
        if holder.get(key) is not None:
            self.length(f"{pointer}/{key}", holder[key], limit)

    def text(self, pointer: str, value: Any, limit: str, *, plain: bool = False) -> None:
        """Record what Slack would refuse in a text object at a JSON pointer; with `plain`, only `plain_text` is accepted.

        `limit` names the limit of its length.
        """
        if not isinstance(value, dict):
            self.add(pointer, "must be an object")
            return
        kinds = ("plain_text",) if plain else ("plain_text", "mrkdwn")
        kind = value.get("type")
        if kind not in kinds:
            self.add(f"{pointer}/type", f"must be one of: {', '.join(kinds)}")
        names = {"type", "text", "emoji"} if kind == "plain_text" else {"type", "text", "verbatim"}
        self.only(pointer, value, names)
        self.length(f"{pointer}/text", value.get("text"), limit)
        self.characters += len(str(value.get("text", "")))

    def one_of(self, pointer: str, value: Any, *choices: str) -> None:
        """Check that a value is one of the choices."""
        if value not in choices:
            self.add(pointer, f"must be one of: {', '.join(choices)}")

    def only(self, pointer: str, value: dict[str, Any], names: set[str]) -> None:
        """Check that an object has no properties other than `names`."""
        for key in sorted(set(value) - names):
            self.add(pointer, f"no more properties allowed, found: {key}")
