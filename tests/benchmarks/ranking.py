"""Ratings and pairing measured: `python -m tests.benchmarks.ranking [speed]` prints a table.

The seeds reported here were not used in choosing anything: tuning ran on seeds below 100.
"""

import csv
import os
import platform
import sys
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from scipy.special import expit
from scipy.stats import kendalltau

from bot.ranking import Outcomes, fit, prior_means, propose
from tests.benchmarks import peers

REPLAY = Path(__file__).parents[2].parent / "shared" / "data" / "replay"
NONE = Outcomes([], [], [])
SEEDS = {200: tuple(range(901, 907)), 1_000: (901, 902)}
STEP = 0.1
"""Pairs per batch of a simulated league, as a share of its entries; the whole-round rows ask for half."""
LONGEST = 16.0


def league(n: int, matches: int, seed: int = 0) -> Outcomes:
    """A random league's outcomes."""
    random = np.random.default_rng(seed)
    quality = random.normal(0, 1.35, n)
    first = random.integers(0, n, matches)
    second = (first + random.integers(1, n, matches)) % n
    return Outcomes(
        first, second, (random.random(matches) < expit(quality[first] - quality[second])).astype(float)
    )


def simulate(
    n: int, seed: int, share: float, *, adaptive: bool = True, top: int | None = None
) -> tuple[list[tuple[float, float]], dict[int, float]]:
    """Calls per entry and tau (or the recall of the top) as a league is played; coverage of intervals at 4, 8, 12."""
    random = np.random.default_rng(seed)
    quality = random.normal(0, 1.35, n)
    best = np.argsort(-quality)[:top]
    outcomes, coverage, curve, batch = NONE, dict[int, float](), list[tuple[float, float]](), 0
    while len(outcomes) < LONGEST * n:
        count = max(1, round(n * share))
        if adaptive:
            pairs = propose(n, outcomes, count, ("top", top) if top else "ranking", seed=batch)
        else:
            pairs = random.permutation(n)[: 2 * count].reshape(-1, 2)
        won = random.random(len(pairs)) < expit(quality[pairs[:, 0]] - quality[pairs[:, 1]])
        before, batch = len(outcomes) / n, batch + 1
        outcomes = Outcomes(
            np.r_[outcomes.first, pairs[:, 0]],
            np.r_[outcomes.second, pairs[:, 1]],
            np.r_[outcomes.score, won],
        )
        calls = len(outcomes) / n
        if int(2 * calls) == int(2 * before):
            continue
        ratings = fit(n, outcomes)
        for mark in (4, 8, 12):
            if mark not in coverage and calls >= mark:
                coverage[mark] = float(np.mean(np.abs(ratings.theta - quality) < 1.96 * ratings.stderr))
        if top:
            reached = len(np.intersect1d(best, np.argsort(-ratings.theta)[:top])) / top
        else:
            reached = float(kendalltau(ratings.theta, quality)[0])
        curve.append((calls, reached))
    return curve, coverage


def crossing(curves: list[list[tuple[float, float]]], level: float) -> str:
    """Where the mean curve of several leagues reaches the level, calls per entry."""
    grid = np.linspace(1, LONGEST, 601)
    points = [np.array(curve) for curve in curves]
    mean = np.mean([np.interp(grid, curve[:, 0], curve[:, 1]) for curve in points], axis=0)
    return (
        f"{grid[int(np.argmax(mean >= level))]:.1f}"
        if mean.max() >= level
        else f"{mean.max():.3f} at {LONGEST:.0f}"
    )


