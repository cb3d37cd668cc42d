"""Buttons by which a person answers a duel, wherever it is asked."""

from handlers.blocks import ids
from handlers.blocks.builders import Block, button, one_line

QUESTION = "Which matters more to you?"
SKIP = "Can't say"
_TITLE = 60


def ballot(
    first: tuple[int, str], second: tuple[int, str], vote: ids.Action[ids.DuelBallot], *, beside: bool = False
) -> list[Block]:
    """Return a duel's three buttons for two papers (entry, title).

    `beside`: the message holds more than the duel, and stays as it is.
    """
    names = ((first[1], "first"), (second[1], "second"), (SKIP, "skip"))
    return [
        button(
            one_line(name, _TITLE),
            *vote.carry(ids.DuelBallot(first[0], second[0], choice, beside), choice),
        )
        for name, choice in names
    ]
