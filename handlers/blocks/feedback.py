"""Pairs of buttons that ask what a person thinks of a verdict or an assessment."""

from bot.voting.feedback import ASSESSMENT, MATCH
from handlers.blocks import ids
from handlers.blocks.builders import Block, actions, button, plain

_TEXT = 75


def ask_about_verdict(match: int) -> Block:
    """Return the buttons below a verdict in a message: good or poor verdict."""
    return _ask(MATCH, match, "Good verdict", "Poor verdict")


def ask_about_assessment(assessment: int) -> Block:
    """Return the buttons below an assessment in a message: good or poor review."""
    return _ask(ASSESSMENT, assessment, "Good review", "Poor review")


def as_buttons(block: Block) -> Block:
    """Convert feedback buttons to ordinary ones, for windows and workspaces that don't support them."""
    elements = block["elements"]
    assert isinstance(elements, list)
    (element,) = elements
    sides = ((side, element[f"{side}_button"]) for side in ("positive", "negative"))
    return actions(
        *(
            button(each["text"]["text"], f"{element['action_id']}.{side}", each["value"])
            for side, each in sides
        )
    )


def _ask(about: str, row: int, good: str, poor: str) -> Block:
    sides = {
        side: {
            "text": plain(text, _TEXT),
            "value": ids.FEEDBACK.encode(ids.Mark(about, row, is_good)),
            "accessibility_label": text,
        }
        for side, text, is_good in (("positive_button", good, True), ("negative_button", poor, False))
    }
    element: Block = {"type": "feedback_buttons", "action_id": ids.FEEDBACK.id(f"{about}.{row}"), **sides}
    return {"type": "context_actions", "elements": [element]}
