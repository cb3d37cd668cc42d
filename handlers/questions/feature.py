"""Registers the questions feature: all commands that read a league's tables."""

from handlers.questions import ask_windows, commands, conversation, listeners
from handlers.questions.exports import export, publish_window, sharing, site_export
from handlers.questions.help import help_and_stop
from handlers.questions.papers import paper_questions, paper_search
from handlers.slack.feature import Feature

QUESTIONS = Feature(
    listeners=(
        listeners.register,
        ask_windows.register,
        sharing.register,
        export.register,
        publish_window.register,
        help_and_stop.register,
        paper_search.register,
    ),
    commands=(
        *commands.COMMANDS,
        *conversation.COMMANDS,
        *help_and_stop.COMMANDS,
        *export.COMMANDS,
        *site_export.COMMANDS,
        *paper_questions.COMMANDS,
    ),
    messages={**listeners.MESSAGES, **sharing.MESSAGES},
)
