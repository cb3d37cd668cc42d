"""Estimates each judge's sharpness, its bias for a position, and the reliability of its grades.

A judge of sharpness s and bias b lets the first shown win with probability sigma(s (theta_first - theta_second) + b).
Where it also says by how much, the grade is at least g with probability sigma(k (theta_winner - theta_loser) - c_g): a
continuation-ratio model (Tutz 1991) whose reliability k is 0 for grades that are noise, and then moves nothing.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np

from bot.ranking.arrays import Bools, Floats, Ints, logistic
from bot.ranking.bradley_terry import Games, centre, separate_games
from bot.ranking.hessian import Hessian, summed
from bot.ranking.outcomes import Outcomes
from bot.ranking.posterior import Posterior, settled
from bot.ranking.uncertainty import apart_variances

ROUNDS = 6
BOLD = 1.25
"""Share of its own step by which a round of expectation maximisation moves: it leaves about a fifth for later ones."""
SMALL_STEP = 1e-2
"""Expectation maximisation stops when no log slope and no offset moves further in a round: a third of a standard error
of slopes after 12,000 verdicts, of which little is left."""
SMALL_NEWTON = 3e-3
"""Step of log slope and offset after which Newton's method stops; what is left is about the square of it."""
ROUGH, CLOSE = 1e-2, 1e-4
"""Gradients (logits⁻¹) at which strengths are accurate enough to begin with, and for estimating judges."""
WARMING = 2
"""Number of rounds in which variances settle at strengths that were estimated earlier."""
PER_JUDGE = 60
PER_ENTRY = 4.0
LEAST_GRADES = 30
"""Number of graded verdicts that a judge must have given before its grades are used."""
RELIABLE = 2.0
"""Standard errors above 0 that the reliability of grades needs for grades to count."""
SHARPNESS_SD = 0.4
BIAS_SD = 0.5
_PRIOR_VARIANCES = np.array([SHARPNESS_SD**2, BIAS_SD**2])
RELIABILITY_SD, THRESHOLD_SD = 1.0, 3.0
_STEPS = 20
_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(5)
_WEIGHTS = _WEIGHTS / _WEIGHTS.sum()


@dataclass(frozen=True, slots=True)
class JudgeEstimate:
    """Estimates of one judge, from its own verdicts alone, including those that were overruled.

    The chance that the first-shown paper wins is logistic in `discrimination` times the papers' difference in strength,
    plus `bias`, in logits; the geometric mean of all judges' discriminations is 1. `grades` says how much a judge's
    "slight" and "clear" tell about that difference (logits of a higher grade for each logit of difference): 0 while they
    don't reliably tell anything.
    """

    judge: int
    discrimination: float
    discrimination_stderr: float
    bias: float
    bias_stderr: float
    matches: int
    grades: float = 0.0


@dataclass(frozen=True)
class _Voice:
    """A judge and the indices of its games."""

    judge: int
    games: Ints


def has_enough(n: int, outcomes: Outcomes) -> bool:
    """Return whether two judges have enough matches each and per entry, or there are grades to learn from."""
    return bool(_heard(n, outcomes)) or bool(_graded(outcomes))


def _heard(n: int, outcomes: Outcomes) -> list[int]:
    """Return the judges whose sharpness is estimated: those with enough matches, if at least two; others keep 1."""
    if len(outcomes) < PER_ENTRY * n or len(outcomes) == 0:
        return []
    often = np.flatnonzero(np.bincount(outcomes.judge) >= PER_JUDGE)
    return [int(judge) for judge in often] if len(often) > 1 else []


def _graded(outcomes: Outcomes) -> list[int]:
    """Return the judges with enough grades, of at least two kinds."""
    if not outcomes.grade.any():
        return []
    judges = np.unique(outcomes.judge[outcomes.grade > 0]).tolist()
    grades = {judge: outcomes.grade[(outcomes.judge == judge) & (outcomes.grade > 0)] for judge in judges}
    return [judge for judge, levels in grades.items() if len(levels) >= LEAST_GRADES and np.ptp(levels) > 0]


