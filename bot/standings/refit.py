"""Refit a league from all its outcomes and keep the standings, before and after."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

import numpy as np

from bot.ranking import JudgeEstimate, Outcomes, Ratings, fit, learn_prior
from storage.database.engine import Transaction
from storage.database.statements import Ints
from storage.leagues import league_rows
from storage.standings import counted_outcomes, past_standings
from storage.standings.counted_outcomes import EqualOutcomes
from storage.standings.past_standings import PastRating
from storage.standings.rating_rows import RatingRow

_SCORE = {"first": 1.0, "draw": 0.5, "second": 0.0}


@dataclass(frozen=True, slots=True)
class FitInput:
    """What a league's ratings rest on: `entries[i]` is the entry behind index i of every array.

    The prior is learned from the league's own outcomes; `start` is about where the ratings will be, for speed only.
    """

    entries: tuple[int, ...]
    rubrics: tuple[float | None, ...]
    outcomes: Outcomes
    judges: tuple[str, ...]
    prior_mean: np.ndarray
    prior_sd: float
    start: np.ndarray

    @property
    def index(self) -> Mapping[int, int]:
        """Entry id → index."""
        return {entry: index for index, entry in enumerate(self.entries)}

    async def fit(self) -> Ratings:
        """The ratings of this board; the process goes on answering meanwhile."""
        return await asyncio.to_thread(
            fit, len(self.entries), self.outcomes, self.prior_mean, self.prior_sd, self.start
        )


@dataclass(frozen=True, slots=True)
class Refit:
    """A refit: the standings kept and, by entry, what was before (absent where an entry is new); what it rests on."""

    standings_id: int
    before: Mapping[int, PastRating]
    after: Mapping[int, RatingRow]
    board: FitInput
    ratings: Ratings


async def fit_input(session: Transaction, league: int) -> FitInput:
    """Read entries and outcomes that count, and learn the prior; matches with a removed entry don't count."""
    points = await counted_outcomes.active_entries(session, league)
    entries = np.array([point.entry for point in points], dtype=np.int64)
    outcomes, judges = _between(entries, await counted_outcomes.outcomes_that_count(session, league))
    rubrics = tuple(point.rubric for point in points)
    ratings = np.array([np.nan if rubric is None else rubric for rubric in rubrics], dtype=np.float64)
    prior = await asyncio.to_thread(learn_prior, len(points), outcomes, ratings)
    return FitInput(
        tuple(point.entry for point in points), rubrics, outcomes, judges, prior.mean, prior.sd, prior.theta
    )


def _between(entries: Ints, groups: Sequence[EqualOutcomes]) -> tuple[Outcomes, tuple[str, ...]]:
    """The outcomes between these (sorted) entries, in the order of the matches, and the judges behind their indices."""
    names = sorted({group.judge for group in groups})
    matches = np.concatenate([np.zeros((0, 3), dtype=np.int64), *(group.matches for group in groups)])
    sizes = np.array([len(group.matches) for group in groups], dtype=np.int64)
    score = np.repeat([_SCORE[group.outcome] for group in groups], sizes)
    judge = np.repeat([names.index(group.judge) for group in groups], sizes)
    weight = np.repeat([group.weight for group in groups], sizes)
    counts = np.repeat(np.array([group.counts for group in groups], dtype=np.bool_), sizes)
    order = np.argsort(matches[:, 0], kind="stable")
    order = order[np.isin(matches[order, 1:], entries).all(axis=1)]
    first, second = np.searchsorted(entries, matches[order, 1:].T)
    present, judge = np.unique(judge[order], return_inverse=True)
    judges = tuple(names[int(place)] for place in present)
    return Outcomes(first, second, score[order], judge, weight[order], counts=counts[order]), judges


def rating_rows_of(of: FitInput, ratings: Ratings) -> list[RatingRow]:
    """The ratings as rows, with the record of each entry."""
    n = len(of.entries)
    record = np.zeros((n, 3), dtype=np.int64)  # wins, losses, draws
    outcomes = of.outcomes.counting()
    first, second, score = outcomes.first, outcomes.second, outcomes.score
    for value, mine, theirs in ((1.0, 0, 1), (0.0, 1, 0), (0.5, 2, 2)):
        flags = score == value
        record[:, mine] += np.bincount(first[flags], minlength=n)
        record[:, theirs] += np.bincount(second[flags], minlength=n)
    columns = (
        ratings.theta, ratings.stderr, ratings.score, ratings.interval,
        ratings.rank, ratings.rank_low, ratings.rank_high, *record.T,
    )  # fmt: skip
    return list(map(RatingRow, of.entries, *(column.tolist() for column in columns), of.rubrics))


def _estimate(one: JudgeEstimate) -> dict[str, float]:
    numbers = {name: value for name, value in asdict(one).items() if name != "judge"}
    return {name: value if name == "matches" else round(value, 4) for name, value in numbers.items()}


async def refit(
    session: Transaction, league: int, *, cause: str, about_id: int | None = None, now: datetime
) -> Refit:
    """Fit the league again, replace its ratings, keep them as standings; `cause` names what made it necessary.

    Raises `NotFoundError` for a league that isn't of this workspace.
    """
    await league_rows.get(session, league)
    latest = await past_standings.latest_id(session, league)
    before = {} if latest is None else await past_standings.load(session, latest)
    now_board = await fit_input(session, league)
    ratings = await now_board.fit()
    rows = rating_rows_of(now_board, ratings)
    standings_id = await past_standings.store(
        session,
        league,
        rows,
        cause=cause,
        about_id=about_id,
        outcomes=int(now_board.outcomes.counts.sum()),
        now=now,
        judges={now_board.judges[one.judge]: _estimate(one) for one in ratings.judges},
    )
    return Refit(standings_id, before, {row.entry: row for row in rows}, now_board, ratings)
