"""Recognises questions that newcomers ask in plain words, and the paper they name."""

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import dropwhile


@dataclass(frozen=True, slots=True)
class PlainQuestion:
    """A question as people ask it, stored with the command that answers it."""

    text: str
    pattern: str
    """Regular expression, in lower case, that matches the beginning of the question."""
    words: str = ""
    """Words for the command if the question names nothing."""
    needs_paper: bool = False
    """Whether a paper must be named, or chosen from a menu."""
    answer: str = ""
    """What the answer shows, for the request to choose a paper."""
    commands: tuple[str, ...] = ()
    """Commands shown beside the question in the help, if not the answering command itself."""
    is_broad: bool = False
    """Whether the pattern matches a lot, so that it is tried after all others."""


LONGEST = 120
ALIKE = 0.8
"""How similar mistyped words must be to a question, from 0 to 1."""

_WRITTEN = (
    "a about against all an and at beat beaten by certain did do does for has have how i in is it its "
    "itself lose loses losing lost low high it's me mine my of on our over paper papers place placed "
    "precise rank ranked ranking ranks rated rating reliable score so sure that that's the their them "
    "there these they this those to up us vote voted votes voting was were when who whose why win wins "
    "won you your "
)
_AROUND = frozenset(_WRITTEN.split())
"""Words around a paper's name in a question that don't belong to the name."""
_AGAINST = re.compile(
    r"\s(?:(?:lose|loses|lost|losing)\s+(?:to|against)|beats?|beaten\s+by)\s", re.IGNORECASE
)
"""Pattern of words after which the paper's opponent is named."""


def find_question(words: str, questions: Sequence[PlainQuestion]) -> PlainQuestion | None:
    """Return the first question that these words ask, allowing for typing mistakes, or None."""
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
    """Return the paper that a question names ("why did LoRA lose to BERT?": LoRA), or "" if it names none."""
    tokens = _AGAINST.split(words)[0].strip().rstrip("?!. ").split()
    named = list(dropwhile(_is_around, tokens))
    while named and _is_around(named[-1]):
        named.pop()
    return re.sub(r"[’']s$", "", " ".join(named))


def _is_around(word: str) -> bool:
    return _plain(word) in _AROUND


def _plain(words: str) -> str:
    return re.sub(r"[^\w\s’']", "", words).casefold().strip()
