"""Registers the following feature: Home tab, reading list, and notices on followed papers."""

from handlers.following import home, home_duels, listeners, reading_list
from handlers.slack.feature import Feature

FOLLOWING = Feature(
    listeners=(listeners.register, reading_list.register, home.register, home_duels.register),
    commands=(*reading_list.COMMANDS, *listeners.COMMANDS),
    messages=listeners.MESSAGES,
)
