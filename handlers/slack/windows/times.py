"""Inputs for when something repeats: a menu of days and a time of day."""

from collections.abc import Callable

from bot.schedules import cron, phrases
from handlers.blocks import builders, inputs
from handlers.blocks.builders import Block
from handlers.slack.windows.view_state import ViewState
from storage.errors import BadRequestError

OFF = "off"
_WEEK = (*cron.DAYS[1:], cron.DAYS[0])
_SETS = {
    ",".join(_WEEK[:5]): "Weekdays",
    ",".join(_WEEK): "Every day",
    **{day: f"{cron.FULL_DAYS[cron.DAYS.index(day)]}s" for day in _WEEK},
}
"""Labels of the sets of days in the menu, by the days in cron's form."""
_LONGEST = 75
"""Most characters of an option's value in Slack."""


def time_field(field: str) -> str:
    """Return the name of the time input that belongs to a menu of days, given the menu's name."""
    return f"{field}_at"


def time_inputs(
    field: str,
    label: str,
    phrase: str,
    zone: str,
    *,
    at: str,
    off: str,
    clock: str = "At",
    hint: str = "",
    dispatch: Callable[[str], str] | None = None,
) -> list[Block]:
    """Build the two inputs of a schedule that reads as `phrase`; if that is empty, the menu shows `off`.

    `at` is the time ("HH:MM") shown with a schedule that has none of its own; `zone` is the league's; `dispatch` returns,
    by field, the action id under which Slack reports a change; `clock` is the label of the time. A schedule that days and
    a time can't express is an option of its own; a phrase too long for one, or unreadable, gets a text input.
    """
    timing = _timing(phrase, zone)
    plain = None if timing is None or timing.time_zone != zone else cron.days_and_time(timing.cron)
    days, time = (OFF, at) if plain is None else (",".join(plain[0]), plain[1])
    options = [builders.option(off, OFF), *(builders.option(name, value) for value, name in _SETS.items())]
    if phrase and plain is None:
        days = "" if timing is None else f"{timing.cron} {timing.time_zone}"
        if not 0 < len(days) <= _LONGEST:
            return [inputs.input_text(field, label, initial=phrase, hint=hint, optional=True, most=300)]
        options.append(builders.option(f"As now: {phrase}", days))
    elif days not in {OFF, *_SETS}:
        options.append(builders.option(cron.days_in_words(days), days))
    ids = (None, None) if dispatch is None else (dispatch(field), dispatch(time_field(field)))
    return [
        inputs.input_select(field, label, options, initial=days, hint=hint, dispatch=ids[0]),
        inputs.input_time(time_field(field), clock, initial=time, dispatch=ids[1]),
    ]


def _timing(phrase: str, zone: str) -> cron.Timing | None:
    """Return what a phrase means; None for an empty one and for one that can't be read."""
    try:
        return phrases.parse_phrase(phrase, time_zone=zone) if phrase else None
    except BadRequestError:
        return None


def phrase_of(view: ViewState, field: str, at: str) -> str:
    """Return the schedule entered in the two inputs as a phrase, "" for off; `at` is its time if none was entered.

    A text that was typed into the text input, or into a window of an older version, is returned as it is.
    """
    days = view.choice(field)
    if days is None:
        return view.text(field)
    if days == OFF or " " in days:
        return "" if days == OFF else days
    hour, minute = (view.time(time_field(field)) or at).split(":")
    return f"{int(minute)} {int(hour)} * * {days}"
