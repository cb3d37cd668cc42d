"""View of what a group did with papers: discussions with their threads, and one line of notes each."""

from collections.abc import Sequence

from bot.voting.reading_group.discussions import LONGEST, GroupPaper
from handlers.blocks import builders, ids, phrases
from handlers.blocks.builders import Block, Message
from handlers.blocks.inputs import input_text
from storage.voting.reading_group.discussions import DiscussedPaper

NOTE = "note"
MOST = 12
"""How many notes are shown on a paper."""


def _name(title: str) -> str:
    return builders.escape(builders.one_line(title, 100))


def facts(paper: GroupPaper) -> list[str]:
    """Return lines on a paper's tags, on when it was discussed with the thread, and the notes on it."""
    lines = ["*Tags*: " + ", ".join(map(builders.escape, paper.tags))] if paper.tags else []
    if (discussion := paper.discussion) is not None:
        parts = [builders.date(discussion.at, builders.DAY, lead="*Discussed*")]
        if discussion.presenter:
            parts.append(f"presented by <@{discussion.presenter}>")
        if discussion.url:
            parts.append(builders.link(discussion.url, "Thread"))
        lines.append(" · ".join(parts))
    return lines + [
        f"<@{note.user}>: {builders.escape(builders.one_line(note.text, LONGEST))}"
        for note in paper.notes[:MOST]
    ]


def note_modal(paper: GroupPaper, user: str, metadata: str) -> Block:
    """Return the window for one's own note on a paper."""
    field = input_text(
        NOTE,
        "One line for the group",
        initial=paper.note_of(user),
        placeholder="What should we remember?",
        hint="Everybody who sees the league can read it. Leave it empty to remove it.",
        optional=True,
        most=LONGEST,
    )
    return builders.modal(
        "Note",
        [builders.section(f"*{_name(paper.title)}*"), field],
        submit="Save",
        private_metadata=metadata,
        callback_id=ids.NOTE_MODAL.name,
    )


def note_confirmation(paper: GroupPaper, user: str) -> Message:
    """Return the confirmation that one's own note was saved or removed."""
    text = f"Your note on *{_name(paper.title)}* is {'saved' if paper.note_of(user) else 'removed'}."
    row = builders.actions(
        builders.button(
            "Edit" if paper.note_of(user) else "Write a note", *ids.NOTE.carry(ids.OfEntry(paper.entry))
        )
    )
    return builders.message(text, [builders.section(text), row])


def discussion_confirmation(title: str, entry: int) -> Message:
    """Return the confirmation that a paper counts as discussed, with buttons to write a note and to undo it."""
    text = f"*{_name(title)}* counts as discussed. What should the group remember?"
    row = builders.actions(
        builders.button("Write a note", *ids.NOTE.carry(ids.OfEntry(entry)), style="primary"),
        builders.button("Not discussed", *ids.UNDISCUSSED.carry(ids.OfEntry(entry))),
    )
    return builders.message(text, [builders.section(text), row])


def end_confirmation(title: str) -> str:
    """Return the confirmation that a paper doesn't count as discussed."""
    return f"*{_name(title)}* doesn't count as discussed."


def discussed(papers: Sequence[DiscussedPaper], command: str) -> Message:
    """Return the papers that a group discussed, newest first, with thread, presenter and number of notes."""
    if not papers:
        text = f"Nothing is marked as discussed yet. `{command} pick friday` proposes three papers."
        return builders.message(text, [builders.section(text)])
    text = f"Discussed: {phrases.count(len(papers), 'paper')}"
    return builders.message(text, [builders.section(f"*{text}*"), *map(_line, papers)])


def _line(paper: DiscussedPaper) -> Block:
    parts = [builders.date(paper.at, builders.DAY)]
    if paper.presenter:
        parts.append(f"<@{paper.presenter}>")
    if paper.url:
        parts.append(builders.link(paper.url, "Thread"))
    parts.append(phrases.count(paper.notes, "note"))
    title = builders.link(paper.paper_url, builders.one_line(paper.title, 100))
    notes = builders.button("Notes", *ids.MORE.carry(ids.OfEntry(paper.entry), paper.entry))
    return builders.section(f"{title}\n{' · '.join(parts)}", notes)
