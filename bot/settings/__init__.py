"""Settings of an installation: variables, checks and reading."""

from bot.settings.reading import read_settings, settings_table
from bot.settings.variables import Settings

__all__ = ["Settings", "read_settings", "settings_table"]
