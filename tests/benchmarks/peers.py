"""The same outcomes fitted by other packages (`pip install .[bench]`), timed; a missing one is skipped with a word.

Every peer is imported and given its data outside of the clock, runs once unclocked, and then as often as ours, or for ten
seconds; the best run counts. Figures with intervals are held against ours with intervals, the others against our
strengths alone. scikit-learn fits the same posterior, to the same gradient, which is printed.
"""

import time
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec

import numpy as np

from bot.ranking import Outcomes
from bot.ranking.arrays import Floats
from bot.ranking.bradley_terry import centre, merged_games

Run = Callable[[], object]
PRIOR_SD = 1.35
MOST_RUNS, LONGEST_S = 40, 10.0
GRADIENT = 1e-5
"""Gradient of the log posterior, logits⁻¹, to which ours and scikit-learn are brought."""
SAME_POSTERIOR = "scikit-learn"


def strengths(n: int, outcomes: Outcomes) -> Floats:
    """Ours without intervals: the strengths at which the gradient of the log posterior vanishes."""
    return centre(merged_games(n, outcomes), np.zeros(n), PRIOR_SD, np.zeros(n), GRADIENT)[0]


def steepest(n: int, outcomes: Outcomes, theta: Floats) -> float:
    """The largest element of the gradient of the log posterior at these strengths, logits⁻¹."""
    games = merged_games(n, outcomes)
    return float(np.abs(games.gradient(games.chances(theta)[0]) - theta / PRIOR_SD**2).max())


def best_ms(work: Callable[[], object], most: int = MOST_RUNS, seconds: float = LONGEST_S) -> float:
    """The best of up to `most` runs in so many seconds after one unclocked run, milliseconds."""
    work()
    times: list[float] = []
    until = time.perf_counter() + seconds
    while len(times) < most and (not times or time.perf_counter() < until):
        start = time.perf_counter()
        work()
        times.append(1000 * (time.perf_counter() - start))
    return min(times)


def _arena_rank(n: int, outcomes: Outcomes) -> Run:
    pandas = import_module("pandas")
    dataset = import_module("arena_rank.utils.data_utils").PairDataset
    model = import_module("arena_rank.models.bradley_terry").BradleyTerry
    frame = pandas.DataFrame(
        {
            "model_a": outcomes.first,
            "model_b": outcomes.second,
            "winner": ["model_a" if won else "model_b" for won in outcomes.score],
        }
    )
    pairs = dataset.from_pandas(frame)
    return lambda: model(n).compute_ratings_and_cis(pairs)


def _winners(outcomes: Outcomes) -> list[tuple[int, int]]:
    """Each match as (winner, loser)."""
    matches = zip(outcomes.first.tolist(), outcomes.second.tolist(), outcomes.score.tolist(), strict=True)
    return [(i, j) if won else (j, i) for i, j, won in matches]


def _choix(n: int, outcomes: Outcomes) -> Run:
    fit, pairs = import_module("choix").ilsr_pairwise, _winners(outcomes)
    return lambda: fit(n, pairs, alpha=0.01)


def _openskill(n: int, outcomes: Outcomes) -> Run:
    model, pairs = import_module("openskill.models").BradleyTerryFull(), _winners(outcomes)

    def run() -> None:
        ratings = [model.rating() for _ in range(n)]
        for one, two in pairs:
            (ratings[one],), (ratings[two],) = model.rate([[ratings[one]], [ratings[two]]])

    return run


def _trueskill(n: int, outcomes: Outcomes) -> Run:
    environment, pairs = import_module("trueskill").TrueSkill(draw_probability=0), _winners(outcomes)

    def run() -> None:
        ratings = [environment.create_rating() for _ in range(n)]
        for one, two in pairs:
            (ratings[one],), (ratings[two],) = environment.rate([(ratings[one],), (ratings[two],)])

    return run


def _evalica(_n: int, outcomes: Outcomes) -> Run:
    evalica = import_module("evalica")
    first, second = outcomes.first.tolist(), outcomes.second.tolist()
    winners = [evalica.Winner.X if won else evalica.Winner.Y for won in outcomes.score]
    return lambda: evalica.bradley_terry(first, second, winners)


def _scikit_learn(n: int, outcomes: Outcomes) -> Run:
    sparse, rows = import_module("scipy.sparse"), np.arange(len(outcomes))
    design = sparse.csr_array((np.ones(len(rows)), (rows, outcomes.first)), shape=(len(rows), n))
    design = design - sparse.csr_array((np.ones(len(rows)), (rows, outcomes.second)), shape=(len(rows), n))
    design = design.tocsr()
    logistic = import_module("sklearn.linear_model").LogisticRegression
    # Its tolerance is of the mean over outcomes.
    model = logistic(C=PRIOR_SD**2, fit_intercept=False, tol=GRADIENT / len(outcomes), max_iter=1_000)
    return lambda: np.asarray(model.fit(design, outcomes.score).coef_[0])


PEERS: tuple[tuple[str, str, Callable[[int, Outcomes], Run], bool, str], ...] = (
    ("arena-rank", "arena_rank", _arena_rank, True, "sandwich intervals"),
    ("openskill", "openskill", _openskill, False, "one pass"),
    ("trueskill", "trueskill", _trueskill, False, "one pass"),
    ("choix", "choix", _choix, False, "I-LSR"),
    ("evalica", "evalica", _evalica, False, "no prior"),
    ("scikit-learn", "sklearn", _scikit_learn, False, "logistic regression"),
)


def rows(n: int, outcomes: Outcomes, ours_ms: float) -> list[str]:
    """A line of the table for our strengths alone and each peer: milliseconds and how many times ours of its kind."""
    alone_ms = best_ms(lambda: strengths(n, outcomes))
    gradient = steepest(n, outcomes, strengths(n, outcomes))
    lines = [f"| strengths alone, the same league | {alone_ms:.1f} ms | gradient {gradient:.0e} |"]
    for name, module, prepare, intervals, how in PEERS:
        if find_spec(module) is None:
            lines.append(f"| {name}, the same league | skipped: not installed | {how} |")
            continue
        try:
            run = prepare(n, outcomes)
            took, theta = best_ms(run), run() if name == SAME_POSTERIOR else None
        except Exception as error:  # noqa: BLE001 - what a peer raises is a line of the table
            lines.append(f"| {name}, the same league | failed: {type(error).__name__}: {error} | {how} |")
            continue
        reached = f", gradient {steepest(n, outcomes, theta):.0e}" if isinstance(theta, np.ndarray) else ""
        times = took / (ours_ms if intervals else alone_ms)
        kind = "with intervals" if intervals else "no intervals"
        lines.append(
            f"| {name}, the same league | {took:,.0f} ms, {times:,.1f} × ours | {how}, {kind}{reached} |"
        )
    return lines
