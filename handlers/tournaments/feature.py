"""Tournaments: started, steered, scheduled and told; single matches too."""

from handlers.slack.feature import Feature
from handlers.tournaments import commands, listeners, start_window

TOURNAMENTS = Feature(
    listeners=(listeners.register, start_window.register),
    commands=commands.COMMANDS,
    messages=listeners.MESSAGES,
)
