"""Registers the digests feature: periodic news of a league."""

from handlers.digests import listeners
from handlers.slack.feature import Feature

DIGESTS = Feature(listeners=(listeners.register,), commands=listeners.COMMANDS, messages=listeners.MESSAGES)
