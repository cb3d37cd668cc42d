"""Many workspaces: `python -m tests.benchmarks.workspaces [100 1000 10000]` prints what they cost on both databases."""

import asyncio
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, insert, select, text, update

from bot import dispatch, questions
from bot.schedules.clock import Clock
from bot.settings import Settings
from bot.work.runtime import Runtime
from bot.work.timing import RealTime
from storage.database.engine import Database, Job
from storage.database.statements import batched, changed
from storage.migrations import running
from storage.tables import Entry, League, Occurrence, OutboxMessage, Paper, Rating, Schedule, Workspace
from storage.work import sweeping
from storage.work.queue import OTHERS_AT_ONCE
from tests.postgres import serving

NOW = datetime(2026, 11, 25, 12, 0, 30, tzinfo=UTC)
SIZES = (100, 1_000, 10_000)
PAPERS, FIRING, RUNS = 5, 1_000, 5
BARS = {"an idle tick": "50 ms", "1,000 schedules in one minute": "5,000 ms"}


async def fill(database: Database, number: int) -> None:
    """So many workspaces, each with a league of a few rated papers and a digest every weekday at nine."""
    ids = range(1, number + 1)
    papers = [(league, league * PAPERS + place) for league in ids for place in range(PAPERS)]
    rows: list[tuple[Any, list[dict[str, Any]]]] = [
        (Workspace, [{"id": f"T{i}", "installed_at": NOW, "views": {}} for i in ids]),
        (
            League,
            [
                {
                    "id": i, "workspace_id": f"T{i}", "name": "Reading", "channel": f"C{i}", "created_by": "U1",
                    "created_at": NOW,
                }
                for i in ids
            ],
        ),
        (
            Paper,
            [
                {
                    "id": paper, "workspace_id": f"T{i}", "canonical": f"arxiv:{paper}", "url": "https://arxiv.org",
                    "status": "known", "title": f"Paper {paper}", "abstract": "x" * 1_000, "created_at": NOW,
                }
                for i, paper in papers
            ],
        ),
        (
            Entry,
            [
                {
                    "id": paper, "workspace_id": f"T{i}", "league_id": i, "paper_id": paper, "submitted_by": "U1",
                    "submitted_at": NOW, "channel": f"C{i}",
                }
                for i, paper in papers
            ],
        ),
        (
            Rating,
            [
                {
                    "entry_id": paper, "workspace_id": f"T{i}", "league_id": i, "theta": 0.0, "stderr": 0.3,
                    "score": 1_500.0, "interval": 100.0, "rank": 1 + paper % PAPERS, "rank_low": 1, "rank_high": PAPERS,
                    "wins": 0, "losses": 0, "draws": 0, "rubric": None,
                }
                for i, paper in papers
            ],
        ),
        (
            Schedule,
            [
                {
                    "workspace_id": f"T{i}", "league_id": i, "kind": "digest", "channel": f"C{i}", "active": True,
                    "cron": "0 9 * * mon-fri", "time_zone": "Europe/Berlin", "created_by": "U1", "options": {},
                    "created_at": NOW - timedelta(days=9), "next_at": NOW + timedelta(hours=20), "reckoned_at": NOW,
                }
                for i in ids
            ],
        ),
    ]  # fmt: skip
    for table, values in rows:
        for batch in batched(values, 2_000):
            async with database.transaction(None) as session:
                await session.execute(insert(table), list(batch))
    async with database.transaction(None) as session:
        await session.execute(text("ANALYZE"))


async def best(act: Callable[[], Awaitable[object]]) -> float:
    """The best of some runs, in milliseconds."""
    runs = []
    for _ in range(RUNS):
        began = time.perf_counter()
        await act()
        runs.append(time.perf_counter() - began)
    return 1000 * min(runs)


