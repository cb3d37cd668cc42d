"""How it looks to put a paper into another league."""

from collections.abc import Sequence

from handlers import ids
from handlers.blocks import inputs, parts
from handlers.blocks.parts import Block

LEAGUE = "league"


def add_to_modal(title: str, leagues: Sequence[tuple[int, str]], metadata: str) -> Block:
    """Which of these leagues (id, name) the paper goes to."""
    options = [parts.option(name, str(league)) for league, name in leagues]
    return parts.modal(
        "Add to another league",
        [
            parts.section(f"*{parts.escape(parts.one_line(title, 200))}*"),
            inputs.input_select(LEAGUE, "League", options, hint="It is assessed and ranked there anew."),
        ],
        submit="Add",
        private_metadata=metadata,
        callback_id=ids.ADD_TO_MODAL.name,
    )
