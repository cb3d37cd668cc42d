"""Ratings held against verdicts and scores they haven't seen: `python -m tests.benchmarks.held_out [people]`.

Prints a table. Verdicts are held out, settings are not: the hyperprior was set with these leagues in view. An oracle has
the best constants of a grid, chosen by looking at the held-out verdicts. Skipped where ../shared/data is missing.
"""

import csv
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from scipy.stats import kendalltau

from bot.ranking import Outcomes, Ratings, fit, learn_prior, propose
from bot.ranking.learned_prior import MODELS, learn_with

DATA = Path(__file__).parents[2].parent / "shared" / "data"
NONE = Outcomes([], [], [])
SEEDS, TAU_SEEDS, VOTE_SEEDS = range(5), range(20), range(20)
BINS = 10
CONSTANTS = [(sd, slope) for sd in (1.6, 2.0, 2.4, 2.8, 3.2) for slope in (2.0, 2.6, 3.2, 3.8)]
"""Spreads and slopes among which the oracle chooses, logits."""
TASTES = [(sharpness, sd) for sharpness in (0.1, 0.15, 0.2, 0.3, 0.4) for sd in (0.5, 0.8, 1.0, 1.2, 1.5)]
"""The same for people: how sharply they see the models' strengths, and the sd of their own taste."""
ELSEWHERE = [(spread, slope) for spread in (2.0, 4.5) for slope in (1.0, 3.5)]
"""Hyperpriors' centres (spread, slope) as far off as the smallest and largest of ten recorded leagues."""
Scale = tuple[np.ndarray, float]
"""Means and sd of a prior."""


@dataclass(frozen=True)
class Recorded:
    """Verdicts on pairs of n papers: who was first, second, the first's score; the rubric's and people's ratings."""

    n: int
    first: np.ndarray
    second: np.ndarray
    score: np.ndarray
    rubric: np.ndarray
    reviews: np.ndarray

    @classmethod
    def read(cls, papers: Path, first: str, second: str) -> "Recorded":
        """The league whose papers stand in this file, its matches beside it under these names of columns."""
        with papers.open() as file:
            rows = list(csv.DictReader(file))
        with Path(str(papers).replace("_papers", "_matches")).open() as file:
            matches = list(csv.DictReader(file))
        index = {row["id"]: place for place, row in enumerate(rows)}
        columns = [name for name in rows[0] if name.startswith("reviewer_")]
        return cls(
            len(rows),
            np.array([index[match[first]] for match in matches]),
            np.array([index[match[second]] for match in matches]),
            np.array([float(match["winner"] == match[first]) for match in matches]),
            np.array([float(row.get("rating") or "nan") for row in rows]),
            np.array([[float(row[name] or "nan") for name in columns] for row in rows]),
        )

    def outcomes(self, matches: list[int]) -> Outcomes:
        """These matches as outcomes."""
        return Outcomes(self.first[matches], self.second[matches], self.score[matches])


def fixed(rubric: np.ndarray, sd: float, slope: float) -> Scale:
    """The prior of these constants; papers without a rating have mean 0."""
    return slope * np.nan_to_num(rubric - np.nanmean(rubric)), sd


def played(
    league: Recorded, pool: np.ndarray, most: int, batch: int, seed: int, learn: Callable[[Outcomes], Scale]
) -> tuple[list[int], Scale]:
    """Matches out of a pool as the product plays them, the prior learned again at each batch; and the last prior."""
    waiting: dict[tuple[int, int], list[int]] = {}
    for match in pool.tolist():
        ends = sorted((int(league.first[match]), int(league.second[match])))
        waiting.setdefault((ends[0], ends[1]), []).append(match)
    matches: list[int] = []
    mean, sd = learn(NONE)
    while len(matches) < most:
        open_pairs = np.array([pair for pair, left in waiting.items() if left])
        if len(open_pairs) == 0:
            break
        pairs = propose(
            league.n, league.outcomes(matches), min(batch, most - len(matches)), candidates=open_pairs,
            prior_mean=mean, prior_sd=sd, seed=1_000 * seed + len(matches),
        )  # fmt: skip
        matches += [waiting[min(i, j), max(i, j)].pop(0) for i, j in pairs.tolist()]
        mean, sd = learn(league.outcomes(matches))
    return matches, (mean, sd)


