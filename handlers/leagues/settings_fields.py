"""Reads the settings window's fields as league settings."""

from typing import Any

from bot.leagues.settings import LEAGUE_SETTINGS, Control, read_number
from handlers.entries import daily_preprints_view
from handlers.leagues import budgets, settings_windows_view
from handlers.slack.view_state import ViewState

WINDOW_FIELDS = {
    "arxiv": daily_preprints_view.ARXIV,
    "preprints": daily_preprints_view.MOST,
    "purpose": settings_windows_view.PURPOSE,
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
                new[name] = view.text(setting.field)
            case Control.SWITCH | Control.RIGHT:
                new[name] = setting.field in values
    return new
