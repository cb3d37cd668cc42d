"""Refits of a league that goes on playing, on SQLite: `python -m tests.benchmarks.refits [runs]` prints a table.

3,500 papers and 35,000 matches, three judges of differing sharpness told apart, standings stored. Before each refit the
league plays one match, then a round, a match per ten papers, which changes nearly every rank. The first refit of a
process reads everything and learns the prior; it is learned again once 2 % of the matches are new.
"""

import asyncio
import gc
import os
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np
from sqlalchemy import insert, select, update

from bot.ranking import fit
from bot.standings import refit
from storage.database.engine import Database, Transaction
from storage.migrations import running
from storage.tables import Match, Verdict
from tests.benchmarks.answers import ENTRIES, HERE, MATCHES, NOW, large

RUNS = 30
SIZES = (1, ENTRIES // 10)
"""Matches before each refit."""
BETWEEN = timedelta(minutes=5)
"""Time from one round to the next."""
SPREAD = 2.0
SHARPNESS = {"a:m": 1.4, "b:m": 1.0, "c:m": 0.5}
BAR_MS = 100


class PlayingLeague:
    """A league whose verdicts follow strengths (logits) as sharply as each judge sees them."""

    def __init__(self) -> None:
        self.random = np.random.default_rng(1)
        self.strength = self.random.normal(0, SPREAD, ENTRIES + 1)
        self.matches = MATCHES
        self.now = NOW + timedelta(seconds=MATCHES)

    def winner(self, first: int, second: int, judge: str) -> str:
        """Draw a verdict."""
        lead = SHARPNESS[judge] * (self.strength[first] - self.strength[second])
        return "first" if self.random.logistic() < lead else "second"

    async def settle(self, session: Transaction) -> None:
        """Replace the outcomes of the matches there are by ones that follow the strengths."""
        rows = await session.execute(
            select(Match.id, Match.first_id, Match.second_id, Match.judge, Verdict.id.label("verdict")).join(
                Verdict, Verdict.match_id == Match.id
            )
        )
        won = [(row, self.winner(row.first_id, row.second_id, row.judge)) for row in rows]
        await session.execute(
            update(Match), [{"id": row.id, "verdict": winner, "outcome": winner} for row, winner in won]
        )
        await session.execute(update(Verdict), [{"id": row.verdict, "winner": winner} for row, winner in won])

    async def plays(self, session: Transaction, size: int) -> None:
        """Decide so many new matches between papers that are close."""
        self.now += BETWEEN
        order = np.argsort(self.strength[1:] + self.random.normal(0, 0.5, ENTRIES)) + 1
        places = self.random.choice(ENTRIES - 1, size, replace=False)
        matches, verdicts = [], []
        for place in places.tolist():
            self.matches += 1
            first, second = int(order[place]), int(order[place + 1])
            judge = str(self.random.choice(list(SHARPNESS)))
            outcome = self.winner(first, second, judge)
            matches.append(
                HERE
                | {
                    "id": self.matches, "league_id": 1, "first_id": first, "second_id": second, "judge": judge,
                    "status": "decided", "verdict": outcome, "outcome": outcome, "planned_at": self.now,
                    "decided_at": self.now,
                }
            )  # fmt: skip
            verdicts.append(
                HERE
                | {
                    "match_id": self.matches, "judge": judge, "model": "m", "winner": outcome, "confidence": 0.7,
                    "rationale": "Better.", "cost": Decimal("0.01"), "at": self.now,
                }
            )  # fmt: skip
        await session.execute(insert(Match), matches)
        await session.execute(insert(Verdict), verdicts)


async def measure(runs: int) -> tuple[list[list[tuple[float, float]]], list[float], int]:
    """Return times and processor times of refits for each of `SIZES`, times of a fit alone (all ms), and judges.

    The very first refit comes before those of the first size.
    """
    league, taken = PlayingLeague(), [list[tuple[float, float]]() for _ in SIZES]
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'league.db'}")
        await running.upgrade(database)
        await large(database)
        async with database.transaction(None) as session:
            await league.settle(session)
        await database.analyze()
        gc.collect()
        gc.freeze()  # as `paperbout run` does when it has loaded everything
        for times, size in zip(taken, SIZES, strict=True):
            for _ in range(runs + (times is taken[0])):
                async with database.transaction("T1") as session:
                    await league.plays(session, size)
                began, processor = time.perf_counter(), time.process_time()
                async with database.transaction("T1") as session:
                    await refit.refit(session, 1, cause="match", now=league.now)
                times.append(
                    (1_000 * (time.perf_counter() - began), 1_000 * (time.process_time() - processor))
                )
        async with database.transaction("T1") as session:
            last = await refit.refit(session, 1, cause="match", now=league.now)
        alone = list[float]()
        of = last.board
        for _ in range(10):
            began = time.perf_counter()
            fit(len(of.entries), of.outcomes, of.prior_mean, of.prior_sd, of.start, judges=of.judge_starts)
            alone.append(1_000 * (time.perf_counter() - began))
        await database.close()
    return taken, alone, len(last.ratings.judges)


def main(runs: int) -> None:
    """Print the table."""
    load = os.getloadavg()[0]
    taken, alone, judges = asyncio.run(measure(runs))
    first = taken[0].pop(0)
    print(
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, load {load:.1f} to {os.getloadavg()[0]:.1f}, {runs} runs\n"
    )
    print(
        f"| {ENTRIES:,} papers, {MATCHES:,} matches, SQLite | median, ms | longest, ms | processor, median, ms |"
    )
    print("| --- | --- | --- | --- |")
    print(f"| first refit of a process | {first[0]:.0f} | | {first[1]:.0f} |")
    for size, times in zip(SIZES, taken, strict=True):
        middle, processor = np.median(times, axis=0)
        print(
            f"| refit after {size} new matches (bar {BAR_MS}) | {middle:.0f} | {max(times)[0]:.0f} | {processor:.0f} |"
        )
    print(f"| the fit of it, {judges} judges told apart | {np.median(alone):.0f} | {max(alone):.0f} | |")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else RUNS)
