"""Reads the fields of the league windows as settings, and finds all invalid fields."""

from collections.abc import Callable
from typing import Any

from bot.entries import daily_preprints
from bot.leagues import league_schedules
from bot.leagues.settings import LEAGUE_SETTINGS, Control, read_cap, read_number
from bot.schedules import zones
from handlers.entries.incoming import daily_preprints_view
from handlers.entries.incoming.daily_preprints import most_a_day
from handlers.leagues import budgets, settings_windows_view
from handlers.slack.windows import times
from handlers.slack.windows.view_state import ViewState
from storage.errors import BadRequestError

WINDOW_FIELDS = {
    "arxiv": daily_preprints_view.ARXIV,
    "preprints": daily_preprints_view.MOST,
    "purpose": settings_windows_view.PURPOSE,
    "rubric": settings_windows_view.RUBRIC,
    "digest": settings_windows_view.DIGEST,
    **{name: setting.field for name, setting in LEAGUE_SETTINGS.items()},
}
"""Window field of each setting, for showing an error there; others belong to the schedule's field."""


def read_window(view: ViewState) -> dict[str, Any]:
    """Return the settings of a submitted window, by name. Raises `BadRequestError` naming the invalid one."""
    values = {*view.choices(settings_windows_view.ALLOW), *view.choices(settings_windows_view.RIGHTS)}
    new: dict[str, Any] = {}
    for name, setting in LEAGUE_SETTINGS.items():
        match setting.control:
            case Control.NUMBER:
                new[name] = read_number(view.text(setting.field), name)
            case Control.MONEY:
                new[name] = budgets.amount(view.text(setting.field))
            case Control.ZONE:
                new[name] = view.choice_or_text(setting.field)
            case Control.SWITCH | Control.RIGHT:
                new[name] = setting.field in values
    return new


def play_times(view: ViewState) -> str:
    """Return when new papers play, as a phrase; "" for only by hand."""
    return times.phrase_of(view, settings_windows_view.SCHEDULE, league_schedules.PLAYS_AT)


def wrong_fields(view: ViewState) -> dict[str, str]:
    """Return an error sentence for each invalid field of a league window, by field, so that all are marked at once."""
    zone = view.choice_or_text(settings_windows_view.ZONE)
    there = "UTC" if _problem(lambda: zones.zone(zone)) else zone
    checks: dict[str, Callable[[], object]] = {
        settings_windows_view.ZONE: lambda: zones.zone(zone),
        settings_windows_view.CAP: lambda: read_cap(budgets.amount(view.text(settings_windows_view.CAP))),
        daily_preprints_view.MOST: lambda: most_a_day(view),
        daily_preprints_view.ARXIV: lambda: daily_preprints.categories_of(
            view.text(daily_preprints_view.ARXIV)
        ),
    }
    for name, setting in LEAGUE_SETTINGS.items():
        if setting.control is Control.NUMBER:
            checks[setting.field] = lambda name=name, field=setting.field: read_number(view.text(field), name)  # type: ignore[misc]
    for field, at in (
        (settings_windows_view.SCHEDULE, league_schedules.PLAYS_AT),
        (settings_windows_view.DIGEST, league_schedules.DIGEST_AT),
    ):
        if phrase := times.phrase_of(view, field, at):
            checks[field] = lambda phrase=phrase, at=at: league_schedules.read_timing(phrase, there, at)  # type: ignore[misc]
    problems = {field: _problem(check) for field, check in checks.items() if field in view.labels}
    return {field: sentence for field, sentence in problems.items() if sentence}


def _problem(check: Callable[[], object]) -> str:
    """Run a check and return the sentence of the `BadRequestError` that it raises; "" if it raises none."""
    try:
        check()
    except BadRequestError as error:
        return error.sentence
    return ""