def fit_along(
    n: int,
    outcomes: Outcomes,
    prior_mean: Floats,
    prior_sd: float,
    start: Floats,
    earlier: Collection[JudgeEstimate] = (),
) -> tuple[tuple[JudgeEstimate, ...], Posterior]:
    """Estimate judges and strengths together, by expectation maximisation; `start` and `earlier` only affect speed.

    The expectation is over the strengths' posterior, so that unsettled strengths don't pass for sharp judges, as they
    would in a joint maximum. Grades count only where they proved reliable on the strengths that wins alone tell. The
    errors of sharpness and bias count the strengths' uncertainty as well: the information is the Schur complement of
    the strengths in the joint Hessian.
    """
    everything = separate_games(n, outcomes)
    games = replace(everything, weight=np.where(outcomes.counts, outcomes.weight, 0.0))
    voices = [_Voice(judge, np.flatnonzero(outcomes.judge == judge)) for judge in _heard(n, outcomes)]
    shares = np.array([len(voice.games) for voice in voices], dtype=np.float64)
    shares /= max(shares.sum(), 1)
    at = _begin(voices, earlier)
    at[:, 0] -= shares @ at[:, 0]
    spoken_games = _spoken(games, voices, at)
    if voices and {voice.judge for voice in voices} <= {one.judge for one in earlier}:
        spoken_games = _averaged_around(spoken_games, prior_sd, start)
    theta, hessian = centre(spoken_games, prior_mean, prior_sd, start, ROUGH)
    apart = apart_variances(hessian)
    grades_by_judge: list[_Grades] = []
    for sweep in range(ROUNDS):
        before = at
        at = before + BOLD * (_sharpnesses(everything, theta, apart, voices, before) - before)
        at[:, 0] -= shares @ at[:, 0]
        judges = _graded(outcomes) if sweep == 0 else [grades.judge for grades in grades_by_judge]
        grades_by_judge = [_Grades.learned(games, outcomes, judge, theta, apart) for judge in judges]
        grades_by_judge = [grades for grades in grades_by_judge if grades.reliability > 0]
        spoken_games = replace(_with_grades(_spoken(games, voices, at), grades_by_judge), apart=apart)
        theta, hessian = centre(spoken_games, prior_mean, prior_sd, theta, CLOSE)
        if not grades_by_judge and float(np.max(np.abs(at - before), initial=0.0)) < SMALL_STEP:
            break
        apart = apart_variances(hessian)
    errors = _errors(everything, outcomes.counts, hessian, theta, at, voices, shares)
    reliable = {grades.judge: grades.reliability for grades in grades_by_judge}
    estimates = tuple(
        JudgeEstimate(
            voice.judge,
            float(np.exp(log)),
            float(np.exp(log) * log_error),
            float(bias),
            float(bias_error),
            len(voice.games),
            reliable.get(voice.judge, 0.0),
        )
        for voice, (log, bias), (log_error, bias_error) in zip(voices, at, errors, strict=True)
    )
    return estimates, settled(spoken_games, prior_mean, prior_sd, theta, hessian)


def _begin(voices: list[_Voice], earlier: Collection[JudgeEstimate]) -> Floats:
    """Return the log slope and offset of each judge as estimated earlier, 0 if new; shape (judges, 2)."""
    before = {one.judge: (float(np.log(one.discrimination)), one.bias) for one in earlier}
    return np.array([before.get(voice.judge, (0.0, 0.0)) for voice in voices]).reshape(-1, 2)


def _spoken(games: Games, voices: list[_Voice], at: Floats) -> Games:
    """Return the games with each judge's slope and offset; those of other judges keep 1 and 0."""
    slope, offset = np.ones(len(games.first)), np.zeros(len(games.first))
    for voice, (log, bias) in zip(voices, at, strict=True):
        slope[voice.games], offset[voice.games] = np.exp(log), bias
    return replace(games, slope=slope, offset=offset)


