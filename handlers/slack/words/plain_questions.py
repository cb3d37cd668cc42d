"""What a newcomer asks in plain words: how such questions are recognised, and which paper they name. Pure."""

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PlainQuestion:
    """A question as people ask it; it stands with the command that answers it."""

    text: str
    pattern: str
    """A regular expression, in lower case, that fits the beginning of what people write."""
    words: str = ""
    """What the command is given where the question names nothing."""
    needs_paper: bool = False
    """A paper must be named, or chosen from a menu."""
    answer: str = ""
    """What the answer shows, where a paper must be chosen first."""
    commands: tuple[str, ...] = ()
    """What the help writes beside it, where that isn't the command itself."""
    is_broad: bool = False
    """Its pattern fits much: it is tried after all that are narrower."""


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


def find_question(words: str, questions: Sequence[PlainQuestion]) -> PlainQuestion | None:
    """The first of the questions that these words ask; a slip of the keyboard is forgiven."""
    if len(words) > LONGEST:
        return None
    for question in questions:
        if re.match(rf"\s*{question.pattern}", words, re.IGNORECASE):
            return question
    if len(words.split()) < 3:  # noqa: PLR2004 - two words are a title sooner than a question
        return None
    by_text = {_plain(question.text): question for question in questions}
    alike = difflib.get_close_matches(_plain(words), by_text, n=1, cutoff=ALIKE)
    return by_text[alike[0]] if alike else None


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
