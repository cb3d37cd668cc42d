"""Every answer in a league of 3,500 entries and 35,000 matches: `python -m tests.benchmarks.answers` prints a table."""

import asyncio
import random
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from bot import questions
from storage.database.engine import Database, Transaction
from storage.standings.past_standings import store
from storage.standings.rating_rows import EntryRating
from storage.tables import Assessment, Entry, League, Match, Paper, Verdict, Workspace

ENTRIES, MATCHES = 3_500, 35_000
NOW = datetime(2026, 11, 23, tzinfo=UTC)
HERE: dict[str, Any] = {"workspace_id": "T1"}
RUNS = 5
BAR_MS = 200


async def large(database: Database, most: int = ENTRIES, played: int = MATCHES) -> None:
    """A league of so many entries and matches, with forty standings kept."""
    lots = random.Random(1)
    papers = [
        {
            **HERE,
            "id": i,
            "canonical": f"arxiv:{i}",
            "url": f"https://arxiv.org/abs/{i}",
            "status": "known",
            "title": f"Attention number {i}",
            "search_text": f"attention number {i} author{i % 50}",
            "category": "cs.CL",
            "created_at": NOW,
            "abstract": "x" * 1_500,
        }
        for i in range(1, most + 1)
    ]
    entries = [
        {
            **HERE,
            "id": i,
            "league_id": 1,
            "paper_id": i,
            "submitted_by": "U1",
            "channel": "C1",
            "submitted_at": NOW - timedelta(days=i % 40),
        }
        for i in range(1, most + 1)
    ]
    reviews = [
        {
            **HERE,
            "entry_id": i,
            "assessor": "one:m",
            "status": "done",
            "rating": 5.0,
            "significance": 5.0,
            "rigor": 5.0,
            "novelty": 5.0,
            "clarity": 5.0,
            "sections": {"a": "b" * 3_000},
            "created_at": NOW,
        }
        for i in range(1, most + 1)
    ]
    matches, verdicts = [], []
    for number in range(1, played + 1):
        first, second = lots.sample(range(2, most + 1), 2)
        first, judge = 1 if number <= 104 else first, lots.choice(["a:m", "b:m", "c:m"])
        outcome = lots.choice(["first", "second", "draw"])
        matches.append(
            {
                **HERE,
                "id": number,
                "league_id": 1,
                "first_id": first,
                "second_id": second,
                "judge": judge,
                "status": "decided",
                "verdict": outcome,
                "outcome": outcome,
                "planned_at": NOW,
                "decided_at": NOW + timedelta(seconds=number),
            }
        )
        verdicts.append(
            {
                **HERE,
                "match_id": number,
                "judge": judge,
                "model": "m",
                "winner": outcome,
                "confidence": 0.7,
                "rationale": "Paper 1 is better. " * 30,
                "cost": Decimal("0.01"),
                "at": NOW,
            }
        )
    async with database.transaction(None) as session:
        session.add(Workspace(id="T1", name="T", installed_at=NOW))
        await session.flush()
        session.add(League(**HERE, id=1, name="L", channel="C1", created_by="U1", created_at=NOW))
        await session.flush()
        for table, rows in (
            (Paper, papers),
            (Entry, entries),
            (Assessment, reviews),
            (Match, matches),
            (Verdict, verdicts),
        ):
            await session.execute(insert(table), rows)
    for at in range(40):
        figures = [
            EntryRating(
                i, 0, 0.2, 1500 + (most - i) / 5, 40, i, max(1, i - 5), i + 5, 5, 5, 0, 5 + (i % 9) / 2
            )
            for i in range(1, most + 1)
        ]
        async with database.transaction("T1") as session:
            await store(
                session,
                1,
                figures,
                cause="tournament",
                about_id=at,
                outcomes=played,
                now=NOW + timedelta(minutes=at),
            )


ANSWERS: dict[str, Callable[[Transaction], Awaitable[object]]] = {
    "board": lambda s: questions.leaderboard(s, 1),
    "a late page, most uncertain": lambda s: questions.leaderboard(s, 1, offset=1_500, sort="uncertain"),
    "a category": lambda s: questions.leaderboard(s, 1, category="cs"),
    "new": lambda s: questions.newest(s, 1, span=timedelta(days=7), now=NOW),
    "find": lambda s: questions.find_entry(s, 1, "attention number 1234"),
    "card": lambda s: questions.card(s, 1, NOW),
    "vs": lambda s: questions.head_to_head(s, 1, 2),
    "history": lambda s: questions.history(s, 1),
    "a late page of history": lambda s: questions.history(s, 1, offset=100),
    "at": lambda s: questions.standings_at(s, 1, NOW + timedelta(minutes=30)),
    "gap": lambda s: questions.gap(s, 1),
    "all": lambda s: questions.overall(s, (1,)),
    "judges": lambda s: questions.judges(s, 1),
    "cost": lambda s: questions.cost(s, 1, NOW),
    "log": lambda s: questions.log(s, 1),
}


async def measured(url: str) -> dict[str, float]:
    """The best of some runs of each answer, in milliseconds."""
    database = Database(url)
    await database.create_tables()
    await large(database)
    taken: dict[str, float] = {}
    for name, answer in ANSWERS.items():
        runs = []
        for _ in range(RUNS):
            async with database.reading("T1") as session:
                began = time.perf_counter()
                await answer(session)
                runs.append(time.perf_counter() - began)
        taken[name] = 1000 * min(runs)
    await database.close()
    return taken


def main() -> None:
    """Print the table; SQLite in a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        taken = asyncio.run(measured(f"sqlite:///{Path(folder) / 'large.db'}"))
    print(f"| answer | measured, best of {RUNS} | bar |\n| --- | --- | --- |")
    for name, milliseconds in taken.items():
        print(f"| {name} | {milliseconds:.0f} ms | {BAR_MS} ms |")


if __name__ == "__main__":
    main()
