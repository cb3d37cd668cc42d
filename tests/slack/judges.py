"""A judge with a price that can be made to wait, so that a tournament can be looked at while it plays."""

import asyncio
from dataclasses import replace
from decimal import Decimal

from bot.judges.interface import AssessmentAnswer, PaperText, Pool, VerdictAnswer, Winner
from bot.judges.offline_judge import OfflineJudge
from bot.judges.rubric import Rubric


class SlowJudge:
    """The heuristic under a name and a price of its own; nothing is decided while it is held."""

    pool: Pool = "real"

    def __init__(self, name: str = "slow:model", price: str = "0.01") -> None:
        self.name = name
        self.family = name.partition(":")[0]
        self.price = Decimal(price)
        self.free = asyncio.Event()
        self.free.set()
        self.batches: object | None = None
        """Whether a schedule's window offers batches: only those who hand calls in look at what it is."""
        self.favours = ""
        """Words of a title that wins whatever it meets."""
        self._inner = OfflineJudge()

    async def compare(
        self, first: PaperText, second: PaperText, *, purpose: str | None, nonce: str
    ) -> VerdictAnswer:
        await self.free.wait()
        answer = await self._inner.compare(first, second, purpose=purpose, nonce=nonce)
        if self.favours and self.favours in first.title + second.title:
            winner: Winner = "first" if self.favours in first.title else "second"
            answer = replace(answer, winner=winner)
        return replace(answer, model=self.name, usage=replace(answer.usage, cost_usd=self.price / 2))

    async def assess(
        self, paper: PaperText, *, purpose: str | None, nonce: str, rubric: Rubric | None = None
    ) -> AssessmentAnswer:
        del rubric
        return await self._inner.assess(paper, purpose=purpose, nonce=nonce)

    def worst_compare(self, first: PaperText, second: PaperText, purpose: str | None) -> Decimal | None:
        del first, second, purpose
        return self.price

    def worst_assess(
        self, paper: PaperText, purpose: str | None, rubric: Rubric | None = None
    ) -> Decimal | None:
        del rubric
        return self._inner.worst_assess(paper, purpose)
