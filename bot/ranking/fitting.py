"""Computes the ratings of a league from its outcomes: scores, intervals, ranks, and estimates of judges."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from bot.ranking import judge_sharpness
from bot.ranking.arrays import Floats, Ints, one_thread
from bot.ranking.bradley_terry import checked_prior, merged_games, vector
from bot.ranking.judge_sharpness import JudgeEstimate
from bot.ranking.outcomes import Outcomes
from bot.ranking.peoples_votes import PeopleModel, moved_by_votes
from bot.ranking.posterior import posterior
from bot.ranking.rank_intervals import Z95, ranking, top_chance
from bot.ranking.win_chances import win_chance

POINTS = 400 / np.log(10)
"""Points per logit."""
CENTRE = 1500.0


@dataclass(frozen=True, eq=False)
class Ratings:
    """The ratings of n entries; every array has shape (n,).

    Attributes:
        theta, stderr: posterior mean and standard deviation, logits, by a normal that stands for the posterior; what
            is open about a learned prior's scale is part of stderr. People's votes move theta and leave stderr.
        rank_stderr: standard deviation of each strength beside those near it, logits: what rank intervals rest on, since
            errors that neighbours share change no rank. Beyond 300 entries, stderr without the part by the scale.
        score, interval: points; the interval is the half-width of 95 %.
        rank, rank_low, rank_high: from 1, equal strengths share a rank; low is the better end of the 95 % interval of
            the rank. They are of all n entries: which have played enough to be ranked is for the caller to say.
        judges: estimates per model, empty where they weren't told apart.
        people: how people judge, None where none voted beside models.
    """

    theta: Floats
    stderr: Floats
    rank_stderr: Floats
    score: Floats
    interval: Floats
    rank: Ints
    rank_low: Ints
    rank_high: Ints
    judges: tuple[JudgeEstimate, ...] = ()
    people: PeopleModel | None = None

    def win_probability(self, i: ArrayLike, j: ArrayLike) -> Floats:
        """Return the chance that i beats j in a future match, by a judge of average sharpness.

        The uncertainty of both is integrated out, their posteriors taken as independent. Shapes follow i and j.
        """
        one, two = np.asarray(i), np.asarray(j)
        return win_chance(self.theta[one] - self.theta[two], self.stderr[one] ** 2 + self.stderr[two] ** 2)

    def top_probability(self, k: int) -> float:
        """Return the chance that the k entries now strongest are the k best, with independent normal posteriors.

        Raises `ValueError` unless 1 ≤ k < n.
        """
        n = len(self.theta)
        if not 1 <= k < n:
            raise ValueError(f"k must lie between 1 and {n - 1}")
        inside = np.zeros(n, dtype=np.bool_)
        inside[np.argsort(-self.theta, kind="stable")[:k]] = True
        return top_chance(self.theta, self.stderr, inside)


@one_thread
def fit(
    n: int,
    outcomes: Outcomes,
    prior_mean: ArrayLike | None = None,
    prior_sd: ArrayLike = 1.35,
    start: ArrayLike | None = None,
    *,
    judges: Iterable[JudgeEstimate] = (),
) -> Ratings:
    """The ratings of n entries given outcomes; deterministic.

    Args:
        n: how many entries; indices in `outcomes` are below it.
        outcomes: what counts; may be empty.
        prior_mean: logits, shape (n,); None means 0 for all.
        prior_sd: logits, one number for all entries. Where it or `prior_mean` is given as `learn_prior` returned it,
            intervals include what is open about the scale; a prior of plain numbers is taken as known.
        start: thetas to start from, for speed only.
        judges: estimates of judges to start from, for speed only.

    Raises `ValueError` for an n that is no size, indices out of range, NaN, and a prior_sd that isn't one positive and
    finite number.
    """
    mean, sd = checked_prior(n, outcomes, prior_mean, prior_sd)
    begin = mean if start is None else vector(start, n, "start")
    if n == 0:
        empty, none = np.zeros(0), np.zeros(0, dtype=np.int64)
        return Ratings(empty, empty, empty, empty, empty, none, none, none)
    verdicts, votes = outcomes.by_kind()
    estimates: tuple[JudgeEstimate, ...] = ()
    if judge_sharpness.has_enough(n, verdicts):
        estimates, joint = judge_sharpness.fit_along(n, verdicts, mean, sd, begin, tuple(judges))
    else:
        joint = posterior(merged_games(n, verdicts.counting()), mean, sd, begin)
    theta, people = joint.theta, None
    if len(votes):
        theta, people = moved_by_votes(votes, theta, joint.variance)
    stderr, rank_stderr = np.sqrt(joint.variance + joint.scale), np.sqrt(joint.beside)
    rank, low, high = ranking(theta, rank_stderr)
    score, interval = CENTRE + POINTS * theta, Z95 * POINTS * stderr
    return Ratings(theta, stderr, rank_stderr, score, interval, rank, low, high, estimates, people)
