"""`python -m tests.mutation [NAME...] [--sample N] [--seed S]`: share of a room's mutants that its own tests let live.

Each mutant runs in a child forked from a process that has imported everything else, so a mutant costs its tests and
little more; the tests are run file by file until one fails, so the quick and direct ones stand first. Survivors are
printed; those that `EQUIVALENT` names with a reason don't count.
"""

import argparse
import contextlib
import importlib.abc
import importlib.machinery
import importlib.util
import io
import os
import random
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Final

import grimp
import pytest

from tests import postgres
from tests.mutation.mutants import Mutant, mutants

ROOT: Final = Path(__file__).parents[2]
MOST_ALIVE: Final = 0.05
PATIENCE_S: Final = 20
"""Seconds that a mutant may take at least; up to six times what the tests take without one."""
_OURS: Final = ("bot", "handlers", "storage", "tests")


@dataclass(frozen=True, slots=True)
class Target:
    """Modules to mutate, and the tests that must notice: paths, and an expression for `pytest -k`.

    With `on_postgres`, the tests find a PostgreSQL that is started once for all mutants, and slow ones run too.
    """

    modules: tuple[str, ...]
    tests: tuple[str, ...]
    expression: str = "not postgresql"
    on_postgres: bool = False


TARGETS: Final[dict[str, Target]] = {
    "rules": Target(("bot/voting/rules.py",), ("tests/voting/test_rules.py",)),
    "ranking": Target(
        tuple(f"bot/ranking/{path.name}" for path in sorted((ROOT / "bot/ranking").glob("[a-z]*.py"))),
        ("tests/ranking/test_recorded.py", "tests/ranking"),
    ),
    "schedules": Target(
        tuple(f"bot/schedules/{name}.py" for name in ("clock", "cron", "phrases", "zones")),
        ("tests/schedules",),
    ),
    "work": Target(
        tuple(f"storage/work/{path.name}" for path in sorted((ROOT / "storage/work").glob("[a-z]*.py"))),
        (
            "tests/work/test_message_rows.py",
            "tests/work/test_leased_rows.py",
            "tests/work/test_queue.py",
            "tests/work/test_leases.py",
            "tests/storage/test_retention.py",
            "tests/work/test_turns_of_people.py",
            "tests/papers/test_host_turns.py",
            "tests/handlers/test_inbox.py",
            "tests/work/test_jobs.py",
        ),
        on_postgres=True,
    ),
    "ids": Target(("handlers/blocks/ids.py",), ("tests/handlers/test_ids.py",)),
    "spending": Target(
        (
            "storage/spending.py",
            *(f"bot/spending/{path.name}" for path in sorted((ROOT / "bot/spending").glob("[a-z]*.py"))),
        ),
        (
            "tests/spending/test_outages_and_pauses.py",
            "tests/spending/test_dropped_judges.py",
            "tests/spending/test_caps.py",
            "tests/spending/test_judge_outages.py",
            "tests/spending/test_paid_calls.py",
            "tests/leagues/test_prices.py",
            "tests/matches/test_judging.py",
            "tests/judges/test_storm.py",
            "tests/entries/test_histories.py",
            "tests/tournaments/test_amounts.py",
        ),
    ),
}
_PACE: Final = "a pace that nobody is promised"
_BOUND: Final = "a tolerance: a bound on steps that converge before"
_SIGN: Final = "the sign behind the letters means nothing in a phrase, wide or not"
EQUIVALENT: Final[dict[tuple[str, str, str], str]] = {
    (
        "bot/ranking/learned_prior.py",
        "push = summed(self.pair, self.power",
        "self.power * self.sign → self.power / self.sign",
    ): "a sign is its own inverse",
    (
        "bot/ranking/rank_intervals.py",
        "below = np.minimum(place",
        "2 → 3",
    ): "the grid reaches beyond the last entry",
    ("bot/ranking/rank_intervals.py", "if grid[0] >= grid[-1]", "0 → 1"): "the grid rises, or is one point",
    ("bot/ranking/uncertainty.py", "MOST_PROPAGATIONS =", "100 → 101"): _BOUND,
    ("bot/ranking/bradley_terry.py", "MOST_STEPS =", "60 → 61"): _BOUND,
    ("bot/ranking/hessian.py", "MOST_ITERATIONS =", "500 → 501"): _BOUND,
    ("bot/ranking/learned_prior.py", "MOST_STEPS, MOST_SWEEPS =", "20 → 21"): _BOUND,
    ("bot/ranking/learned_prior.py", "MOST_STEPS, MOST_SWEEPS =", "30 → 31"): _BOUND,
    ("bot/ranking/judge_sharpness.py", "_STEPS =", "20 → 21"): _BOUND,
    (
        "bot/ranking/pairing.py",
        'if goal != "ranking" and count > LONGEST_LIST',
        "count > LONGEST_LIST → count >= LONGEST_LIST",
    ): "all pairs of so many are there already",
    (
        "bot/ranking/pairing.py",
        "below = np.minimum(place",
        "GRID - 2 → GRID + 2",
    ): "the grid reaches beyond the last entry",
    (
        "bot/ranking/pairing.py",
        "low_first = np.where(",
        "outcomes.first[again] < outcomes.second[again] → outcomes.first[again] <= outcomes.second[again]",
    ): "no entry plays itself",
    (
        "bot/ranking/bradley_terry.py",
        "points = weight * np.where(",
        "outcomes.first < outcomes.second → outcomes.first <= outcomes.second",
    ): "no entry plays itself",
    ("bot/ranking/bradley_terry.py", "low = keys // max(n, 1)", "1 → 2"): "a league of one has no pair",
    (
        "bot/ranking/matching.py",
        "if total >= count",
        "total >= count → total > count",
    ): "what is too many is cut off",
    (
        "bot/ranking/matching.py",
        "total += len(",
        "total += len(matches[-1]) → pass",
    ): "what is too many is cut off",
    ("bot/ranking/matching.py", "for start in range(", "1 → 2"): "a league of one has no pair",
    ("bot/ranking/pairing.py", "place = np.full(n, -1", "1 → 2"): "any negative place is none",
    (
        "bot/ranking/judge_sharpness.py",
        "judges = np.unique(outcomes.judge[outcomes.grade",
        "outcomes.grade > 0 → outcomes.grade >= 0",
    ): "judges with too few grades are left out next",
    (
        "bot/ranking/judge_sharpness.py",
        "shares /= max(",
        "1 → 2",
    ): "a judge has sixty games, or there is none",
    (
        "bot/ranking/judge_sharpness.py",
        "at, information = np.zeros(1 + stages)",
        "2 → 3",
    ): "computed anew in each step",
    ("bot/ranking/judge_sharpness.py", "for voice, begin in zip(", "True → False"): "both have a row a judge",
    ("storage/work/queue.py", "RETRY_S =", "0.2 → 1.2"): _PACE,
    ("storage/work/delivery.py", "case({user: place", "1 → 2"): "only the order of places counts",
    ("storage/work/leases.py", "FAR =", "9000 → 9001"): "either is never",
    (
        "storage/work/delivery.py",
        "return await session.scalar(select(OutboxMessage.id)",
        "1 → 2",
    ): "the first is taken",
    ("storage/work/queue.py", "RETRY_S =", "1.0 → 2.0"): _PACE,
    ("storage/work/queue.py", "RETRY_S =", "2.0 → 3.0"): _PACE,
    ("storage/work/queue.py", "RETRY_S =", "5.0 → 6.0"): _PACE,
    ("storage/work/queue.py", "LISTEN_S =", "5.0 → 6.0"): _PACE,
    ("storage/work/queue.py", "NOTICE_S =", "1.0 → 2.0"): _PACE,
    ("storage/work/queue.py", "SILENT_S =", "10.0 → 11.0"): _PACE,
    ("storage/work/queue.py", "OTHERS_AT_ONCE =", "100 → 101"): _PACE,
    ("storage/work/queue.py", "batch_size=", "2 → 3"): _PACE,
    ("storage/work/queue.py", "log_aggregation_interval=", "0 → 1"): _PACE,
    ("storage/work/sweeping.py", ".limit(1)", "1 → 2"): "the first is taken",
    (
        "storage/spending.py",
        "session: Transaction, league: int, tournament: int | None, now",
        "False → True",
    ): ("SQLite locks no rows"),
    ("bot/schedules/phrases.py", "for code in (*range(0xFF10", "65307 → 65308"): _SIGN,
    ("bot/schedules/phrases.py", "for code in (*range(0xFF10", "65339 → 65340"): _SIGN,
    ("bot/schedules/phrases.py", "for code in (*range(0xFF10", "65371 → 65372"): _SIGN,
    ("bot/schedules/cron.py", "_LONGEST_GAP =", "25 → 26"): "what is looked at too early is left out",
    ("bot/schedules/cron.py", "wall = (after", "0 → 1"): "the gap before it is longer",
    ("bot/schedules/cron.py", "first = trigger", "1 → 2"): "every day of a schedule has as many",
    ("bot/schedules/zones.py", "return tuple(datetime(2026", "7 → 8"): "no zone changes in July",
    (
        "bot/schedules/zones.py",
        "return tuple(datetime(2026",
        "1 → 2",
    ): "no zone changes in January or on its first days",
    (
        "bot/schedules/zones.py",
        "return tuple(datetime(2026",
        "2026 → 2027",
    ): "the zone database knows of no change between the two",
    (
        "bot/schedules/zones.py",
        "minutes = {None: minutes",
        "15 → 16",
    ): "no place is a quarter of an hour away",
    (
        "bot/schedules/cron.py",
        "horizon = now + timedelta(days=366 * 9)",
        "366 → 367",
    ): "years beyond the next leap day",
    (
        "bot/schedules/cron.py",
        "horizon = now + timedelta(days=366 * 9)",
        "9 → 10",
    ): "years beyond the next leap day",
    (
        "bot/schedules/clock.py",
        "return next(iter(next_times(cron, time_zone, now, 1)), later)",
        "1 → 2",
    ): "one is taken",
    (
        "bot/schedules/zones.py",
        "near = difflib.get_close_matches(",
        "1 → 2",
    ): "of the near names the first is taken",
    ("bot/schedules/clock.py", "_AT_ONCE =", "500 → 501"): _PACE,
    (
        "bot/schedules/clock.py",
        "self._scheduler.shutdown(",
        "False → True",
    ): "what runs jobs in an event loop can't wait for them",
    ("bot/schedules/cron.py", "@lru_cache(", "1000 → 1001"): _PACE,
    ("bot/schedules/cron.py", "values = dict(zip(", "True → False"): "both are five",
    ("bot/schedules/cron.py", "return 0", "0 → 1"): "what could be read fires sometime",
    ("bot/schedules/phrases.py", "strict=True,", "True → False"): "both are twelve",
    (
        "bot/schedules/phrases.py",
        "self._afternoon = range(first, 12)",
        "12 → 13",
    ): "twelve of the afternoon is twelve",
    (
        "bot/schedules/phrases.py",
        "for day in sorted(set(rest)",
        "7 → 8",
    ): "Sunday comes last as well",
    (
        "bot/schedules/phrases.py",
        "if spans and (DAYS.index(day)",
        "7 → 8",
    ): "a span that ends with Sunday is listed day by day",
    (
        "bot/schedules/phrases.py",
        "if len(spans) == 1 and len(ordered) > 2",
        "DAYS.index(ordered[0]) < DAYS.index(ordered[-1]) → DAYS.index(ordered[0]) <= DAYS.index(ordered[-1])",
    ): "the first of three days isn't the last",
    (
        "bot/schedules/phrases.py",
        "if len(spans) == 1 and len(ordered) > 2",
        "0 → 1",
    ): "the second of three days precedes the last just as the first does",
    ("bot/schedules/phrases.py", '(re.compile(r"\\bevenings?', "24 → 25"): "no usual time is at 24",
    ("bot/schedules/phrases.py", '(re.compile(r"\\bnights?', "24 → 25"): "no usual time is at 24",
    (
        "bot/schedules/phrases.py",
        "for day, name in zip(DAYS, FULL_DAYS, strict=True)",
        "True → False",
    ): "both are seven",
}
"""(module, beginning of the line, change) that no test can notice, or that only changes a pace → why."""


