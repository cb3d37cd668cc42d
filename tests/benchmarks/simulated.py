"""Leagues whose truth is known: `python -m tests.benchmarks.simulated coverage 50`, `rubric` and `grades` print tables.

Every league is played as the product plays: batches of n / 10, the prior learned again after each. Strengths come from
worlds that the model doesn't assume: heavy tails, clusters, rubrics that are wrong. The seeds reported here were not used
in choosing anything: tuning ran on seeds from 1,000 to 9,999. `.ci/long ratings` runs all of it, for some minutes.
"""

import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from scipy.stats import kendalltau

from bot.ranking import Outcomes, Prior, Ratings, fit, learn_prior, propose
from bot.ranking.arrays import Floats

NONE = Outcomes([], [], [])
MARKS = (4, 8, 12)
"""Matches a paper at which coverage is measured; each match is two papers'."""
LEAGUES = {50: 16, 200: 8, 1_000: 3}
FIRST_SEED = 20_000
THRESHOLDS = (1.0, 2.5)
"""Latent lead, logits, from which an honest judge says "clearly" and "by far"."""
CALLS = 12.0
"""Calls a paper up to which grades are followed."""


def _normal(spread: float) -> Callable[[int, np.random.Generator], tuple[Floats, Floats | None]]:
    return lambda n, random: (random.normal(0, spread, n), None)


def _rated(
    change: Callable[[Floats, np.random.Generator], Floats],
) -> Callable[[int, np.random.Generator], tuple[Floats, Floats | None]]:
    """Strengths of 2.5 logits a rubric point with a spread of 2 around it, and the rubric after a change."""

    def draw(n: int, random: np.random.Generator) -> tuple[Floats, Floats | None]:
        rubric = np.clip(np.round(2 * random.normal(6, 0.9, n)) / 2, 1, 10)
        strength = 2.5 * (rubric - rubric.mean()) + random.normal(0, 2, n)
        return strength, change(rubric, random)

    return draw


WORLDS: dict[str, Callable[[int, np.random.Generator], tuple[Floats, Floats | None]]] = {
    "spread 0.6": _normal(0.6),
    "spread 1.35": _normal(1.35),
    "spread 2.5": _normal(2.5),
    "spread 4.5": _normal(4.5),
    "heavy tails, t(3)": lambda n, random: (1.35 * random.standard_t(3, n), None),
    "two clusters": lambda n, random: (
        np.where(random.random(n) < 0.5, -2, 2) + random.normal(0, 0.3, n),
        None,
    ),
    "rubric right": _rated(lambda rubric, _: rubric),
    "rubric constant": _rated(lambda rubric, _: np.full(len(rubric), 6.0)),
    "rubric missing for half": _rated(
        lambda rubric, random: np.where(random.random(len(rubric)) < 0.5, np.nan, rubric)
    ),
    "rubric reversed": _rated(lambda rubric, _: 12 - rubric),
}


@dataclass(frozen=True)
class Step:
    """A league after a batch: its outcomes, the latent lead of each match's winner, and the prior learned."""

    outcomes: Outcomes
    lead: Floats
    prior: Prior

    def rated(self, grade: np.ndarray | None = None) -> Ratings:
        """The ratings, with grades if given."""
        o = self.outcomes
        graded = o if grade is None else Outcomes(o.first, o.second, o.score, grade=grade[: len(o)])
        return fit(len(self.prior.mean), graded, self.prior.mean, self.prior.sd)


