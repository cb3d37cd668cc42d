"""Leagues: greeting, settings, owners, budgets, and what happens to a workspace and its channels."""

from handlers.leagues import budgets, listeners, workspace_events
from handlers.slack.feature import Feature

LEAGUES = Feature(
    listeners=(listeners.register, budgets.register, workspace_events.register),
    commands=(*budgets.COMMANDS, *listeners.COMMANDS),
    messages={**listeners.MESSAGES, **workspace_events.MESSAGES},
)
