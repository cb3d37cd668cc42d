"""What an installation can choose: its variables, their checks, and how they are read."""

from bot.settings.reading import read_settings, settings_table
from bot.settings.variables import Settings

__all__ = ["Settings", "read_settings", "settings_table"]
