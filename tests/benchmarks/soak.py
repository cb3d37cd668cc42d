"""A season of events at one process: `python -m tests.benchmarks.soak [EVENTS]` prints memory and growth, on both kinds.

Fails where the process's memory at the end is over 10 % above that after the first quarter, or where a table grew by
more than its rows explain.
"""

import asyncio
import json
import random
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import httpx
from sqlalchemy import text

from handlers.demo.papers import PAPERS
from storage.database.engine import Database
from tests import offline_arxiv
from tests.faults.storm import Storm, brewing
from tests.faults.test_events import message
from tests.postgres import serving

EVENTS, QUARTERS, AT_ONCE = 20_000, 4, 16
WITH_LINK, COMMANDS = 0.04, 0.04
QUESTIONS = ("", "help", "rank attention", "history attention", "new", "log", "judges", "top 5")
MOST_RSS_GROWTH = 1.10
MOST_BYTES_A_ROW = 1.5
"""A table may take so many times the bytes a row that it took after the first quarter."""
PAGES = 64 * 1024
"""Tables that grew by less say nothing: databases hand out pages."""


def resident_mb(storm: Storm) -> dict[str, float]:
    """Megabytes of memory of each process of the program, its readers apart."""
    sizes = {}
    for name, program in storm.processes.programs.items():
        status = Path(f"/proc/{program.pid}/status").read_text()
        line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
        sizes[name] = int(line.split()[1]) / 1024
    return sizes


async def tables(database: Database) -> dict[str, tuple[int, int]]:
    """(rows, bytes with indexes) by table; what deleted rows left is free for others first, as autovacuum would."""
    sizes: dict[str, tuple[int, int]] = {}
    if not database.on_sqlite:
        async with database.engine.connect() as connection:
            await connection.execution_options(isolation_level="AUTOCOMMIT")
            await connection.execute(text("VACUUM"))
    async with database.connection() as connection:
        if database.on_sqlite:
            rows = await connection.execute(
                text(
                    "SELECT m.tbl_name, sum(d.pgsize) FROM dbstat d JOIN sqlite_master m ON m.name = d.name "
                    "GROUP BY m.tbl_name"
                )
            )
        else:
            rows = await connection.execute(
                text("SELECT relname, pg_total_relation_size(relid) FROM pg_stat_user_tables")
            )
        for name, size in rows.all():
            count = await connection.scalar(text(f'SELECT count(*) FROM "{name}"'))
            sizes[str(name)] = (int(count or 0), int(size))
    return sizes


async def deliver(storm: Storm, numbers: Sequence[int], dice: random.Random) -> None:
    """Deliver events as fast as they are acked, some of them links, and ask questions in between."""
    url = f"http://127.0.0.1:{storm.port}/slack/events"
    places = asyncio.Semaphore(AT_ONCE)
    async with httpx.AsyncClient(timeout=60, trust_env=False) as client:

        async def one(number: int, chance: float) -> None:
            async with places:
                if chance < COMMANDS:
                    question = QUESTIONS[number % len(QUESTIONS)]
                    await storm.slack.command(storm.owner, storm.channel, "/rank", question)
                    return
                paper = PAPERS[number % len(PAPERS)].arxiv if chance < COMMANDS + WITH_LINK else None
                body = json.dumps(message(storm, number, paper))
                headers = {"content-type": "application/json", **storm.slack.deliveries.signature(body)}
                answer = await client.post(url, content=body, headers=headers)
                assert answer.is_success, answer.text

        async with asyncio.TaskGroup() as group:
            for number in numbers:
                group.create_task(one(number, dice.random()))


async def soak(url: str, folder: Path, events: int) -> list[str]:
    """Play the season; returns what is wrong."""
    dice, faults = random.Random(1), []
    async with (
        offline_arxiv.serving() as source,
        brewing(folder, url, 1, workers=1, latency=0.0, PAPERBOUT_ARXIV_URL=source) as storm,
    ):
        storm.slack.world.events.clear()
        quarter = events // QUARTERS
        measured: list[tuple[dict[str, float], dict[str, tuple[int, int]]]] = []
        print("| events | memory | database | seconds |\n| --- | --- | --- | --- |")
        for number in range(QUARTERS):
            began = time.perf_counter()
            await deliver(storm, range(number * quarter, (number + 1) * quarter), dice)
            await storm.until(storm.calm, 120, "all is posted")
            measured.append((resident_mb(storm), await tables(storm.database)))
            rss, sizes = measured[-1]
            print(
                f"| {(number + 1) * quarter:,} | {', '.join(f'{name} {mb:.0f} MB' for name, mb in rss.items())} | "
                f"{sum(size for _rows, size in sizes.values()) / 2**20:.1f} MB | {time.perf_counter() - began:.0f} |",
                flush=True,
            )
    (first_rss, first), (last_rss, last) = measured[0], measured[-1]
    print(
        "\n| table | rows | bytes | bytes a row, after a quarter | at the end |\n| --- | --- | --- | --- | --- |"
    )
    for name, (rows, size) in sorted(last.items(), key=lambda item: -item[1][1]):
        rows_before, size_before = first.get(name, (0, 0))
        grown = size - size_before
        if grown < PAGES:
            continue
        each, each_before = size / max(rows, 1), size_before / max(rows_before, 1)
        print(f"| {name} | {rows:,} | {size:,} | {each_before:,.0f} | {each:,.0f} |")
        if grown > MOST_BYTES_A_ROW * each_before * (rows - rows_before) + PAGES:
            faults.append(f"{name} grew by {grown:,} bytes for {rows - rows_before:,} rows")
    for name, mb in last_rss.items():
        if mb > MOST_RSS_GROWTH * first_rss[name]:
            faults.append(f"{name} grew from {first_rss[name]:.0f} to {mb:.0f} MB")
    return faults


def main() -> None:
    """Soak on SQLite, then on PostgreSQL; the exit code is 1 where something grew."""
    events = int(sys.argv[1]) if len(sys.argv) > 1 else EVENTS
    faults: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        print("SQLite\n")
        faults += asyncio.run(soak(f"sqlite:///{Path(folder) / 'soak.db'}", Path(folder), events))
    with serving() as server, tempfile.TemporaryDirectory() as folder:
        print("\nPostgreSQL\n")
        faults += asyncio.run(soak(server.create("soak"), Path(folder), events))
    print("\n".join(faults) or "\nNothing grew but the rows.")
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
