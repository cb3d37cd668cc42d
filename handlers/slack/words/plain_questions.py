"""What a newcomer asks in plain words, and the command that answers it: pure."""

import difflib
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


WHO_VOTED = PlainQuestion("Who voted?", "history", True, r"who\b.*\bvot(?:e|ed|es|ing)\b")
QUESTIONS = (
    PlainQuestion("Where is my paper?", "mine", pattern=r"where\b.*\bpapers?\b"),
    PlainQuestion(
        "Why did it lose?",
        "history",
        True,
        r"why\b.*\b(?:lose|lost|losing|win|won|beat|rank\w*|low|high|last|down|fell|drop\w*)\b",
    ),
    WHO_VOTED,
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
        "What can you do?",
        "help",
        pattern=r"(?:what|how)\b.*\b(?:can you|are you|do you do|can i (?:do|ask))\b|what is this\W*$"
        r"|(?:hi|hello|hey|help)\b(?: me)?\W*$",
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


ALIKE = 0.8
"""How alike mistyped words must be to a question."""

_WRITTEN = (
    "a about against all an and at beat beaten by certain did do does for has have how i in is it its "
    "itself lose loses losing lost low high it's me mine my of on our over paper papers place placed "
    "precise rank ranked ranking ranks rated rating reliable score so sure that that's the their them "
    "there these they this those to up us vote voted votes voting was were when who whose why win wins "
    "won you your "
)
_AROUND = frozenset(_WRITTEN.split())
"""Words that stand around a paper's name in a question, and name none."""
_AGAINST = re.compile(
    r"\s(?:(?:lose|loses|lost|losing)\s+(?:to|against)|beats?|beaten\s+by)\s", re.IGNORECASE
)
"""What follows is the paper's opponent."""


def plain_question(words: str) -> PlainQuestion | None:
    """The question that these words ask, where they ask one of them; a slip of the keyboard is forgiven."""
    if len(words) > LONGEST:
        return None
    for pattern, question in _PATTERNS:
        if pattern.match(words):
            return question
    if len(words.split()) < 3:  # noqa: PLR2004 - two words are a title sooner than a question
        return None
    known = {_plain(question.asked): question for question in QUESTIONS}
    alike = difflib.get_close_matches(_plain(words), known, n=1, cutoff=ALIKE)
    return known[alike[0]] if alike else None


def paper_named(words: str) -> str:
    """The paper that a question names ("why did LoRA lose to BERT?": LoRA), "" where it only points at one."""
    tokens = _AGAINST.split(words)[0].strip().rstrip("?!. ").split()
    while tokens and _plain(tokens[0]) in _AROUND:
        tokens.pop(0)
    while tokens and _plain(tokens[-1]) in _AROUND:
        tokens.pop()
    return re.sub(r"[’']s$", "", " ".join(tokens))


def _plain(words: str) -> str:
    return re.sub(r"[^\w\s’']", "", words).casefold().strip()
