"""What a sentence asks for."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a sentence asks for: a command and its words.

    The command is empty if the sentence wasn't understood. `choices` are entries if several may be meant.
    `suggestions` are similar (command, words). `is_offer`: a guess at what changes something, which needs a click.
    """

    command: str
    words: str = ""
    choices: tuple[int, ...] = ()
    suggestions: tuple[tuple[str, str], ...] = ()
    is_offer: bool = False
