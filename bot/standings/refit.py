"""Refits a league from all its outcomes and stores the standings."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime

import numpy as np

from bot.ranking import JudgeEstimate, Outcomes, Prior, Ratings, fit, learn_prior, ranking
from bot.standings.league_outcomes import outcomes_between
from bot.work import announcements
from storage.database.engine import Transaction
from storage.database.statements import Ints
from storage.leagues import league_rows
from storage.standings import counted_outcomes, decided_matches, past_standings, personal_votes
from storage.standings.past_standings import PastRating
from storage.standings.rating_rows import EntryRating

LARGE = 5_000
"""Number of outcomes from which a refit begins where the last one ended; smaller leagues are fitted from scratch."""
RELEARN = 0.02
"""Share of outcomes, entries or rubric ratings that must change before a large league's prior is learned again."""


@dataclass(frozen=True, slots=True)
class FitInput:
    """Input of a league's fit: `entries[i]` is the entry at index i of every array.

    `record` has each entry's wins, losses and draws in counted matches, (n, 3); people's votes are no matches. The prior
    is learned from the league's own outcomes. `start` (likely ratings) and `judge_starts` (earlier estimates) only affect
    speed.
    """

    entries: tuple[int, ...]
    rubrics: tuple[float | None, ...]
    outcomes: Outcomes
    judges: tuple[str, ...]
    record: Ints
    prior_mean: np.ndarray
    prior_sd: float
    start: np.ndarray
    judge_starts: tuple[JudgeEstimate, ...] = ()

    @property
    def spread(self) -> float:
        """Spread of strengths by the prior in logits, including the rubric's part."""
        return float(np.sqrt(self.prior_sd**2 + np.var(self.prior_mean))) if self.entries else self.prior_sd

    @property
    def matches(self) -> Ints:
        """Number of counted matches of each entry, (n,)."""
        return np.asarray(self.record.sum(axis=1))

    @property
    def answered(self) -> np.ndarray:
        """Whether people's votes compare an entry, (n,)."""
        votes = np.isin(self.outcomes.judge, list(self.outcomes.people)) & self.outcomes.counts
        answered = np.zeros(len(self.entries), dtype=np.bool_)
        answered[self.outcomes.first[votes]] = answered[self.outcomes.second[votes]] = True
        return answered

    @property
    def index(self) -> Mapping[int, int]:
        """Index by entry id."""
        return {entry: index for index, entry in enumerate(self.entries)}

    async def fit(self) -> Ratings:
        """Return the ratings, fitted in a thread so that the process goes on answering."""
        return await asyncio.to_thread(
            fit,
            len(self.entries),
            self.outcomes,
            self.prior_mean,
            self.prior_sd,
            self.start,
            judges=self.judge_starts,
        )


@dataclass(frozen=True, slots=True)
class _LastFit:
    """The last fit of a large league: prior, the counts it was learned from, and ratings by entry and judge."""

    counts: tuple[int, ...]
    prior: Prior
    entries: Ints
    theta: np.ndarray
    judges: Mapping[str, JudgeEstimate]

    def still_holds(self, counts: tuple[int, ...]) -> bool:
        """Return whether so little changed that the prior needn't be learned again."""
        return all(abs(now - then) <= RELEARN * now for now, then in zip(counts, self.counts, strict=True))

    def thetas(self, entries: Ints, otherwise: np.ndarray) -> np.ndarray:
        """Return the strength of each entry in the last fit, or from `otherwise` for new entries."""
        theta, has_strength = otherwise.copy(), np.isin(entries, self.entries)
        theta[has_strength] = self.theta[np.searchsorted(self.entries, entries[has_strength])]
        return theta


_MEMORY = "last fit"


@dataclass(frozen=True, slots=True)
class Refit:
    """What computing a league's ratings again brought: ids, ratings before and after by entry, and the input.

    New entries have no rating before.
    """

    standings_id: int
    before: Mapping[int, PastRating]
    after: Mapping[int, EntryRating]
    board: FitInput
    ratings: Ratings


