"""Finds passages of a paper's text that may answer a question, by the words they share. Does no I/O."""

import math
import re
from collections import Counter
from dataclasses import dataclass

from bot.papers.text import folded
from bot.questions.search.paper_mentions import SMALL

LENGTH = 600
"""Approximate length of a passage in characters; a passage ends at the end of a sentence."""
MOST = 14
"""Maximum number of passages given to a model: about 2,000 tokens."""
_LONGEST_HEADING = 90
_HEADING = re.compile(
    r"(?:(?:appendix )?(?:[A-Z]|\d{1,2})(?:\.\d{1,2}){0,3}\.?\s+[A-Z]|abstract\b|introduction\b|related work\b|methods?\b"
    r"|results\b|discussion\b|conclusions?\b|limitations\b|acknowledge?ments?\b|experiments?\b)",
    re.IGNORECASE,
)
_CAPTION = re.compile(
    r"(?:(?P<table>table|tabelle|tableau|tabla|tabela|tabella|표|表)|figure|fig\.|abbildung|abb\.|figura|그림|図|图)\s*(?P<number>\d+)",
    re.IGNORECASE,
)
_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z(\[])|\n+")
_WORD = re.compile(r"[^\W_]+(?:[.,]\d+)*")
_SATURATION, _BY_LENGTH = 1.2, 0.6
"""The two constants of the BM25 relevance formula."""
_KIN = {
    "dataset": "data", "datasets": "data", "corpus": "data", "corpora": "data", "benchmark": "data",
    "gpu": "hardware", "gpus": "hardware", "tpu": "hardware", "tpus": "hardware",
    "machine": "hardware", "machines": "hardware",
    "author": "authors", "limit": "limitation", "weakness": "limitation", "drawback": "limitation",
    "cost": "price", "expensive": "price", "participant": "people", "subject": "people", "patient": "people",
    "accuracy": "score", "performance": "score", "long": "time", "hours": "time", "days": "time", "hour": "time",
}  # fmt: skip
"""Words treated as equal when searching passages: a question about a dataset also finds "corpus"."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of a text; `place` is its heading ("" if none), and `share` its position in the text in percent."""

    text: str
    place: str
    share: int = 0


def passages_of(text: str) -> list[Passage]:
    """Cut a text into passages at paragraph and sentence ends, each with the heading above it."""
    passages: list[Passage] = []
    heading, piece, begin, at = "", "", 0, 0

    def close() -> None:
        nonlocal piece
        if piece.strip():
            passages.append(Passage(" ".join(piece.split()), heading, 100 * begin // max(len(text), 1)))
        piece = ""

    for sentence in _END.split(text):
        line = sentence.strip()
        if 0 < len(line) <= _LONGEST_HEADING and _HEADING.match(line) and not line.endswith((".", ",", ";")):
            close()
            heading = line
        elif line:
            if piece and len(piece) + len(line) > LENGTH:
                close()
            if not piece:
                begin = at
            # A sentence without an end is cut where the passage is full.
            while len(line) > 2 * LENGTH:
                piece = line[: 2 * LENGTH]
                close()
                line = line[2 * LENGTH :]
            piece = f"{piece} {line}" if piece else line
        at += len(sentence) + 1
    close()
    return passages


def telling_words(text: str) -> list[str]:
    """Return the meaningful words of a text, without plural and other endings; words treated as equal become one."""
    words = []
    for word in _WORD.findall(folded(text)):
        if word in SMALL and not word.isdecimal():
            continue
        stem = word
        for ending in ("ing", "ed", "es", "s"):
            if len(word) > len(ending) + 3 and word.endswith(ending) and not word.endswith("ss"):
                stem = word[: -len(ending)]
                break
        words.append(_KIN.get(word) or _KIN.get(stem) or stem)
    return words


def nearest_passages(question: str, passages: list[Passage], most: int = MOST) -> list[Passage]:
    """Return the passages that share the most meaningful words with a question, in the order of the text.

    A table or figure that the question names counts like a rare word. Returns no passages if no word is shared.
    """
    asked = set(telling_words(question)) | set(_captions(question))
    counts = [Counter([*telling_words(f"{p.place} {p.text}"), *_captions(p.text)]) for p in passages]
    average = sum(map(Counter.total, counts)) / max(len(counts), 1) or 1.0
    held = Counter(word for count in counts for word in count if word in asked)
    scores = []
    for place, count in enumerate(counts):
        length = 1 - _BY_LENGTH + _BY_LENGTH * count.total() / average
        score = sum(
            math.log(1 + (len(counts) - held[word] + 0.5) / (held[word] + 0.5))
            * count[word] * (_SATURATION + 1) / (count[word] + _SATURATION * length)
            for word in asked & count.keys()
        )  # fmt: skip
        scores.append((-score, place))
    best = sorted(place for score, place in sorted(scores)[:most] if score < 0)
    return [passages[place] for place in best]


def passages_for(question: str, passages: list[Passage], most: int = MOST) -> list[Passage]:
    """Return the nearest passages; where these are few, as for questions in another language, also some of every part."""
    nearest = nearest_passages(question, passages, most)
    others = [passage for passage in passages if passage not in nearest]
    room = min(most - len(nearest), len(others))
    spread = [others[place * len(others) // room] for place in range(room)]
    return sorted([*nearest, *spread], key=passages.index)


def _captions(text: str) -> list[str]:
    """Return the tables and figures that a text names, in the same words for all languages."""
    return [
        f"{'table' if match['table'] else 'figure'}{match['number']}" for match in _CAPTION.finditer(text)
    ]
