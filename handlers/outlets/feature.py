"""Registers what leaves Slack for good: pages that are served."""

from handlers.outlets import served_pages
from handlers.slack.feature import Feature

OUTLETS = Feature(listeners=(served_pages.register,))
