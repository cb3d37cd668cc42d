"""Views of the windows in which a person asks."""

from collections.abc import Sequence

from handlers.blocks import ids
from handlers.blocks.builders import Block, escape, modal, option, section
from handlers.blocks.inputs import input_select, input_text

WHICH_PAPER = "Which paper? A paper is its link, #place, or words of its title."
COMPARED_WITH = "Compare with which paper? Pick one, or type both with a bar between them: A | B."


def compare(metadata: str) -> Block:
    """Return the window that asks which paper to compare with."""
    field = input_text(
        "other", "Compare with", placeholder="A link, a #place, or words of its title", most=300
    )
    return modal("Compare", [field], "Compare", metadata, ids.COMPARE_MODAL.name)


def ask(where: ids.Where, sentence: str = "", choices: Sequence[tuple[int, str]] = ()) -> Block:
    """Return the window to ask in; `choices` are leagues (id, name) to choose from, explained by `sentence`."""
    fields = [input_text("question", "Ask", placeholder="A paper, “A vs B”, new 7d, judges, …", most=300)]
    if choices:
        options = [option(name, str(league)) for league, name in choices]
        fields = [section(escape(sentence)), *fields, input_select("league", "League", options)]
    return modal("Ask Paperbout", fields, "Ask", ids.ASK_MODAL.encode(where), ids.ASK_MODAL.name)
