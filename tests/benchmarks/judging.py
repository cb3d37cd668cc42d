"""Judging, measured: `python -m tests.benchmarks.judging` prints a Markdown table (about two minutes)."""

import asyncio
import contextlib
import csv
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from random import Random
from time import monotonic, perf_counter, process_time, thread_time
from typing import Any

import numpy as np
from scipy.special import expit
from scipy.stats import kendalltau

from bot.judges.factory import close_judges, open_judge
from bot.judges.interface import PaperText
from bot.judges.llm.batches.batch_interface import HALF
from bot.matches.cascade import CLEAR_LEAD
from bot.matches.judging import judge_match
from bot.ranking import Outcomes, fit, propose
from bot.tournaments.rounds import batch_round_size
from storage.errors import JudgeError
from tests.judges.fault_server import WROTE, serving
from tests.judges.room import a_room
from tests.leagues.world import TEAM

AT_ONCE, CALLS, LATENCY = 32, 1_000, 1.0
FAULTS = ("limit 0.02", "status 500", "broken", "prose", "empty", "refusal", "cut", "html")
ONE, TWO = PaperText("one", "A first title", "An abstract."), PaperText("two", "A second title", None)
LONG = PaperText(
    "long", "A title", "An abstract.", full_text="Words of a paper, 12 of them; some α-β. " * 1_500
)
MOST = AT_ONCE / LATENCY
WARM = 50
AT_ONCE_OF_MONEY, BOUGHT, READ_HERE = 8, 101, 1_000
REPLAY = Path(__file__).parents[3] / "shared" / "data" / "replay"
LEAGUE = "iclr2025_optimization"


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


async def money() -> str:
    """What share of the matches that a cap buys is played where a worst case is 14 times the true cost."""
    async with serving(f"read {READ_HERE}", 0.05) as server:
        name = f"openai:gpt-5.2:low@{server.url}"
        judge = open_judge(name, keys={}, price_per_mtok=Decimal(10), concurrency=AT_ONCE_OF_MONEY)
        true = Decimal(READ_HERE + WROTE) / 100_000
        with tempfile.TemporaryDirectory() as folder:
            async with a_room(Path(folder), judge, concurrency=AT_ONCE_OF_MONEY) as room:
                cap = BOUGHT * true
                await room.sets(monthly_cap=cap)
                tournament = await room.tournament(name, number=2 * BOUGHT)
                pairs = [(name, place % 4, (place + 1 + place % 3) % 4) for place in range(2 * BOUGHT)]
                await room.plan_many(pairs, tournament)
                at_once = asyncio.Semaphore(AT_ONCE_OF_MONEY)

                async def one(match: int) -> None:
                    async with at_once:
                        await judge_match(room.runtime, TEAM, match)

                await asyncio.gather(*(one(match.id) for match in await room.matches()))
                decided = sum(match.status == "decided" for match in await room.matches())
                spent = sum((row.cost or Decimal(0) for row in await room.spendings()), Decimal(0))
        worst = judge.worst_compare(ONE, TWO, None) or Decimal(0)
        await close_judges([judge])
    return (
        f"| a cap that buys {BOUGHT} matches, {AT_ONCE_OF_MONEY} at once, worst case {worst / true:.1f} × the true cost: "
        f"played; spent of the cap | {decided} ({decided / BOUGHT:.0%}); {spent / cap:.1%} | 95 %; 100 % |"
    )


@contextlib.contextmanager
def timed_steps() -> Iterator[list[float]]:
    """The processor seconds of each step of the event loop while inside: how long it held up everything else."""
    steps: list[float] = []
    run = asyncio.Handle._run

    def timed(handle: asyncio.Handle) -> None:
        began = thread_time()
        try:
            run(handle)
        finally:
            steps.append(thread_time() - began)

    asyncio.Handle._run = timed  # type: ignore[method-assign,assignment]  # measured from outside
    try:
        yield steps
    finally:
        asyncio.Handle._run = run  # type: ignore[method-assign]


