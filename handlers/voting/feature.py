"""Registers the voting feature: challenges, polls, team decisions and their reverts."""

from handlers.slack.feature import Feature
from handlers.voting import duels, feedback, listeners, waiting_votes

VOTING = Feature(
    listeners=(listeners.register, duels.register, feedback.register),
    commands=(*waiting_votes.COMMANDS, *duels.COMMANDS),
    messages=listeners.MESSAGES | duels.MESSAGES,
)
