"""Windows that were open while somebody else saved: what the person changed is saved, and nothing else undone."""

from handlers.blocks.builders import Block
from handlers.slack.view_state import ViewState
from storage.errors import PaperboutError

MOST_SHOWN = 60


class ChangedMeanwhileError(PaperboutError):
    """What a person changed in a window was changed by somebody else since it was opened."""


def changes_onto(view: ViewState, current: Block) -> ViewState:
    """A submitted window as if it had been opened now: `current` is the same window with what is set today.

    Fields that the person left alone hold today's values. Raises `ChangedMeanwhileError`, naming the fields that both
    changed in different ways.
    """
    labels = view.labels
    if not labels:
        return view
    shown, now = view.as_shown(), ViewState(current)
    clashes = [
        name
        for name in labels
        if view.entered(name) not in (shown.entered(name), now.entered(name))
        and shown.entered(name) != now.entered(name)
    ]
    if clashes:
        told = "; ".join(f"{labels[name]}{_value(now, name)}" for name in clashes)
        raise ChangedMeanwhileError(
            f"Somebody changed this while your window was open: {told}. Nothing was saved. "
            "Open the window again to see everything as it is."
        )
    return view.with_values(now, [name for name in labels if view.entered(name) == shown.entered(name)])


def _value(now: ViewState, name: str) -> str:
    text = now.text(name)
    return f" (now {text[:MOST_SHOWN]})" if text else ""
