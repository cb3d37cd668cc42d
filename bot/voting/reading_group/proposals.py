"""Chooses which papers a group might discuss next: by rank, by people's choices in duels, and by novelty to the group."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bot.papers.relevance.lexical import Lexicon, PaperText, words

RANK, VOTES, NOVELTY, LISTED = 1.0, 1.0, 0.7, 0.25
"""How much counts at most: the first rank, all duels won, no word in common with what was discussed, the shared list."""
NEW_GROUND = 0.9
"""Novelty, from 0 to 1, from which a paper is told to be new ground for the group."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A ranked entry that nobody discussed yet: its rank, people's choices in duels about it and for it, its text."""

    entry: int
    rank: int
    asked: int
    chosen: int
    is_listed: bool
    text: PaperText


@dataclass(frozen=True, slots=True)
class Proposal:
    """An entry proposed for discussion, and what speaks for it."""

    entry: int
    rank: int
    of: int
    asked: int
    chosen: int
    is_listed: bool
    is_new_ground: bool


def choose(
    candidates: Sequence[Candidate], discussed: Sequence[PaperText], of: int, most: int
) -> list[Proposal]:
    """Return the papers to propose, the best first; `of` is how many are ranked, `discussed` what the group had.

    Each one chosen counts as discussed for the next, so that the three aren't about the same.
    """
    if not candidates:
        return []
    texts = [words(candidate.text) for candidate in candidates]
    earlier = [words(text) for text in discussed]
    lexicon = Lexicon.of([*texts, *earlier])
    vectors = lexicon.vectors(texts)
    alike = (vectors @ vectors.T).toarray()
    near = (vectors @ lexicon.vectors(earlier).T).toarray().max(axis=1) if earlier else np.zeros(len(texts))
    before = near.copy()
    worth = np.array([_worth(candidate, of) for candidate in candidates])
    left = list(range(len(candidates)))
    proposals: list[Proposal] = []
    while left and len(proposals) < most:
        best = max(left, key=lambda place: (worth[place] - NOVELTY * near[place], -candidates[place].rank))
        left.remove(best)
        near = np.maximum(near, alike[:, best])
        chosen = candidates[best]
        is_new = bool(earlier) and 1 - float(before[best]) >= NEW_GROUND
        proposals.append(
            Proposal(chosen.entry, chosen.rank, of, chosen.asked, chosen.chosen, chosen.is_listed, is_new)
        )
    return proposals


def _worth(candidate: Candidate, of: int) -> float:
    """Return what speaks for a paper besides its novelty; without duels it counts as chosen in half of them."""
    return (
        RANK * (1 - (candidate.rank - 1) / max(1, of))
        + VOTES * (candidate.chosen + 1) / (candidate.asked + 2)
        + (LISTED if candidate.is_listed else 0.0)
    )
