"""Digests: the news of a league, when and where it is read."""

from handlers.digests import listeners
from handlers.slack.feature import Feature

DIGESTS = Feature(listeners=(listeners.register,), commands=listeners.COMMANDS, messages=listeners.MESSAGES)
