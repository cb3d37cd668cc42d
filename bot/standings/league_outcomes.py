"""Matches and votes of a league as outcomes that ratings can be fitted to."""

from collections.abc import Sequence

import numpy as np

from bot.ranking import Outcomes
from storage.database.statements import Ints
from storage.standings.counted_outcomes import TEAM, EqualOutcomes
from storage.standings.personal_votes import PersonalVote

SCORE = {"first": 1.0, "draw": 0.5, "second": 0.0}
PEOPLE = "people"
"""The judge behind people's votes; no model has such a name."""
SURER = 1.5
"""The weight of a verdict that its judge gave in both orders: 1 had it repeated itself, 2 had it judged anew."""


def outcomes_between(
    entries: Ints, groups: Sequence[EqualOutcomes], votes: Sequence[PersonalVote]
) -> tuple[Outcomes, tuple[str, ...], Ints]:
    """The outcomes between these (sorted) entries, their judges by index, and each entry's record.

    Outcomes stand in the order of the matches, votes last. What the team decided by votes that count enters as those
    votes; without any, as one vote.
    """
    names = sorted({group.judge for group in groups})
    matches = np.concatenate([np.zeros((0, 3), dtype=np.int64), *(group.matches for group in groups)])
    sizes = np.array([len(group.matches) for group in groups], dtype=np.int64)

    def each(values: Sequence[float | bool]) -> np.ndarray:
        return np.repeat(np.array(values), sizes) if groups else np.zeros(0)

    score = each([SCORE[group.outcome] for group in groups])
    judge = each([names.index(group.judge) for group in groups]).astype(np.int64)
    weight = each([SURER if group.twice else 1.0 for group in groups])
    grade = each([group.grade if group.outcome != "draw" else 0 for group in groups]).astype(np.int64)
    counts = each([group.counts for group in groups]).astype(np.bool_)
    order = np.argsort(matches[:, 0], kind="stable")
    order = order[np.isin(matches[order, 1:], entries).all(axis=1)]
    record = _record(entries, matches[order[counts[order]], 1:], score[order[counts[order]]])
    polled_matches = np.array([vote.match for vote in votes if vote.match is not None], dtype=np.int64)
    team = judge == names.index(TEAM) if TEAM in names else np.zeros(len(judge), dtype=np.bool_)
    order = order[~(team[order] & np.isin(matches[order, 0], polled_matches))]
    pairs = np.array([(vote.first, vote.second) for vote in votes], dtype=np.int64).reshape(-1, 2)
    first, second = np.searchsorted(entries, np.concatenate([matches[order, 1:], pairs])).T
    vote_scores, many = [SCORE[vote.choice] for vote in votes], len(votes)
    judge_index = np.concatenate([judge[order], np.full(many, len(names))])
    present, judge_index = np.unique(judge_index, return_inverse=True)
    judges = tuple([*names, PEOPLE][int(place)] for place in present)
    outcomes = Outcomes(
        first,
        second,
        np.concatenate([score[order], vote_scores]),
        judge_index,
        np.concatenate([weight[order], np.ones(many)]),
        grade=np.concatenate([grade[order], np.zeros(many, dtype=np.int64)]),
        counts=np.concatenate([counts[order], np.ones(many, dtype=np.bool_)]),
        people=[place for place, name in enumerate(judges) if name in {TEAM, PEOPLE}],
    )
    return outcomes, judges, record


def _record(entries: Ints, pairs: Ints, score: np.ndarray) -> Ints:
    """Wins, losses and draws of each entry, (n, 3), in matches between pairs (m, 2) of them."""
    record = np.zeros((len(entries), 3), dtype=np.int64)
    first, second = np.searchsorted(entries, pairs).T
    for value, mine, theirs in ((1.0, 0, 1), (0.0, 1, 0), (0.5, 2, 2)):
        flags = score == value
        record[:, mine] += np.bincount(first[flags], minlength=len(entries))
        record[:, theirs] += np.bincount(second[flags], minlength=len(entries))
    return record
