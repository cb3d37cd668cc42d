"""Which interactive elements Slack takes: buttons, menus, inputs."""

from collections.abc import Callable, Iterator
from typing import Any, Final

from bot.simulator.checking import Problems
from bot.simulator.limits import LIMITS

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
IN_INPUT: Final = SELECTS | MULTI | PICKERS | CHOICES | TYPED | {"file_input"}

_PROPERTIES: Final[dict[str, set[str]]] = {
    "button": {"text", "url", "value", "style", "confirm", "accessibility_label"},
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
    "static_select": {
        "options",
        "option_groups",
        "initial_option",
        "confirm",
        "focus_on_load",
        "placeholder",
    },
    "multi_static_select": {
        *("options", "option_groups", "initial_options", "confirm", "max_selected_items"),
        *("focus_on_load", "placeholder"),
    },
}


def options_of(element: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """All options of a menu, grouped or not."""
    yield from element.get("options") or []
    for group in element.get("option_groups") or []:
        yield from group.get("options") or []


def check_element(problems: Problems, pointer: str, element: Any, allowed: frozenset[str]) -> None:
    """Note what is wrong with one element in a place that takes the `allowed` types."""
    if not isinstance(element, dict):
        problems.add(pointer, "must be an object")
        return
    kind = str(element.get("type"))
    if kind not in allowed:
        problems.add(f"{pointer}/type", f"unsupported type: {kind}")
        return
    if kind == "image":
        check_image(problems, pointer, element)
        return
    if kind in _PROPERTIES:
        problems.only(pointer, element, {"type", "action_id", *_PROPERTIES[kind]})
    problems.optional(pointer, element, "action_id", "ids")
    if "placeholder" in element:
        problems.text(f"{pointer}/placeholder", element["placeholder"], "placeholder", plain=True)
    if "confirm" in element:
        _confirm(problems, f"{pointer}/confirm", element["confirm"])
    check = _CHECKS.get(kind)
    if check is not None:
        check(problems, pointer, element)


def check_image(problems: Problems, pointer: str, image: dict[str, Any]) -> None:
    """An image's address and its alternative text, for blocks and elements."""
    if ("image_url" in image) == ("slack_file" in image):
        problems.add(pointer, "must have exactly one of: image_url, slack_file")
    elif "image_url" in image:
        problems.length(f"{pointer}/image_url", image["image_url"], "image.url")
        if not str(image["image_url"]).startswith(("https://", "http://")):
            problems.add(f"{pointer}/image_url", "must be a valid URL")
    problems.length(f"{pointer}/alt_text", image.get("alt_text"), "image.alt")


def _button(problems: Problems, pointer: str, button: dict[str, Any]) -> None:
    problems.text(f"{pointer}/text", button.get("text"), "button.text", plain=True)
    problems.optional(pointer, button, "url", "button.url")
    problems.optional(pointer, button, "value", "button.value")
    problems.optional(pointer, button, "accessibility_label", "accessibility.label")
    if button.get("style", "primary") not in {"primary", "danger"}:
        problems.add(f"{pointer}/style", "must be one of: primary, danger")


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
    chosen = menu.get("initial_options") or ([menu["initial_option"]] if "initial_option" in menu else [])
    known = [option.get("value") for option in options_of(menu)]
    if any(option.get("value") not in known for option in chosen):
        problems.add(f"{pointer}/initial_option", "must be one of the provided options")


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


def _overflow(problems: Problems, pointer: str, element: dict[str, Any]) -> None:
    _options(problems, pointer, element, "overflow.options")


def _choices(problems: Problems, pointer: str, element: dict[str, Any]) -> None:
    _options(problems, pointer, element, "choices", mrkdwn=True)


def _typed(problems: Problems, pointer: str, element: dict[str, Any]) -> None:
    for key in ("min_length", "max_length"):
        if not 0 <= int(element.get(key, 1)) <= LIMITS["plain_text_input.length"]:
            problems.add(f"{pointer}/{key}", f"must be between 0 and {LIMITS['plain_text_input.length']}")


def _number(problems: Problems, pointer: str, element: dict[str, Any]) -> None:
    if "is_decimal_allowed" not in element:
        problems.add(pointer, "missing required field: is_decimal_allowed")


_CHECKS: Final[dict[str, Callable[[Problems, str, dict[str, Any]], None]]] = {
    "button": _button,
    "overflow": _overflow,
    "checkboxes": _choices,
    "radio_buttons": _choices,
    "static_select": _menu,
    "multi_static_select": _menu,
    "plain_text_input": _typed,
    "number_input": _number,
}
