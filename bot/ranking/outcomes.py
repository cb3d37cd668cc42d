"""Decided matches as arrays, checked once."""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from bot.ranking.arrays import Bools, Floats, Ints


@dataclass(frozen=True, eq=False)
class Outcomes:
    """Decided matches as equal-length arrays of shape (m,), and what kind each judge is.

    Attributes:
        first, second: entry indices in the order shown.
        score: of the first-shown entry: 1 win, 0.5 draw, 0 loss.
        judge: judge indices from 0; None means one judge.
        weight: positive multipliers of the likelihood; None means 1.
        grade: by how much the judge said the winner wins: 0 not said, 1 slightly, 2 clearly, and so on. Draws have
            none. None means 0 throughout. How far grades count is learned for each judge.
        counts: False for a verdict that was overruled: it tells of its judge, and moves no strength. The outcome that
            replaced it is a row of its own, with the people as its judge. None means True throughout.
        people: the judges that are persons or teams, by index; the others are models. Votes of people move strengths by
            a sharpness learned from all of them (`bot.ranking.peoples_votes`).

    Raises `ValueError` for arrays that aren't one-dimensional or of unequal lengths, NaN, self-matches, indices that
    are negative or not whole, scores outside 0 to 1, weights that aren't positive and finite, and grades of draws.
    """

    first: Ints
    second: Ints
    score: Floats
    judge: Ints
    weight: Floats
    grade: Ints
    counts: Bools
    people: frozenset[int]

    def __init__(
        self,
        first: ArrayLike,
        second: ArrayLike,
        score: ArrayLike,
        judge: ArrayLike | None = None,
        weight: ArrayLike | None = None,
        *,
        grade: ArrayLike | None = None,
        counts: ArrayLike | None = None,
        people: Collection[int] = (),
    ) -> None:
        one = _indices(first, "first")
        size = len(one)
        columns = {
            "first": one,
            "second": _indices(second, "second"),
            "score": _numbers(score, "score"),
            "judge": np.zeros(size, dtype=np.int64) if judge is None else _indices(judge, "judge"),
            "weight": np.ones(size) if weight is None else _numbers(weight, "weight"),
            "grade": np.zeros(size, dtype=np.int64) if grade is None else _indices(grade, "grade"),
            "counts": np.ones(size, dtype=np.bool_) if counts is None else _flags(counts, "counts"),
        }
        for name, column in columns.items():
            if len(column) != size:
                raise ValueError(f"{name} has {len(column)} elements where first has {size}: lengths differ")
            object.__setattr__(self, name, column)
        object.__setattr__(self, "people", frozenset(people))
        if np.any(self.first == self.second):
            raise ValueError("an entry can't play itself")
        if not np.all((self.score >= 0) & (self.score <= 1)):
            raise ValueError("a score lies between 0 and 1, and is a number")
        if not np.all((self.weight > 0) & np.isfinite(self.weight)):
            raise ValueError("a weight is positive and finite")
        if np.any((self.grade > 0) & (self.score != 0) & (self.score != 1)):
            raise ValueError("a grade belongs to a win or a loss")

    def __len__(self) -> int:
        return len(self.first)

    def check(self, n: int) -> None:
        """Raise `ValueError` if an index lies outside 0 … n - 1."""
        if len(self) and max(int(self.first.max()), int(self.second.max())) >= n:
            raise ValueError(f"an outcome names an entry outside 0 to {n - 1}")

    def where(self, flags: Bools) -> "Outcomes":
        """Return the outcomes selected by flags; returns this object itself if all are."""
        if flags.all():
            return self
        return Outcomes(
            self.first[flags],
            self.second[flags],
            self.score[flags],
            self.judge[flags],
            self.weight[flags],
            grade=self.grade[flags],
            counts=self.counts[flags],
            people=self.people,
        )

    def counting(self) -> "Outcomes":
        """Return the outcomes that count, which move strengths."""
        return self.where(self.counts)

    def by_kind(self) -> "tuple[Outcomes, Outcomes]":
        """Split outcomes into models' verdicts (overruled ones too) and people's counting votes.

        Where no model's verdict counts, the votes stand for verdicts, and are none.
        """
        if not self.people:
            return self, self.where(np.zeros(len(self), dtype=np.bool_))
        personal = np.isin(self.judge, list(self.people))
        verdicts, votes = self.where(~personal), self.where(personal & self.counts)
        return (
            (verdicts, votes)
            if verdicts.counts.any()
            else (votes, votes.where(np.zeros(len(votes), dtype=np.bool_)))
        )


def _line(values: ArrayLike, name: str) -> NDArray[np.generic]:
    array = np.asarray(values)
    if array.ndim != 1:
        raise ValueError(f"{name} must be a one-dimensional array")
    return array


def _indices(values: ArrayLike, name: str) -> Ints:
    array = _line(values, name)
    if array.size == 0:
        return np.zeros(0, dtype=np.int64)
    if not np.issubdtype(array.dtype, np.number) or np.issubdtype(array.dtype, np.complexfloating):
        raise ValueError(f"{name} must hold whole numbers")
    if not np.all(np.isfinite(array.astype(np.float64))):
        raise ValueError(f"{name} must hold whole numbers")
    whole = array.astype(np.int64)
    if not np.all(whole == array):
        raise ValueError(f"{name} must hold whole numbers")
    if np.any(whole < 0):
        raise ValueError(f"{name} holds a negative index")
    return whole


def _numbers(values: ArrayLike, name: str) -> Floats:
    array = _line(values, name)
    try:
        return array.astype(np.float64)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name} must hold numbers") from error


def _flags(values: ArrayLike, name: str) -> Bools:
    array = _line(values, name)
    if array.size and array.dtype != np.bool_:
        raise ValueError(f"{name} must hold True or False")
    return array.astype(np.bool_)