def other_process() -> tuple[subprocess.Popen[str], str]:
    """A server in a process of its own that answers at once, and its address."""
    script = (
        "import asyncio\nfrom tests.judges.fault_server import serving\n"
        "async def main():\n async with serving('good') as server:\n"
        "  print(server.url, flush=True)\n  await asyncio.Event().wait()\nasyncio.run(main())"
    )
    process = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    return process, process.stdout.readline().strip()


async def speed() -> list[str]:
    """Verdicts through the whole path against an instant server: a second, in processor time, and the loop held."""
    process, url = other_process()
    name = f"openai:fake@{url}"
    judge = open_judge(name, keys={}, price_per_mtok=Decimal(1), concurrency=AT_ONCE)
    with tempfile.TemporaryDirectory() as folder:
        async with a_room(Path(folder), judge, concurrency=AT_ONCE) as room:
            await room.sets(monthly_cap=Decimal(1_000))
            tournament = await room.tournament(name, number=CALLS)
            await room.plan_many([(name, place % 4, (place + 1) % 4) for place in range(CALLS)], tournament)
            ids = [match.id for match in await room.matches()]
            at_once = asyncio.Semaphore(AT_ONCE)

            async def one(match: int) -> None:
                async with at_once:
                    await judge_match(room.runtime, TEAM, match)

            await asyncio.gather(*(one(match) for match in ids[:WARM]))
            began, spent = perf_counter(), process_time()
            await asyncio.gather(*(one(match) for match in ids[WARM : CALLS // 2]))
            seconds, spent = perf_counter() - began, process_time() - spent
            with timed_steps() as steps:
                await asyncio.gather(*(one(match) for match in ids[CALLS // 2 :]))
    with timed_steps() as long_steps, contextlib.suppress(JudgeError):
        await judge.assess(LONG, purpose=None, nonce="long")
    began = thread_time()
    judge.worst_assess(LONG, None)
    counting = thread_time() - began
    await close_judges([judge])
    process.kill()
    process.wait()
    verdicts = CALLS // 2 - WARM
    return [
        f"| verdicts a second, instant server, SQLite, {AT_ONCE} at once | {verdicts / seconds:.0f} | 120 |",
        f"| processor time a verdict | {1_000 * spent / verdicts:.1f} ms | 8.3 ms |",
        f"| longest step of the event loop, processor time | {1_000 * max(steps):.1f} ms | 20 ms |",
        f"| the same while 60,000 characters of full text are assessed | {1_000 * max(long_steps):.1f} ms | 20 ms |",
        f"| counting the most that this may cost | {1_000 * counting:.1f} ms | 20 ms |",
    ]


def cascade() -> list[str]:
    """A cascade on the recorded league: calls saved by assessments alone, and the tau that is left."""
    with (REPLAY / f"{LEAGUE}_papers.csv").open(encoding="utf-8") as file:
        papers = list(csv.DictReader(file))
    with (REPLAY / f"{LEAGUE}_matches.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    index = {paper["id"]: place for place, paper in enumerate(papers)}
    rating = np.array([float(paper["rating"] or "nan") for paper in papers])
    first, second = (np.array([index[row[side]] for row in rows]) for side in ("first", "second"))
    names = sorted({row["judge"] for row in rows})
    judge = np.array([names.index(row["judge"]) for row in rows])
    score = np.array([1.0 if row["winner"] == row["first"] else 0.0 for row in rows])
    lead = rating[first] - rating[second]
    whole = fit(len(papers), Outcomes(first, second, score, judge)).theta
    lines = []
    for points in (1.0, CLEAR_LEAD, 2.0):
        clear = np.abs(lead) >= points
        by_rubric = np.where(clear, (lead > 0).astype(float), score)
        judges_of = np.where(clear, len(names), judge)
        theta = fit(len(papers), Outcomes(first, second, by_rubric, judges_of)).theta
        left_out = fit(
            len(papers), Outcomes(first[~clear], second[~clear], score[~clear], judge[~clear])
        ).theta
        same = (by_rubric == score)[clear].mean()
        used = " (in use)" if points == CLEAR_LEAD else ""
        lines.append(
            f"| cascade, a lead of {points:g} points{used}: calls saved; the same verdict; tau to all verdicts | "
            f"{clear.mean():.0%}; {same:.0%}; {kendalltau(whole, theta).statistic:.3f} "
            f"({kendalltau(whole, left_out).statistic:.3f} where those pairs aren't played at all) | |"
        )
    return lines


PAPERS, PER_PAPER, SPREAD, LEAGUES = 60, 12, 3.0, 12
CALL = Decimal("0.0213")
"""USD of a verdict at 5 and 25 USD a million tokens: 2,500 read, 350 written."""


def played(seed: int, size: int, rounds_in_one: int) -> tuple[float, int]:
    """A simulated league played in rounds put together of so many in which everybody plays once; tau and rounds."""
    random = np.random.default_rng(seed)
    quality = random.normal(0, SPREAD, PAPERS)
    outcomes, budget, rounds = Outcomes(*np.zeros((3, 0))), PAPERS * PER_PAPER // 2, 0
    while len(outcomes) < budget:
        pairs: list[tuple[int, int]] = []
        for _ in range(rounds_in_one):
            count = min(size, budget - len(outcomes) - len(pairs))
            if count > 0:
                more = propose(
                    PAPERS,
                    outcomes,
                    count,
                    "ranking",
                    prior_sd=SPREAD,
                    seed=rounds + len(pairs),
                    barred=pairs,
                )
                pairs += [(int(i), int(j)) for i, j in more]
        first, second = np.array(pairs).T
        won = (random.random(len(pairs)) < expit(quality[first] - quality[second])).astype(float)
        outcomes = Outcomes(
            np.r_[outcomes.first, first], np.r_[outcomes.second, second], np.r_[outcomes.score, won]
        )
        rounds += 1
    theta = fit(PAPERS, outcomes, prior_sd=SPREAD).theta
    return float(kendalltau(theta, quality).statistic), rounds


def batches() -> list[str]:
    """The same number of calls live, in rounds of 16, and in four batches: rounds, money, tau to the truth."""
    calls = PAPERS * PER_PAPER // 2
    live = [played(seed, 16, 1) for seed in range(LEAGUES)]
    whole = batch_round_size(PAPERS, calls)
    in_batches = [played(seed, PAPERS // 2, -(-whole // (PAPERS // 2))) for seed in range(LEAGUES)]
    return [
        f"| {name}, {PAPERS} papers, {calls} calls: rounds; USD; tau to the truth, mean of {LEAGUES} leagues | "
        f"{statistics.mean(rounds for _, rounds in runs):.0f}; {calls * CALL * share:.2f}; "
        f"{statistics.mean(tau for tau, _ in runs):.3f} | |"
        for name, runs, share in (("live", live, Decimal(1)), ("in batches", in_batches, HALF))
    ]


async def main() -> None:
    """Print the table; with `--cascade`, `--batches` or `--speed` only that part."""
    print("| what | measured | bar |\n| --- | --- | --- |")
    if "--cascade" in sys.argv:
        print("\n".join(cascade()))
        return
    if "--batches" in sys.argv:
        print("\n".join(batches()))
        return
    if "--money" in sys.argv:
        print(await money())
        return
    if "--speed" in sys.argv:
        print("\n".join(await speed()))
        return
    print(importing())
    print("\n".join(await judges()))
    print(await matches())
    print(await money())
    print("\n".join(await speed()))
    print("\n".join(cascade()))
    print("\n".join(batches()))


if __name__ == "__main__":
    asyncio.run(main())
