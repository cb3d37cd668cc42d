"""Judges: what is told of them, and the button that resumes one."""

from handlers.judges import notices
from handlers.slack.feature import Feature

JUDGES = Feature(listeners=(notices.register,), messages=notices.MESSAGES)
