"""How it looks what is typed without the word before it: votes that wait, and how a verdict is challenged."""

from collections.abc import Sequence

from handlers.blocks import builders
from handlers.blocks.builders import Message
from handlers.following.home_view import HomeVote, vote


def votes(waiting: Sequence[HomeVote], command: str) -> Message:
    """The votes that wait for a person, each with the way to it."""
    if not waiting:
        return builders.message(f"No vote waits for you. {how_to_challenge(command)}")
    head = "Votes waiting for you"
    return builders.message(head, [builders.header(head), *map(vote, waiting)])


def how_to_challenge(command: str) -> str:
    """How a vote begins."""
    return (
        f"A verdict is challenged by the button on its match: `{command} vs A | B` shows the matches of two papers, "
        f"`{command} history <paper>` all of one."
    )
