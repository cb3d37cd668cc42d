"""Registers the following feature: Home tab, reading list, and notices on followed papers."""

from handlers.following import home, home_duels, listeners, reading_list, topics
from handlers.slack.feature import Feature

FOLLOWING = Feature(
    listeners=(
        listeners.register,
        topics.register,
        reading_list.register,
        home.register,
        home_duels.register,
    ),
    commands=(*reading_list.COMMANDS, *listeners.COMMANDS),
    messages=listeners.MESSAGES | topics.MESSAGES,
)
