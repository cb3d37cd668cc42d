"""Registers the leagues feature: greeting, settings, owners, budgets, and events of workspaces and channels."""

from handlers.leagues import (
    budgets,
    channel_arrivals,
    history_import,
    owners,
    settings_windows,
    workspace_events,
)
from handlers.slack.feature import Feature

LEAGUES = Feature(
    listeners=(
        channel_arrivals.register,
        settings_windows.register,
        owners.register,
        history_import.register,
        budgets.register,
        workspace_events.register,
    ),
    commands=(
        *budgets.COMMANDS,
        *settings_windows.COMMANDS,
        *owners.COMMANDS,
        *history_import.COMMANDS,
    ),
    messages={
        **budgets.MESSAGES,
        **channel_arrivals.MESSAGES,
        **owners.MESSAGES,
        **workspace_events.MESSAGES,
    },
)
