"""How sharp each judge is and which place it favours, estimated with the strengths integrated out."""

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from bot.ranking.model import Floats, Games, Outcomes

ROUNDS = 4
PER_JUDGE = 60
PER_ENTRY = 4.0
SHARPNESS_SD = 0.4
BIAS_SD = 0.5
_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(7)
_WEIGHTS = _WEIGHTS / _WEIGHTS.sum()


@dataclass(frozen=True, slots=True)
class JudgeEstimate:
    """One judge: `discrimination` multiplies the logit (mean 1), `bias` adds to it for the first shown."""

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


def estimate(outcomes: Outcomes, theta: Floats, variance: Floats) -> tuple[JudgeEstimate, ...]:
    """Each judge's slope and offset given the strengths' posterior; the slopes' geometric mean is 1."""
    apart = theta[outcomes.first] - theta[outcomes.second]
    spread = np.sqrt(variance[outcomes.first] + variance[outcomes.second])
    found = []
    for judge in np.unique(outcomes.judge):
        mine = outcomes.judge == judge
        found.append(
            (int(judge), *_one(apart[mine], spread[mine], outcomes.score[mine], outcomes.weight[mine]))
        )
    logs = np.array([np.log(one[1]) for one in found])
    counts = np.array([one[5] for one in found])
    mean = float(np.exp(np.sum(logs * counts) / counts.sum()))
    return tuple(
        JudgeEstimate(judge, slope / mean, slope_error / mean, bias, bias_error, matches)
        for judge, slope, slope_error, bias, bias_error, matches in found
    )


def _one(
    apart: Floats, spread: Floats, score: Floats, weight: Floats
) -> tuple[float, float, float, float, int]:
    """Log slope and offset by Newton, the likelihood averaged over the difference's posterior at Hermite nodes."""
    differences = apart[:, None] + spread[:, None] * _NODES[None, :]
    log_slope, bias = 0.0, 0.0
    weights = weight[:, None] * _WEIGHTS[None, :]
    information = np.eye(2)
    for _ in range(30):
        slope = float(np.exp(log_slope))
        logit = slope * differences + bias
        chance = expit(logit)
        rest = weights * (score[:, None] - chance)
        along = slope * differences
        gradient = np.array(
            [np.sum(rest * along) - log_slope / SHARPNESS_SD**2, np.sum(rest) - bias / BIAS_SD**2]
        )
        curve = weights * chance * (1 - chance)
        information = np.array(
            [
                [np.sum(curve * along**2) + 1 / SHARPNESS_SD**2, np.sum(curve * along)],
                [np.sum(curve * along), np.sum(curve) + 1 / BIAS_SD**2],
            ]
        )
        step = np.linalg.solve(information, gradient)
        step *= min(1.0, 0.5 / max(float(np.abs(step).max()), 1e-12))
        log_slope, bias = log_slope + float(step[0]), bias + float(step[1])
        if float(np.abs(step).max()) < 1e-8:  # noqa: PLR2004 - settled
            break
    errors = np.sqrt(np.diag(np.linalg.inv(information)))
    slope = float(np.exp(log_slope))
    return slope, slope * float(errors[0]), bias, float(errors[1]), len(apart)


def games(n: int, outcomes: Outcomes, estimates: tuple[JudgeEstimate, ...]) -> Games:
    """The outcomes as edges with each judge's slope and offset."""
    slope, offset = np.ones(int(outcomes.judge.max()) + 1), np.zeros(int(outcomes.judge.max()) + 1)
    for one in estimates:
        slope[one.judge], offset[one.judge] = one.discrimination, one.bias
    return Games(
        n, outcomes.first, outcomes.second, outcomes.score, outcomes.weight,
        slope[outcomes.judge], offset[outcomes.judge],
    )  # fmt: skip
