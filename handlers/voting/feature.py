"""Registers the voting feature: challenges, polls, team decisions and their reverts."""

from handlers.slack.feature import Feature
from handlers.voting import duels, feedback, listeners, picks, waiting_votes

VOTING = Feature(
    listeners=(listeners.register, duels.register, feedback.register, picks.register),
    commands=(*waiting_votes.COMMANDS, *duels.COMMANDS, *picks.COMMANDS),
    messages=listeners.MESSAGES | duels.MESSAGES | picks.MESSAGES,
)
