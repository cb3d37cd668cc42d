"""Builders of modal inputs; `Call.view` reads the value of `field`, which is stored as the `block_id`.

`dispatch` is an action id: if given, Slack reports every change of the input to it.
"""

from collections.abc import Collection, Sequence

from bot.schedules.zones import zone_in_words
from handlers.blocks.builders import Block, length, one_line, option, plain, shorten

ELEMENT_ID = "value"


def _input(
    field: str,
    label: str,
    element: Block,
    hint: str = "",
    optional: bool = False,
    dispatch: str | None = None,
) -> Block:
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
    most: int,
) -> Block:
    """Build a text input of at most `most` characters: one line, or a box with `multiline`."""
    element: Block = {"type": "plain_text_input", "multiline": multiline, "max_length": most}
    if initial:
        element["initial_value"] = initial if length(initial) <= most else shorten(initial, most)
    if placeholder:
        element["placeholder"] = plain(placeholder, 150)
    return _input(field, label, element, hint, optional)


def input_number(
    field: str,
    label: str,
    *,
    initial: str,
    least: str,
    decimal: bool = False,
    hint: str = "",
    optional: bool = False,
    dispatch: str | None = None,
) -> Block:
    """Build a number input; Slack wants bound and value as text."""
    element: Block = {"type": "number_input", "is_decimal_allowed": decimal, "min_value": least}
    if initial:
        element["initial_value"] = initial
    return _input(field, label, element, hint, optional, dispatch)


def input_select(
    field: str,
    label: str,
    options: Sequence[Block],
    *,
    initial: str | None = None,
    hint: str = "",
    dispatch: str | None = None,
) -> Block:
    """Build a menu input of at most 100 options; `initial` is the value selected at first."""
    element = _choice("static_select", options[:100], initial)
    return _input(field, label, element, hint, dispatch=dispatch)


def input_menu(field: str, label: str, element: Block, *, optional: bool = False) -> Block:
    """Build a labelled input from a menu built elsewhere, such as a paper search; the menu keeps its own action id."""
    block = _input(field, label, dict(element), "", optional, str(element["action_id"]))
    return block | {"dispatch_action": False}


def input_radio(
    field: str, label: str, options: Sequence[Block], *, initial: str | None, dispatch: str | None = None
) -> Block:
    """Build radio buttons of at most ten options; `initial` is the value selected at first."""
    return _input(field, label, _choice("radio_buttons", options[:10], initial), dispatch=dispatch)


def _choice(kind: str, options: Sequence[Block], initial: str | None) -> Block:
    element: Block = {"type": kind, "options": list(options)}
    choices = [entry for entry in options if entry["value"] == initial]
    if choices:
        element["initial_option"] = choices[0]
    return element


def input_checkboxes(
    field: str,
    label: str,
    options: Sequence[Block],
    *,
    initial: Collection[str] = (),
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


def input_zone(field: str, initial: Block) -> Block:
    """Build the required input for a time zone, a menu searched by city; `initial` is the option chosen now."""
    element: Block = {
        "type": "external_select",
        "min_query_length": 1,
        "placeholder": plain("Type a city", 150),
        "initial_option": initial,
    }
    block = _input(field, "Time zone", element)
    element["action_id"] = ZONES
    return block


def zone_option(key: str) -> Block:
    """Build the menu option of a time zone, given its key, such as "Europe/Berlin"."""
    return option(zone_in_words(key), key)


def input_datetime(field: str, label: str) -> Block:
    """Build an input for date and time, which may stay empty; shown in the reader's time zone."""
    return _input(field, label, {"type": "datetimepicker"}, optional=True)


def input_time(
    field: str, label: str, *, initial: str, optional: bool = False, dispatch: str | None = None
) -> Block:
    """Build an input for a time of day, `HH:MM`; name the time zone in the label."""
    element: Block = {"type": "timepicker"}
    if initial:
        element["initial_time"] = one_line(initial, 5)
    return _input(field, label, element, "", optional, dispatch)
