"""Builders of modal inputs; `Call.view` reads the value of `field`, which is stored as the `block_id`.

`dispatch` is an action id: if given, Slack reports every change of the input to it.
"""

from collections.abc import Sequence
from datetime import datetime

from bot.schedules.zones import zone_in_words
from handlers.blocks.builders import Block, one_line, option, plain

ELEMENT_ID = "value"


def _input(field: str, label: str, element: Block, hint: str, optional: bool, dispatch: str | None) -> Block:
    element["action_id"] = dispatch or ELEMENT_ID
    block: Block = {
        "type": "input",
        "block_id": field,
        "label": plain(label, 2_000),
        "element": element,
        "optional": optional,
    }
    if hint:
        block["hint"] = plain(hint, 2_000)
    if dispatch is not None:
        block["dispatch_action"] = True
    return block


def input_text(
    field: str,
    label: str,
    *,
    initial: str = "",
    placeholder: str = "",
    hint: str = "",
    optional: bool = False,
    multiline: bool = False,
    most: int = 3_000,
    dispatch: str | None = None,
) -> Block:
    """Build a text input of at most `most` characters: one line, or a box with `multiline`."""
    element: Block = {"type": "plain_text_input", "multiline": multiline, "max_length": most}
    if initial:
        element["initial_value"] = initial[:most]
    if placeholder:
        element["placeholder"] = plain(placeholder, 150)
    return _input(field, label, element, hint, optional, dispatch)


def input_number(
    field: str,
    label: str,
    *,
    initial: str = "",
    least: str = "",
    most: str = "",
    decimal: bool = False,
    hint: str = "",
    optional: bool = False,
    dispatch: str | None = None,
) -> Block:
    """Build a number input; Slack wants bounds and value as text."""
    element: Block = {"type": "number_input", "is_decimal_allowed": decimal}
    for key, value in (("initial_value", initial), ("min_value", least), ("max_value", most)):
        if value:
            element[key] = value
    return _input(field, label, element, hint, optional, dispatch)


def input_select(
    field: str,
    label: str,
    options: Sequence[Block],
    *,
    initial: str | None = None,
    hint: str = "",
    optional: bool = False,
    dispatch: str | None = None,
) -> Block:
    """Build a menu input of at most 100 options; `initial` is the value selected at first."""
    element: Block = {"type": "static_select", "options": list(options[:100])}
    choices = [entry for entry in options[:100] if entry["value"] == initial]
    if choices:
        element["initial_option"] = choices[0]
    return _input(field, label, element, hint, optional, dispatch)


def input_menu(field: str, label: str, element: Block, *, hint: str = "", optional: bool = False) -> Block:
    """Build a labelled input from a menu built elsewhere, such as a paper search; the menu keeps its own action id."""
    return _input(field, label, dict(element), hint, optional, str(element["action_id"])) | {
        "dispatch_action": False
    }


def input_radio(
    field: str,
    label: str,
    options: Sequence[Block],
    *,
    initial: str | None = None,
    hint: str = "",
    optional: bool = False,
    dispatch: str | None = None,
) -> Block:
    """Build radio buttons of at most ten options; `initial` is the value selected at first."""
    element: Block = {"type": "radio_buttons", "options": list(options[:10])}
    choices = [entry for entry in options[:10] if entry["value"] == initial]
    if choices:
        element["initial_option"] = choices[0]
    return _input(field, label, element, hint, optional, dispatch)


def input_checkboxes(
    field: str,
    label: str,
    options: Sequence[Block],
    *,
    initial: Sequence[str] = (),
    hint: str = "",
    optional: bool = True,
    dispatch: str | None = None,
) -> Block:
    """Build checkboxes of at most ten options; `initial` are the values ticked at first."""
    element: Block = {"type": "checkboxes", "options": list(options[:10])}
    choices = [entry for entry in options[:10] if entry["value"] in initial]
    if choices:
        element["initial_options"] = choices
    return _input(field, label, element, hint, optional, dispatch)


ZONES = "zone.pick"
"""Action id of the menu of time zones; its options are loaded for the letters that a person types."""


def input_zone(field: str, label: str, initial: Block) -> Block:
    """Build the required input for a time zone, a menu searched by city; `initial` is the option chosen now."""
    element: Block = {
        "type": "external_select",
        "min_query_length": 1,
        "placeholder": plain("Type a city", 150),
        "initial_option": initial,
    }
    block = _input(field, label, element, "", optional=False, dispatch=None)
    element["action_id"] = ZONES
    return block


def zone_option(key: str) -> Block:
    """Build the menu option of a time zone, given its key, such as "Europe/Berlin"."""
    return option(zone_in_words(key), key)


def input_datetime(
    field: str, label: str, *, initial: datetime | None = None, hint: str = "", optional: bool = False
) -> Block:
    """Build an input for date and time, shown in the reader's time zone."""
    element: Block = {"type": "datetimepicker"}
    if initial is not None:
        element["initial_date_time"] = int(initial.timestamp())
    return _input(field, label, element, hint, optional, None)


def input_time(
    field: str,
    label: str,
    *,
    initial: str = "",
    hint: str = "",
    optional: bool = False,
    dispatch: str | None = None,
) -> Block:
    """Build an input for a time of day, `HH:MM`; name the time zone in the label."""
    element: Block = {"type": "timepicker"}
    if initial:
        element["initial_time"] = one_line(initial, 5)
    return _input(field, label, element, hint, optional, dispatch)
