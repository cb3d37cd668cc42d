"""A process that plays matches of a tournament, 32 at once: `python -m tests.spending.concurrent_player URL SEED ID…`."""

import asyncio
import sys
from decimal import Decimal
from random import Random

from bot.judges.interface import Usage
from bot.judges.llm.judge_faults import CostlyAnswerError
from bot.matches.judging import judge_match
from bot.settings import Settings
from bot.work.runtime import Runtime
from bot.work.timing import MovableTime
from storage.database.engine import Database
from tests.judges.room import NoSources, ScriptedJudge
from tests.leagues.world import MONDAY, TEAM, Staff

AT_ONCE = 32
JUDGE = "openai:opus"
TRUE = Decimal("0.0198")
WORST = 14 * TRUE
LOST_SHARE = 0.05


async def play(url: str, seed: int, ids: list[int]) -> int:
    """Play these matches; returns how many calls were made, of which the lost ones settle at the estimate."""
    lots = Random(seed)

    async def latency() -> None:
        await asyncio.sleep(lots.uniform(0.001, 0.02))

    def answer(_first: object, _second: object) -> object:
        if lots.random() < LOST_SHARE:
            return CostlyAnswerError(f"{JUDGE} gave no answer: lost.", Usage(cost_usd=WORST))
        return "first"

    judge = ScriptedJudge(JUDGE, answer, cost=TRUE, worst=WORST, during=latency)  # type: ignore[arg-type]
    database = Database(url)
    staff = Staff()
    runtime = Runtime(
        database=database, settings=Settings(judges=(JUDGE,)), time=MovableTime(MONDAY), judges={JUDGE: judge},
        sources=NoSources(), people=lambda _workspace: staff,
    )  # fmt: skip
    slots = asyncio.Semaphore(AT_ONCE)

    async def one(match: int) -> None:
        async with slots:
            await judge_match(runtime, TEAM, match)

    lots.shuffle(ids)
    await asyncio.gather(*(one(match) for match in ids))
    await database.close()
    return len(judge.seen)


if __name__ == "__main__":
    print(asyncio.run(play(sys.argv[1], int(sys.argv[2]), [int(word) for word in sys.argv[3:]])))
