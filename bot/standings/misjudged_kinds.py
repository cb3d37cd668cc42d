"""Finds the kind of paper that the team prefers and a judge doesn't, from pairs on which both said something."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bot.judges.agreement import Decisions
from bot.judges.order_statistics import wilson
from bot.papers.text import category_name
from storage.matches.verdict_statistics import PaperKinds
from storage.standings.personal_votes import PersonalVote

LEAST_VOTES = 5
"""Least number of votes on pairs of a kind on which team and judge differ."""
LEAST_PAIRS = 3
"""Least number of such pairs; what one or two papers show is no kind."""
_Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class MisjudgedKind:
    """A kind of paper that a judge likes less than the team.

    Of `pairs` pairs on which the team chose a paper of that kind over one of another, the judge chose the other paper on
    those in `differing`: (title that the judge chose, title that the team chose), most votes first, and on `hidden` more,
    on which the reader hasn't voted. `votes` counts the team's votes on all these.
    """

    judge: str
    kind: str
    pairs: int
    votes: int
    differing: tuple[tuple[str, str], ...]
    hidden: int = 0


@dataclass(frozen=True, slots=True)
class _Choice:
    """A pair by the entries that the team chose and didn't, its votes for that, and whether the judge chose the other."""

    chosen: int
    other: int
    votes: int
    differs: bool


def voted_entries(votes: Sequence[PersonalVote]) -> set[int]:
    """Return the ids of all entries that somebody voted on."""
    return {entry for vote in votes for entry in (vote.first, vote.second)}


def misjudged_kinds(
    names: Sequence[str],
    decisions: Decisions,
    votes: Sequence[PersonalVote],
    papers: Mapping[int, PaperKinds],
    reader: str | None = None,
) -> tuple[MisjudgedKind, ...]:
    """Return for each judge the kind it misjudges most surely, if votes show one.

    A `reader` is told the pairs that they voted on, or whose poll is over; None stands for whoever may see all.

    They do where team and judge differ on `LEAST_PAIRS` pairs or more with at least `LEAST_VOTES` votes, and the interval
    (95 %, over pairs) of how often they differ about that kind lies above how often they differ elsewhere.
    """
    opinions = _opinions(votes)
    open_pairs = {
        vote.pair for vote in votes if reader is None or vote.user == reader or vote.match is not None
    }
    kinds_of = {entry: {category_name(code) for code in paper.categories} for entry, paper in papers.items()}
    kinds = (
        _surest(name, _choices(decisions.of_judge(judge), opinions), kinds_of, papers, open_pairs)
        for judge, name in enumerate(names)
    )
    return tuple(kind for kind in kinds if kind is not None)


def _opinions(votes: Sequence[PersonalVote]) -> dict[_Pair, _Choice]:
    """Return what most voters chose on each pair (low entry first), without pairs on which as many chose the other."""
    counts: defaultdict[_Pair, Counter[int]] = defaultdict(Counter)
    for vote in votes:
        counts[vote.pair][vote.for_lower] += 1
    return {
        (low, high): _Choice(low, high, said[1], differs=False)
        if said[1] > said[-1]
        else _Choice(high, low, said[-1], differs=False)
        for (low, high), said in counts.items()
        if said[1] != said[-1]
    }


def _choices(decisions: Decisions, opinions: Mapping[_Pair, _Choice]) -> list[_Choice]:
    """Return the pairs that team and judge decided; verdicts of a judge that contradicts itself are summed."""
    low, high, pair, winners = decisions.of_pairs()
    sums = np.bincount(pair, winners, len(low))
    choices = []
    for lower, higher, word in zip(low.tolist(), high.tolist(), sums.tolist(), strict=True):
        team = opinions.get((lower, higher))
        if team is not None:
            differs = word < 0 if team.chosen == lower else word > 0
            choices.append(_Choice(team.chosen, team.other, team.votes, differs))
    return choices


def _surest(
    judge: str,
    choices: Sequence[_Choice],
    kinds_of: Mapping[int, set[str]],
    papers: Mapping[int, PaperKinds],
    open_pairs: Collection[_Pair],
) -> MisjudgedKind | None:
    of_kind: defaultdict[str, list[_Choice]] = defaultdict(list)
    for choice in choices:
        if choice.chosen in kinds_of and choice.other in kinds_of:
            for kind in kinds_of[choice.chosen] - kinds_of[choice.other]:
                of_kind[kind].append(choice)
    everywhere = sum(choice.differs for choice in choices)
    surest: tuple[float, MisjudgedKind] | None = None
    for kind, mine in sorted(of_kind.items()):
        differing = sorted((choice for choice in mine if choice.differs), key=lambda one: -one.votes)
        votes = sum(choice.votes for choice in differing)
        rest = len(choices) - len(mine)
        elsewhere = (everywhere - len(differing) + 1) / (rest + 2)  # a half where there are no other pairs
        above = wilson(len(differing), len(mine)).low - elsewhere
        is_enough = votes >= LEAST_VOTES and len(differing) >= LEAST_PAIRS
        if not is_enough or above <= 0 or (surest is not None and above <= surest[0]):
            continue
        titles = tuple(
            (papers[one.other].title, papers[one.chosen].title)
            for one in differing
            if (min(one.chosen, one.other), max(one.chosen, one.other)) in open_pairs
        )
        hidden = len(differing) - len(titles)
        surest = above, MisjudgedKind(judge, kind, len(mine), votes, titles, hidden)
    return surest[1] if surest else None
