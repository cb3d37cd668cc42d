"""Voting: challenges, polls, the team's decisions and their reverts."""

from handlers.slack.feature import Feature
from handlers.voting import listeners, waiting_votes

VOTING = Feature(
    listeners=(listeners.register,), commands=waiting_votes.COMMANDS, messages=listeners.MESSAGES
)
