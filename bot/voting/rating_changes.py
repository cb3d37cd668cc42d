"""Rating changes by an override or its revert, as stored and as shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two papers of a match, as an entry of the league: ids, title and URL."""

    entry: int
    paper: int
    title: str
    url: str


@dataclass(frozen=True, slots=True)
class RatingFigures:
    """A rating in a rating change: score and 95 % half-width in points, rank from 1."""

    score: float
    interval: float
    rank: int


@dataclass(frozen=True, slots=True)
class RatingChange:
    """One paper's rating before and after a refit; None if it had none."""

    title: str
    before: RatingFigures | None
    after: RatingFigures | None


def store_rating_changes(
    before: Mapping[int, Any], after: Mapping[int, Any], entries: tuple[int, int]
) -> dict[str, Any]:
    """Return both entries' ratings before and after a refit, as JSON for an override."""

    def figures(of: Mapping[int, Any]) -> dict[str, Any]:
        return {
            str(entry): {
                "score": round(of[entry].score, 2),
                "interval": round(of[entry].interval, 2),
                "rank": of[entry].rank,
            }
            for entry in entries
            if entry in of
        }

    return {"before": figures(before), "after": figures(after)}


def read_rating_changes(
    figures_by_moment: Mapping[str, Any], sides: tuple[Side, Side]
) -> tuple[RatingChange, ...]:
    """Return the rating changes of both sides stored with an override; empty if there are none."""

    def standing(when: str, entry: int) -> RatingFigures | None:
        figures = figures_by_moment.get(when, {}).get(str(entry))
        return (
            None if figures is None else RatingFigures(figures["score"], figures["interval"], figures["rank"])
        )

    if not figures_by_moment:
        return ()
    return tuple(
        RatingChange(side.title, standing("before", side.entry), standing("after", side.entry))
        for side in sides
    )
