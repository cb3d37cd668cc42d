"""Ratings and pairing measured: `python -m tests.benchmarks.ranking` prints a table."""

import csv
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from scipy.special import expit
from scipy.stats import kendalltau

from bot.ranking import Outcomes, fit, prior_means, propose

REPLAY = Path(__file__).parents[2].parent / "shared" / "data" / "replay"
NONE = Outcomes([], [], [])
SEEDS = (901, 902)


def best_ms(work: Callable[[], object], times: int = 5) -> float:
    """The best of several runs, milliseconds."""
    found = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        found.append(1000 * (time.perf_counter() - began))
    return min(found)


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
    n: int, seed: int, *, adaptive: bool, top: int | None = None
) -> tuple[float | None, dict[int, float]]:
    """Calls per entry to tau 0.80 (or recall 0.9 of the top), None if not within 24; coverage at 4, 8, 12 calls."""
    random = np.random.default_rng(seed)
    quality = random.normal(0, 1.35, n)
    best = set(np.argsort(-quality)[:top].tolist()) if top else set()
    outcomes, coverage = NONE, dict[int, float]()
    for batch in range(50):
        if adaptive:
            pairs = propose(n, outcomes, n // 2, ("top", top) if top else "ranking", seed=batch)
        else:
            pairs = random.permutation(n)[: n // 2 * 2].reshape(-1, 2)
        won = random.random(len(pairs)) < expit(quality[pairs[:, 0]] - quality[pairs[:, 1]])
        outcomes = Outcomes(
            np.r_[outcomes.first, pairs[:, 0]],
            np.r_[outcomes.second, pairs[:, 1]],
            np.r_[outcomes.score, won],
        )
        ratings = fit(n, outcomes)
        calls = len(outcomes) / n
        for mark in (4, 8, 12):
            if mark not in coverage and calls >= mark - 0.3:
                coverage[mark] = float(np.mean(np.abs(ratings.theta - quality) < 1.96 * ratings.stderr))
        if top:
            reached = len(best & set(np.argsort(-ratings.theta)[:top].tolist())) >= 0.9 * top
        else:
            reached = bool(kendalltau(ratings.theta, quality)[0] >= 0.8)
        if reached:
            return calls, coverage
        if calls > 24:
            break
    return None, coverage


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
    print("| what | measured | bar |\n| --- | --- | --- |")
    big = league(3_489, 33_145)
    print(
        f"| fit with intervals, 3,489 entries, 33,145 outcomes | {best_ms(lambda: fit(3_489, big)):.0f} ms | 20 ms |"
    )
    print(f"| propose, the same league | {best_ms(lambda: propose(3_489, big, 1_744)):.0f} ms | 25 ms |")
    huge = league(20_000, 190_000)
    print(
        f"| fit, 20,000 entries, 190,000 outcomes | {best_ms(lambda: fit(20_000, huge), 2):.0f} ms | 250 ms |"
    )
    for n in (200, 1_000):
        found = [simulate(n, seed, adaptive=True) for seed in SEEDS]
        calls = np.mean([one[0] if one[0] is not None else np.nan for one in found])
        print(f"| calls per entry to tau 0.80, n = {n:,} | {calls:.1f} | 12.1 |")
        for mark in (4, 8, 12):
            shares = [one[1][mark] for one in found if mark in one[1]]
            print(
                f"| coverage of 95 % intervals at {mark} calls, n = {n:,} | {np.mean(shares):.3f} | 0.93 to 0.97 |"
            )
    plain = [simulate(1_000, seed, adaptive=False)[0] or np.nan for seed in SEEDS[:1]]
    print(f"| the same with random pairs, n = 1,000 | {np.mean(plain):.1f} | |")
    top = simulate(1_000, SEEDS[0], adaptive=True, top=100)[0]
    print(f"| calls per entry to recall 0.9 of the top 10 %, n = 1,000 | {top or 'not within 24'} | 15 |")
    print("\n".join(replay()))


if __name__ == "__main__":
    main()
