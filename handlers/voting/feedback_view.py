"""Answer to a person who marked a verdict or an assessment as good or poor."""

from bot.voting.feedback import ASSESSMENT, MATCH, Marked
from handlers.blocks import builders
from handlers.blocks.builders import Message

_WORDS = {MATCH: "verdict", ASSESSMENT: "review"}


def mark_confirmation(marked: Marked, command: str) -> Message:
    """Return the confirmation of a mark, with the counts of marks so far."""
    marks, word = marked.marks, _WORDS[marked.about]
    good, count = (
        (marks.good_verdicts, marks.verdicts)
        if marked.about == MATCH
        else (marks.good_assessments, marks.assessments)
    )
    judged = "good" if marked.is_good else "poor"
    text = (
        f"Saved: a {judged} {word}. {good} of {count} marks on {builders.escape(marks.judge)}'s {word}s are good; "
        f"`{command} judges` shows them."
    )
    return builders.message(text, [builders.section(text)])
