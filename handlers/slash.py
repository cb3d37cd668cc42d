"""The two commands: their words lead to the feature that answers."""

from collections.abc import Mapping
from typing import Protocol

from handlers.boundary import Boundary, Call
from handlers.services import Services
from handlers.words import VERSUS, parse


class Command(Protocol):
    """What a feature exposes in `COMMANDS`: it answers the words that follow its name.

    It may raise any `PaperboutError`; the boundary has acked already and turns the error into a sentence. A
    command that opens a modal does that first, while the call's trigger lives.
    """

    async def __call__(self, call: Call, services: Services, words: str) -> None:
        """Answer; `words` is what followed the command's name, stripped, perhaps empty."""
        ...


def register(on: Boundary, commands: Mapping[str, Command]) -> None:
    """Answer both commands with the features' `COMMANDS`, gathered under their lower-case names.

    `commands` must hold "board" (no words), "paper" (words that are no command) and "vs".
    """

    async def rank(call: Call) -> None:
        asked = parse(call.text, commands)
        await commands[asked.command](call, call.services, asked.words)

    async def versus(call: Call) -> None:
        await commands[VERSUS](call, call.services, call.text)

    on.command(on.services.settings.rank_command, rank)
    on.command(on.services.settings.h2h_command, versus)
