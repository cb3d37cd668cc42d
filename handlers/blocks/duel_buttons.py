"""Buttons by which a person answers a duel, wherever it is asked."""

from handlers.blocks import ids
from handlers.blocks.builders import Block, button, one_line
from handlers.blocks.text import short_name

QUESTION = "Which matters more to you?"
SKIP = "Can't say"
_TITLE, _SHORT = 60, 18


def ballot(
    first: tuple[int, str], second: tuple[int, str], vote: ids.Action[ids.DuelBallot], *, beside: bool = False
) -> list[Block]:
    """Return a duel's three buttons for two papers (entry, title).

    `beside`: the message holds more than the duel, and stays as it is; its buttons are short, for a phone.
    """
    names = ((first[1], "first"), (second[1], "second"), (SKIP, "skip"))
    return [
        button(
            short_name(name, _SHORT) if beside else one_line(name, _TITLE),
            *vote.carry(ids.DuelBallot(first[0], second[0], choice, beside), choice),
            label=one_line(name, 75),
        )
        for name, choice in names
    ]
