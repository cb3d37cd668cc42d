"""Registers what leaves Slack for good: pages that are served, and what programs read."""

from handlers.outlets import served_pages, tokens
from handlers.slack.feature import Feature

OUTLETS = Feature(listeners=(served_pages.register, tokens.register), commands=tokens.COMMANDS)
