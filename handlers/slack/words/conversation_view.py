"""Messages when a sentence isn't clear, or when a message can't open a window."""

from collections.abc import Sequence

from handlers.blocks import ids
from handlers.blocks.builders import Block, Message, actions, button, escape, message, one_line, section
from handlers.blocks.ids import Question

WHICH_ONE = "Which of these papers do you mean?"
LABELS = {
    "board": "The board",
    "new": "What's new",
    "help": "What I can do",
    "paper": "Its card",
    "assessment": "Its assessment",
    "history": "Its matches",
    "judges": "The judges",
    "cost": "What it costs",
    "next": "What plays next",
    "votes": "Open votes",
    "today": "What's on today",
    "how": "How it works",
    "changes": "What changed",
    "mine": "My papers",
    "reading": "My reading list",
    "following": "What I follow",
    "status": "The tournament",
    "settings": "Settings",
    "publish": "Publish its pages",
    "start": "Start a tournament",
    "schedule": "Schedule tournaments",
    "digest": "The digest",
    "upsets": "Upsets",
    "disputed": "Contested matches",
    "duel": "A duel",
}
"""Labels of buttons that run a command, by command."""
_OPENS = {
    "start": "A tournament starts in a window.",
    "settings": "Owners and workspace admins change settings in a window; everybody may look.",
    "schedule": "When papers play by themselves is set in a window.",
}


def suggestion_button(command: str, words: str = "", title: str = "") -> Block:
    """Return a button that runs a command."""
    label = LABELS.get(command, command.capitalize())
    if title and command == "paper":
        label = one_line(title, 40)
    return button(label, *ids.ASK.carry(Question(command, 0, 0, words), f"{command}{words}"[:40]))


def not_understood(text: str, suggestions: Sequence[tuple[str, str, str]], rank: str) -> Message:
    """Return the message that a sentence wasn't understood, with three suggestions (command, words, title).

    `rank` is the workspace's name of the slash command, usually `/rank`.
    """
    sentence = f"I didn't understand “{escape(one_line(text, 80))}”. Perhaps one of these?"
    row = [actions(*(suggestion_button(*each) for each in suggestions))] if suggestions else []
    plain = f"{sentence} {rank} help lists all I can answer."
    return message(plain, [section(sentence), *row])


def no_model_any_more(sentence: str) -> Message:
    """Return the message that a person has asked models as often as one may today, with what answers without one."""
    row = actions(*(suggestion_button(command) for command in ("board", "new", "help")))
    return message(sentence, [section(sentence), row])


def offer(command: str, words: str, typed: str) -> Message:
    """Return the message with a button for a command that changes something, so that a person confirms it."""
    command_line = escape(one_line(typed, 200)).replace("`", "'")
    sentence = f"Do you mean `{command_line}`? Nothing happens until you press the button."
    return message(sentence, [section(sentence), actions(suggestion_button(command, words))])


def window_offer(command: str) -> Message:
    """Return the message with a button that opens the command's window."""
    sentence = _OPENS.get(command, "That opens in a window.")
    return message(sentence, [section(sentence), actions(suggestion_button(command))])
