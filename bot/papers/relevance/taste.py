"""A team's taste, learned from what it liked and chose, and what it makes of new papers.

How much a paper is wanted is a Gaussian process over texts: papers on the same topics are wanted alike, and a paper's
own worth beyond its topics is noise. Topics are the main directions of the words in all texts at hand, also of those
without a sign (latent semantic analysis), so that two papers may be alike that share no word. The process's mean is the
likeness to the league's purpose. A like says that a paper is wanted, a duel that one is wanted more than the other; both
are logistic. The process is taken at its mode.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from bot.papers.relevance.lexical import Lexicon, PaperText, words

REACH = 4.0
"""Variance of what words make a paper wanted, in logits squared."""
OWN = 0.3
"""Share of a paper's worth that its words don't tell."""
TOPICS = (10, 15, 20, 30, 40)
"""Numbers of topics into which the texts are resolved; likeness is the mean over these."""
TEXTS_PER_TOPIC = 3
"""Least number of texts for each topic; fewer texts are compared by their words alone."""
PURPOSE = 3.0
"""Logits by which a paper that reads like the purpose is wanted more than one without any word of it."""


@dataclass(frozen=True, slots=True)
class Liking:
    """A sign on one paper, by its index: wanted (positive weight) or not (negative)."""

    paper: int
    weight: float


@dataclass(frozen=True, slots=True)
class Preference:
    """A sign that one paper, by index, is wanted more than another."""

    winner: int
    loser: int


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a team's taste: its purpose, the papers it saw, and signs on them.

    `others` are texts that tell no taste but which words go together, such as papers that were offered and left out.
    """

    purpose: str = ""
    papers: Sequence[PaperText] = ()
    likings: Sequence[Liking] = ()
    preferences: Sequence[Preference] = ()
    others: Sequence[PaperText] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """How much a new paper is wanted, in logits, and the known paper that speaks for it most, by index; or None."""

    score: float
    like: int | None


def wanted(known: Known, candidates: Sequence[PaperText]) -> list[Wanted]:
    """Return how much a team wants each of these papers."""
    if not candidates:
        return []
    seen, offered, others = (
        [words(text) for text in texts] for texts in (known.papers, candidates, known.others)
    )
    texts = [*seen, *offered, *others]
    lexicon = Lexicon.of(texts)
    vectors = lexicon.vectors([*texts, words(PaperText(known.purpose))])
    products = (vectors @ vectors.T).toarray()
    numbers = [number for number in TOPICS if number * TEXTS_PER_TOPIC <= len(texts)]
    likeness = _likeness(products, numbers) if numbers else products
    means = PURPOSE * (likeness if numbers else np.sqrt(products))[:-1, -1]
    old, new = slice(0, len(seen)), slice(len(seen), len(seen) + len(offered))
    mean = means[new]
    if not known.papers or not (known.likings or known.preferences):
        return [Wanted(float(score), None) for score in mean]
    alike = (1 - OWN) * REACH * likeness[:-1, :-1]
    weights = _speaking(known, means[old], alike[old, old] + OWN * REACH * np.eye(len(seen)))
    parts = alike[new, old] * weights
    return [
        Wanted(float(score + row.sum()), int(row.argmax()) if row.max(initial=0.0) > 0 else None)
        for score, row in zip(mean, parts, strict=True)
    ]


def _likeness(products: NDArray[np.float64], numbers: Sequence[int]) -> NDArray[np.float64]:
    """Return how alike texts are by their topics, -1 to 1, from the scalar products of their word vectors, (n, n).

    `numbers` are the numbers of topics over which the mean is taken.
    """
    squares, directions = np.linalg.eigh(products)
    strongest = np.argsort(-squares, kind="stable")[: max(numbers)]
    places = directions[:, strongest] * np.sqrt(np.maximum(squares[strongest], 0))
    alike = np.zeros_like(products)
    for number in numbers:
        within = places[:, :number]
        unit = within / np.maximum(np.linalg.norm(within, axis=1, keepdims=True), 1e-9)
        alike += unit @ unit.T
    return alike / len(numbers)


def _speaking(
    known: Known, mean: NDArray[np.float64], covariance: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return how much each known paper speaks for papers like it: the process's mode, in the covariance's own basis."""
    size = len(mean)
    level = float(np.median(mean))
    first = [sign.paper for sign in known.likings] + [sign.winner for sign in known.preferences]
    second = [sign.loser for sign in known.preferences]
    signs = np.array([np.sign(sign.weight) for sign in known.likings] + [1.0] * len(second))
    weight = np.array([abs(sign.weight) for sign in known.likings] + [1.0] * len(second))
    design = np.zeros((len(first), size))
    rows = np.arange(len(first))
    design[rows, first] = signs
    design[rows[len(known.likings) :], second] -= 1.0
    offset = design @ (mean - level)

    def loss(alpha: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        latent = covariance @ alpha
        margin = offset + design @ latent
        chance = 1 / (1 + np.exp(np.clip(margin, -30, 30)))
        value = float(weight @ np.logaddexp(0, -margin) + alpha @ latent / 2)
        return value, covariance @ (alpha - design.T @ (weight * chance))

    mode = minimize(loss, np.zeros(size), jac=True, method="L-BFGS-B", options={"maxiter": 200})
    return np.asarray(mode.x, dtype=np.float64)
