"""Registers the tournaments feature: tournaments, their schedules, and single matches."""

from handlers.slack.feature import Feature
from handlers.tournaments import commands, listeners, start_window

TOURNAMENTS = Feature(
    listeners=(listeners.register, start_window.register),
    commands=commands.COMMANDS,
    messages=listeners.MESSAGES,
)
