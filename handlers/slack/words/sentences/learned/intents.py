"""Scores which answers a sentence asks for, by weights learned from example sentences (`python -m tests.intents`).

In sentences `P` stands for a paper, `N` for a number, `T` for a time, `F` for a field and `X` for a word never seen.
"""

import re
from collections.abc import Container, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np

from handlers.slack.words.sentences.listing import FIELDS, MOMENT, NUMBERS

WEIGHTS = Path(__file__).with_name("weights.npz")
SYNONYMS = WEIGHTS.with_name("synonyms.txt")
"""Words that mean much the same here, a line each meaning; a word may stand in several."""
STANDS_FOR = frozenset("PNTFX")
"""Letters that stand for something in an example."""
_TOKEN = re.compile(r"[PNTFX]\b|[^\W_]+(?:'[a-z]+)?|[±$?#+]")
_NUMBER = re.compile(rf"\b(?:\d[\d.,]*|{'|'.join(word for word in NUMBERS if word not in {'one', 'few'})})\b")
_VAGUE = frozenset({"ai", "security", "graphics", "finance", "math", "maths", "cs"})
_FIELD = re.compile(
    rf"(?<![\w.-])(?:[a-z-]+\.[a-z]{{2}}|{'|'.join(re.escape(name) for name in sorted(FIELDS, key=len, reverse=True) if name not in _VAGUE)})(?![\w.-])"
)
_PAIR, _APART, _PART, _PARTS = 0.5, 0.25, 0.5, (3, 4, 5)
"""Weights of neighbours, of words two apart and of parts of words against a word, and how long the parts are."""
_ALIKE, _ALIKE_PAIR = 0.7, 0.4
"""Weights of a word's meanings against the word, and of neighbours by their first meaning."""


class Intent(NamedTuple):
    """An answer that a sentence may ask for: its label in the examples, and how sure it is, from 0 to about 1."""

    label: str
    sureness: float

    @property
    def command(self) -> str:
        """Name of the command that answers."""
        return self.label.split(" ")[0]


@dataclass(frozen=True)
class _Model:
    """Weights by term and label; `rarity` is how much each term counts, `everyday` are words of several examples."""

    labels: tuple[str, ...]
    everyday: frozenset[str]
    places: dict[str, int]
    rarity: np.ndarray
    weights: np.ndarray


def masked(text: str) -> str:
    """Return a lower-case sentence, with `P` for papers, with letters for its times, fields and numbers."""
    text = MOMENT.sub(lambda m: m[0] if m[0].strip() == "may" else "T", text)
    return _NUMBER.sub("N", _FIELD.sub("F", text))


def words_in(text: str) -> list[str]:
    """Return the words of a masked sentence."""
    return [word if word in STANDS_FOR else word.lower() for word in _TOKEN.findall(text)]


@cache
def _meanings() -> dict[str, tuple[str, ...]]:
    """Return the meanings of words, each by its number in the list of synonyms."""
    meanings: dict[str, tuple[str, ...]] = {}
    for number, line in enumerate(SYNONYMS.read_text(encoding="utf-8").splitlines()):
        for word in line.split():
            meanings[word] = (*meanings.get(word, ()), str(number))
    return meanings


def terms_of(words: Sequence[str], known: Container[str] | None = None) -> dict[str, float]:
    """Return the terms of a sentence by their weight: words, their meanings, pairs, and parts for what is mistyped.

    `known` are terms of the examples; a word not among them counts as `X` too.
    """
    meanings = [_meanings().get(word, ()) for word in words]
    terms: dict[str, float] = {}
    for word in words:
        if len(word) > 2:  # noqa: PLR2004 - "is" has no parts
            ends = f"<{word}>"
            terms |= {f"c:{ends[at : at + n]}": _PART for n in _PARTS for at in range(len(ends) - n + 1)}
    terms |= {f"k:{meaning}": _ALIKE for some in meanings for meaning in some}
    first = [some[0] if some else word for word, some in zip(words, meanings, strict=True)]
    terms |= {f"h:{a} {b}": _ALIKE_PAIR for a, b in pairwise(["<", *first, ">"])}
    if known is not None:
        words = [word if f"w:{word}" in known else "X" for word in words]
    around = ["<", *words, ">"]
    terms |= {f"s:{a} {b}": _APART for a, b in zip(around, around[2:], strict=False)}
    terms |= {f"b:{a} {b}": _PAIR for a, b in pairwise(around)}
    return terms | {f"w:{word}": 1.0 for word in words}


@cache
def _model() -> _Model:
    with np.load(WEIGHTS) as stored:
        terms = str(stored["terms"]).split("\n")
        return _Model(
            tuple(str(stored["labels"]).split("\n")),
            frozenset(str(stored["everyday"]).split("\n")),
            {term: place for place, term in enumerate(terms)},
            stored["rarity"].astype(np.float32),
            stored["weights"],
        )


def everyday() -> frozenset[str]:
    """Return the words that people use around papers' names."""
    return _model().everyday | _meanings().keys()


def scored(text: str, papers: int) -> list[Intent]:
    """Return what a sentence may ask for, the surest first; `text` has `P` for each paper.

    Answers about more `papers` than it names are left out, and those about fewer. A sentence of strange words is none.
    """
    model = _model()
    words = words_in(masked(text))
    if 2 * sum(f"w:{word}" in model.places for word in words) <= len(words):
        return []
    terms = terms_of(words, model.places)
    places = [model.places[term] for term in terms if term in model.places]
    vector = np.array([weight for term, weight in terms.items() if term in model.places], dtype=np.float32)
    vector *= model.rarity[places]
    values = vector / np.linalg.norm(vector) @ model.weights[places].astype(np.float32)
    ranked = [
        Intent(model.labels[place], float(values[place]) / 100)
        for place in np.argsort(-values)
        if model.labels[place].split(" ").count("P") == min(papers, 2)
    ]
    return ranked[:12]
