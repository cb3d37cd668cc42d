"""Ratings held against verdicts and scores they haven't seen: `python -m tests.benchmarks.held_out` prints a table.

Verdicts are held out, settings are not: the hyperprior was set with these leagues in view. What is measured on leagues
that nobody here has seen is for others to say. Skipped where ../shared/data is missing.
"""

import csv
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from scipy.stats import kendalltau

from bot.ranking import Outcomes, Prior, fit, learn_prior, propose

DATA = Path(__file__).parents[2].parent / "shared" / "data"
NONE = Outcomes([], [], [])
SEEDS = range(5)
BINS = 10


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


def played(
    league: Recorded, pool: np.ndarray, most: int, batch: int, seed: int, rubric: np.ndarray | None
) -> tuple[list[int], Prior]:
    """Matches out of a pool as the product plays them, the prior learned again at each batch; and the last prior."""
    waiting: dict[tuple[int, int], list[int]] = {}
    for match in pool.tolist():
        ends = sorted((int(league.first[match]), int(league.second[match])))
        waiting.setdefault((ends[0], ends[1]), []).append(match)
    matches: list[int] = []
    prior = learn_prior(league.n, NONE, rubric)
    while len(matches) < most:
        open_pairs = np.array([pair for pair, left in waiting.items() if left])
        if len(open_pairs) == 0:
            break
        count = min(batch, most - len(matches))
        pairs = propose(
            league.n, league.outcomes(matches), count, candidates=open_pairs,
            prior_mean=prior.mean, prior_sd=prior.sd, seed=1_000 * seed + len(matches),
        )  # fmt: skip
        matches += [waiting[min(i, j), max(i, j)].pop(0) for i, j in pairs.tolist()]
        prior = learn_prior(league.n, league.outcomes(matches), rubric)
    return matches, prior


def predicted(league: Recorded, seed: int) -> tuple[float, float]:
    """Log-loss and expected calibration error on 30 % of the verdicts, after 12 matches a paper out of the others."""
    order = np.random.default_rng(seed).permutation(len(league.first))
    cut = int(0.7 * len(order))
    matches, prior = played(league, order[:cut], 6 * league.n, max(1, league.n // 10), seed, league.rubric)
    ratings = fit(league.n, league.outcomes(matches), prior.mean, prior.sd)
    rest = order[cut:]
    chance = np.clip(ratings.win_probability(league.first[rest], league.second[rest]), 1e-9, 1 - 1e-9)
    won = league.score[rest]
    loss = -float(np.mean(won * np.log(chance) + (1 - won) * np.log(1 - chance)))
    sure, right = np.maximum(chance, 1 - chance), np.where(chance >= 0.5, won, 1 - won)
    bins = np.minimum(((sure - 0.5) * 2 * BINS).astype(int), BINS - 1)
    gaps = [
        abs(sure[bins == b].mean() - right[bins == b].mean()) * np.mean(bins == b) for b in np.unique(bins)
    ]
    return loss, float(sum(gaps))


def replayed(league: Recorded, share: float, seed: int) -> float:
    """Tau with the fit of all verdicts after a share of them, in rounds of n / 2."""
    whole = learn_prior(league.n, league.outcomes(list(range(len(league.first)))))
    truth = fit(league.n, league.outcomes(list(range(len(league.first)))), whole.mean, whole.sd).theta
    most = int(np.ceil(share * len(league.first)))
    matches, prior = played(league, np.arange(len(league.first)), most, league.n // 2, seed, league.rubric)
    return float(kendalltau(fit(league.n, league.outcomes(matches), prior.mean, prior.sd).theta, truth)[0])


def against_people(league: Recorded, seed: int, votes: int) -> float:
    """Correlation with people's mean after 9 matches a paper, each paper in so many votes.

    A vote is what one reviewer's score of each paper says; the mean is over the other reviewers.
    """
    random = np.random.default_rng(seed)
    most = int(4.5 * league.n)
    matches, prior = played(league, np.arange(len(league.first)), most, max(1, league.n // 10), seed, None)
    reviews = league.reviews.copy()
    first, second, score = league.first[matches], league.second[matches], league.score[matches]
    voters = np.full(league.n, -1)
    drawn: list[tuple[int, int, float]] = []
    for paper in range(league.n):
        there = np.flatnonzero(np.isfinite(reviews[paper]))
        voters[paper] = random.choice(there) if len(there) > 1 else -1
    mine = np.array([reviews[p, voters[p]] if voters[p] >= 0 else np.nan for p in range(league.n)])
    for paper in range(league.n):
        reviews[paper, voters[paper]] = np.nan if voters[paper] >= 0 else reviews[paper, voters[paper]]
    able = np.flatnonzero(np.isfinite(mine))
    for one, other in random.permutation(able)[: 2 * (len(able) // 2)].reshape(-1, 2).tolist():
        drawn += [(one, other, 0.5 + 0.5 * float(np.sign(mine[one] - mine[other])))] * votes
    people = np.array(drawn).reshape(-1, 3)
    judge = np.r_[np.zeros(len(first), dtype=int), np.ones(len(people), dtype=int)]
    outcomes = Outcomes(
        np.r_[first, people[:, 0].astype(int)], np.r_[second, people[:, 1].astype(int)], np.r_[score, people[:, 2]],
        judge, people=[1],
    )  # fmt: skip
    theta = fit(league.n, outcomes, prior.mean, prior.sd).theta
    truth = np.nanmean(reviews, axis=1)
    known = np.isfinite(truth)
    return float(np.corrcoef(theta[known], truth[known])[0, 1])


def line(what: str, values: Sequence[float], bar: str) -> None:
    """Print a row of the table: the mean over the seeds and its standard error."""
    error = np.std(values, ddof=1) / np.sqrt(len(values))
    print(f"| {what} | {np.mean(values):.3f} ± {error:.3f} | {bar} |", flush=True)


def main() -> None:
    """Print the table."""
    if not DATA.exists():
        print(f"Skipped: {DATA} isn't here.")
        return
    print(f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, load {os.getloadavg()[0]:.1f}, {len(SEEDS)} seeds\n")
    print("| what | mean ± standard error | bar |\n| --- | --- | --- |")
    for papers in sorted((DATA / "replay").glob("*_papers.csv")):
        league, name = Recorded.read(papers, "first", "second"), papers.stem.removesuffix("_papers")
        figures = [predicted(league, seed) for seed in SEEDS]
        line(f"{name}: log-loss on held-out verdicts", [loss for loss, _ in figures], "at most 0.24")
        line(f"{name}: calibration error", [error for _, error in figures], "at most 0.03")
        for share, bar in ((0.2, "0.86"), (0.3, "0.91")):
            line(f"{name}: tau at {share:.0%}", [replayed(league, share, seed) for seed in SEEDS], bar)
    people = [Recorded.read(papers, "a", "b") for papers in sorted((DATA / "human").glob("*_papers.csv"))]
    what = "three leagues of reviewers: correlation with their mean, 9 matches a paper"
    for votes, beside, bar in ((0, "no votes", ""), (1, "one vote a paper", "+ 0.03 on the row above")):
        means = [float(np.mean([against_people(league, seed, votes) for league in people])) for seed in SEEDS]
        line(f"{what}, {beside}", means, bar)


if __name__ == "__main__":
    main()
