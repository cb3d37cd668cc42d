"""Combines several opinions on one match: majority, contradiction and dissent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.judges.interface import Winner

OTHER: Mapping[Winner, Winner] = {"first": "second", "second": "first", "draw": "draw"}


@dataclass(frozen=True, slots=True)
class Opinion:
    """One judge's decision, in the match's own order (see `in_match_order`)."""

    judge: str
    winner: Winner


def in_match_order(winner: Winner, *, swapped: bool) -> Winner:
    """Convert a verdict from the order shown to the match's own first and second entry."""
    return OTHER[winner] if swapped else winner


def combine(opinions: Sequence[Opinion]) -> Winner:
    """Return the majority of judges; a judge that contradicts itself counts as a draw, and so does no majority.

    Raises `ValueError` without opinions.
    """
    votes = _by_judge(opinions)
    if not votes:
        raise ValueError("no opinions to combine")
    for winner in ("first", "second"):
        if 2 * sum(vote == winner for vote in votes.values()) > len(votes):
            return winner
    return "draw"


def _by_judge(opinions: Sequence[Opinion]) -> dict[str, Winner]:
    votes: dict[str, Winner] = {}
    for opinion in opinions:
        before = votes.setdefault(opinion.judge, opinion.winner)
        if before != opinion.winner:
            votes[opinion.judge] = "draw"
    return votes