@dataclass(slots=True)
class _Mutation(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """An importer that gives one module another source."""

    name: str
    path: Path
    source: str
    is_loaded: bool = field(default=False)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        del path, target
        if fullname != self.name:
            return None
        return importlib.util.spec_from_file_location(fullname, self.path, loader=_Loader(self))


class _Loader(importlib.abc.Loader):
    def __init__(self, mutation: _Mutation) -> None:
        self.mutation = mutation

    def exec_module(self, module: ModuleType) -> None:
        self.mutation.is_loaded = True
        exec(compile(self.mutation.source, self.mutation.path, "exec"), module.__dict__)


def _module(path: str) -> str:
    return path.removesuffix(".py").replace("/", ".")


def _warm(target: Target) -> None:
    """Import everything that the tests import, once."""
    with contextlib.redirect_stdout(io.StringIO()):
        code = pytest.main(["-q", "--collect-only", "-n", "0", "-p", "no:cacheprovider", *target.tests])
    if code != pytest.ExitCode.OK:
        raise SystemExit(f"The tests of {target.modules[0]} can't be collected.")


def _forget(module: str, graph: grimp.ImportGraph) -> None:
    """Drop a module, all that import it and all tests from memory, so that they are imported again."""
    stale = {module, *graph.find_downstream_modules(module)}
    for name in list(sys.modules):
        if name in stale or name == "tests" or (name.startswith("tests.") and "mutation" not in name):
            del sys.modules[name]
    for name in stale:
        parent, _, child = name.rpartition(".")
        if parent in sys.modules and child in vars(sys.modules[parent]):
            delattr(sys.modules[parent], child)


def _run_tests(target: Target, mutation: _Mutation, graph: grimp.ImportGraph) -> bool:
    """Whether the tests pass with the mutant, in this process, which is over afterwards."""
    _forget(mutation.name, graph)
    sys.meta_path.insert(0, mutation)
    options = ["-q", "-x", "-n", "0", "-p", "no:cacheprovider", "-k", target.expression]
    if target.on_postgres:
        options += ["-m", "not faults"]
    passing = {pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED}
    passes = all(pytest.main([*options, path]) in passing for path in target.tests)
    assert mutation.is_loaded or not passes, "no test imported the mutant"
    return passes


def survives(target: Target, path: str, mutant: Mutant, graph: grimp.ImportGraph, patience_s: float) -> bool:
    """Whether the tests let a mutant live; one that ends the process or takes longer than `patience_s` is noticed."""
    child = os.fork()
    if child == 0:
        signal.alarm(int(patience_s))
        sink = os.open(os.devnull, os.O_WRONLY)
        os.dup2(sink, 1)
        os.dup2(sink, 2)
        alive = False
        try:
            alive = _run_tests(target, _Mutation(_module(path), ROOT / path, mutant.source), graph)
        finally:
            os._exit(0 if alive else 1)
    _pid, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status) == 0


