"""Submissions of windows that were open while somebody else saved: only the person's own changes are saved."""

from handlers.blocks.builders import Block
from handlers.slack.view_state import ViewState
from storage.errors import PaperboutError

MOST_SHOWN = 60


class ChangedMeanwhileError(PaperboutError):
    """Somebody else changed the same field since the person opened the window."""


def changes_onto(view: ViewState, current: Block, opened: Block | None = None) -> ViewState:
    """A submitted window as if it had been opened now: `current` is the same window with what is set today.

    `opened` is the window as it was opened, where the one submitted was renewed since. Fields that the person left alone
    hold today's values. Raises `ChangedMeanwhileError`, naming the fields that both changed in different ways.
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
