"""Adjusts strengths told by models' verdicts with people's votes.

People don't just see the same strengths less sharply: they weigh papers otherwise, and a shared scale would let many
verdicts of models drown every vote. So the models' strengths are to people what a rubric rating is to models: a person
prefers the first with probability sigma(phi_first - phi_second), where phi_i = sharpness theta_i + sd e_i. Sharpness and
sd are learned from the votes (`learned_prior`), with a hyperprior about three leagues of human reviewers: sharpness
0.25, sd 1. A strength then moves by what phi moved beyond it, on the models' scale.
"""

from dataclasses import dataclass

import numpy as np

from bot.ranking.arrays import Floats
from bot.ranking.bradley_terry import merged_games
from bot.ranking.learned_prior import Hyperprior, learn_with
from bot.ranking.outcomes import Outcomes
from bot.ranking.posterior import posterior

PEOPLE = Hyperprior(log_sd=(0.0, 0.15), slope=(0.25, 0.15))
DULLEST = 0.1
"""Votes move strengths as if people's sharpness were at least this share of the models'."""


@dataclass(frozen=True, slots=True)
class PeopleModel:
    """How a league's people judge: `sharpness` multiplies the models' logits, `sd` is their own taste in logits."""

    sharpness: float
    sd: float
    votes: int


def moved_by_votes(votes: Outcomes, theta: Floats) -> tuple[Floats, PeopleModel]:
    """Return the models' strengths (logits) moved by the votes, and the model of these people."""
    entries, places = np.unique(np.concatenate([votes.first, votes.second]), return_inverse=True)
    first, second = places[: len(votes)], places[len(votes) :]
    among, size = Outcomes(first, second, votes.score, weight=votes.weight), len(entries)
    prior = learn_with(size, among, theta[entries], PEOPLE)
    voters_view = posterior(merged_games(size, among), prior.mean, float(prior.sd), prior.mean)
    strengths = theta.copy()
    strengths[entries] += (voters_view.theta - prior.mean) / max(prior.slope, DULLEST)
    return strengths, PeopleModel(prior.slope, prior.sd, len(votes))