def _averaged_around(games: Games, prior_sd: float, theta: Floats) -> Games:
    """Return the games averaged over the posterior around strengths that were estimated earlier."""
    for _ in range(WARMING):
        games = replace(games, apart=apart_variances(games.hessian_at(theta, prior_sd)))
    return games


def _sharpnesses(games: Games, theta: Floats, apart: Floats, voices: list[_Voice], at: Floats) -> Floats:
    """Return each judge's log slope and offset by its own verdicts, from those at hand; shape (judges, 2)."""
    each = [_sharpness(games, theta, apart, voice, begin) for voice, begin in zip(voices, at, strict=True)]
    return np.array(each).reshape(-1, 2)


def _sharpness(games: Games, theta: Floats, apart: Floats, voice: _Voice, start: Floats) -> Floats:
    """Return one judge's log slope and offset by Newton's method, averaged over the posterior of each difference."""
    assert games.pair is not None
    mine = voice.games
    differences = _differences(theta[games.first[mine]] - theta[games.second[mine]], apart[games.pair[mine]])
    weight, score = games.weight[mine], games.score[mine]
    at = start.copy()
    for _ in range(_STEPS):
        along = np.exp(at[0]) * differences
        logit = along + at[1]
        chance = logistic(logit, out=logit)
        rest, curve = score - chance, 1 - chance
        curve *= chance
        gradient = np.array([_total(rest * along, weight), _total(rest, weight)])
        bent = curve * along
        shared = _total(bent, weight)
        bent *= along
        information = np.array([[_total(bent, weight), shared], [shared, _total(curve, weight)]])
        gradient -= at / _PRIOR_VARIANCES
        information += np.diag(1 / _PRIOR_VARIANCES)
        step = np.linalg.solve(information, gradient)
        step *= min(1.0, 0.5 / max(float(np.abs(step).max()), 1e-12))
        at += step
        if float(np.abs(step).max()) < SMALL_NEWTON:
            break
    return at


def _differences(mean: Floats, variance: Floats) -> Floats:
    """Return quadrature points of the posterior of each difference; shape (nodes, games)."""
    return np.asarray(mean + np.sqrt(variance) * _NODES[:, None])


def _total(values: Floats, weight: Floats) -> float:
    """Return the sum over games of the mean over nodes; values have shape (nodes, games)."""
    return float(_WEIGHTS @ (values @ weight))


@dataclass(frozen=True)
class _Grades:
    """A judge's grades as games of winner against loser; the score says whether the grade is at least the next one."""

    judge: int
    reliability: float
    first: Ints
    second: Ints
    score: Floats
    weight: Floats
    offset: Floats
    pair: Ints

    @classmethod
    def learned(cls, games: Games, outcomes: Outcomes, judge: int, theta: Floats, apart: Floats) -> "_Grades":
        """Estimate a judge's reliability and thresholds by Newton's method, averaged over each difference's posterior."""
        assert games.pair is not None
        mine = np.flatnonzero((outcomes.judge == judge) & (outcomes.grade > 0))
        levels = np.unique(outcomes.grade[mine])
        stages = [mine[outcomes.grade[mine] >= level] for level in levels[:-1]]
        matches = np.concatenate(stages)
        stage = np.repeat(np.arange(len(stages)), [len(each) for each in stages])
        score = (outcomes.grade[matches] > levels[stage]).astype(np.float64)
        first_won = outcomes.score[matches] == 1
        first = np.where(first_won, outcomes.first[matches], outcomes.second[matches])
        second = np.where(first_won, outcomes.second[matches], outcomes.first[matches])
        differences = _differences(theta[first] - theta[second], apart[games.pair[matches]])
        at, reliability_error = _graded_by(differences, score, stage, len(stages))
        reliability = float(at[0]) if at[0] > RELIABLE * reliability_error else 0.0
        return cls(
            judge,
            reliability,
            first,
            second,
            score,
            games.weight[matches],
            at[1:][stage],
            games.pair[matches],
        )


