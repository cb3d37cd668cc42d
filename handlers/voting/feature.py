"""Registers the voting feature: challenges, polls, team decisions and their reverts."""

from handlers.slack.feature import Feature
from handlers.voting import duels, feedback, listeners, waiting_votes
from handlers.voting.reading_group import discussions, picks, tags

VOTING = Feature(
    listeners=(
        listeners.register,
        duels.register,
        feedback.register,
        picks.register,
        discussions.register,
        tags.register,
    ),
    commands=(
        *waiting_votes.COMMANDS,
        *duels.COMMANDS,
        *picks.COMMANDS,
        *discussions.COMMANDS,
        *tags.COMMANDS,
    ),
    messages=listeners.MESSAGES | duels.MESSAGES | picks.MESSAGES,
)
