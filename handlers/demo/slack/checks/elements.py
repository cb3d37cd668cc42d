"""Checks of interactive elements: buttons, menus, inputs."""

import re
from collections.abc import Callable, Iterator
from typing import Any, Final

from handlers.demo.slack.checks.problems import Problems
from handlers.demo.slack.limits import LIMITS

SELECTS: Final = frozenset(
    {"static_select", "external_select", "users_select", "conversations_select", "channels_select"}
)
MULTI: Final = frozenset(f"multi_{select}" for select in SELECTS)
PICKERS: Final = frozenset({"datepicker", "timepicker", "datetimepicker"})
TYPED: Final = frozenset(
    {"plain_text_input", "email_text_input", "url_text_input", "number_input", "rich_text_input"}
)
CHOICES: Final = frozenset({"checkboxes", "radio_buttons"})

IN_SECTION: Final = SELECTS | MULTI | PICKERS | CHOICES | {"button", "overflow", "image", "workflow_button"}
IN_ACTIONS: Final = SELECTS | MULTI | PICKERS | CHOICES | {"button", "overflow", "workflow_button"}
IN_CONTEXT_ACTIONS: Final = frozenset({"feedback_buttons", "icon_button"})
IN_INPUT: Final = SELECTS | MULTI | PICKERS | CHOICES | TYPED | {"file_input"}

_NUMBER: Final = re.compile(r"-?\d+(\.\d+)?")
_SECONDS_DIGITS: Final = 10
_SELECT: Final = {"confirm", "focus_on_load", "placeholder"}
_MANY: Final = {*_SELECT, "max_selected_items"}
_CONVERSATIONS: Final = {"default_to_current_conversation", "filter"}
_PROPERTIES: Final[dict[str, set[str]]] = {
    "button": {"text", "url", "value", "style", "confirm", "accessibility_label"},
    "feedback_buttons": {"positive_button", "negative_button"},
    "icon_button": {"icon", "text", "value", "confirm", "accessibility_label", "visible_to_user_ids"},
    "overflow": {"options", "confirm"},
    "checkboxes": {"options", "initial_options", "confirm", "focus_on_load"},
    "radio_buttons": {"options", "initial_option", "confirm", "focus_on_load"},
    "datepicker": {"initial_date", "confirm", "focus_on_load", "placeholder"},
    "timepicker": {"initial_time", "confirm", "focus_on_load", "placeholder", "timezone"},
    "datetimepicker": {"initial_date_time", "confirm", "focus_on_load"},
    "plain_text_input": {
        *("initial_value", "multiline", "min_length", "max_length", "dispatch_action_config"),
        *("focus_on_load", "placeholder"),
    },
    "email_text_input": {"initial_value", "dispatch_action_config", "focus_on_load", "placeholder"},
    "url_text_input": {"initial_value", "dispatch_action_config", "focus_on_load", "placeholder"},
    "number_input": {
        *("is_decimal_allowed", "initial_value", "min_value", "max_value"),
        *("dispatch_action_config", "focus_on_load", "placeholder"),
    },
    "static_select": {"options", "option_groups", "initial_option", *_SELECT},
    "external_select": {"initial_option", "min_query_length", *_SELECT},
    "users_select": {"initial_user", *_SELECT},
    "channels_select": {"initial_channel", "response_url_enabled", *_SELECT},
    "conversations_select": {"initial_conversation", "response_url_enabled", *_CONVERSATIONS, *_SELECT},
    "multi_static_select": {"options", "option_groups", "initial_options", *_MANY},
    "multi_external_select": {"initial_options", "min_query_length", *_MANY},
    "multi_users_select": {"initial_users", *_MANY},
    "multi_channels_select": {"initial_channels", *_MANY},
    "multi_conversations_select": {"initial_conversations", *_CONVERSATIONS, *_MANY},
}