async def figures(url: str, number: int) -> dict[str, str]:
    """What is measured with so many workspaces, in words."""
    database = Database(url)
    await running.upgrade(database)
    await fill(database, number)
    clock = Clock(database, lambda: NOW)

    async def sweep() -> None:
        async with database.transaction(None) as session:
            await sweeping.sweep(session, NOW)

    async def board() -> None:
        async with database.reading("T7") as session:
            await questions.leaderboard(session, 7)

    async def card() -> None:
        async with database.reading("T7") as session:
            await questions.card(session, 7 * PAPERS, NOW)

    async with database.transaction(None) as session:
        await changed(session, update(Schedule).values(next_at=None, reckoned_at=None))
    taken = {"the first tick, no next moment known": await once(clock.tick())}

    async def ticks() -> None:
        for _ in range(0, number, 250):
            await clock.tick()

    taken["the ticks until all are known, 5 s apart"] = await once(ticks())
    taken["an idle tick"] = f"{await best(clock.tick):.1f} ms"
    taken["sweep"] = f"{await best(sweep):.1f} ms"
    taken["`/rank`"] = f"{await best(board):.1f} ms"
    taken["a card"] = f"{await best(card):.1f} ms"
    taken |= await firing(database, clock)
    taken["memory of the process"] = memory()
    await database.close()
    return taken


async def firing(database: Database, clock: Clock) -> dict[str, str]:
    """What it takes when `FIRING` schedules are due in one minute: to tell of them, and to want their digests."""
    async with database.transaction(None) as session:
        some = select(Schedule.id).order_by(Schedule.id).limit(FIRING)
        await changed(
            session,
            update(Schedule)
            .where(Schedule.id.in_(some))
            .values(
                cron="0 13 * * *", next_at=NOW - timedelta(seconds=30), reckoned_at=NOW - timedelta(days=1)
            ),
        )
    jobs: list[Job] = []

    async def tell(due: Sequence[Job]) -> None:
        jobs.extend(due)

    database.told = tell
    tick = await once(clock.tick())
    database.told = None
    runtime = Runtime(database, Settings(), Standing(), {}, None, None)  # type: ignore[arg-type]  # digests ask nobody
    places = asyncio.Semaphore(OTHERS_AT_ONCE)

    async def handle(job: Job) -> None:
        async with places:
            await dispatch.run_occurrence(runtime, job.workspace, job.id)

    handled = await once(asyncio.gather(*(handle(job) for job in jobs)))
    async with database.reading(None) as session:
        done = await session.scalar(select(func.count()).where(Occurrence.status == "done"))
        wanted = await session.scalar(select(func.count()).select_from(OutboxMessage))
    assert done == wanted == len(jobs)
    return {
        "1,000 schedules in one minute": tick,
        "their digests are wanted": handled,
        "firings": f"{done:,}",
    }


async def once(act: Awaitable[object]) -> str:
    """The time that something took, and how much of it this process worked."""
    began, spent = time.perf_counter(), time.process_time()
    await act
    took, own = 1000 * (time.perf_counter() - began), 1000 * (time.process_time() - spent)
    return f"{took:,.0f} ms ({own:,.0f} ms of its own)"


class Standing(RealTime):
    """A clock that stands."""

    def now(self) -> datetime:
        """Always the same moment."""
        return NOW


def memory() -> str:
    """The resident memory of this process."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return f"{int(line.split()[1]) // 1024} MB"
    return "unknown"


def main() -> None:
    """Print a table for each database; each size in a database of its own."""
    sizes = [int(word) for word in sys.argv[1:]] or list(SIZES)
    with tempfile.TemporaryDirectory() as folder:
        table("SQLite", {size: figures(f"sqlite:///{Path(folder) / f'{size}.db'}", size) for size in sizes})
    with serving() as server:
        table("PostgreSQL", {size: figures(server.create(f"many{size}"), size) for size in sizes})


def table(name: str, work: dict[int, Coroutine[Any, Any, dict[str, str]]]) -> None:
    """Print what is measured, a column a size."""
    columns = [asyncio.run(measuring) for measuring in work.values()]
    print(f"\n| {name}, workspaces | " + " | ".join(f"{size:,}" for size in work) + " | bar |")
    print("| --- |" + " --- |" * (len(work) + 1))
    for what in columns[0]:
        print(f"| {what} | " + " | ".join(column[what] for column in columns) + f" | {BARS.get(what, '')} |")


if __name__ == "__main__":
    main()
