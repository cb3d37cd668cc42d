"""A model with a price for papers and matches, that can be held in the middle of a call."""

from dataclasses import replace
from decimal import Decimal

from bot.judges.interface import AssessmentAnswer, PaperText, VerdictAnswer
from bot.judges.rubric import Rubric
from tests.slack.judges import SlowJudge

NAME = "slow:model"


class PricedJudge(SlowJudge):
    """Half of the worst case is what a call costs; `asked` notes each call's kind and the purpose it was told."""

    def __init__(self, price: str = "0.01") -> None:
        super().__init__(NAME, price)
        self.asked: list[tuple[str, str | None]] = []

    async def compare(
        self, first: PaperText, second: PaperText, *, purpose: str | None, nonce: str
    ) -> VerdictAnswer:
        self.asked.append(("match", purpose))
        return await super().compare(first, second, purpose=purpose, nonce=nonce)

    async def assess(
        self, paper: PaperText, *, purpose: str | None, nonce: str, rubric: Rubric | None = None
    ) -> AssessmentAnswer:
        del rubric
        self.asked.append(("paper", purpose))
        answer = await super().assess(paper, purpose=purpose, nonce=nonce)
        return replace(answer, model=self.name, usage=replace(answer.usage, cost_usd=self.price / 2))

    def worst_assess(
        self, paper: PaperText, purpose: str | None, rubric: Rubric | None = None
    ) -> Decimal | None:
        del paper, purpose, rubric
        return self.price
