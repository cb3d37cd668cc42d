"""Ratings and pairing: the Bradley–Terry model with a Gaussian prior, and the pairs that teach most.

Each entry has a strength theta in logits; the first-shown of a match wins with probability
sigma(theta_first - theta_second) (Bradley and Terry 1952). Strengths have a Gaussian prior, its mean from the rubric
and its spread fixed per league, so the maximum a posteriori is unique and finite for undefeated, winless and unplayed
entries and for groups that never met (Hunter 2004 treats the likelihood alone, which has none of that). A draw counts
half a win each, as Davidson's model does in the limit of few draws. Weights multiply an outcome's likelihood. The
maximum is found by Newton's method; the interval is 1.96 posterior standard deviations by Laplace's approximation,
exact from the dense Hessian up to `DENSE` entries, beyond by Gaussian belief propagation (Weiss and Freeman 2001: for
diagonally dominant precision matrices it converges, and its variances err by the loops it counts wrongly). Judges of
differing sharpness and order bias get a slope and an offset, fitted by expectation maximisation over the strengths'
posterior, so that unsettled strengths do not pass for sharp judges. Score = 1500 + (400 / ln 10) theta, Elo's scale.

What it does badly: judges that disagree in kind rather than in noise, preferences that run in circles, and strengths
that change over time are all outside the model; intervals then are too narrow.
"""

from bot.ranking.judges import JudgeEstimate
from bot.ranking.model import Outcomes
from bot.ranking.pairing import propose
from bot.ranking.rating import Ratings, fit
from bot.ranking.standings import (
    expected_interval,
    gap,
    matches_for_interval,
    movement,
    prior_means,
    to_score,
    to_theta,
)

__all__ = [
    "JudgeEstimate",
    "Outcomes",
    "Ratings",
    "expected_interval",
    "fit",
    "gap",
    "matches_for_interval",
    "movement",
    "prior_means",
    "propose",
    "to_score",
    "to_theta",
]