def played(strength: Floats, rubric: Floats | None, random: np.random.Generator, most: int) -> Iterator[Step]:
    """Play up to so many matches in batches of n / 10; every twelfth of `most` ends a batch."""
    n = len(strength)
    outcomes, lead, prior, batch = NONE, np.zeros(0), learn_prior(n, NONE, rubric), 0
    while len(outcomes) < most:
        stop = (len(outcomes) * 12 // most + 1) * most // 12
        count = min(max(1, n // 10), max(1, stop - len(outcomes)))
        pairs = propose(n, outcomes, count, prior_mean=prior.mean, prior_sd=prior.sd, seed=batch)
        latent = strength[pairs[:, 0]] - strength[pairs[:, 1]] + random.logistic(0, 1, len(pairs))
        outcomes = Outcomes(
            np.r_[outcomes.first, pairs[:, 0]],
            np.r_[outcomes.second, pairs[:, 1]],
            np.r_[outcomes.score, latent > 0],
        )
        lead, batch = np.r_[lead, np.abs(latent)], batch + 1
        prior = learn_prior(n, outcomes, rubric, start=prior)
        yield Step(outcomes, lead, prior)


def coverage(n: int, world: str, seed: int) -> list[tuple[float, float]]:
    """Shares of strengths and of ranks within their 95 % intervals at each mark."""
    random = np.random.default_rng([seed, n])
    strength, rubric = WORLDS[world](n, random)
    rank = np.argsort(np.argsort(-strength)) + 1
    shares = list[tuple[float, float]]()
    for step in played(strength, rubric, random, MARKS[-1] * n // 2):
        if len(step.outcomes) == MARKS[len(shares)] * n // 2:
            ratings = step.rated()
            held = np.abs(ratings.theta - strength) <= 1.96 * ratings.stderr
            ranked = (ratings.rank_low <= rank) & (rank <= ratings.rank_high)
            shares.append((float(held.mean()), float(ranked.mean())))
    return shares


def print_coverage(sizes: list[int]) -> None:
    """Print the table of coverage, a row a world."""
    print(
        "| world | papers | leagues | strengths at 4, 8, 12 matches | ranks at 4, 8, 12 | ± at 12 |\n"
        + 6 * "| --- "
        + "|"
    )
    for n in sizes:
        for world in WORLDS:
            shares = np.array([coverage(n, world, FIRST_SEED + seed) for seed in range(LEAGUES[n])])
            mean, error = shares.mean(axis=0), shares[:, -1, 0].std(ddof=1) / np.sqrt(LEAGUES[n])
            of_strengths, of_ranks = (
                " ".join(f"{share:.2f}"[1:] if share < 1 else "1" for share in column) for column in mean.T
            )
            print(
                f"| {world} | {n:,} | {LEAGUES[n]} | {of_strengths} | {of_ranks} | {error:.2f} |", flush=True
            )


def print_rubric(n: int = 100, leagues: int = 12) -> None:
    """Print tau with a reversed rubric and without any, at every match a paper up to 12."""
    taus = np.zeros((leagues, 2, 12))
    for seed in range(leagues):
        for kind in range(2):
            random = np.random.default_rng([FIRST_SEED + seed, n])
            strength, rubric = WORLDS["rubric reversed"](n, random)
            marks = (kind_step for kind_step in played(strength, rubric if kind else None, random, 6 * n))
            for step in marks:
                if (12 * len(step.outcomes)) % (6 * n) == 0:
                    mark = 12 * len(step.outcomes) // (6 * n) - 1
                    taus[seed, kind, mark] = kendalltau(step.rated().theta, strength)[0]
    behind = taus[:, 0] - taus[:, 1]
    mean, error = behind.mean(axis=0), behind.std(axis=0, ddof=1) / np.sqrt(leagues)
    print(
        "| matches a paper | " + " | ".join(str(mark) for mark in range(1, 13)) + " |\n" + 13 * "| --- " + "|"
    )
    print("| tau without a rubric | " + " | ".join(f"{tau:.2f}" for tau in taus[:, 0].mean(axis=0)) + " |")
    print("| reversed: behind by (bar 0.03) | " + " | ".join(f"{one:+.3f}" for one in mean) + " |")
    print("| ± | " + " | ".join(f"{one:.3f}" for one in error) + " |", flush=True)


def print_grades(n: int = 100, leagues: int = 8) -> None:
    """Print calls a paper to tau 0.80 without grades, with honest ones and with noise.

    Where tau 0.80 isn't reached, calls to what is reached at three quarters of the way without grades.
    """
    print(
        "| spread | tau | calls without grades | honest | noise | noise costs (bar 3 %) |\n"
        + 6 * "| --- "
        + "|"
    )
    for spread in (0.6, 1.35, 2.2, 4.5):
        curves: list[np.ndarray] = []
        for seed in range(leagues):
            random = np.random.default_rng([FIRST_SEED + seed, n])
            strength, noise = random.normal(0, spread, n), random.integers(1, 4, int(CALLS * n) + n)
            points = []
            for step in played(strength, None, random, int(CALLS * n)):
                honest = 1 + np.searchsorted(THRESHOLDS, step.lead)
                taus = [kendalltau(step.rated(grade).theta, strength)[0] for grade in (None, honest, noise)]
                points.append((len(step.outcomes) / n, *taus))
            curves.append(np.array(points))
        mean = np.mean(curves, axis=0)
        level = min(0.8, float(np.interp(0.75 * CALLS, mean[:, 0], mean[:, 1])))
        plain, honest_calls, noisy = (_reaches(mean[:, 0], mean[:, kind], level) for kind in (1, 2, 3))
        print(
            f"| {spread} | {level:.2f} | {plain:.2f} | {honest_calls:.2f} | {noisy:.2f} | {noisy / plain - 1:+.1%} |",
            flush=True,
        )


def _reaches(calls: Floats, tau: Floats, level: float) -> float:
    """Calls at which a curve reaches a level for good enough: interpolated where it first lies above."""
    at = int(np.argmax(tau >= level))
    if at == 0:
        return float(calls[0])
    return float(np.interp(level, tau[at - 1 : at + 1], calls[at - 1 : at + 1]))


def main(arguments: list[str]) -> None:
    """Print the tables asked for."""
    print(
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, load {os.getloadavg()[0]:.1f}, seeds from {FIRST_SEED:,}\n"
    )
    match arguments:
        case ["coverage", *sizes]:
            print_coverage([int(size) for size in sizes] or list(LEAGUES))
        case ["rubric"]:
            print_rubric()
        case ["grades"]:
            print_grades()
        case _:
            raise SystemExit("coverage [50 200 1000], rubric or grades")


if __name__ == "__main__":
    main(sys.argv[1:])
