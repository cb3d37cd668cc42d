"""What a newcomer asks in plain words, and the command that answers it: pure."""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PlainQuestion:
    """A question as people ask it, and what answers it; `needs_paper` where a paper must be named after it."""

    asked: str
    command: str
    needs_paper: bool = False
    pattern: str = ""
    written: str = ""
    """What to write where the answer is another command than the one that shows it."""


QUESTIONS = (
    PlainQuestion("Where is my paper?", "mine", pattern=r"where\b.*\bpapers?\b"),
    PlainQuestion(
        "Why did it lose?", "history", True, r"why\b.*\b(?:lose|lost|losing|win|won|beat|rank\w*)\b"
    ),
    PlainQuestion("Who voted?", "history", True, r"who\b.*\bvot(?:e|ed|es|ing)\b"),
    PlainQuestion(
        "What did this cost?", "cost", pattern=r"(?:what|how much)\b.*\b(?:cost|spen[dt]|pay|paid)"
    ),
    PlainQuestion("How sure is this rank?", "", True, r"how\b.*\b(?:sure|certain|reliable|precise)\b"),
    PlainQuestion(
        "How do I get it out of my channel?", "stop", pattern=r"(?:how|can)\b.*\b(?:out of|leave|kick)\b"
    ),
    PlainQuestion(
        "How do I stop it?",
        "stop",
        pattern=r"(?:how|can)\b.*\b(?:stop|pause|mute|quiet|cancel|off)\b",
    ),
    PlainQuestion("Who decides?", "how", pattern=r"who\b.*\b(?:decides?|judges?|ranks?)\b"),
    PlainQuestion(
        "What changed since yesterday?",
        "changes since yesterday",
        pattern=r"what\b.*\b(?:changed?|moved|new|happened)\b",
    ),
    PlainQuestion("What plays next?", "next", pattern=r"(?:what|when|who)\b.*\b(?:next|plays?)\b"),
    PlainQuestion(
        "How does it judge?",
        "how",
        pattern=r"how\b.*\b(?:judge[ds]?|rank(?:ed|s)?|rated?|works?)\b",
    ),
    PlainQuestion(
        "How do I add or remove a paper?",
        "help",
        pattern=r"how\b.*\b(?:add|remove|delete|submit)\b",
        written="add <link>, remove <paper>",
    ),
)
"""Tried in this order."""

_PATTERNS = [(re.compile(rf"\s*{question.pattern}", re.IGNORECASE), question) for question in QUESTIONS]
LONGEST = 120


def plain_question(words: str) -> PlainQuestion | None:
    """The question that these words ask, where they ask one of them."""
    if len(words) > LONGEST:
        return None
    return next((question for pattern, question in _PATTERNS if pattern.match(words)), None)
