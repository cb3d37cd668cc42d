"""The same leagues give the same numbers as were recorded: `python -m tests.ranking.test_recorded` records anew.

Whether numbers are right is for the other claims to say; these notice any change of one, however small the constant.
"""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from bot.ranking import (
    Goal,
    JudgeEstimate,
    Outcomes,
    Ratings,
    agreement,
    expected_interval,
    fit,
    gap,
    learn_prior,
    matches_for_interval,
    propose,
    ranking,
    win_chance,
)

RECORDED = Path(__file__).parent / "recorded.json"
Numbers = dict[str, list[float]]


def league(n: int, matches: int, spread: float = 2.5, *, near: int = 0) -> Outcomes:
    """Outcomes with draws and weights; with `near`, of entries so close in strength that opponents meet one another."""
    random = np.random.default_rng([n, matches, near])
    strength = np.sort(random.normal(0, spread, n))
    first = random.integers(0, n, matches)
    second = (first + random.integers(1, near + 1 if near else n, matches)) % n
    latent = strength[first] - strength[second] + random.logistic(0, 1, matches)
    score = np.where(np.abs(latent) < 0.2, 0.5, latent > 0)
    return Outcomes(first, second, score, weight=random.choice([0.5, 1.0, 1.5], matches))


def judged(n: int, matches: int, *, people: bool = False) -> Outcomes:
    """Outcomes of three judges of differing sharpness and bias; one grades, some are overruled, a person may vote."""
    random = np.random.default_rng([7, n, matches])
    strength = random.normal(0, 2, n)
    first = random.integers(0, n, matches)
    second = (first + random.integers(1, n, matches)) % n
    judge = random.integers(0, 3, matches)
    logit = (
        np.array([0.5, 1.0, 2.0])[judge] * (strength[first] - strength[second])
        + np.array([0.8, 0, -0.4])[judge]
    )
    latent = logit + random.logistic(0, 1, matches)
    counts = random.random(matches) < 0.9
    return Outcomes(
        first, second, (latent > 0).astype(float), judge, weight=random.choice([1.0, 2.0], matches),
        grade=np.where(judge == 1, 1 + np.searchsorted([1.0, 2.5], np.abs(latent)), 0),
        counts=counts, people=[2] if people else (),
    )  # fmt: skip


