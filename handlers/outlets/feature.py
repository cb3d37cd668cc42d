"""Registers what leaves Slack for good: pages that are served, and what programs read and are told."""

from handlers.outlets import served_pages, tokens, webhooks
from handlers.slack.feature import Feature

OUTLETS = Feature(
    listeners=(served_pages.register, tokens.register, webhooks.register),
    commands=(*tokens.COMMANDS, *webhooks.COMMANDS),
    messages=webhooks.MESSAGES,
)
