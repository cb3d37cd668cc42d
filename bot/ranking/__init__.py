"""Ratings and pairing: the Bradley–Terry model with a Gaussian prior, and the pairs that teach most.

Each entry has a strength theta in logits; the first-shown of a match wins with probability
sigma(theta_first - theta_second) (Bradley and Terry 1952). Strengths have a Gaussian prior, its mean from the rubric
and its spread fixed per league, so the maximum a posteriori is unique and finite for undefeated, winless and unplayed
entries and for groups that never met (Hunter 2004 treats the likelihood alone, which has none of that). A draw counts
half a win each, as Davidson's model does in the limit of few draws. Weights multiply an outcome's likelihood. The
maximum is found by Newton's method with conjugate gradients; the interval is 1.96 posterior standard deviations by
Laplace's approximation at the maximum, exact from the dense Hessian up to `spread.DENSE` entries. Beyond, Gaussian
belief propagation (Weiss and Freeman 2001), exact on trees, gives them; closed walks it can't see are put back by exact
windows where opponents play one another and by a coarse correction along the order, within 1 % of exact on random
leagues and on those paired by closeness. Judges of differing sharpness and order bias get a slope and an offset by
expectation maximisation over the strengths' posterior (Dempster, Laird and Rubin 1977), so that unsettled strengths do
not pass for sharp judges; their errors include the strengths' uncertainty (Louis 1982). Rank intervals count the
entries expected above either end of an entry's interval. Score = 1500 + (400 / ln 10) theta, Elo's scale.

What it does badly: judges that disagree in kind rather than in noise, preferences that run in circles, and strengths
that change over time are all outside the model; intervals then are too narrow. Laplace's intervals are a little narrow
in any case: where all is as the model says they hold 93 to 94 times in a hundred. The rubric's slope is fixed, so where
rubric and judges disagree it takes matches to undo the prior.
"""

from bot.ranking.bradley_terry import Outcomes
from bot.ranking.elo_scale import (
    expected_interval,
    gap,
    matches_for_interval,
    movement,
    prior_means,
    to_score,
    to_theta,
)
from bot.ranking.fitting import Ratings, fit
from bot.ranking.judge_sharpness import JudgeEstimate
from bot.ranking.pairing import propose

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
