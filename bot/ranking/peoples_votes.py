"""What people's votes tell: how strengths move by them, and how well a judge predicts them.

People don't just see the same strengths less sharply: they weigh papers otherwise, and a shared scale would let many
verdicts of models drown every vote. So the models' strengths are to people what a rubric rating is to models: a voter
prefers the first with probability sigma(phi_first - phi_second), where phi_i = sharpness theta_i + sd e_i. Both are
learned from the votes (`learned_prior`). Sharpness is counted per spread of the league's strengths, because what people
can tell apart doesn't depend on how surely models tell it: with a hyperprior about 1.2, and sd about 2.

`SHARED` of e_i is the team's taste; the rest is of this voter, who says the same again in every vote on the paper. A
strength moves by the team's part of what phi moved beyond sharpness theta, on the models' scale, and never further than
its 95 % interval. Votes on one pair have something in common that isn't in the papers' strengths (what was shown, what
was said before); `COMMON` is the correlation of two of them.

Votes leave the variance of a strength as it is. As outcomes of a judge who sees phi they would tell of theta with a
precision of at most (sharpness / sd)²: 0.04 logits⁻² at a spread of 3, where a dozen verdicts and the prior tell 1.4, or
one or two hundredths of the interval. How far the team's own view lies from the models' is no part of it, for any
paper, voted on or not.

A judge's agreement with people is the mean of 1 where both prefer the same entry, 0 where they differ, a half where one
says draw. Few pairs were voted on; on many more the fit says how likely agreement is. The estimate is the mean of that
prediction over all pairs of the judge plus what the prediction misses on those voted on (Angelopoulos and others 2023),
the prediction weighted by the power that makes the variance least (PPI++, 2024), 0 where it is of no use. The interval is
then never much wider than that of the votes alone, and unbiased however bad the predictions are.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import stdtrit

from bot.ranking.arrays import Floats, Ints
from bot.ranking.bradley_terry import merged_games
from bot.ranking.learned_prior import Hyperprior, learn_with
from bot.ranking.outcomes import Outcomes
from bot.ranking.posterior import posterior
from bot.ranking.rank_intervals import Z95

PEOPLE = Hyperprior(log_sd=(float(np.log(2.0)), 0.15), slope=(1.2, 0.4))
"""Hyperprior for people; the slope is their sharpness per spread of the league's strengths."""
SHARED = 0.4
"""Share of a voter's taste that is the team's: reviewers of one paper correlate 0.4 to 0.5, with models' part in it."""
COMMON = 0.5
"""Correlation of votes on one pair beyond what the strengths explain: of ever so many, 1 / COMMON count."""


@dataclass(frozen=True, slots=True)
class PeopleModel:
    """How a league's people judge: `sharpness` multiplies the models' logits, `sd` is a voter's own taste in logits."""

    sharpness: float
    sd: float
    votes: int


def moved_by_votes(votes: Outcomes, theta: Floats, variance: Floats) -> tuple[Floats, PeopleModel]:
    """Return strengths moved by the votes, each within its 95 % interval, and the model of these people.

    `theta` and `variance` (n, logits and logits²) are the models'.
    """
    spread = float(np.sqrt(np.var(theta) + np.mean(variance)))
    entries, places = np.unique(np.concatenate([votes.first, votes.second]), return_inverse=True)
    first, second = places[: len(votes)], places[len(votes) :]
    size = len(entries)
    among = Outcomes(first, second, votes.score, weight=votes.weight * _alone(size, first, second))
    prior = learn_with(size, among, theta[entries] / spread, PEOPLE)
    view = posterior(merged_games(size, among), prior.mean, float(prior.sd), prior.mean)
    sharpness = max(
        prior.slope, PEOPLE.slope[0]
    )  # of few votes, a low one is chance, and dividing by it multiplies
    furthest = Z95 * np.sqrt(variance[entries])
    strengths = theta.copy()
    strengths[entries] += np.clip(
        SHARED * spread / sharpness * (view.theta - prior.mean), -furthest, furthest
    )
    return strengths, PeopleModel(prior.slope / spread, prior.sd, len(votes))


def _alone(n: int, first: Ints, second: Ints) -> Floats:
    """Return how much of each vote is its own, 0 to 1: all where it is the only one on its pair."""
    _, pair, votes = np.unique(
        np.minimum(first, second) * n + np.maximum(first, second), return_inverse=True, return_counts=True
    )
    return np.asarray(1 / (1 + COMMON * (votes[pair] - 1)))


@dataclass(frozen=True, slots=True)
class Agreement:
    """A judge's share of agreement with people's votes, its 95 % interval (both 0 to 1), and the number of votes."""

    share: float
    low: float
    high: float
    votes: int


def agreement(observed: ArrayLike, predicted: ArrayLike, predicted_elsewhere: ArrayLike) -> Agreement | None:
    """Return a judge's agreement with people; None with fewer than two votes.

    Args:
        observed: agreement with each vote, 0 to 1, shape (votes,).
        predicted: how likely it was by a fit that hasn't seen the vote, shape (votes,).
        predicted_elsewhere: the same on pairs that the judge judged and nobody voted on, shape (pairs,).

    Raises `ValueError` for unequal lengths and for what doesn't lie between 0 and 1.
    """
    shares, forecasts, others = (
        _shares(values, name)
        for values, name in (
            (observed, "observed"),
            (predicted, "predicted"),
            (predicted_elsewhere, "predicted_elsewhere"),
        )
    )
    if len(shares) != len(forecasts):
        raise ValueError("observed and predicted must have equal lengths")
    votes = len(shares)
    if votes < 2:  # noqa: PLR2004 - a variance needs two
        return None
    power = _power(shares, forecasts, len(others))
    rest = shares - power * forecasts
    mean = float(rest.mean()) + (power * float(others.mean()) if power else 0.0)
    variance = _variance(rest) / votes + (power**2 * _variance(others) / len(others) if power else 0.0)
    half = float(stdtrit(votes - 1, 0.975)) * float(np.sqrt(variance))
    return Agreement(float(np.clip(mean, 0, 1)), max(0.0, mean - half), min(1.0, mean + half), votes)


def _power(shares: Floats, forecasts: Floats, others: int) -> float:
    """Return how much of the prediction to use for the least variance, 0 to 1; 0 if there is nothing to predict."""
    spread = float(np.var(forecasts, ddof=1))
    if others < 2 or spread == 0:  # noqa: PLR2004 - a variance needs two
        return 0.0
    together = float(np.cov(shares, forecasts)[0, 1])
    return float(np.clip(together / (spread * (1 + len(shares) / others)), 0, 1))


def _variance(values: Floats) -> float:
    """Return the variance of one value, but at least that of a share with two more votes, one each way."""
    size = len(values)
    least = (size + 1) / (size + 2) ** 2
    return max(float(np.var(values, ddof=1)), least)


def _shares(values: ArrayLike, name: str) -> Floats:
    array = np.asarray(values, dtype=np.float64)
    if array.ndim != 1 or not np.all((array >= 0) & (array <= 1)):
        raise ValueError(f"{name} must hold shares between 0 and 1 in one dimension")
    return array
