"""Texts as vectors of weighted words, so that their cosine says how alike they are."""

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

TITLE_WEIGHT = 3
LEAST_DOCUMENTS = 30
"""Texts that a corpus is taken to have at least, so that words weigh something in a small one."""
_WORD = re.compile(r"[^\W_][\w+#-]*[^\W_]|[^\W\d_]")
_EMPTY = frozenset(
    [
        "a",
        "about",
        "above",
        "achieve",
        "achieves",
        "across",
        "after",
        "all",
        "also",
        "an",
        "and",
        "any",
        "approach",
        "approaches",
        "are",
        "as",
        "at",
        "based",
        "be",
        "been",
        "being",
        "better",
        "between",
        "both",
        "but",
        "by",
        "can",
        "compared",
        "data",
        "demonstrate",
        "different",
        "do",
        "does",
        "efficient",
        "existing",
        "experiment",
        "experiments",
        "few",
        "first",
        "for",
        "framework",
        "from",
        "further",
        "general",
        "has",
        "have",
        "high",
        "how",
        "however",
        "if",
        "improve",
        "improved",
        "improves",
        "improving",
        "in",
        "including",
        "into",
        "is",
        "it",
        "its",
        "large",
        "learn",
        "learning",
        "made",
        "make",
        "method",
        "methods",
        "model",
        "models",
        "more",
        "most",
        "network",
        "networks",
        "neural",
        "new",
        "no",
        "not",
        "novel",
        "of",
        "on",
        "one",
        "only",
        "or",
        "other",
        "our",
        "outperform",
        "over",
        "paper",
        "papers",
        "performance",
        "present",
        "problem",
        "problems",
        "propose",
        "proposed",
        "proposes",
        "result",
        "results",
        "set",
        "several",
        "show",
        "shown",
        "shows",
        "significantly",
        "state",
        "study",
        "studies",
        "such",
        "task",
        "tasks",
        "than",
        "that",
        "the",
        "their",
        "them",
        "then",
        "there",
        "these",
        "they",
        "this",
        "those",
        "three",
        "through",
        "to",
        "toward",
        "towards",
        "two",
        "under",
        "up",
        "use",
        "used",
        "using",
        "via",
        "was",
        "we",
        "well",
        "were",
        "what",
        "when",
        "where",
        "which",
        "while",
        "who",
        "will",
        "with",
        "within",
        "without",
        "work",
        "works",
        "you",
        "your",
        "art",
        "deep",
    ]
)


@dataclass(frozen=True, slots=True)
class PaperText:
    """A paper's title and abstract."""

    title: str
    abstract: str = ""


def words(text: PaperText) -> Counter[str]:
    """Return a text's telling words and pairs of neighbouring ones, with how often each stands there."""
    counts: Counter[str] = Counter()
    for part, weight in ((text.title, TITLE_WEIGHT), (text.abstract, 1)):
        folded = unicodedata.normalize("NFKC", part).casefold()
        stems = [_stem(word) for word in _WORD.findall(folded) if word not in _EMPTY]
        for stem in stems:
            if stem not in _EMPTY:
                counts[stem] += weight
        for first, second in pairwise(stems):
            counts[f"{first} {second}"] += weight
        for stem in stems:
            if "-" in stem:
                for piece in stem.split("-"):
                    if len(piece) > 2 and piece not in _EMPTY:  # noqa: PLR2004 - letters alone tell nothing
                        counts[_stem(piece)] += weight
    return counts


_ENDINGS = (
    ("izations", "iz"), ("ization", "iz"), ("ations", "at"), ("ation", "at"), ("ies", "y"), ("ings", ""), ("ing", ""),
    ("es", ""), ("s", ""), ("e", ""),
)  # fmt: skip


def _stem(word: str) -> str:
    """Return a word without the endings that only mark number or form."""
    for ending, rest in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) > 3 and not word.endswith("ss"):  # noqa: PLR2004 - a stem remains
            return word[: -len(ending)] + rest
    return word


@dataclass(frozen=True, slots=True, eq=False)
class Lexicon:
    """Words of a corpus with their weight, the rarer the more."""

    places: Mapping[str, int]
    weights: NDArray[np.float64]

    @classmethod
    def of(cls, texts: Sequence[Counter[str]]) -> "Lexicon":
        """Return the lexicon of texts, given by their `words`."""
        frequency = Counter(word for text in texts for word in text)
        number = max(len(texts), LEAST_DOCUMENTS)
        return cls(
            {word: place for place, word in enumerate(frequency)},
            np.log((1 + number) / np.array([*frequency.values()], dtype=np.float64)) + 0.1,
        )

    def vectors(self, texts: Sequence[Counter[str]]) -> sparse.csr_matrix:
        """Return a row of length 1 for the `words` of each text (or of zeros, where none is known)."""
        rows: list[int] = []
        columns: list[int] = []
        values: list[float] = []
        for row, text in enumerate(texts):
            known = [(self.places[word], n) for word, n in text.items() if word in self.places]
            counts = np.array([n for _, n in known], dtype=np.float64)
            weighted = (1 + np.log(counts)) * self.weights[[place for place, _ in known]] if known else counts
            length = float(np.linalg.norm(weighted)) or 1.0
            rows += [row] * len(known)
            columns += [place for place, _ in known]
            values += (weighted / length).tolist()
        shape = (len(texts), len(self.places))
        return sparse.csr_matrix((values, (rows, columns)), shape=shape)
