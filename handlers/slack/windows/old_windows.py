"""Submissions of windows that were open while somebody else saved: only the person's own changes are saved."""

from handlers.blocks.builders import Block
from handlers.slack.windows.view_state import ViewState
from storage.errors import PaperboutError

MOST_SHOWN = 60


class ChangedMeanwhileError(PaperboutError):
    """Somebody else changed the same field since the person opened the window."""


def changes_onto(view: ViewState, current: Block, opened: Block | None = None) -> ViewState:
    """Return a submitted window's values on top of the current settings in `current` (the same window built now).

    `opened` is the window as first opened, if it was replaced since. Fields that the person didn't change get the current
    values. Raises `ChangedMeanwhileError` naming fields that both changed differently.
    """
    labels = view.labels
    if not labels:
        return view
    before, now = view.as_shown() if opened is None else ViewState(opened), ViewState(current)
    clashes = [
        name
        for name in labels
        if view.entered(name) not in (before.entered(name), now.entered(name))
        and before.entered(name) != now.entered(name)
    ]
    if clashes:
        sentence = "; ".join(f"{labels[name]}{_value(now, name)}" for name in clashes)
        raise ChangedMeanwhileError(
            f"Somebody changed this while your window was open: {sentence}. Nothing was saved. "
            "Open the window again to see everything as it is."
        )
    return view.with_values(now, [name for name in labels if view.entered(name) == before.entered(name)])


def _value(now: ViewState, name: str) -> str:
    text = now.text(name)
    return f" (now {text[:MOST_SHOWN]})" if text else ""
