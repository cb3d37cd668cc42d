"""Messages about removing and restoring papers."""

from collections.abc import Sequence

from handlers.blocks import builders, ids
from handlers.blocks.builders import Message

REMOVED = "These papers were removed. Which one?"


def removal_question(title: str, entry: int, league: str) -> Message:
    """Return the question whether to remove a paper, with the button that does it."""
    text = f"Remove *{builders.escape(title)}* from *{builders.escape(league)}*?"
    effect = "Its matches stop counting. It can be brought back for 30 days."
    remove = builders.button("Remove", *ids.CONFIRM_REMOVAL.carry(ids.OfEntry(entry)), style="danger")
    return builders.message(text, [builders.section(f"{text} {effect}"), builders.actions(remove)])


def removal_confirmation(title: str, entry: int, until: str) -> Message:
    """Return the message that a paper was removed, with a button to restore it."""
    text = f"*{builders.escape(title)}* is out of the league; its matches no longer count."
    restore = builders.button("Bring it back", *ids.RESTORE.carry(ids.OfEntry(entry)))
    return builders.message(
        text, [builders.section(f"{text} It can be brought back {until}."), builders.actions(restore)]
    )


def restore_confirmation(title: str) -> str:
    """Return the message that a paper was restored."""
    return f"*{builders.escape(title)}* is back in the league, and its matches count again."


def link_deleted(title: str, entry: int) -> Message:
    """Return the question to a person who deleted the message with a paper: remove the paper too?"""
    text = f"You deleted the message that brought *{builders.escape(builders.one_line(title, 200))}*."
    remove = builders.button(
        "Remove the paper too", *ids.CONFIRM_REMOVAL.carry(ids.OfEntry(entry)), style="danger"
    )
    hint = "Otherwise it stays. You can remove a paper within an hour of adding it, owners always."
    return builders.message(text, [builders.section(text), builders.context(hint), builders.actions(remove)])


def which_paper(sentence: str, choices: Sequence[tuple[int, str]], *, restore: bool) -> Message:
    """Return the message that lists several matching papers, with a button each to remove or restore it."""
    action = ids.RESTORE if restore else ids.REMOVE
    word = "Bring back" if restore else "Remove…"
    blocks = [builders.section(builders.escape(sentence))]
    blocks += [
        builders.section(
            builders.escape(builders.one_line(title, 200)),
            builders.button(word, *action.carry(ids.OfEntry(entry))),
        )
        for entry, title in choices[:20]
    ]
    return builders.message(builders.escape(sentence), blocks)
