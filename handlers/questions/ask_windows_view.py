"""Views of the windows in which a person asks."""

from collections.abc import Sequence

from handlers.blocks import ids
from handlers.blocks.builders import Block, escape, modal, option, section
from handlers.blocks.choosers import paper_search
from handlers.blocks.inputs import input_menu, input_select, input_text

PICKED, OTHER, FIRST = "paper", "other", "first"

WHICH_PAPER = "Which paper? A paper is its link, #place, or words of its title."
NO_PAPERS = "No paper is in this league yet. Post a link to one here."
TWO_PAPERS = "Choose both papers from their menus."
COMPARED_WITH = "Compare with which paper? Pick one, or type both with a bar between them: A | B."


def compare(metadata: str, entry: int) -> Block:
    """Build the window that asks which paper to compare with: chosen from a search menu, or typed."""
    written = "A link, a #place, or words of its title"
    fields = [input_text(OTHER, "Or write it", placeholder=written, most=300, optional=True)]
    search = paper_search("Type a title …", ids.Question("sv", entry))
    if search is not None:
        fields.insert(0, input_menu(PICKED, "Compare with", search, optional=True))
    return modal("Compare", fields, "Compare", metadata, ids.COMPARE_MODAL.name)


def compare_two(where: ids.Where, entry: int) -> Block:
    """Build the window that asks which two papers to compare; `entry` is any paper of the league."""
    search = paper_search("Type a title …", ids.Question("sv", entry))
    assert search is not None, "a question without words fits an action id"
    fields = [input_menu(FIRST, "Which paper?", search), input_menu(PICKED, "Compare with", search)]
    metadata = ids.COMPARE_TWO_MODAL.encode(where)
    return modal("Compare two papers", fields, "Compare", metadata, ids.COMPARE_TWO_MODAL.name)


def ask(where: ids.Where, sentence: str = "", choices: Sequence[tuple[int, str]] = ()) -> Block:
    """Return the window to ask in; `choices` are leagues (id, name) to choose from, explained by `sentence`."""
    fields = [input_text("question", "Ask", placeholder="A paper, “A vs B”, new 7d, judges, …", most=300)]
    if choices:
        options = [option(name, str(league)) for league, name in choices]
        fields = [section(escape(sentence)), *fields, input_select("league", "League", options)]
    return modal("Ask Paperbout", fields, "Ask", ids.ASK_MODAL.encode(where), ids.ASK_MODAL.name)