def learner(league: Recorded, rubric: np.ndarray | None) -> Callable[[Outcomes], Scale]:
    """What learns the prior as the product does."""

    def learn(outcomes: Outcomes) -> Scale:
        prior = learn_prior(league.n, outcomes, rubric)
        return prior.mean, prior.sd

    return learn


@dataclass(frozen=True)
class Split:
    """12 matches a paper out of 70 % of the verdicts, the prior learned from them, and the other 30 %."""

    league: Recorded
    matches: list[int]
    prior: Scale
    rest: np.ndarray

    @classmethod
    def drawn(cls, league: Recorded, seed: int) -> "Split":
        """Split at random and play."""
        order = np.random.default_rng(seed).permutation(len(league.first))
        cut, batch = int(0.7 * len(order)), max(1, league.n // 10)
        learn = learner(league, league.rubric)
        matches, prior = played(league, order[:cut], 6 * league.n, batch, seed, learn)
        return cls(league, matches, prior, order[cut:])

    def predicted(self, prior: Scale | None = None) -> tuple[float, float]:
        """Log-loss and expected calibration error on the rest, by the learned prior or another."""
        league, rest = self.league, self.rest
        ratings = fit(league.n, league.outcomes(self.matches), *(prior or self.prior))
        chance = np.clip(ratings.win_probability(league.first[rest], league.second[rest]), 1e-9, 1 - 1e-9)
        won = league.score[rest]
        loss = -float(np.mean(won * np.log(chance) + (1 - won) * np.log(1 - chance)))
        sure, right = np.maximum(chance, 1 - chance), np.where(chance >= 0.5, won, 1 - won)
        bins = np.minimum(((sure - 0.5) * 2 * BINS).astype(int), BINS - 1)
        gaps = [
            abs(sure[bins == b].mean() - right[bins == b].mean()) * np.mean(bins == b)
            for b in np.unique(bins)
        ]
        return loss, float(sum(gaps))

    def elsewhere(self, spread: float, slope: float) -> float:
        """Log-loss with the prior learned under a hyperprior with another centre."""
        hyperprior = replace(
            MODELS, log_sd=(float(np.log(spread)), MODELS.log_sd[1]), slope=(slope, MODELS.slope[1])
        )
        prior = learn_with(self.league.n, self.league.outcomes(self.matches), self.league.rubric, hyperprior)
        return self.predicted((prior.mean, prior.sd))[0]


def replayed(league: Recorded, share: float, seed: int, learn: Callable[[Outcomes], Scale]) -> float:
    """Tau with the fit of all verdicts after a share of them, in rounds of n / 2."""
    everything = league.outcomes(list(range(len(league.first))))
    truth = fit(league.n, everything, *learner(league, None)(everything)).theta
    most = int(np.ceil(share * len(league.first)))
    matches, prior = played(league, np.arange(len(league.first)), most, league.n // 2, seed, learn)
    return float(kendalltau(fit(league.n, league.outcomes(matches), *prior).theta, truth)[0])


@dataclass(frozen=True)
class Voted:
    """9 matches a paper, rounds of votes, all of one reviewer a paper, and the mean of the other reviewers.

    In a round every paper is in one vote, so that a round is half as many votes as papers.
    """

    league: Recorded
    matches: list[int]
    prior: Scale
    votes: np.ndarray
    truth: np.ndarray

    @classmethod
    def drawn(cls, league: Recorded, seed: int, most: int = 30) -> "Voted":
        """Draw reviewers and who votes between which two papers; `votes` has rows of first, second, score by round."""
        random, reviews = np.random.default_rng(seed), league.reviews.copy()
        matches, prior = played(
            league,
            np.arange(len(league.first)),
            int(4.5 * league.n),
            max(1, league.n // 10),
            seed,
            learner(league, None),
        )
        mine = np.full(league.n, np.nan)
        for paper in range(league.n):
            there = np.flatnonzero(np.isfinite(reviews[paper]))
            if len(there) > 1:
                voter = random.choice(there)
                mine[paper], reviews[paper, voter] = reviews[paper, voter], np.nan
        able = np.flatnonzero(np.isfinite(mine))
        rounds = [random.permutation(able)[: 2 * (len(able) // 2)].reshape(-1, 2) for _ in range(most)]
        scores = [0.5 + 0.5 * np.sign(mine[pairs[:, 0]] - mine[pairs[:, 1]]) for pairs in rounds]
        votes = np.stack([np.column_stack(each) for each in zip(rounds, scores, strict=True)])
        return cls(league, matches, prior, votes, np.nanmean(reviews, axis=1))

    def correlation(self, theta: np.ndarray) -> float:
        """Correlation of strengths with the mean of the reviewers who didn't vote."""
        known = np.isfinite(self.truth)
        return float(np.corrcoef(theta[known], self.truth[known])[0, 1])

    def gain(self, rounds: int, times: int = 1) -> float:
        """Gain in correlation by so many rounds of votes, each so many times."""
        return self.correlation(self.rated(rounds, times).theta) - self.correlation(self.rated(0).theta)

    def held(self, rounds: int) -> tuple[float, float, float, float]:
        """What intervals of voted papers hold of people's view, and how far votes move.

        Shares of the mean of the other reviewers, put on the scale of the papers' strengths, inside the intervals
        without the votes and with them; the median and the largest move by votes, as a share of the interval.
        """
        before, after = self.rated(0), self.rated(rounds)
        voted = np.isfinite(self.truth) & (after.theta != before.theta)
        truth = self.truth[voted] - self.truth[voted].mean()
        theta, deviation = before.theta[voted], truth / truth.std()
        aim = theta.mean() + deviation * theta.std()
        moves = np.abs(after.theta - before.theta)[voted] / (1.96 * after.stderr[voted])
        without, with_votes = (
            float(np.mean(np.abs(one.theta[voted] - aim) <= 1.96 * one.stderr[voted]))
            for one in (before, after)
        )
        return (
            without,
            with_votes,
            float(np.median(moves)),
            float(moves.max()),
        )

    def rated(self, rounds: int, times: int = 1) -> Ratings:
        """Ratings with so many rounds of votes, each so many times."""
        league, matches = self.league, self.matches
        people = np.tile(self.votes[:rounds].reshape(-1, 3), (times, 1))
        judge = np.r_[np.zeros(len(matches), dtype=int), np.ones(len(people), dtype=int)]
        outcomes = Outcomes(
            np.r_[league.first[matches], people[:, 0].astype(int)],
            np.r_[league.second[matches], people[:, 1].astype(int)],
            np.r_[league.score[matches], people[:, 2]], judge, people=[1],
        )  # fmt: skip
        return fit(league.n, outcomes, *self.prior)

    def with_taste(self, models: np.ndarray, sharpness: float, sd: float) -> float:
        """Correlation of people's strengths by the votes, if their sharpness and taste were known."""
        first, second, score = self.votes[0].T
        votes = Outcomes(first.astype(int), second.astype(int), score)
        return self.correlation(fit(self.league.n, votes, sharpness * models, sd).theta)


def split_votes(league: Recorded, seed: int) -> list[float]:
    """Correlation with the mean of half of the reviewers, the other half voting, a reviewer anew for each vote.

    9 random matches a paper; after no, one and two rounds, in each of which every paper is in one vote, by a constant
    prior with votes as outcomes of weight 2, and as the product counts them.
    """
    random, reviews = np.random.default_rng([seed, 9]), league.reviews.copy()
    matches = random.permutation(len(league.first))[: int(4.5 * league.n)]
    said = np.full((league.n, 2), np.nan)
    for paper in range(league.n):
        there = random.permutation(np.flatnonzero(np.isfinite(reviews[paper])))
        if len(voters := there[: len(there) // 2]):
            said[paper], reviews[paper, voters] = reviews[paper, random.choice(voters, 2)], np.nan
    able, truth = np.flatnonzero(np.isfinite(said[:, 0])), np.nanmean(reviews, axis=1)
    votes = list[np.ndarray]()
    for each in said.T:
        pairs = random.permutation(able)[: 2 * (len(able) // 2)].reshape(-1, 2)
        votes.append(np.column_stack([pairs, 0.5 + 0.5 * np.sign(each[pairs[:, 0]] - each[pairs[:, 1]])]))
    base, known, thetas = league.outcomes(matches.tolist()), np.isfinite(truth), list[np.ndarray]()
    prior = learn_prior(league.n, base)
    for rounds in (0, 1, 2):
        people = np.concatenate([np.zeros((0, 3)), *votes[:rounds]])
        first, second = (
            np.r_[base.first, people[:, 0].astype(int)],
            np.r_[base.second, people[:, 1].astype(int)],
        )
        score, personal = np.r_[base.score, people[:, 2]], np.repeat([0, 1], [len(base), len(people)])
        thetas.append(fit(league.n, Outcomes(first, second, score, weight=1.0 + personal)).theta)
        thetas.append(
            fit(league.n, Outcomes(first, second, score, personal, people=[1]), prior.mean, prior.sd).theta
        )
    return [float(np.corrcoef(theta[known], truth[known])[0, 1]) for theta in thetas]


def print_split_votes(leagues: list[Recorded]) -> None:
    """Print what votes bring where half of the reviewers vote: by weight 2, and as the product counts them."""
    shares = np.array(
        [np.mean([split_votes(league, seed) for league in leagues], axis=0) for seed in range(40)]
    )
    for place, name in enumerate(("as outcomes of weight 2", "as the product counts them")):
        none, half, whole = shares[:, place::2].T
        line(f"half of the reviewers vote, votes {name}: correlation without any", none.tolist(), "", "")
        line("the same: gain by half as many votes as papers", (half - none).tolist(), "", "")
        line("the same: gain by as many votes as papers", (whole - none).tolist(), "", "")


def line(what: str, values: Sequence[float], oracle: str, bar: str) -> None:
    """Print a row of the table: the mean over the draws and its standard error."""
    error = np.std(values, ddof=1) / np.sqrt(len(values))
    print(f"| {what} | {np.mean(values):.3f} ± {error:.3f} | {oracle} | {bar} |", flush=True)


def print_recorded(name: str, league: Recorded) -> None:
    """Print what is predicted in one recorded league."""
    splits = [Split.drawn(league, seed) for seed in SEEDS]
    learned = [split.predicted() for split in splits]
    oracles = {
        constants: np.mean([split.predicted(fixed(league.rubric, *constants)) for split in splits], axis=0)
        for constants in CONSTANTS
    }
    best = min(oracles, key=lambda constants: float(oracles[constants][0]))
    loss, error = oracles[best].tolist()
    constants = f"sd {best[0]}, slope {best[1]}"
    line(
        f"{name}: log-loss on held-out verdicts",
        [one for one, _ in learned],
        f"{loss:.3f} ({constants})",
        "at most 0.24",
    )
    line(f"{name}: calibration error", [one for _, one in learned], f"{error:.3f}", "at most 0.03")
    others = [[split.elsewhere(*centre) for split in splits] for centre in ELSEWHERE]
    worst = max(others, key=lambda losses: float(np.mean(losses)))
    line(f"{name}: log-loss, the worst of four other hyperpriors", worst, "", "")
    for share, bar in ((0.2, "0.86"), (0.3, "0.91")):
        taus = [replayed(league, share, seed, learner(league, league.rubric)) for seed in TAU_SEEDS]
        found = {
            constants: float(
                np.mean(
                    [
                        replayed(league, share, seed, _always(fixed(league.rubric, *constants)))
                        for seed in SEEDS
                    ]
                )
            )
            for constants in CONSTANTS[::3]
        }
        top = max(found, key=lambda constants: found[constants])
        line(f"{name}: tau at {share:.0%}", taus, f"{found[top]:.3f} (sd {top[0]}, slope {top[1]})", bar)


def _always(prior: Scale) -> Callable[[Outcomes], Scale]:
    return lambda _: prior


def print_people(leagues: list[Recorded]) -> None:
    """Print how strengths agree with people, without votes and with some, and what intervals of voted papers hold."""
    draws = [[Voted.drawn(league, seed) for league in leagues] for seed in VOTE_SEEDS]
    models = [[one.rated(0).theta for one in draw] for draw in draws]
    none = np.array([
        np.mean([one.correlation(theta) for one, theta in zip(draw, thetas, strict=True)])
        for draw, thetas in zip(draws, models, strict=True)
    ])  # fmt: skip
    oracles = {
        taste: np.mean([
            np.mean([one.with_taste(theta, *taste) for one, theta in zip(draw, thetas, strict=True)])
            for draw, thetas in zip(draws, models, strict=True)
        ])
        for taste in TASTES
    }  # fmt: skip
    best = max(oracles, key=lambda taste: float(oracles[taste]))
    oracle = f"{float(oracles[best] - none.mean()):+.3f} (sharpness {best[0]}, sd {best[1]})"
    what = f"{len(leagues)} leagues of reviewers, 9 matches a paper"
    line(f"{what}: correlation with their mean", none.tolist(), "", "0.67")
    for name, rounds, times, beside, bar in (
        ("by half as many votes as papers, each paper in one", 1, 1, oracle, "+0.03"),
        ("by as many votes as papers, each paper in two", 2, 1, "", "+0.03"),
        ("by 3 votes a paper, of one reviewer", 6, 1, "", "0"),
        ("by 6 votes a paper, of one reviewer", 12, 1, "", "0"),
        ("by 15 votes a paper, of one reviewer", 30, 1, "", "0"),
        ("by the same vote three times", 1, 3, "", "0"),
        ("by the same vote eleven times", 1, 11, "", "0"),
    ):
        gains = [float(np.mean([one.gain(rounds, times) for one in draw])) for draw in draws]
        line(f"{what}: gain {name}", gains, beside, bar)
    for rounds in (1, 2, 6):
        held = np.array([np.mean([one.held(rounds) for one in draw], axis=0) for draw in draws])
        for name, column in zip(
            ("held without these votes", "held with them", "median move", "largest move"),
            held.T,
            strict=True,
        ):
            line(
                f"voted papers, {rounds} rounds of votes: others' mean or moves: {name}",
                column.tolist(),
                "",
                "",
            )


def main() -> None:
    """Print the table; with the word `people` only what is about them."""
    if not DATA.exists():
        print(f"Skipped: {DATA} isn't here.")
        return
    print(f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, load {os.getloadavg()[0]:.1f}\n")
    print("| what | mean ± standard error | oracle | bar |\n| --- | --- | --- | --- |")
    for papers in sorted((DATA / "replay").glob("*_papers.csv")) if sys.argv[1:] != ["people"] else ():
        print_recorded(papers.stem.removesuffix("_papers"), Recorded.read(papers, "first", "second"))
    leagues = [Recorded.read(papers, "a", "b") for papers in sorted((DATA / "human").glob("*_papers.csv"))]
    print_people(leagues)
    print_split_votes(leagues)


if __name__ == "__main__":
    main()
