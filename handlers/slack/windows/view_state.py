"""Reads what a person entered in a window, by field name."""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import Any

from bot.papers.text import person_text

Body = Mapping[str, Any]

_INITIAL = {
    "value": "initial_value",
    "selected_option": "initial_option",
    "selected_options": "initial_options",
    "selected_users": "initial_users",
    "selected_date_time": "initial_date_time",
    "selected_time": "initial_time",
}
"""Key of an element's initial value, by the key of its value in the view's state."""


class ViewState:
    """Values that a person entered in a modal, by the field names given to `inputs`."""

    def __init__(self, view: Body) -> None:
        self._view = view
        self.id = str(view.get("id", ""))
        self.callback_id = str(view.get("callback_id", ""))
        self.private_metadata = str(view.get("private_metadata", ""))

    @property
    def first_field(self) -> str | None:
        """Name of the first input, where errors about no particular field are shown; None without inputs."""
        blocks = self._view.get("blocks") or []
        return next((str(block["block_id"]) for block in blocks if block.get("type") == "input"), None)

    @property
    def labels(self) -> dict[str, str]:
        """Labels of the inputs, by field name."""
        return {
            str(block["block_id"]): str(block["label"]["text"])
            for block in self._view.get("blocks") or []
            if block.get("type") == "input" and block.get("label")
        }

    def as_shown(self) -> "ViewState":
        """Return what the window showed when it opened, as if nothing had been entered."""
        return ViewState({**self._view, "state": {}})

    def with_values(self, other: "ViewState", names: Collection[str]) -> "ViewState":
        """Return the view with these fields' values taken from another view."""
        values = {name: {"": (other if name in names else self).element(name)} for name in self.labels}
        return ViewState({**self._view, "state": {"values": values}})

    def entered(self, name: str) -> tuple[object, ...]:
        """Return a field's value of any kind, for comparison only."""
        values = (self.text(name), self.choice(name), self.choices(name), self.users(name))
        return (*values, self.moment(name), self.time(name))

    def text(self, name: str) -> str:
        """Return a typed text or number, stripped; "" if left empty."""
        return person_text(str(self.element(name).get("value") or ""))

    def choice(self, name: str) -> str | None:
        """Return the value chosen in a menu or radio group, or None."""
        option = self.element(name).get("selected_option")
        return str(option["value"]) if option else None

    def choice_or_text(self, name: str) -> str:
        """Return the value chosen in a menu, or the text typed where a window of an older version had a text input."""
        return self.choice(name) or self.text(name)

    def choices(self, name: str) -> frozenset[str]:
        """Return the values ticked in checkboxes."""
        return frozenset(str(option["value"]) for option in self.element(name).get("selected_options") or ())

    def users(self, name: str) -> tuple[str, ...]:
        """Return the user ids chosen."""
        return tuple(map(str, self.element(name).get("selected_users") or ()))

    def moment(self, name: str) -> datetime | None:
        """Return the date and time chosen, in UTC, or None."""
        timestamp = self.element(name).get("selected_date_time")
        return datetime.fromtimestamp(int(timestamp), UTC) if timestamp else None

    def time(self, name: str) -> str | None:
        """Return the time of day chosen (HH:MM), or None."""
        time_of_day = self.element(name).get("selected_time")
        return str(time_of_day) if time_of_day else None

    def element(self, name: str) -> Body:
        """Return a field's element from the view's state, or with its initial value if not in the state."""
        values = (self._view.get("state") or {}).get("values") or {}
        if name not in values:
            return self._untouched(name)
        element: Body = next(iter((values[name] or {}).values()), {})
        return element

    def _untouched(self, name: str) -> Body:
        """Return a field's element with its initial value."""
        blocks = self._view.get("blocks") or []
        element: Body = next(
            (b["element"] for b in blocks if b.get("block_id") == name and "element" in b), {}
        )
        return {
            key: element[initial] for key, initial in _INITIAL.items() if element.get(initial) is not None
        }
