"""Refit a league from all its outcomes and keep the standings, before and after."""

import asyncio
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

import numpy as np

from bot.ranking import JudgeEstimate, Outcomes, Ratings, fit, learn_prior
from bot.standings.league_outcomes import outcomes_between
from storage.database.engine import Transaction
from storage.database.statements import Ints
from storage.leagues import league_rows
from storage.standings import counted_outcomes, past_standings, personal_votes
from storage.standings.past_standings import PastRating
from storage.standings.rating_rows import EntryRating


@dataclass(frozen=True, slots=True)
class FitInput:
    """What a league's ratings rest on: `entries[i]` is the entry behind index i of every array.

    `record` counts each entry's wins, losses and draws in matches that count, (n, 3); people's votes are no matches.
    The prior is learned from the league's own outcomes; `start` is about where the ratings will be, for speed only.
    """

    entries: tuple[int, ...]
    rubrics: tuple[float | None, ...]
    outcomes: Outcomes
    judges: tuple[str, ...]
    record: Ints
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
    after: Mapping[int, EntryRating]
    board: FitInput
    ratings: Ratings


async def fit_input(session: Transaction, league: int) -> FitInput:
    """Read entries, outcomes that count and people's votes, and learn the prior; what removed entries did is left out."""
    points = await counted_outcomes.active_entries(session, league)
    entries = np.array([point.entry for point in points], dtype=np.int64)
    votes = await personal_votes.personal_votes(session, league)
    groups = await counted_outcomes.outcomes_that_count(session, league)
    outcomes, judges, record = outcomes_between(entries, groups, votes)
    rubrics = tuple(point.rubric for point in points)
    ratings = np.array([np.nan if rubric is None else rubric for rubric in rubrics], dtype=np.float64)
    prior = await asyncio.to_thread(learn_prior, len(points), outcomes, ratings)
    return FitInput(
        tuple(point.entry for point in points),
        rubrics,
        outcomes,
        judges,
        record,
        prior.mean,
        prior.sd,
        prior.theta,
    )


def rating_rows_of(of: FitInput, ratings: Ratings) -> list[EntryRating]:
    """The ratings as rows, with the record of each entry."""
    columns = (
        ratings.theta, ratings.stderr, ratings.score, ratings.interval,
        ratings.rank, ratings.rank_low, ratings.rank_high, *of.record.T,
    )  # fmt: skip
    return list(map(EntryRating, of.entries, *(column.tolist() for column in columns), of.rubrics))


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
        outcomes=int(now_board.record.sum()) // 2,
        now=now,
        judges={now_board.judges[one.judge]: _estimate(one) for one in ratings.judges},
    )
    return Refit(standings_id, before, {row.entry: row for row in rows}, now_board, ratings)
