"""The same outcomes fitted by other packages (`pip install .[bench]`), timed; a missing one is skipped with a word."""

import time
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec

from bot.ranking import Outcomes


def _arena_rank(n: int, outcomes: Outcomes) -> None:
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
    model(n).compute_ratings_and_cis(dataset.from_pandas(frame))


def _choix(n: int, outcomes: Outcomes) -> None:
    pairs = [
        (i, j) if won else (j, i)
        for i, j, won in zip(
            outcomes.first.tolist(), outcomes.second.tolist(), outcomes.score.tolist(), strict=True
        )
    ]
    import_module("choix").ilsr_pairwise(n, pairs, alpha=0.01)


def _openskill(n: int, outcomes: Outcomes) -> None:
    model = import_module("openskill.models").BradleyTerryFull()
    ratings = [model.rating() for _ in range(n)]
    for i, j, won in zip(outcomes.first.tolist(), outcomes.second.tolist(), outcomes.score, strict=True):
        one, two = (i, j) if won else (j, i)
        (ratings[one],), (ratings[two],) = model.rate([[ratings[one]], [ratings[two]]])


def _trueskill(n: int, outcomes: Outcomes) -> None:
    environment = import_module("trueskill").TrueSkill(draw_probability=0)
    ratings = [environment.create_rating() for _ in range(n)]
    for i, j, won in zip(outcomes.first.tolist(), outcomes.second.tolist(), outcomes.score, strict=True):
        one, two = (i, j) if won else (j, i)
        (ratings[one],), (ratings[two],) = environment.rate([(ratings[one],), (ratings[two],)])


def _evalica(_n: int, outcomes: Outcomes) -> None:
    evalica = import_module("evalica")
    winners = [evalica.Winner.X if won else evalica.Winner.Y for won in outcomes.score]
    evalica.bradley_terry(outcomes.first.tolist(), outcomes.second.tolist(), winners)


def _scikit_learn(n: int, outcomes: Outcomes) -> None:
    numpy, sparse = import_module("numpy"), import_module("scipy.sparse")
    rows = numpy.arange(len(outcomes))
    design = sparse.csr_array((numpy.ones(len(rows)), (rows, outcomes.first)), shape=(len(rows), n))
    design = design - sparse.csr_array((numpy.ones(len(rows)), (rows, outcomes.second)), shape=(len(rows), n))
    model = import_module("sklearn.linear_model").LogisticRegression(C=1.35**2, fit_intercept=False)
    model.fit(design.tocsr(), outcomes.score)


PEERS: tuple[tuple[str, str, Callable[[int, Outcomes], None], str], ...] = (
    ("arena-rank", "arena_rank", _arena_rank, "with sandwich intervals, second run; bar: 200 times ours"),
    ("openskill", "openskill", _openskill, "one pass; bar: 25 times ours"),
    ("trueskill", "trueskill", _trueskill, "one pass"),
    ("choix", "choix", _choix, "I-LSR, no intervals"),
    ("evalica", "evalica", _evalica, "no intervals, no prior"),
    ("scikit-learn", "sklearn", _scikit_learn, "logistic regression, no intervals"),
)


def rows(n: int, outcomes: Outcomes, ours_ms: float) -> list[str]:
    """A line of the table for each peer: milliseconds and how many times ours."""
    found = []
    for name, module, work, how in PEERS:
        if find_spec(module) is None:
            found.append(f"| {name}, the same league | skipped: not installed | {how} |")
            continue
        took = 0.0
        for _ in range(2 if name == "arena-rank" else 1):  # the first run compiles
            began = time.perf_counter()
            try:
                work(n, outcomes)
            except Exception as error:  # noqa: BLE001 - what a peer raises is a line of the table
                found.append(f"| {name}, the same league | failed: {type(error).__name__}: {error} | {how} |")
                break
            took = 1000 * (time.perf_counter() - began)
        else:
            found.append(
                f"| {name}, the same league | {took:,.0f} ms, {took / ours_ms:,.0f} × ours | {how} |"
            )
    return found