def options_of(element: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Return all options of a menu, in groups or not."""
    yield from element.get("options") or []
    for group in element.get("option_groups") or []:
        yield from group.get("options") or []


def check_element(problems: Problems, pointer: str, element: Any, types: frozenset[str]) -> None:
    """Add the problems of an element, in a place that accepts the given `types`."""
    if not isinstance(element, dict):
        problems.add(pointer, "must be an object")
        return
    kind = str(element.get("type"))
    if kind not in types:
        problems.add(f"{pointer}/type", f"unsupported type: {kind}")
        return
    if kind == "image":
        check_image(problems, pointer, element)
        return
    if kind in _PROPERTIES:
        problems.only(pointer, element, {"type", "action_id", *_PROPERTIES[kind]})
    problems.optional(pointer, element, "action_id", "ids")
    problems.focused += bool(element.get("focus_on_load"))
    if element.get("max_selected_items", 1) < 1:
        problems.add(f"{pointer}/max_selected_items", "must be at least 1")
    if "placeholder" in element:
        problems.text(f"{pointer}/placeholder", element["placeholder"], "placeholder", plain=True)
    if "confirm" in element:
        _confirm(problems, f"{pointer}/confirm", element["confirm"])
    check = _CHECKS.get(kind)
    if check is not None:
        check(problems, pointer, element)


def check_image(problems: Problems, pointer: str, image: dict[str, Any]) -> None:
    """Check an image's URL and alternative text, in a block or an element."""
    if ("image_url" in image) == ("slack_file" in image):
        problems.add(pointer, "must have exactly one of: image_url, slack_file")
    elif "image_url" in image:
        problems.length(f"{pointer}/image_url", image["image_url"], "image.url")
        if not str(image["image_url"]).startswith(("https://", "http://")):
            problems.add(f"{pointer}/image_url", "must be a valid URL")
    problems.length(f"{pointer}/alt_text", image.get("alt_text"), "image.alt")


def _feedback(problems: Problems, pointer: str, element: dict[str, Any]) -> None:
    for side in ("positive_button", "negative_button"):
        place, button = f"{pointer}/{side}", element.get(side)
        if not isinstance(button, dict):
            problems.add(place, "must be an object")
            continue
        problems.only(place, button, {"text", "value", "accessibility_label"})
        problems.text(f"{place}/text", button.get("text"), "button.text", plain=True)
        problems.length(f"{place}/value", button.get("value"), "button.value")
        problems.optional(place, button, "accessibility_label", "accessibility.label")


def _icon_button(problems: Problems, pointer: str, element: dict[str, Any]) -> None:
    problems.one_of(f"{pointer}/icon", element.get("icon"), "trash")
    problems.text(f"{pointer}/text", element.get("text"), "button.text", plain=True)
    problems.optional(pointer, element, "value", "button.value")
    problems.optional(pointer, element, "accessibility_label", "accessibility.label")


def _button(problems: Problems, pointer: str, button: dict[str, Any]) -> None:
    problems.text(f"{pointer}/text", button.get("text"), "button.text", plain=True)
    problems.optional(pointer, button, "url", "button.url")
    problems.optional(pointer, button, "value", "button.value")
    problems.optional(pointer, button, "accessibility_label", "accessibility.label")
    problems.one_of(f"{pointer}/style", button.get("style", "primary"), "primary", "danger")


def _menu(problems: Problems, pointer: str, menu: dict[str, Any]) -> None:
    if ("options" in menu) == ("option_groups" in menu):
        problems.add(pointer, "must have exactly one of: options, option_groups")
    elif "options" in menu:
        _options(problems, pointer, menu, "options")
    elif problems.count(f"{pointer}/option_groups", menu["option_groups"], "option_groups"):
        for index, group in enumerate(menu["option_groups"]):
            place = f"{pointer}/option_groups/{index}"
            problems.text(f"{place}/label", group.get("label"), "option.text", plain=True)
            _options(problems, place, group, "options")
    _chosen(problems, pointer, menu)


def _chosen(problems: Problems, pointer: str, element: dict[str, Any]) -> None:
    """Check that the initially selected options are among the options, with the same text and description."""
    initial = [element["initial_option"]] if "initial_option" in element else []
    options = list(options_of(element))
    if any(option not in options for option in [*initial, *element.get("initial_options", [])]):
        problems.add(f"{pointer}/initial_option", "must be one of the provided options")
    if "initial_options" in element and not element["initial_options"]:
        problems.add(f"{pointer}/initial_options", "no fewer than 1 items allowed")


def check_loaded_options(problems: Problems, answer: dict[str, Any]) -> None:
    """Check an app's answer for an external_select: options or groups within Slack's limits."""
    problems.only("", answer, {"options", "option_groups"})
    if answer.get("options") or answer.get("option_groups"):
        _menu(problems, "", answer)


def _options(
    problems: Problems, pointer: str, holder: dict[str, Any], limit: str, *, mrkdwn: bool = False
) -> None:
    options = holder.get("options")
    if not problems.count(f"{pointer}/options", options, limit):
        return
    for index, option in enumerate(options or []):
        place = f"{pointer}/options/{index}"
        if not isinstance(option, dict):
            problems.add(place, "must be an object")
            continue
        problems.only(place, option, {"text", "value", "description", "url"})
        problems.text(f"{place}/text", option.get("text"), "option.text", plain=not mrkdwn)
        problems.length(f"{place}/value", option.get("value"), "option.value")
        if "description" in option:
            problems.text(
                f"{place}/description", option["description"], "option.description", plain=not mrkdwn
            )


def _confirm(problems: Problems, pointer: str, confirm: Any) -> None:
    if not isinstance(confirm, dict):
        problems.add(pointer, "must be an object")
        return
    problems.only(pointer, confirm, {"title", "text", "confirm", "deny", "style"})
    problems.text(f"{pointer}/title", confirm.get("title"), "confirm.title", plain=True)
    problems.text(f"{pointer}/text", confirm.get("text"), "confirm.text")
    problems.text(f"{pointer}/confirm", confirm.get("confirm"), "confirm.button", plain=True)
    problems.text(f"{pointer}/deny", confirm.get("deny"), "confirm.button", plain=True)
    problems.one_of(f"{pointer}/style", confirm.get("style", "primary"), "primary", "danger")


def _overflow(problems: Problems, pointer: str, element: dict[str, Any]) -> None:
    _options(problems, pointer, element, "overflow.options")


def _choices(problems: Problems, pointer: str, element: dict[str, Any]) -> None:
    _options(problems, pointer, element, "choices", mrkdwn=True)
    _chosen(problems, pointer, element)


def _typed(problems: Problems, pointer: str, element: dict[str, Any]) -> None:
    initial, most = str(element.get("initial_value", "")), int(element.get("max_length", 3000))
    if len(initial) > most:
        problems.add(f"{pointer}/initial_value", f"must be less than {most + 1} characters")
    for key in ("min_length", "max_length"):
        if not 0 <= int(element.get(key, 1)) <= LIMITS["plain_text_input.length"]:
            problems.add(f"{pointer}/{key}", f"must be between 0 and {LIMITS['plain_text_input.length']}")


def _number(problems: Problems, pointer: str, element: dict[str, Any]) -> None:
    if "is_decimal_allowed" not in element:
        problems.add(pointer, "missing required field: is_decimal_allowed")
    for key in ("initial_value", "min_value", "max_value"):
        if not isinstance(element.get(key, "0"), str) or not _NUMBER.fullmatch(element.get(key, "0")):
            problems.add(f"{pointer}/{key}", "must be a string that is a number")


def _date(problems: Problems, pointer: str, element: dict[str, Any]) -> None:
    _pattern(problems, f"{pointer}/initial_date", element.get("initial_date"), r"\d{4}-\d\d-\d\d")


def _time(problems: Problems, pointer: str, element: dict[str, Any]) -> None:
    _pattern(problems, f"{pointer}/initial_time", element.get("initial_time"), r"([01]\d|2[0-3]):[0-5]\d")


def _moment(problems: Problems, pointer: str, element: dict[str, Any]) -> None:
    at = element.get("initial_date_time")
    if at is not None and (not isinstance(at, int) or len(str(at)) != _SECONDS_DIGITS):
        problems.add(f"{pointer}/initial_date_time", "must be an integer of 10 digits")


def _pattern(problems: Problems, pointer: str, value: Any, pattern: str) -> None:
    if value is not None and not (isinstance(value, str) and re.fullmatch(pattern, value)):
        problems.add(pointer, "does not match the format")


_CHECKS: Final[dict[str, Callable[[Problems, str, dict[str, Any]], None]]] = {
    "feedback_buttons": _feedback,
    "icon_button": _icon_button,
    "button": _button,
    "overflow": _overflow,
    "checkboxes": _choices,
    "radio_buttons": _choices,
    "static_select": _menu,
    "multi_static_select": _menu,
    "plain_text_input": _typed,
    "number_input": _number,
    "datepicker": _date,
    "timepicker": _time,
    "datetimepicker": _moment,
}
