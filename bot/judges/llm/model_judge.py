"""A judge that is a language model: asked, checked, asked again as the policy says, its cost counted."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from random import Random
from time import monotonic

from bot.judges.injection import paper_flags
from bot.judges.interface import AssessmentAnswer, PaperText, Pool, Usage, VerdictAnswer
from bot.judges.llm.answers import (
    AssessmentForm,
    Form,
    UnusableAnswerError,
    VerdictForm,
    first_words,
    read_answer,
)
from bot.judges.llm.concurrency import Slots
from bot.judges.llm.judge_faults import CostlyAnswerError, CostlyBusyError, CostlyPausedError
from bot.judges.llm.judge_specs import ModelSpec
from bot.judges.llm.model_client import ModelClient, open_client
from bot.judges.llm.retry_policy import Again, CallError, Later, Over, Patience, Policy, Stop
from bot.judges.llm.token_prices import PriceList, Tokens
from bot.judges.prompts import Prompt, assess_prompt, compare_prompt
from bot.judges.rubric import Rubric

__all__ = ["ModelJudge", "open_client"]

MOST_VERDICT_TOKENS = 4_096
MOST_ASSESSMENT_TOKENS = 8_192
"""Longest answers, thinking included; the worst case of a call's cost counts them in full."""


@dataclass(slots=True)
class _Spent:
    """What the calls of one verdict or assessment took so far."""

    prices: PriceList
    usage: Usage = field(default_factory=Usage)

    def add(self, tokens: Tokens, seconds: float) -> None:
        cost = self.prices.cost(tokens) if tokens.read or tokens.wrote else None
        self.usage += Usage(
            tokens.read,
            tokens.wrote,
            cost.usd if cost else Decimal(0),
            cost.version if cost else None,
            round(seconds * 1000),
        )


class ModelJudge:
    """Keeps the face of `bot.judges.interface.Judge`; close it when done."""

    pool: Pool = "real"

    def __init__(
        self,
        spec: ModelSpec,
        client: ModelClient,
        prices: PriceList,
        rubric: Rubric,
        slots: Slots,
        policy: Policy,
    ) -> None:
        self.name = spec.name
        self.family = spec.family
        self._spec = spec
        self._client = client
        self._prices = prices
        self._rubric = rubric
        self._slots = slots
        self._policy = policy

    async def compare(
        self, first: PaperText, second: PaperText, *, purpose: str | None, nonce: str
    ) -> VerdictAnswer:
        """A verdict of the model."""
        build = partial(compare_prompt, first, second, purpose=purpose, nonce=nonce)
        form, model, usage = await self._answer(build, VerdictForm, MOST_VERDICT_TOKENS)
        return VerdictAnswer(
            winner=form.winner,
            confidence=form.confidence,
            rationale=first_words(form.rationale),
            criteria=form.criteria.model_dump(),
            model=model,
            usage=usage,
            flags=paper_flags(first, second),
        )

    async def assess(self, paper: PaperText, *, purpose: str | None, nonce: str) -> AssessmentAnswer:
        """An assessment of the model."""
        build = partial(assess_prompt, paper, self._rubric, purpose=purpose, nonce=nonce)
        form, model, usage = await self._answer(build, AssessmentForm, MOST_ASSESSMENT_TOKENS)
        return AssessmentAnswer(
            rating=form.rating,
            significance=form.significance,
            rigor=form.rigor,
            novelty=form.novelty,
            clarity=form.clarity,
            sections=form.sections.model_dump(),
            contribution=" ".join(form.contribution.split()),
            flags=paper_flags(paper),
            read="full text" if paper.full_text else "abstract",
            model=model,
            usage=usage,
            rubric_version=self._rubric.version,
        )

    def worst_compare(self, first: PaperText, second: PaperText, purpose: str | None) -> Decimal | None:
        """The most a verdict can cost, every billed call counted."""
        prompt = compare_prompt(first, second, purpose=purpose, nonce="worst")
        return self._prices.worst(prompt.system + prompt.user, MOST_VERDICT_TOKENS)

    def worst_assess(self, paper: PaperText, purpose: str | None) -> Decimal | None:
        """The most an assessment can cost, every billed call counted."""
        prompt = assess_prompt(paper, self._rubric, purpose=purpose, nonce="worst")
        return self._prices.worst(prompt.system + prompt.user, MOST_ASSESSMENT_TOKENS)

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()

    async def _answer(
        self, build: Callable[[], Prompt], form: type[Form], most_out: int
    ) -> tuple[Form, str, Usage]:
        spent = _Spent(self._prices)
        patience = Patience(self._policy, Random())  # noqa: S311 - jitter, not a secret
        prompt: Prompt | None = None
        complaint: str | None = None
        waited = 0.0
        while True:
            try:
                async with self._slots.at(self._spec.place, urgent=patience.calls > 0):
                    # Built only when it can be sent: a thousand waiting calls hold no prompts.
                    prompt = prompt or build()
                    answer, model = await self._call(prompt, form, most_out, complaint, spent)
            except CallError as error:
                complaint = error.reason if error.kind == "malformed" else complaint
                decision = patience.after(error, spent.usage.latency_ms / 1000 + waited)
                match decision:
                    case Again(seconds):
                        waited += seconds
                        await asyncio.sleep(seconds)
                    case Later(seconds):
                        raise CostlyBusyError(self._says(error), seconds, spent.usage) from error
                    case Stop():
                        raise CostlyPausedError(self._says(error), spent.usage) from error
                    case Over():
                        again = error.kind in {"failed", "cut"}
                        raise CostlyAnswerError(self._says(error), spent.usage, again=again) from error
            else:
                return answer, model, spent.usage

    async def _call(
        self, prompt: Prompt, form: type[Form], most_out: int, complaint: str | None, spent: _Spent
    ) -> tuple[Form, str]:
        began = monotonic()
        try:
            reply = await self._client.ask(prompt, form, most_out=most_out, complaint=complaint)
        except CallError as error:
            spent.add(error.tokens, monotonic() - began)
            raise
        spent.add(reply.tokens, monotonic() - began)
        try:
            return read_answer(reply.text, form), reply.model
        except UnusableAnswerError as error:
            raise CallError("malformed", str(error)) from error

    def _says(self, error: CallError) -> str:
        gave = "gave no usable answer: " if error.kind == "malformed" else "gave no answer: "
        return f"{self.name} {gave}{error.reason}."
