"""Assessments: the whole review of a paper, in a window."""

from handlers.assessments import listeners
from handlers.slack.feature import Feature

ASSESSMENTS = Feature(listeners=(listeners.register,))
