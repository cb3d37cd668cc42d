"""Converts matches and votes of a league to outcomes for fitting ratings."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.ranking import Outcomes
from storage.database.statements import Ints
from storage.standings.counted_outcomes import TEAM, EqualOutcomes
from storage.standings.personal_votes import PersonalVote

SCORE = {"first": 1.0, "draw": 0.5, "second": 0.0}
PEOPLE = "people"
"""Name used as the judge of people's votes; no model has this name."""
SURER = 1.5
"""Weight of a verdict that its judge gave in both orders: between 1 (a mere repetition) and 2 (independent)."""
SPARSE = 50
"""How many times longer than a league the range of its entries' ids may be for a table of them."""


@dataclass(frozen=True, slots=True, eq=False)
class _Rows:
    """Outcomes of matches as columns; `matches` has rows (match, first entry, second entry), `judge` indexes `names`."""

    names: list[str]
    matches: Ints
    score: np.ndarray
    judge: Ints
    weight: np.ndarray
    grade: Ints
    counts: NDArray[np.bool_]
    offline: NDArray[np.bool_]

    @classmethod
    def of(cls, groups: Sequence[EqualOutcomes]) -> "_Rows":
        """Return the matches of all groups, one group after another."""
        names = sorted({group.judge for group in groups})
        sizes = np.array([len(group.matches) for group in groups], dtype=np.int64)

        def each(values: list[float], kind: type) -> np.ndarray:
            return np.repeat(np.array(values, dtype=kind), sizes)

        return cls(
            names,
            np.concatenate([np.zeros((0, 3), dtype=np.int64), *(group.matches for group in groups)]),
            each([SCORE[group.outcome] for group in groups], np.float64),
            each([names.index(group.judge) for group in groups], np.int64),
            each([SURER if group.twice else 1.0 for group in groups], np.float64),
            each([0 if group.outcome == "draw" else group.grade for group in groups], np.int64),
            each([group.counts for group in groups], np.bool_),
            each([group.offline for group in groups], np.bool_),
        )

    def set_by_team(self) -> NDArray[np.bool_]:
        """Return which outcomes a team vote set in place of a verdict."""
        return (
            self.judge == self.names.index(TEAM)
            if TEAM in self.names
            else np.zeros(len(self.judge), np.bool_)
        )

    def counting_between(self, places: Ints) -> Ints:
        """Return the indices of outcomes whose two `places` (-1: none) are on the board, by match.

        Offline verdicts only if they are alone.
        """
        inside = (places[:, 0] >= 0) & (places[:, 1] >= 0)
        if (inside & ~self.offline).any():
            inside &= ~(self.offline & self.counts & ~self.set_by_team())
        rows = np.flatnonzero(inside)
        return np.asarray(rows[np.argsort(self.matches[rows, 0], kind="stable")])


def places_among(entries: Ints, ids: Ints) -> Ints:
    """Return the index of each id (any shape) among the sorted entries, -1 where it is none of them.

    By a table from id to index where ids lie close enough for one, which is five times as fast as a search.
    """
    if len(entries) == 0:
        return np.full(ids.shape, -1, dtype=np.int64)
    least, span = int(entries[0]), int(entries[-1] - entries[0]) + 1
    if span > SPARSE * len(entries):
        places = np.minimum(np.searchsorted(entries, ids), len(entries) - 1)
        return np.where(entries[places] == ids, places, -1)
    table = np.full(span + 1, -1, dtype=np.int64)
    table[entries - least] = np.arange(len(entries))
    inside = (ids >= least) & (ids < least + span)
    return np.asarray(table[np.where(inside, ids - least, span)])


def outcomes_between(
    entries: Ints, groups: Sequence[EqualOutcomes], votes: Sequence[PersonalVote]
) -> tuple[Outcomes, tuple[str, ...], Ints]:
    """Return the outcomes between these (sorted) entries, their judges by index, and each entry's record.

    Outcomes are in the order of the matches, votes last. What a team vote decided enters as its counted votes; without
    any, as one vote.
    """
    rows, many = _Rows.of(groups), len(votes)
    places = places_among(entries, rows.matches[:, 1:])
    order = rows.counting_between(places)
    matches = order[rows.counts[order]]
    record = _record(len(entries), places[matches], rows.score[matches])
    polled_matches = np.array([vote.match for vote in votes if vote.match is not None], dtype=np.int64)
    order = order[~(rows.set_by_team()[order] & np.isin(rows.matches[order, 0], polled_matches))]
    pairs = np.array([(vote.first, vote.second) for vote in votes], dtype=np.int64).reshape(-1, 2)
    first, second = np.concatenate([places[order], places_among(entries, pairs)]).T
    judge_index = np.concatenate([rows.judge[order], np.full(many, len(rows.names))])
    speakers, judge_index = np.unique(judge_index, return_inverse=True)
    judges = tuple([*rows.names, PEOPLE][int(place)] for place in speakers)
    outcomes = Outcomes(
        first,
        second,
        np.concatenate([rows.score[order], [SCORE[vote.choice] for vote in votes]]),
        judge_index,
        np.concatenate([rows.weight[order], np.ones(many)]),
        grade=np.concatenate([rows.grade[order], np.zeros(many, dtype=np.int64)]),
        counts=np.concatenate([rows.counts[order], np.ones(many, dtype=np.bool_)]),
        people=[place for place, name in enumerate(judges) if name in {TEAM, PEOPLE}],
    )
    return outcomes, judges, record


def _record(n: int, places: Ints, score: np.ndarray) -> Ints:
    """Return wins, losses and draws of each of n entries, shape (n, 3), in matches between `places` (m, 2)."""
    result = np.rint(2 * (1 - score)).astype(np.int64)  # of the first: 0 won, 1 draw, 2 lost
    record = np.zeros(3 * n, dtype=np.int64)
    for mine, columns in zip(places.T, ((0, 2, 1), (1, 2, 0)), strict=True):
        record += np.bincount(3 * mine + np.array(columns)[result], minlength=3 * n)
    return record.reshape(n, 3)
