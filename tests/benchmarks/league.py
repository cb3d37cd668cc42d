"""A large league on both databases measured: `python -m tests.benchmarks.league` prints a table."""

import asyncio
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import numpy as np

from bot import questions
from bot.exchange import league_transfer
from bot.exchange.file_rows import LeagueFile, MatchRow, PaperRow
from bot.settings import Settings
from bot.standings import refit
from storage.database.engine import Database, Transaction
from storage.migrations import running
from storage.workspaces import workspace_rows
from tests import postgres
from tests.benchmarks.answers import NOW, large

SIZES = ((3_500, 35_000), (3_500, 100_000))
RUNS = 40
BARS = {"refit with standings": 1_000.0, "memory": 400.0}
ANSWER_BAR = 200.0


async def fill(url: str, entries: int, matches: int) -> dict[str, float]:
    """Load a league; seconds."""
    database = Database(url)
    await running.upgrade(database)
    began = time.perf_counter()
    await large(database, entries, matches)
    await database.analyze()
    await database.close()
    return {"load": time.perf_counter() - began}


async def take_in(url: str, entries: int, matches: int) -> dict[str, float]:
    """Import an export of so many papers and matches and refit, as `paperbout import` does; seconds."""
    dice = random.Random(1)
    papers = [
        PaperRow(
            id=f"arxiv:{number}", url="https://arxiv.org", title=f"Paper {number}", abstract="x" * 1_000, authors=["A"],
            categories=["cs.CL"], published=NOW, submitted_by="U1", submitted_at=NOW, rating=6.0, significance=6.0,
            rigor=6.0, novelty=6.0, clarity=6.0,
        )
        for number in range(entries)
    ]  # fmt: skip
    rows = []
    for number in range(matches):
        first, second = dice.sample(papers, 2)
        rows.append(
            MatchRow(
                key=f"k{number}", first=first.id, second=second.id, judge=dice.choice(("a:m", "b:m")), pool="real",
                model="m", verdict="first", outcome="first", weight=1.0, confidence=0.7, rationale="Better. " * 40,
                decided_at=NOW,
            )
        )  # fmt: skip
    exported = LeagueFile(league="L", purpose=None, papers=papers, ratings=[], matches=rows, votes=[])
    database = Database(url)
    await running.upgrade(database)
    await workspace_rows.ensure(database, "T1", NOW)
    began = time.perf_counter()
    async with database.transaction("T1") as session:
        await league_transfer.load(
            session, exported, name="L", channel="C1", settings=Settings(_env_file=None), now=NOW
        )
    await database.analyze()
    taken = time.perf_counter() - began
    await database.close()
    return {"import": taken}


async def serve(url: str, entries: int, _matches: int) -> dict[str, float]:
    """Ask and refit in a process of its own: p95 and the refit in milliseconds, memory in MB."""
    database = Database(url)
    dice = random.Random(1)

    def some() -> int:
        return dice.randrange(1, entries)

    asked: dict[str, Callable[[Transaction], Awaitable[object]]] = {
        "/rank": lambda s: questions.leaderboard(s, 1, offset=dice.choice((0, 10, 500))),
        "card": lambda s: questions.card(s, some(), NOW),
        "head-to-head": lambda s: questions.head_to_head(s, some(), entries),
        "history": lambda s: questions.history(s, dice.choice((1, some()))),
    }
    found: dict[str, float] = {}
    for name, ask in asked.items():
        taken = []
        for _ in range(RUNS):
            async with database.reading("T1") as session:
                began = time.perf_counter()
                await ask(session)
                taken.append(1000 * (time.perf_counter() - began))
        found[name] = float(np.percentile(taken, 95))
    taken = []
    for _ in range(3):
        began = time.perf_counter()
        async with database.transaction("T1") as session:
            await refit.refit(session, 1, cause="match", now=NOW)
        taken.append(1000 * (time.perf_counter() - began))
    found["refit with standings"] = float(np.median(taken))
    found["memory"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    await database.close()
    return found


def apart(work: str, url: str, entries: int, matches: int) -> dict[str, float]:
    """Do one of the above in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.league", work, url, str(entries), str(matches)],
        check=True,
        capture_output=True,
        text=True,
    )
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def main() -> None:
    """Print the table."""
    print("| what | database | measured | bar |\n| --- | --- | --- | --- |")
    with postgres.serving() as server, tempfile.TemporaryDirectory() as folder:
        for entries, matches in SIZES:
            size = f"{entries:,} entries, {matches:,} matches"
            for kind in ("SQLite", "PostgreSQL"):
                url = (
                    f"sqlite:///{Path(folder) / f'{matches}.db'}"
                    if kind == "SQLite"
                    else server.create("league")
                )
                load = apart("fill", url, entries, matches)["load"]
                print(f"| load {size} | {kind} | {load:.0f} s | |", flush=True)
                fresh = server.create("import") if kind == "PostgreSQL" else f"{url}.import.db"
                imported = apart("take_in", fresh, entries, matches)["import"]
                print(f"| import and refit {size} | {kind} | {imported:.0f} s | |", flush=True)
                for name, value in apart("serve", url, entries, matches).items():
                    bar = BARS.get(name, ANSWER_BAR)
                    unit = "MB" if name == "memory" else "ms"
                    shown = name if name in BARS else f"{name}, p95"
                    print(f"| {shown}, {size} | {kind} | {value:.0f} {unit} | {bar:.0f} {unit} |", flush=True)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        task = {"fill": fill, "take_in": take_in, "serve": serve}[sys.argv[1]]
        print(json.dumps(asyncio.run(task(sys.argv[2], int(sys.argv[3]), int(sys.argv[4])))))
    else:
        main()
