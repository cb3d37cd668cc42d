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
from tests.mutation.equivalents import EQUIVALENT
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