def _is_equivalent(path: str, mutant: Mutant) -> bool:
    line = (ROOT / path).read_text("utf-8").splitlines()[mutant.line - 1].strip()
    return any(
        (path, mutant.change) == (module, change) and line.startswith(beginning)
        for module, beginning, change in EQUIVALENT
    )


def _drawn(target: Target, sample: int | None, seed: int) -> Iterator[tuple[str, Mutant]]:
    drawn = [
        (path, mutant) for path in target.modules for mutant in mutants((ROOT / path).read_text("utf-8"))
    ]
    drawn = [(path, mutant) for path, mutant in drawn if not _is_equivalent(path, mutant)]
    if sample is not None and sample < len(drawn):
        drawn = random.Random(seed).sample(drawn, sample)
    yield from drawn


def main() -> int:
    """Print a line for each target; fails where more than one in twenty lives."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", default=sorted(TARGETS))
    parser.add_argument("--sample", type=int)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    os.chdir(ROOT)
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    graph = grimp.build_graph(*_OURS)
    too_many = False
    for name in options.names:
        with ExitStack() as stack:
            if TARGETS[name].on_postgres:
                os.environ["PAPERBOUT_TEST_POSTGRES"] = stack.enter_context(postgres.serving()).admin_url
            number, alive = _play(name, options.sample, options.seed, graph)
        share = alive / number if number else 0.0
        print(f"{name}: {number} mutants, {alive} live ({share:.1%})", flush=True)
        too_many |= share > MOST_ALIVE
    return int(too_many)


def _play(name: str, sample: int | None, seed: int, graph: grimp.ImportGraph) -> tuple[int, int]:
    """Try a target's mutants and print those that live; returns (how many there were, how many live)."""
    target = TARGETS[name]
    _warm(target)
    unchanged = Mutant(0, "nothing", (ROOT / target.modules[0]).read_text("utf-8"))
    begin = time.monotonic()
    if not survives(target, target.modules[0], unchanged, graph, 60 * PATIENCE_S):
        raise SystemExit(f"The tests of {name} fail without any mutant.")
    patience_s = max(PATIENCE_S, 6 * (time.monotonic() - begin))
    number, alive = 0, 0
    for path, mutant in _drawn(target, sample, seed):
        number += 1
        if survives(target, path, mutant, graph, patience_s):
            alive += 1
            print(f"lives: {path}:{mutant.line}: {mutant.change}", flush=True)
    return number, alive


if __name__ == "__main__":
    raise SystemExit(main())
