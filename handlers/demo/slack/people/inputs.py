"""Values that people enter into inputs, in the form of Slack's `state.values`."""

from typing import Any, Final

from handlers.demo.slack.checks.elements import options_of
from handlers.demo.slack.wire import Json

_SINGLE: Final = {
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
    "users_select": "selected_user",
    "conversations_select": "selected_conversation",
    "channels_select": "selected_channel",
    "multi_users_select": "selected_users",
    "multi_conversations_select": "selected_conversations",
    "multi_channels_select": "selected_channels",
    "rich_text_input": "rich_text_value",
}
_INITIAL: Final = {
    "datepicker": "initial_date",
    "timepicker": "initial_time",
    "datetimepicker": "initial_date_time",
    "users_select": "initial_user",
    "conversations_select": "initial_conversation",
    "channels_select": "initial_channel",
    "multi_users_select": "initial_users",
    "multi_conversations_select": "initial_conversations",
    "multi_channels_select": "initial_channels",
}
_ONE_OPTION: Final = frozenset({"static_select", "external_select", "radio_buttons", "overflow"})
_MANY_OPTIONS: Final = frozenset({"multi_static_select", "multi_external_select", "checkboxes"})


def elements_in(blocks: list[Json]) -> list[tuple[Json, Json]]:
    """Return all interactive elements as (block, element), in the order shown."""
    pairs: list[tuple[Json, Json]] = []
    for block in blocks:
        parts = block.get("elements", []) if block.get("type") in {"actions", "context_actions"} else []
        pairs += [
            (block, part)
            for part in [*parts, block.get("accessory"), block.get("element")]
            if isinstance(part, dict)
        ]
    return [(block, part) for block, part in pairs if "action_id" in part]


def entered(element: Json, value: Any) -> Json:
    """Return an element's state with `value`: a string, an option's value, a list of these, or None for nothing.

    Raises `LookupError` for an option that the element doesn't have, `ValueError` for text that Slack's client refuses.
    """
    kind = element["type"]
    if kind in _ONE_OPTION:
        return {"type": kind, "selected_option": None if value is None else _option(element, value)}
    if kind in _MANY_OPTIONS:
        return {"type": kind, "selected_options": [_option(element, each) for each in value or []]}
    if kind in _SINGLE:
        return {"type": kind, _SINGLE[kind]: ([] if kind.startswith("multi") and value is None else value)}
    text = None if value in {None, ""} else str(value)
    if text is not None and not element.get("min_length", 0) <= len(text) <= element.get("max_length", 3000):
        raise ValueError(
            f"Slack's client takes no text of {len(text)} characters in {element.get('action_id')}"
        )
    return {"type": kind, "value": text}


def initial(element: Json) -> Json:
    """Return an element's state before anyone changed it."""
    kind = element["type"]
    if kind in _ONE_OPTION:
        return {"type": kind, "selected_option": element.get("initial_option")}
    if kind in _MANY_OPTIONS:
        return {"type": kind, "selected_options": element.get("initial_options", [])}
    return entered({**element, "min_length": 0}, element.get(_INITIAL.get(kind, "initial_value")))


def selected_button(element: Json, value: Any) -> Json:
    """Return the feedback button with this value or text. Raises `LookupError` if neither has."""
    for side in ("positive_button", "negative_button"):
        button: Json = element[side]
        if value in {side, button["value"], button["text"]["text"]}:
            return button
    raise LookupError(f"{element.get('action_id')} has no feedback {value!r}")


def is_empty(state: Json) -> bool:
    """Return whether an input's state holds no value."""
    return not any(value for key, value in state.items() if key != "type")


def _option(element: Json, value: Any) -> Json:
    if isinstance(value, dict):
        return value
    for option in options_of(element):
        if value in {option["value"], option["text"]["text"]}:
            return option
    if element["type"].endswith("external_select"):
        return {"text": {"type": "plain_text", "text": str(value)}, "value": str(value)}
    values = [option["value"] for option in options_of(element)]
    raise LookupError(f"{element.get('action_id')} has no option {value!r}, only {values}")
