"""Learns a league's prior from its own verdicts: how far strengths spread, and what a rubric point is worth.

theta_i = slope (rubric_i - mean rubric) + sd e_i with e_i standard normal; entries without a rating stand about a level
of their own. sd and slope maximise the marginal likelihood of the outcomes times a hyperprior. The strengths are
integrated out by expectation propagation (Minka 2001): each outcome is stood for by a normal factor of the difference it
judges, which matches the mean and the variance of its exact posterior given all others. At the fixed point the marginal
likelihood's derivative by log sd is (sum of squared deviations + sum of variances) / sd² - n. Laplace's approximation and
the variational one find about half the spread where strengths lie 4 logits apart and entries have played four times;
this one nine tenths. The hyperprior is log sd ~ normal(log 3, 0.7²) and slope ~ normal(2, 2²): wide about what recorded
leagues of one judge show (5 logits without a rubric, 2.4 around a slope of 3.6 with one), and worth about as much as
what four entries tell, so that it rules only while verdicts are few.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from bot.ranking.arrays import Floats, logistic, one_thread
from bot.ranking.bradley_terry import Games, LearnedMeans, LearnedSd, centre, checked_size, merged_games
from bot.ranking.hessian import Hessian, summed
from bot.ranking.outcomes import Outcomes
from bot.ranking.uncertainty import spread
from bot.ranking.win_chances import evidence


@dataclass(frozen=True, slots=True)
class Hyperprior:
    """Beliefs about a prior before any outcome: mean and standard deviation of log sd, of the slope, and of the level.

    The slope is in logits per rubric point; the level is how far entries without a rating stand above the others on
    average, logits.
    """

    log_sd: tuple[float, float]
    slope: tuple[float, float]
    level: tuple[float, float] = (0.0, 2.0)


MODELS = Hyperprior(log_sd=(float(np.log(3.0)), 0.7), slope=(2.0, 2.0))
"""Hyperprior for judges that are models, with rubric ratings from 1 to 10."""
MOST_STEPS, MOST_SWEEPS = 20, 30
DENSE = 300
"""Number of entries up to which variances are exact, because the estimate of sd rests on their sum."""
SMALL_STEP = 0.01
"""Change of log sd below which the search stops."""
TURN = 0.002
"""Factors count as settled when a sweep changes the derivative by less than this share of the information."""
PLENTY = 400.0
"""Information on log sd above which its uncertainty is below half a percent and is ignored."""
ASIDE = 0.2
"""How far below its mode the curvature of log sd is measured."""
BOLDEST = 0.7
"""Largest change of log sd in one step."""
DAMPING = 0.9
"""Share of its full update by which a factor moves in a sweep, so that opponents' factors don't overshoot."""
CLOSE = 1e-2
"""Gradient (logits⁻¹) at which strengths are accurate enough to begin with."""
LEAST = 0.01
"""Least share of a difference's precision that is assumed to come from all other factors."""


@dataclass(frozen=True, eq=False)
class Prior:
    """The normal prior of n strengths, all in logits.

    Attributes:
        mean: of each strength, shape (n,); their average over the league is 0. `fit` knows by the type of `mean` or of
            `sd`, whichever it is given as it stands here, that they were learned, and widens intervals by how well.
        sd: of every strength about its mean; itself a mean over what the outcomes leave open.
        slope: logits per rubric point; the hyperprior's mean, 2, where no two ratings differ.
        theta: about the posterior means under this prior, shape (n,): where `fit` may start.
        level: how far entries without a rating stand above the others on average.
    """

    mean: LearnedMeans
    sd: LearnedSd
    slope: float
    theta: Floats
    level: float = 0.0

    def again(self, n: int, rubric: ArrayLike | None = None) -> "Prior":
        """Return the same prior scale for a league of n entries that has changed little since; `theta` is the mean.

        Raises `ValueError` for a rubric of another shape or with infinite ratings.
        """
        mean = _design(_ratings(n, rubric)) @ np.array([self.slope, self.level])
        return Prior(mean.view(LearnedMeans), self.sd, self.slope, mean, self.level)


