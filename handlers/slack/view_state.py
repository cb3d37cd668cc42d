"""What a person entered in a window, read by the names of its fields."""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import Any

Body = Mapping[str, Any]

_INITIAL = {
    "value": "initial_value",
    "selected_option": "initial_option",
    "selected_options": "initial_options",
    "selected_users": "initial_users",
    "selected_date_time": "initial_date_time",
    "selected_time": "initial_time",
}
"""By what a view's state tells of an element, what the element was shown with."""


class ViewState:
    """What a person entered in a modal, read by the field names given to `inputs`."""

    def __init__(self, view: Body) -> None:
        self._view = view
        self.id = str(view.get("id", ""))
        self.callback_id = str(view.get("callback_id", ""))
        self.private_metadata = str(view.get("private_metadata", ""))

    @property
    def first_field(self) -> str | None:
        """The first input's name, where an error about no field in particular is shown."""
        blocks = self._view.get("blocks") or []
        return next((str(block["block_id"]) for block in blocks if block.get("type") == "input"), None)

    @property
    def labels(self) -> dict[str, str]:
        """The inputs' names, each with what it is called."""
        return {
            str(block["block_id"]): str(block["label"]["text"])
            for block in self._view.get("blocks") or []
            if block.get("type") == "input" and block.get("label")
        }

    def as_shown(self) -> "ViewState":
        """The view with nothing entered yet."""
        return ViewState({**self._view, "state": {}})

    def with_values(self, other: "ViewState", names: Collection[str]) -> "ViewState":
        """The view with these fields as another view holds them."""
        values = {name: {"": (other if name in names else self).element(name)} for name in self.labels}
        return ViewState({**self._view, "state": {"values": values}})

    def entered(self, name: str) -> tuple[object, ...]:
        """What a field of any kind holds, to be compared."""
        values = (self.text(name), self.choice(name), self.choices(name), self.users(name))
        return (*values, self.moment(name), self.time(name))

    def text(self, name: str) -> str:
        """A text or number as typed, stripped; empty when left empty."""
        return str(self.element(name).get("value") or "").strip()

    def choice(self, name: str) -> str | None:
        """The value chosen in a menu or radio group."""
        option = self.element(name).get("selected_option")
        return str(option["value"]) if option else None

    def choices(self, name: str) -> frozenset[str]:
        """The values ticked."""
        return frozenset(str(option["value"]) for option in self.element(name).get("selected_options") or ())

    def users(self, name: str) -> tuple[str, ...]:
        """User ids chosen."""
        return tuple(map(str, self.element(name).get("selected_users") or ()))

    def moment(self, name: str) -> datetime | None:
        """The date and time chosen, in UTC."""
        timestamp = self.element(name).get("selected_date_time")
        return datetime.fromtimestamp(int(timestamp), UTC) if timestamp else None

    def time(self, name: str) -> str | None:
        """The time of day chosen, HH:MM."""
        time_of_day = self.element(name).get("selected_time")
        return str(time_of_day) if time_of_day else None

    def element(self, name: str) -> Body:
        """A field's element as Slack's state holds it; as it was shown where the state doesn't hold it."""
        values = (self._view.get("state") or {}).get("values") or {}
        if name not in values:
            return self._untouched(name)
        element: Body = next(iter((values[name] or {}).values()), {})
        return element

    def _untouched(self, name: str) -> Body:
        """What a field was shown with, where the view's state doesn't hold it."""
        blocks = self._view.get("blocks") or []
        element: Body = next(
            (b["element"] for b in blocks if b.get("block_id") == name and "element" in b), {}
        )
        return {
            key: element[initial] for key, initial in _INITIAL.items() if element.get(initial) is not None
        }
