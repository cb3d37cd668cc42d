"""How several opinions on one match are combined: majority, contradiction and dissent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.judges.interface import Winner

OTHER: Mapping[Winner, Winner] = {"first": "second", "second": "first", "draw": "draw"}


@dataclass(frozen=True, slots=True)
class Opinion:
    """One judge's decision in the match's own order, whatever order was shown (`in_match_order` turns it)."""

    judge: str
    winner: Winner


def in_match_order(winner: Winner, *, swapped: bool) -> Winner:
    """A verdict as shown → a verdict on the match's own first and second entry."""
    return OTHER[winner] if swapped else winner


def combine(opinions: Sequence[Opinion]) -> Winner:
    """What the opinions come to: a judge who contradicts themself says draw, then over half win.

    Without such a majority it is a draw. Raises `ValueError` for no opinions.
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
