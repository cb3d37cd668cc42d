"""`python -m tests.mutation [NAME] [--sample N] [--seed S]`: how many mutants of a module its own tests let live.

The checkout is copied to a folder of its own; there each mutant is written in the module's place and its tests run.
Survivors are printed; those that `EQUIVALENT` names with a reason don't count.
"""

import argparse
import random
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from tests.mutation.mutants import Mutant, mutants

ROOT: Final = Path(__file__).parents[2]
MOST_ALIVE: Final = 0.05
PATIENCE_S: Final = 300

TARGETS: Final[dict[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "rules": (
        ("bot/voting/rules.py",),
        ("tests/voting/test_rules.py",),
    ),
    "schedules": (("bot/schedules/cron.py", "bot/schedules/clock.py"), ("tests/schedules",)),
    "work": (
        ("storage/work/leases.py", "storage/work/inbox.py", "storage/work/host_turns.py"),
        ("tests/work", "tests/work/test_jobs.py", "tests/handlers/test_inbox.py"),
    ),
    "ids": (("handlers/blocks/ids.py",), ("tests/handlers/test_ids.py",)),
    "spending": (("storage/spending.py",), ("tests/spending/test_paid_calls.py",)),
    "ranking": (("bot/ranking/uncertainty.py", "bot/ranking/pairing.py"), ("tests/ranking",)),
}
"""Name → (modules, the tests that must notice a change of them)."""
EQUIVALENT: Final[dict[tuple[str, str], str]] = {}
"""(module, change) that no test can notice → why."""


def _survives(checkout: Path, path: str, mutant: Mutant, tests: tuple[str, ...]) -> bool:
    module = checkout / path
    source = module.read_text("utf-8")
    module.write_text(mutant.source, "utf-8")
    try:
        command = [sys.executable, "-m", "pytest", "-q", "-x", "-n", "0", "-p", "no:cacheprovider", *tests]
        done = subprocess.run(command, cwd=checkout, capture_output=True, timeout=PATIENCE_S, check=False)
    except subprocess.TimeoutExpired:
        return False
    finally:
        module.write_text(source, "utf-8")
    return done.returncode == 0


def _survivors(checkout: Path, name: str, sample: int | None, seed: int) -> tuple[int, list[str]]:
    """How many mutants were tried, and what lived of them."""
    modules, tests = TARGETS[name]
    made = [(path, mutant) for path in modules for mutant in mutants((ROOT / path).read_text("utf-8"))]
    made = [each for each in made if (each[0], each[1].change) not in EQUIVALENT]
    if sample is not None and sample < len(made):
        made = random.Random(seed).sample(made, sample)
    alive = []
    for path, mutant in made:
        if _survives(checkout, path, mutant, tests):
            alive.append(f"{path}:{mutant.line}: {mutant.change}")
            print("lives", alive[-1], flush=True)
    return len(made), alive


def main() -> int:
    """Print a line for each target; fails where more than one in twenty lives."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", default=sorted(TARGETS))
    parser.add_argument("--sample", type=int)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    too_many = False
    with tempfile.TemporaryDirectory() as folder:
        checkout = Path(folder) / "checkout"
        shutil.copytree(ROOT, checkout, ignore=shutil.ignore_patterns(".*", "__pycache__", "output"))
        for name in options.names:
            tried, alive = _survivors(checkout, name, options.sample, options.seed)
            share = len(alive) / tried if tried else 0.0
            print(f"{name}: {tried} mutants, {len(alive)} live ({share:.0%})", flush=True)
            too_many |= share > MOST_ALIVE
    return int(too_many)


if __name__ == "__main__":
    raise SystemExit(main())
