"""Registers the judges feature: messages about judges, and buttons to resume or admit one."""

from handlers.judges import notices
from handlers.slack.feature import Feature

JUDGES = Feature(listeners=(notices.register,), messages=notices.MESSAGES)