def _graded_by(differences: Floats, score: Floats, stage: Ints, stages: int) -> tuple[Floats, float]:
    """Return the reliability and an offset for each stage, and the standard error of the reliability."""
    columns = [differences, *(np.broadcast_to(stage == each, differences.shape) for each in range(stages))]
    weight = np.ones(len(score))
    sd = np.array([RELIABILITY_SD, *[THRESHOLD_SD] * stages])
    at, information = np.zeros(1 + stages), np.diag(sd**-2)
    for _ in range(_STEPS):
        chance = logistic(at[0] * differences + at[1:][stage])
        rest, curve = score - chance, chance * (1 - chance)
        gradient = np.array([_total(rest * column, weight) for column in columns]) - at / sd**2
        information = np.array([[_total(curve * one * two, weight) for two in columns] for one in columns])
        information += np.diag(sd**-2)
        step = np.linalg.solve(information, gradient)
        step *= min(1.0, 1.0 / max(float(np.abs(step).max()), 1e-12))
        at += step
        if float(np.abs(step).max()) < 0.03 * SMALL_NEWTON:
            break
    return at, float(np.sqrt(np.linalg.inv(information)[0, 0]))


def _with_grades(games: Games, grades_by_judge: list[_Grades]) -> Games:
    """Return the games, with additional games for what grades say beyond who won."""
    if not grades_by_judge:
        return games
    assert games.pair is not None
    return replace(
        games,
        first=np.concatenate([games.first, *(grades.first for grades in grades_by_judge)]),
        second=np.concatenate([games.second, *(grades.second for grades in grades_by_judge)]),
        score=np.concatenate([games.score, *(grades.score for grades in grades_by_judge)]),
        weight=np.concatenate([games.weight, *(grades.weight for grades in grades_by_judge)]),
        slope=np.concatenate(
            [
                np.asarray(games.slope),
                *(np.full(len(grades.first), grades.reliability) for grades in grades_by_judge),
            ]
        ),
        offset=np.concatenate([np.asarray(games.offset), *(grades.offset for grades in grades_by_judge)]),
        pair=np.concatenate([games.pair, *(grades.pair for grades in grades_by_judge)]),
    )


def _errors(
    games: Games,
    counts: Bools,
    hessian: Hessian,
    theta: Floats,
    at: Floats,
    voices: list[_Voice],
    shares: Floats,
) -> Floats:
    """Return standard errors of log slopes (about their mean, which is fixed) and offsets, one row per judge."""
    count = len(voices)
    if count == 0:
        return np.zeros((0, 2))
    information = np.zeros((2 * count, 2 * count))
    pulls, answers = np.zeros((2 * count, games.n)), np.zeros((2 * count, games.n))
    for place, (voice, (log, bias)) in enumerate(zip(voices, at, strict=True)):
        mine, slope = voice.games, float(np.exp(log))
        first, second = games.first[mine], games.second[mine]
        along = slope * (theta[first] - theta[second])
        chance = logistic(along + bias)
        rest, curve = (
            games.weight[mine] * (games.score[mine] - chance),
            games.weight[mine] * chance * (1 - chance),
        )
        bent = curve * along
        rows = slice(2 * place, 2 * place + 2)
        information[rows, rows] = [[np.vdot(bent, along), bent.sum()], [bent.sum(), curve.sum()]]
        information[rows, rows] += np.diag(1 / _PRIOR_VARIANCES)
        for row, pull in ((2 * place, slope * (rest - bent)), (2 * place + 1, -slope * curve)):
            moves = np.where(counts[mine], pull, 0.0)
            pulls[row] = summed(first, moves, games.n) - summed(second, moves, games.n)
            answers[row] = hessian.solve(pulls[row], 1e-2)  # the error of the product is its square
    centring = np.eye(2 * count)
    centring[0::2, 0::2] -= shares
    # Far from the joint maximum (verdicts all alike, say) the strengths' share can leave no positive curvature; what
    # the judges' own verdicts leave open is always a lower bound.
    joint, alone = (
        np.diag(centring @ np.linalg.inv(curvature) @ centring.T)
        for curvature in (information - pulls @ answers.T, information)
    )
    return np.asarray(np.sqrt(np.maximum(joint, alone))).reshape(count, 2)
