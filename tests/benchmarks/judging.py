"""Judging, measured: `python -m tests.benchmarks.judging` prints a Markdown table (about two minutes)."""

import asyncio
import contextlib
import statistics
import subprocess
import sys
import tempfile
from decimal import Decimal
from pathlib import Path
from random import Random
from time import monotonic, perf_counter
from typing import Any

from bot.judges.factory import close_judges, open_judge
from bot.judges.interface import PaperText
from bot.matches.judging import judge_match
from storage.errors import JudgeError
from tests.judges.fault_server import serving
from tests.judges.room import a_room
from tests.leagues.world import TEAM

AT_ONCE, CALLS, LATENCY = 32, 1_000, 1.0
FAULTS = ("limit 0.02", "status 500", "broken", "prose", "empty", "refusal", "cut", "html")
ONE, TWO = PaperText("one", "A first title", "An abstract."), PaperText("two", "A second title", None)
MOST = AT_ONCE / LATENCY


def stormy(_body: dict[str, Any], _number: int, lots: Random = Random(4)) -> str:  # noqa: B008 - one stream of lots
    return lots.choice(FAULTS) if lots.random() < 0.3 else "good"


def importing() -> str:
    """Seconds that `import bot.judges` takes in a fresh process, the interpreter's start left out."""
    script = (
        "from time import perf_counter as now\nbegan = now()\nimport bot.judges.factory\nprint(now() - began)"
    )
    runs = [
        float(subprocess.run([sys.executable, "-c", script], capture_output=True, check=True).stdout)
        for _ in range(5)
    ]
    return f"| import of the judging room | {statistics.median(runs) * 1000:.0f} ms | 300 ms |"


async def judges() -> list[str]:
    """Calls a second of one judge in a storm."""
    async with serving(stormy, LATENCY) as server:
        judge = open_judge(
            f"openai:fake@{server.url}", keys={}, price_per_mtok=Decimal(1), concurrency=AT_ONCE
        )

        async def one(number: int) -> None:
            with contextlib.suppress(JudgeError):  # calls are counted at the server, with those that fail
                await judge.compare(ONE, TWO, purpose=None, nonce=str(number))

        began = monotonic()
        await asyncio.gather(*(one(number) for number in range(CALLS)))
        whole = len(server.requests) / (monotonic() - began)
        steady = len(server.arrivals) * 9 // 10
        running = steady / (server.arrivals[steady] - server.arrivals[0])
        await close_judges([judge])
    storm = f"{CALLS:,} verdicts in a storm at {AT_ONCE} at once"
    return [
        f"| {storm}, from first call to last answer | {whole / MOST:.0%} of {MOST:.0f} calls/s | 90 % |",
        f"| the same, without the last tenth, where slots run empty | {running / MOST:.0%} | 90 % |",
    ]


async def matches() -> str:
    """Calls a second of matches, rows and money kept on SQLite."""
    async with serving("good", LATENCY) as server:
        name = f"openai:fake@{server.url}"
        judge = open_judge(name, keys={}, price_per_mtok=Decimal(1), concurrency=AT_ONCE)
        with tempfile.TemporaryDirectory() as folder:
            async with a_room(Path(folder), judge) as room:
                await room.sets(monthly_cap=Decimal(1_000))
                tournament = await room.tournament(name, number=CALLS)
                await room.plan_many(
                    [(name, place % 4, (place + 1) % 4) for place in range(CALLS)], tournament
                )
                ids = [match.id for match in await room.matches()]
                at_once = asyncio.Semaphore(AT_ONCE)

                async def one(match: int) -> None:
                    async with at_once:
                        await judge_match(room.runtime, TEAM, match)

                began = perf_counter()
                await asyncio.gather(*(one(match) for match in ids))
                rate = len(server.requests) / (perf_counter() - began)
        await close_judges([judge])
    return f"| {CALLS:,} matches decided on SQLite at {AT_ONCE} at once | {rate / MOST:.0%} of {MOST:.0f} calls/s | |"


async def main() -> None:
    """Print the table."""
    print("| what | measured | bar |\n| --- | --- | --- |")
    print(importing())
    print("\n".join(await judges()))
    print(await matches())


if __name__ == "__main__":
    asyncio.run(main())
