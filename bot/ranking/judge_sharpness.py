"""How sharp each judge is and which place it favours, estimated with the strengths integrated out."""

from dataclasses import dataclass, replace

import numpy as np

from bot.ranking.bradley_terry import Floats, Games, Ints, Outcomes, logistic, maximum, told_apart
from bot.ranking.hessian import summed
from bot.ranking.uncertainty import Spread, spread

ROUNDS = 6
SETTLED = 1e-3
"""Expectation maximisation stops when no log slope and no offset moves by more in a round."""
PER_JUDGE = 60
PER_ENTRY = 4.0
SHARPNESS_SD = 0.4
BIAS_SD = 0.5
_PRIOR_VARIANCES = np.array([SHARPNESS_SD**2, BIAS_SD**2])
_STEPS = 20
_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(5)
_WEIGHTS = _WEIGHTS / _WEIGHTS.sum()


@dataclass(frozen=True, slots=True)
class JudgeEstimate:
    """One judge: `discrimination` multiplies the logit (geometric mean 1), `bias` adds to it for the first shown."""

    judge: int
    discrimination: float
    discrimination_stderr: float
    bias: float
    bias_stderr: float
    matches: int


def enough(n: int, outcomes: Outcomes) -> bool:
    """Whether there are two judges with enough matches each, and enough matches per entry."""
    if len(outcomes) < PER_ENTRY * n or len(outcomes) == 0:
        return False
    counts = np.bincount(outcomes.judge)
    present = counts[counts > 0]
    return len(present) > 1 and bool(present.min() >= PER_JUDGE)


def fit_along(
    n: int, outcomes: Outcomes, prior_mean: Floats, prior_sd: float, theta: Floats, plain: Spread
) -> tuple[tuple[JudgeEstimate, ...], Floats, Spread]:
    """Judges and strengths together, by expectation maximisation from the plain model's `theta` and spread.

    The expectation is over the strengths' normal posterior (Laplace), so that unsettled strengths don't pass for sharp
    judges, as they would in a joint maximum. The errors count the strengths' uncertainty as well: the information is
    the Schur complement of the strengths in the joint Hessian.
    """
    present, judge = np.unique(outcomes.judge, return_inverse=True)
    mine = [np.flatnonzero(judge == place) for place in range(len(present))]
    shares = np.array([len(games) for games in mine]) / len(outcomes)
    found = np.zeros((len(present), 2))  # log slope and offset of each judge
    games = told_apart(n, outcomes)
    known = plain
    for _ in range(ROUNDS):
        before = found
        found = np.stack(
            [_one(games, theta, known, chosen, start) for chosen, start in zip(mine, found, strict=True)]
        )
        found[:, 0] -= shares @ found[:, 0]
        games = replace(games, slope=np.exp(found[:, 0])[judge], offset=found[:, 1][judge])
        theta = maximum(games, prior_mean, prior_sd, theta)
        known = spread(games, theta, prior_sd)
        if float(np.max(np.abs(found - before))) < SETTLED:
            break
    errors = _errors(games, theta, prior_sd, found, mine, shares)
    estimates = tuple(
        JudgeEstimate(
            int(name), float(np.exp(log)), float(np.exp(log) * log_error), float(bias), float(bias_error), len(chosen)
        )
        for name, (log, bias), (log_error, bias_error), chosen in zip(present, found, errors, mine, strict=True)
    )  # fmt: skip
    return estimates, theta, known


def _one(games: Games, theta: Floats, known: Spread, chosen: Ints, start: Floats) -> Floats:
    """One judge's log slope and offset by Newton, the likelihood averaged over the posterior of each difference."""
    assert games.pair is not None
    apart = theta[games.first[chosen]] - theta[games.second[chosen]]
    differences = apart + np.sqrt(known.apart[games.pair[chosen]]) * _NODES[:, None]
    weight, score = games.weight[chosen], games.score[chosen]
    along, chance, rest, curve = (np.empty_like(differences) for _ in range(4))

    def total(values: Floats) -> float:
        return float(_WEIGHTS @ (values @ weight))

    at = start.copy()
    for _ in range(_STEPS):
        np.multiply(np.exp(at[0]), differences, out=along)
        logistic(np.add(along, at[1], out=chance), out=chance)
        np.subtract(score, chance, out=rest)
        np.multiply(chance, np.subtract(1, chance, out=curve), out=curve)
        gradient = np.array([0.0, total(rest)])
        information = np.diag([0.0, total(curve)])
        gradient[0] = total(np.multiply(rest, along, out=rest))
        information[0, 1] = information[1, 0] = total(np.multiply(curve, along, out=curve))
        information[0, 0] = total(np.multiply(curve, along, out=curve))
        gradient -= at / _PRIOR_VARIANCES
        information += np.diag(1 / _PRIOR_VARIANCES)
        step = np.linalg.solve(information, gradient)
        step *= min(1.0, 0.5 / max(float(np.abs(step).max()), 1e-12))
        at += step
        if float(np.abs(step).max()) < 0.1 * SETTLED:
            break
    return at


def _errors(
    games: Games, theta: Floats, prior_sd: float, found: Floats, mine: list[Ints], shares: Floats
) -> Floats:
    """Standard errors of log slopes (about their mean, which is fixed) and offsets, one row a judge."""
    chance = logistic(games.logits(theta))
    rest = games.weight * (games.score - chance)
    curve = games.weight * chance * (1 - chance)
    hessian = games.hessian(chance, 1 / prior_sd**2)
    count = len(mine)
    information = np.zeros((2 * count, 2 * count))
    pulls, answers = np.zeros((2 * count, games.n)), np.zeros((2 * count, games.n))
    for place, chosen in enumerate(mine):
        slope = float(np.exp(found[place, 0]))
        first, second = games.first[chosen], games.second[chosen]
        along = slope * (theta[first] - theta[second])
        bent = curve[chosen] * along
        rows = slice(2 * place, 2 * place + 2)
        information[rows, rows] = [
            [np.vdot(bent, along) + SHARPNESS_SD**-2, bent.sum()],
            [bent.sum(), curve[chosen].sum() + BIAS_SD**-2],
        ]
        for row, pull in (
            (2 * place, slope * (rest[chosen] - bent)),
            (2 * place + 1, -slope * curve[chosen]),
        ):
            pulls[row] = summed(first, pull, games.n) - summed(second, pull, games.n)
            answers[row] = hessian.solve(pulls[row], 1e-3)
    centred = np.eye(2 * count)
    centred[0::2, 0::2] -= shares
    # Far from the joint maximum (verdicts all alike, say) the strengths' share can leave no positive curvature; what
    # the judges' own verdicts leave open is always a lower bound.
    joint, alone = (
        np.diag(centred @ np.linalg.inv(curvature) @ centred.T)
        for curvature in (information - pulls @ answers.T, information)
    )
    return np.asarray(np.sqrt(np.maximum(joint, alone))).reshape(count, 2)