def told(ratings: Ratings) -> Numbers:
    """What ratings say, of at most forty entries."""
    names = (
        "theta",
        "stderr",
        "rank_stderr",
        "score",
        "interval",
        "rank",
        "rank_low",
        "rank_high",
    )
    every = max(1, len(ratings.theta) // 40)
    numbers = {name: np.asarray(getattr(ratings, name), dtype=float)[::every].tolist() for name in names}
    numbers["judges"] = [
        value
        for one in ratings.judges
        for value in (
            one.judge, one.discrimination, one.discrimination_stderr, one.bias, one.bias_stderr, one.matches, one.grades
        )
    ]  # fmt: skip
    if ratings.people:
        numbers["people"] = [ratings.people.sharpness, ratings.people.sd, ratings.people.votes]
    return numbers


def learned(n: int, outcomes: Outcomes, *, rated: bool) -> Numbers:
    """The prior of a league, and its ratings by it."""
    rubric = np.where(np.arange(n) % 5 == 0, np.nan, 5 + np.arange(n) * 3 / n) if rated else None
    prior = learn_prior(n, outcomes, rubric)
    again = learn_prior(n, outcomes, rubric, start=prior)
    numbers = told(fit(n, outcomes, prior.mean, prior.sd))
    scales = [prior.sd, prior.slope, prior.level, again.sd, again.slope]
    return numbers | {"prior": scales, "likely": prior.theta[:: max(1, n // 20)].tolist()}


def pairs(n: int, matches: int, count: int, goal: Goal = "ranking", **how: object) -> Numbers:
    """The pairs proposed, some rounds of them."""
    outcomes, numbers = league(n, matches), list[float]()
    for seed in range(3):
        chosen = propose(n, outcomes, count, goal, prior_sd=2.0, seed=seed, **how)  # type: ignore[arg-type]  # by name
        numbers += chosen.ravel().tolist()
        outcomes = Outcomes(
            np.r_[outcomes.first, chosen[:, 0]],
            np.r_[outcomes.second, chosen[:, 1]],
            np.r_[outcomes.score, chosen[:, 0] > chosen[:, 1]],
        )
    return {"pairs": numbers}


def small_sums() -> Numbers:
    """Functions of few numbers, at many places."""
    apart, variance = (axis.ravel() for axis in np.meshgrid(np.linspace(-6, 6, 9), [0.0, 0.5, 4.0]))
    theta, stderr = np.array([2.0, 1.2, 1.2, 0.4, -0.3, -2.5]), np.array([0.3, 0.9, 0.4, 0.5, 0.2, 1.1])
    shares = np.linspace(0.2, 0.9, 8)
    agreed = agreement(np.round(shares), shares, np.linspace(0.1, 0.9, 30))
    plain = agreement([1, 0, 1, 1], [0.5] * 4, [0.5] * 10)
    few = agreement([1, 0, 1, 1], [0.6, 0.4, 0.9, 0.7], [0.5])
    assert agreed
    assert plain
    assert few
    of_six = fit(6, league(6, 20), prior_sd=2.0)
    return {
        "chances": win_chance(apart, variance).tolist(),
        "ranks": np.concatenate(ranking(theta, stderr)).tolist(),
        "agreement": [x for one in (agreed, plain, few) for x in (one.share, one.low, one.high, one.votes)],
        "intervals": [expected_interval(n, m, s) for n in (1, 2, 50) for m in (-1, 4, 12) for s in (1.35, 3)],
        "matches": [matches_for_interval(n, target, 2.0) for n in (1, 2, 50) for target in (1, 150, 400)],
        "gaps": gap([3, 1, 1, 2], [1.0, 2.0, np.nan, 5.0]).tolist() + gap([3], [1.0]).tolist(),
        "top": [of_six.top_probability(k) for k in range(1, 6)],
        "wins": of_six.win_probability([0, 1, 2], [3, 4, 5]).tolist(),
    }


CASES: dict[str, Callable[[], Numbers]] = {
    "small sums": small_sums,
    "fit": lambda: told(fit(50, league(50, 250), np.linspace(-1, 1, 50), 2.0)),
    "fit where little is known": lambda: told(fit(7, league(7, 4), None, 1.35)),
    "fit by conjugate gradients": lambda: told(fit(260, league(260, 1_500), None, 2.0)),
    "fit by propagation": lambda: told(fit(1_010, league(1_010, 4_000), None, 2.0)),
    "fit by propagation where opponents meet": lambda: told(fit(1_010, league(1_010, 6_000, near=12), None, 2.0)),
    "judges": lambda: told(fit(40, judged(40, 400), None, 2.0)),
    "judges, from earlier estimates": lambda: told(
        fit(40, judged(40, 400), None, 2.0, np.linspace(-1, 1, 40), judges=[JudgeEstimate(1, 1.5, 0.1, 0.2, 0.1, 60)])
    ),
    "judges who said too little": lambda: told(fit(40, judged(40, 150), None, 2.0)),
    "votes": lambda: told(fit(40, judged(40, 400, people=True), None, 2.0)),
    "learned": lambda: learned(40, league(40, 200), rated=False),
    "learned with a rubric": lambda: learned(60, league(60, 150), rated=True),
    "learned by propagation": lambda: learned(310, league(310, 1_500), rated=True),
    "pairs": lambda: pairs(40, 100, 20),
    "pairs, few": lambda: pairs(40, 100, 7, random_share=0.3),
    "pairs, two layers": lambda: pairs(13, 20, 15),
    "pairs, nobody played": lambda: pairs(21, 0, 10),
    "pairs of a large league": lambda: pairs(420, 900, 210),
    "pairs, the top": lambda: pairs(60, 150, 25, ("top", 6)),
    "pairs, the top of a large league": lambda: pairs(420, 900, 80, ("top", 40)),
    "pairs of candidates": lambda: pairs(
        20, 40, 8, candidates=[(i, j) for i in range(20) for j in range(i) if (i + j) % 3]
    ),
    "pairs of players with eager ones": lambda: pairs(
        30, 60, 10, players=list(range(3, 28)), eager=[3, 4, 9, 20], barred=[(3, 4), (9, 21)]
    ),
    "rematches": lambda: pairs(6, 60, 5),
    "rematches of candidates": lambda: pairs(6, 60, 5, candidates=[(0, 1), (1, 0), (2, 3), (4, 5), (1, 5)]),
}  # fmt: skip


@pytest.fixture(scope="module")
def recorded() -> dict[str, Numbers]:
    numbers: dict[str, Numbers] = json.loads(RECORDED.read_text())
    return numbers


@pytest.mark.parametrize("case", CASES)
def test_numbers_are_as_recorded(case: str, recorded: dict[str, Numbers]) -> None:
    now = CASES[case]()
    assert now.keys() == recorded[case].keys()
    for name, numbers in now.items():
        np.testing.assert_allclose(numbers, recorded[case][name], rtol=1e-6, atol=2e-6, err_msg=name)


if __name__ == "__main__":
    RECORDED.write_text(
        json.dumps(
            {
                case: {
                    name: [round(float(number), 9) for number in numbers]
                    for name, numbers in compute().items()
                }
                for case, compute in CASES.items()
            }
        )
        + "\n"
    )