@one_thread
def learn_prior(
    n: int, outcomes: Outcomes, rubric: ArrayLike | None = None, *, start: Prior | None = None
) -> Prior:
    """Learn the prior of a league of n entries from its own outcomes; deterministic.

    Args:
        n: how many entries.
        outcomes: what counts; may be empty, which leaves the hyperprior's modes.
        rubric: raw ratings (1 to 10), shape (n,), NaN where there is none; None means none at all.
        start: a prior of the same league learned earlier, for speed only; its entries may have been fewer.

    Raises `ValueError` for an n that is no size, indices out of range, and a rubric of another shape or with infinite
    ratings.
    """
    n = checked_size(n)
    outcomes.check(n)
    return learn_with(n, outcomes.by_kind()[0].counting(), rubric, MODELS, start)


def learn_with(
    n: int, outcomes: Outcomes, rubric: ArrayLike | None, hyperprior: Hyperprior, start: Prior | None = None
) -> Prior:
    """Return the prior under this hyperprior, from outcomes that all count."""
    design = _design(_ratings(n, rubric))
    effects, log_sd = np.array([hyperprior.slope[0], hyperprior.level[0]]), hyperprior.log_sd[0]
    if start is not None:
        effects, log_sd = np.array([start.slope, start.level]), float(np.log(start.sd))
    theta = design @ effects
    games = merged_games(n, outcomes)
    if len(games.first) == 0:
        effects = np.array([hyperprior.slope[0], hyperprior.level[0]])
        theta = design @ effects
        unlearned = LearnedSd(np.exp(hyperprior.log_sd[0]))
        return Prior(theta.view(LearnedMeans), unlearned, float(effects[0]), theta)
    if start is not None:
        theta[: len(start.theta)] = start.theta[:n]
    theta, _ = centre(games, design @ effects, float(np.exp(log_sd)), theta, CLOSE)
    search = _Search(_Factors.at(games, theta), design, hyperprior, effects)
    log_sd = search.run(log_sd)
    sd = LearnedSd(np.exp(log_sd + search.doubt(log_sd) / 2))
    slope, level = search.effects.tolist()
    return Prior((design @ search.effects).view(LearnedMeans), sd, slope, search.theta, level)