def replay() -> list[str]:
    """Tau with the fit of all recorded verdicts after 20 % and 30 % of them, and each judge's bias."""
    if not REPLAY.exists():
        return ["| replay of recorded verdicts | skipped: the data aren't here | |"]
    with next(REPLAY.glob("*_papers.csv")).open() as file:
        papers = list(csv.DictReader(file))
    with next(REPLAY.glob("*_matches.csv")).open() as file:
        matches = list(csv.DictReader(file))
    index = {paper["id"]: place for place, paper in enumerate(papers)}
    judges = sorted({match["judge"] for match in matches})
    first = np.array([index[match["first"]] for match in matches])
    second = np.array([index[match["second"]] for match in matches])
    score = np.array([float(match["winner"] == match["first"]) for match in matches])
    judge = np.array([judges.index(match["judge"]) for match in matches])
    n = len(papers)
    truth = fit(n, Outcomes(first, second, score)).theta
    prior = prior_means([float(paper["rating"]) if paper["rating"] else np.nan for paper in papers])
    waiting: dict[tuple[int, int], list[int]] = {}
    for place, (i, j) in enumerate(zip(first.tolist(), second.tolist(), strict=True)):
        waiting.setdefault((min(i, j), max(i, j)), []).append(place)
    rows, used = [], list[int]()
    for share, bar in ((0.2, 0.85), (0.3, 0.91)):
        while len(used) < share * len(matches):
            left = np.array([pair for pair, places in waiting.items() if places])
            count = min(49, int(np.ceil(share * len(matches))) - len(used))
            outcomes = Outcomes(first[used], second[used], score[used])
            for i, j in propose(
                n, outcomes, count, candidates=left, prior_mean=prior, seed=len(used)
            ).tolist():
                used.append(waiting[min(i, j), max(i, j)].pop(0))
        tau = kendalltau(fit(n, Outcomes(first[used], second[used], score[used]), prior).theta, truth)[0]
        rows.append(f"| replay: tau after {share:.0%} of the verdicts | {tau:.3f} | at least {bar} |")
    estimates = fit(n, Outcomes(first, second, score, judge)).judges
    rows += [
        f"| replay: first-place bias of {judges[one.judge]}, logits | {one.bias:.2f} ± {one.bias_stderr:.2f} | |"
        for one in estimates
    ]
    return rows


def main() -> None:
    """Print the table."""
    load = os.getloadavg()[0]
    print(
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {platform.machine()}, {os.cpu_count()} cores, load {load:.1f}\n"
    )
    print("| what | measured | bar |\n| --- | --- | --- |")
    big, huge = league(3_489, 33_145), league(20_000, 190_000)
    ours = peers.best_ms(lambda: fit(3_489, big))
    quiet = "on a quiet machine"
    print(f"| fit with intervals, 3,489 entries, 33,145 outcomes | {ours:.1f} ms | 12 ms {quiet} |")
    pairs = peers.best_ms(lambda: propose(3_489, big, 1_744))
    print(f"| propose, the same league | {pairs:.1f} ms | 12 ms {quiet} |")
    larger = peers.best_ms(lambda: fit(20_000, huge))
    print(f"| fit, 20,000 entries, 190,000 outcomes | {larger:.0f} ms | 120 ms {quiet} |")
    print("\n".join(peers.rows(3_489, big, ours)), flush=True)
    if "speed" in sys.argv:
        return
    print("\n".join(replay()), flush=True)
    for n, seeds in SEEDS.items():
        small = [simulate(n, seed, STEP) for seed in seeds]
        rounds = [simulate(n, seed, 0.5) for seed in seeds]
        found = crossing([curve for curve, _ in small], 0.8)
        print(f"| calls per entry to tau 0.80, n = {n:,}, batches of n / 10 | {found} | 12.1 |", flush=True)
        print(f"| the same in whole rounds of n / 2 | {crossing([c for c, _ in rounds], 0.8)} | |")
        for mark in (4, 8, 12):
            share = np.mean([one[mark] for _, one in small + rounds])
            print(
                f"| coverage of 95 % intervals at {mark} calls, n = {n:,} | {share:.3f} | 0.93 to 0.97 |",
                flush=True,
            )
    plain = crossing([simulate(1_000, seed, 0.5, adaptive=False)[0] for seed in SEEDS[1_000]], 0.8)
    print(f"| calls to tau 0.80 with random pairs, n = 1,000 | {plain} | |", flush=True)
    for batch, name in ((0.05, "batches of n / 20"), (0.5, "whole rounds of n / 2")):
        top = crossing([simulate(1_000, seed, batch, top=100)[0] for seed in SEEDS[1_000]], 0.9)
        what = f"calls per entry to recall 0.9 of the top 10 %, n = 1,000, {name}"
        print(f"| {what} | {top} | 15 |", flush=True)


if __name__ == "__main__":
    main()
