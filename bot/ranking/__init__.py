"""Ratings and pairing: the Bradley–Terry model with a prior learned from each league, and the pairs that teach most.

Each entry has a strength theta in logits; the first-shown of a match wins with probability sigma(theta_first -
theta_second) (Bradley and Terry 1952). Strengths have a normal prior, so that undefeated, winless and unplayed entries
and groups that never met have finite ones (Hunter 2004 treats the likelihood alone, which has none of that). Its scale
and how much a rubric point is worth are learned from the league's own outcomes (`learn_prior`). A draw counts half a win
each, as Davidson's model does in the limit of few draws. Weights multiply an outcome's likelihood.

`fit` gives the mean and the standard deviation of the normal that stands for the posterior (`posterior`): not Laplace's
at the maximum, whose intervals hold 89 to 92 times in a hundred where strengths lie 4 logits apart. What is open about a
learned scale is part of `stderr`. Systems are solved by conjugate gradients; variances are exact up to
`uncertainty.DENSE` entries. Beyond, they come from Gaussian belief propagation (Weiss and Freeman 2001), which is exact
on trees, with corrections for two kinds of closed walks; they are within 1 % of exact on random leagues and on those
paired by closeness at a spread of 1.35, within 3 % at 3.

Judges of differing sharpness and order bias get a slope and an offset by expectation maximisation over the posterior
(Dempster, Laird and Rubin 1977), and grades count as far as they proved reliable (`judge_sharpness`). People's votes move
strengths within their intervals, by a taste of their own (`peoples_votes`). Rank intervals (`rank_intervals`) count the
entries expected above either end of an entry's interval; the errors are those beside its neighbours, taken as
independent (`uncertainty.beside_neighbours`). `win_chance` is the one function for the chance that A beats B.
Score = 1500 + (400 / ln 10) theta, Elo's scale; 1500 is the league's average.

What it does badly: judges that disagree in kind rather than in noise, preferences that run in circles, and strengths that
change over time are outside the model, and voters are taken as alike. Where a league falls into two clusters with nothing
between, a normal prior pulls them together and their members apart, which pairing of neighbours doesn't correct, and
intervals hold 75 to 85 times in a hundred. Intervals are of what verdicts and votes tell, not of how far the team's own
view may lie: of papers that people voted on they hold the mean of other reviewers 55 times in 100 (docs/ratings.md).
"""

from bot.ranking.elo_scale import (
    TYPICAL_SPREAD,
    expected_interval,
    gap,
    interval_after,
    matches_for_interval,
    movement,
    prior_means,
    to_score,
    to_theta,
)
from bot.ranking.fitting import Ratings, fit
from bot.ranking.judge_sharpness import JudgeEstimate
from bot.ranking.learned_prior import Prior, learn_prior
from bot.ranking.outcomes import Outcomes
from bot.ranking.pairing import Goal, propose
from bot.ranking.peoples_votes import Agreement, PeopleModel, agreement
from bot.ranking.rank_intervals import ranking
from bot.ranking.win_chances import win_chance

__all__ = [
    "TYPICAL_SPREAD",
    "Agreement",
    "Goal",
    "JudgeEstimate",
    "Outcomes",
    "PeopleModel",
    "Prior",
    "Ratings",
    "agreement",
    "expected_interval",
    "fit",
    "gap",
    "interval_after",
    "learn_prior",
    "matches_for_interval",
    "movement",
    "prior_means",
    "propose",
    "ranking",
    "to_score",
    "to_theta",
    "win_chance",
]