def _ratings(n: int, rubric: ArrayLike | None) -> Floats:
    if rubric is None:
        return np.full(n, np.nan)
    try:
        ratings = np.asarray(rubric, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ValueError("rubric must hold numbers, NaN where there is no rating") from error
    if ratings.shape != (n,):
        raise ValueError("rubric must have one rating per entry, NaN where there is none")
    if np.any(np.isinf(ratings)):
        raise ValueError("rubric holds an infinite rating")
    return ratings


def _design(ratings: Floats) -> Floats:
    """Return the design matrix of the prior means: slope and level, each of mean 0; shape (n, 2)."""
    has_rating = ~np.isnan(ratings)
    design = np.zeros((len(ratings), 2))
    if has_rating.any():
        design[has_rating, 0] = ratings[has_rating] - ratings[has_rating].mean()
        design[:, 1] = has_rating.mean() - has_rating
    return design


class _Factors:
    """Normal factors that replace the wins: each on winner less loser, by its precision and precision times mean.

    Outcomes of a pair that are alike share one, taken to the power of their weight; a draw is half a win each.
    """

    def __init__(self, games: Games) -> None:
        wins, losses = np.flatnonzero(games.score > 0), np.flatnonzero(games.score < 1)
        self.games = games
        self.pair = np.concatenate([wins, losses])
        self.sign = np.repeat([1.0, -1.0], [len(wins), len(losses)])
        self.power = np.concatenate(
            [(games.weight * games.score)[wins], (games.weight * (1 - games.score))[losses]]
        )
        self.precision = np.zeros(len(self.pair))
        self.pull = np.zeros(len(self.pair))

    @classmethod
    def at(cls, games: Games, theta: Floats) -> "_Factors":
        """Return Laplace's factors at these strengths."""
        factors = cls(games)
        apart = factors.sign * games.logits(theta)[factors.pair]
        chance = logistic(apart)
        factors.precision = chance * (1 - chance)
        factors.pull = 1 - chance + factors.precision * apart
        return factors

    def normal(self, precision: float) -> tuple[Hessian, Floats]:
        """Return the Hessian of the strengths' posterior, and the force of the factors on each strength, shape (n,)."""
        games, pairs = self.games, len(self.games.first)
        curvature = summed(self.pair, self.power * self.precision, pairs)
        push = summed(self.pair, self.power * self.sign * self.pull, pairs)
        forces = summed(games.first, push, games.n) - summed(games.second, push, games.n)
        return Hessian(games.pattern, curvature, precision), forces

    def sweep(self, theta: Floats, variance: Floats) -> None:
        """Update each factor to its win's exact posterior given all others; `variance` is of each pair's difference."""
        apart, spread_of_pair = self.sign * self.games.logits(theta)[self.pair], variance[self.pair]
        others = 1 / np.maximum(1 / spread_of_pair - self.precision, LEAST / spread_of_pair)
        mean = others * (apart / spread_of_pair - self.pull)
        pull, bend = evidence(mean, others)
        rest = 1 + others * bend
        self.precision += DAMPING * (np.maximum(-bend / rest, 0) - self.precision)
        self.pull += DAMPING * ((pull - bend * mean) / rest - self.pull)


class _Search:
    """Search for log sd, with the factors, effects and strengths that belong to each value."""

    def __init__(self, factors: _Factors, design: Floats, hyperprior: Hyperprior, effects: Floats) -> None:
        self.factors = factors
        self.design = design
        self.log_sd_mean, self.log_sd_sd = hyperprior.log_sd
        self.effects_mean, self.effects_sd = np.array([hyperprior.slope, hyperprior.level]).T
        self.effects = effects
        self.theta = design @ effects
        self.information = 0.0

    def run(self, log_sd: float) -> float:
        """Return the log sd at which its posterior's derivative is zero, by bracketed secant steps."""
        low, high = -np.inf, np.inf
        pull = self.pull(log_sd)
        steep = self.information
        for _ in range(MOST_STEPS):
            low, high = (log_sd, high) if pull > 0 else (low, log_sd)
            there = log_sd + float(np.clip(pull / steep, -BOLDEST, BOLDEST))
            if not low < there < high:
                there = (low + high) / 2
            if abs(there - log_sd) < SMALL_STEP:
                return there
            before, pull = pull, self.pull(there)
            steep = max((before - pull) / (there - log_sd), self.log_sd_sd**-2)
            log_sd = there
        return log_sd

    def doubt(self, log_sd: float) -> float:
        """Return the posterior variance of log sd; the mean of sd lies above its mode by half of it, in logs."""
        if self.information > PLENTY:
            return 0.0
        return 1 / max(self.pull(log_sd - ASIDE) / ASIDE, self.log_sd_sd**-2)

    def pull(self, log_sd: float) -> float:
        """Return the derivative of the log posterior by log sd, once factors and effects have settled."""
        pull = np.inf
        for _ in range(MOST_SWEEPS):
            before, pull = pull, self._sweep(float(np.exp(-2 * log_sd)))
            if abs(pull - before) < TURN * self.information:
                break
        return pull - (log_sd - self.log_sd_mean) / self.log_sd_sd**2

    def _sweep(self, precision: float) -> float:
        """Update every factor once; return the derivative of the log marginal likelihood by log sd."""
        hessian, push = self.factors.normal(precision)
        self.theta = self._regress(hessian, push)
        posterior = spread(hessian, self.theta, DENSE)
        self.factors.sweep(self.theta, posterior.apart)
        self.information = 2 * float(np.sum((1 - precision * posterior.variance) ** 2)) + self.log_sd_sd**-2
        deviation = self.theta - self.design @ self.effects
        return precision * float(deviation @ deviation + posterior.variance.sum()) - len(deviation)

    def _regress(self, hessian: Hessian, push: Floats) -> Floats:
        """Return strengths given the factors, and update the effects; all of it is normal and therefore exact."""
        design, precision = self.design, hessian.precision
        lift = precision * np.stack([hessian.solve(column) for column in design.T], axis=1)
        alone = hessian.solve(push)
        curvature = precision * design.T @ (design - lift) + np.diag(self.effects_sd**-2)
        right = precision * design.T @ alone + self.effects_mean / self.effects_sd**2
        self.effects = np.linalg.solve(curvature, right)
        return np.asarray(alone + lift @ self.effects)
