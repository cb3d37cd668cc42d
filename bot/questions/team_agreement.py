"""How far each judge agrees with the team's votes, and people of the team with each other."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from bot.judges.agreement import Decisions
from bot.ranking.agreement import Agreement, agreement
from storage.standings.personal_votes import PersonalVote

LEAST = 5
"""Least number of votes on a judge's decisions for reporting their agreement."""
_SAID = {"first": 1, "draw": 0, "second": -1}


@dataclass(frozen=True, slots=True)
class TeamAgreement:
    """Agreement of a judge with the team's votes."""

    judge: str
    share: Agreement


def with_team(
    names: Sequence[str], decisions: Decisions, votes: Sequence[PersonalVote]
) -> tuple[tuple[TeamAgreement, ...], Agreement | None]:
    """Return each judge's agreement with votes (if at least `LEAST`), and that of people with each other.

    Agreement on a vote is 1 for the same paper, 0 for the other, a half if one says draw; several verdicts of a judge on
    a pair are averaged.
    """
    words_of: defaultdict[tuple[int, int, int], list[int]] = defaultdict(list)
    for first, second, judge, word in zip(
        decisions.first.tolist(),
        decisions.second.tolist(),
        decisions.judge.tolist(),
        decisions.winner.tolist(),
        strict=True,
    ):
        low, high = min(first, second), max(first, second)
        words_of[judge, low, high].append(word if first == low else -word)
    opinions = [(min(v.first, v.second), max(v.first, v.second), _as_low(v)) for v in votes]
    shares = []
    for judge, name in enumerate(names):
        observed = [
            sum(_same(word, opinion) for word in words) / len(words)
            for low, high, opinion in opinions
            if (words := words_of.get((judge, low, high)))
        ]
        share = _share(observed)
        if share is not None:
            shares.append(TeamAgreement(name, share))
    pairs: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
    for low, high, opinion in opinions:
        pairs[low, high].append(opinion)
    together = [_same(a, b) for words in pairs.values() for a, b in combinations(words, 2)]
    return tuple(shares), _share(together)


def _as_low(vote: PersonalVote) -> int:
    return _SAID[vote.choice] if vote.first < vote.second else -_SAID[vote.choice]


def _same(one: int, other: int) -> float:
    return 0.5 if 0 in {one, other} and one != other else float(one == other)


def _share(observed: Sequence[float]) -> Agreement | None:
    """Return the agreement with an interval from the votes alone, without predictions; None below `LEAST` votes."""
    return agreement(observed, [0.5] * len(observed), []) if len(observed) >= LEAST else None