async def fit_input(session: Transaction, league: int) -> FitInput:
    """Read entries, counted outcomes and people's votes, and learn the prior; removed entries are left out."""
    entries, ratings = await counted_outcomes.active_entries(session, league)
    votes = await personal_votes.personal_votes(session, league)
    groups = await decided_matches.outcomes_that_count(session, league)
    outcomes, judges, record = outcomes_between(entries, groups, votes)
    rubrics = tuple(None if np.isnan(rating) else rating for rating in ratings.tolist())
    n, size = len(entries), len(outcomes)
    counts: tuple[int, ...] = (size, n, int(np.isfinite(ratings).sum()))
    last: _LastFit | None = session.recall(_MEMORY, league) if size >= LARGE else None
    if last is not None and last.still_holds(counts):
        prior, counts = last.prior.again(n, ratings), last.counts
    else:
        begin = None if last is None else last.prior.again(n, ratings)
        prior = await asyncio.to_thread(learn_prior, n, outcomes, ratings, start=begin)
    start, judge_starts = prior.theta, tuple[JudgeEstimate, ...]()
    if last is not None:
        start = last.thetas(entries, prior.mean)
        judge_starts = tuple(
            replace(last.judges[name], judge=place)
            for place, name in enumerate(judges)
            if name in last.judges
        )
    if size >= LARGE:
        session.remember(
            _MEMORY, league, _LastFit(counts, prior, entries, start, last.judges if last else {})
        )
    return FitInput(
        tuple(entries.tolist()), rubrics, outcomes, judges, record, prior.mean, prior.sd, start, judge_starts
    )


def rating_rows_of(of: FitInput, ratings: Ratings) -> list[EntryRating]:
    """Return rating rows of the entries that judges or people compared, with their records; ranks are among these.

    Scores and intervals are rounded to 0.01 points, so that a card and a digest show the same number.
    """
    played = np.flatnonzero((of.matches > 0) | of.answered)
    if len(played) == 0:
        return []
    ranks = ratings.rank, ratings.rank_low, ratings.rank_high
    if len(played) < len(of.entries):
        ranks = ranking(ratings.theta[played], ratings.rank_stderr[played])
    points = np.round([ratings.score[played], ratings.interval[played]], 2)
    columns = (ratings.theta[played], ratings.stderr[played], *points, *ranks, *of.record[played].T)
    places = played.tolist()
    entries, rubrics = [of.entries[place] for place in places], [of.rubrics[place] for place in places]
    return list(map(EntryRating, entries, *(column.tolist() for column in columns), rubrics))


def _estimate(one: JudgeEstimate) -> dict[str, float]:
    numbers = {name: value for name, value in asdict(one).items() if name != "judge"}
    return {name: value if name == "matches" else round(value, 4) for name, value in numbers.items()}


def _remember_fit(session: Transaction, league: int, board: FitInput, ratings: Ratings) -> None:
    """Cache a large league's ratings and judges as the start of its next refit."""
    last: _LastFit | None = session.recall(_MEMORY, league)
    if last is not None and len(board.outcomes) >= LARGE:
        judges = {board.judges[estimate.judge]: estimate for estimate in ratings.judges}
        session.remember(_MEMORY, league, replace(last, theta=ratings.theta, judges=judges))


async def refit(
    session: Transaction, league: int, *, cause: str, about_id: int | None = None, now: datetime
) -> Refit:
    """Fit the league again, replace its ratings and store the standings; `cause` names the reason.

    Raises `NotFoundError` for a league of another workspace.
    """
    await league_rows.get(session, league)
    latest, before = await past_standings.latest(session, league)
    now_board = await fit_input(session, league)
    ratings = await now_board.fit()
    rows = rating_rows_of(now_board, ratings)
    _remember_fit(session, league, now_board, ratings)
    standings_id = await past_standings.store(
        session,
        league,
        rows,
        cause=cause,
        about_id=about_id,
        outcomes=int(now_board.record.sum()) // 2,
        now=now,
        previous=latest,
        judges={now_board.judges[one.judge]: _estimate(one) for one in ratings.judges},
    )
    await _tell_new_leader(session, league, before, rows, now)
    return Refit(standings_id, before, {row.entry: row for row in rows}, now_board, ratings)


async def _tell_new_leader(
    session: Transaction,
    league: int,
    before: Mapping[int, PastRating],
    rows: Sequence[EntryRating],
    now: datetime,
) -> None:
    """Tell other programs if another paper alone has rank 1 now; while several share it, nobody new leads."""
    leaders = [row.entry for row in rows if row.rank == 1]
    led = [entry for entry, rating in before.items() if rating.rank == 1]
    if len(leaders) == 1 and leaders != led:
        await announcements.new_leader(session, league, leaders[0], led[0] if len(led) == 1 else None, now)
