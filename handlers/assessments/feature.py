"""Registers the assessments feature: the window with a paper's full reviews."""

from handlers.assessments import listeners
from handlers.slack.feature import Feature

ASSESSMENTS = Feature(listeners=(listeners.register,))
