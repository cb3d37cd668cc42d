"""A judge that is a language model: asks, checks, retries by the policy, and counts its cost."""

import asyncio
from collections.abc import Callable
from copy import copy
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache, partial
from random import Random
from time import monotonic
from typing import Generic

from bot.judges.injections.injection_flags import pair_flags, paper_flags
from bot.judges.interface import AssessmentAnswer, PaperText, Pool, Usage, VerdictAnswer
from bot.judges.llm.batches.batch_wire import BatchWire
from bot.judges.llm.batches.model_batches import ModelBatches
from bot.judges.llm.concurrency import Slots
from bot.judges.llm.judge_faults import CostlyDownError, fault_of
from bot.judges.llm.judge_specs import ModelSpec
from bot.judges.llm.model_client import ModelClient
from bot.judges.llm.provider import Mode
from bot.judges.llm.replies.answers import (
    ASSESSMENT,
    VERDICT,
    FilledForm,
    Form,
    FormContent,
    UnusableAnswerError,
    first_words,
    read_answer,
)
from bot.judges.llm.retries.breaker import Breaker
from bot.judges.llm.retries.retry_policy import Again, CallError, Over, Patience, Policy
from bot.judges.llm.rooms import AnswerLengths, Room, after_cut, first_room, most_tokens, usual_tokens
from bot.judges.llm.tokens.token_counts import tokens_at_most
from bot.judges.llm.tokens.token_prices import MOST_BILLED_CALLS, PriceList
from bot.judges.llm.tokens.tokens import Tokens
from bot.judges.prompts import Prompt, assess_prompt, compare_prompt
from bot.judges.rubric import Rubric

_SCHEMA_TOKENS = 700
_FRAME_TOKENS = 60
"""Tokens that a request adds to its two messages: the schema and the provider's own frame."""
_SHORTEST_SCALE = 0.25
_SHRINKS = 0.9


@dataclass(slots=True)
class _Call(Generic[FormContent]):
    """One verdict or assessment in progress: its state, and the usage of its calls so far."""

    build: Callable[[float], Prompt]
    form: Form[FormContent]
    room: Room
    patience: Patience
    prompt: Prompt | None = None
    scale: float = 1.0
    mode: Mode | None = None
    complaint: str | None = None
    wait_s: float = 0.0
    usage: Usage = field(default_factory=Usage)


class ModelJudge:
    """A `bot.judges.interface.Judge` that asks a language model; call `close` when done."""

    pool: Pool = "real"
    is_examined = True

    def __init__(
        self,
        spec: ModelSpec,
        client: ModelClient,
        prices: PriceList,
        rubric: Rubric,
        slots: Slots,
        policy: Policy,
        deadline_s: float = 120.0,
    ) -> None:
        self.name = spec.name
        self.family = spec.family
        self.breaker = Breaker()
        self._spec = spec
        self._client = self.habits = client
        self._prices = prices
        self._rubric = rubric
        self._slots = slots
        self._policy = policy
        self._default_effort = spec.declared.default_effort(spec.model)
        self._count = spec.declared.count_tokens(spec.model) or tokens_at_most
        self._count_system = lru_cache(maxsize=8)(self._count)
        batch_format = spec.declared.batches
        wire = BatchWire(client, spec, deadline_s)
        self.batches = batch_format and ModelBatches(spec, batch_format, client, wire, prices, self._reads)
        self._lengths = AnswerLengths()
        self.most_billed = MOST_BILLED_CALLS
        self.thrifty = self._with_one_call()

    def _with_one_call(self) -> "ModelJudge":
        """Return this judge as one that pays for one call only, with the room that its answers have needed so far.

        Breaker, client and memory are shared.
        """
        other = copy(self)
        other.batches, other.most_billed = None, 1
        return other

    async def compare(
        self, first: PaperText, second: PaperText, *, purpose: str | None, nonce: str
    ) -> VerdictAnswer:
        """Return the model's verdict on two papers in the order shown. Raises `JudgeError`."""
        build = partial(compare_prompt, first, second, purpose=purpose, nonce=nonce)
        form, model, usage = await self._answer(lambda scale: build(scale=scale), VERDICT)
        return VerdictAnswer(
            winner=form.winner,
            confidence=form.confidence,
            rationale=first_words(form.rationale),
            criteria=form.criteria,
            model=model,
            usage=usage,
            flags=pair_flags(first, second),
            margin=form.margin,
        )

    async def assess(
        self, paper: PaperText, *, purpose: str | None, nonce: str, rubric: Rubric | None = None
    ) -> AssessmentAnswer:
        """Return the model's assessment by the given rubric, or the installation's. Raises `JudgeError`."""
        rubric = rubric or self._rubric
        build = partial(assess_prompt, paper, rubric, purpose=purpose, nonce=nonce)
        form, model, usage = await self._answer(lambda scale: build(scale=scale), ASSESSMENT)
        # A long text's flags take a while: in a thread, piece by piece, they hold nobody up.
        flags = await asyncio.to_thread(paper_flags, paper)
        return AssessmentAnswer(
            **form.scores,
            sections=form.sections,
            contribution=form.contribution,
            flags=flags,
            basis="full text" if paper.full_text else "abstract",
            model=model,
            usage=usage,
            rubric_version=rubric.version,
        )

    def worst_compare(self, first: PaperText, second: PaperText, purpose: str | None) -> Decimal | None:
        """Return the highest possible cost of a verdict in USD, with all billed calls; None if the price is unknown."""
        return self._worst(compare_prompt(first, second, purpose=purpose, nonce="worst"), VERDICT)

    def worst_assess(
        self, paper: PaperText, purpose: str | None, rubric: Rubric | None = None
    ) -> Decimal | None:
        """Return the highest possible cost of an assessment in USD, with all billed calls.

        None if the price is unknown.
        """
        return self._worst(
            assess_prompt(paper, rubric or self._rubric, purpose=purpose, nonce="worst"), ASSESSMENT
        )

    def usual_compare(self, first: PaperText, second: PaperText, purpose: str | None) -> Decimal | None:
        """Return about what a verdict costs in USD when the first answer is usable; None if the price is unknown."""
        return self._usual(compare_prompt(first, second, purpose=purpose, nonce="usual"), VERDICT)

    def usual_assess(self, paper: PaperText, purpose: str | None) -> Decimal | None:
        """Return about what an assessment costs in USD when the first answer is usable; None if the price is unknown."""
        return self._usual(assess_prompt(paper, self._rubric, purpose=purpose, nonce="usual"), ASSESSMENT)

    async def fill(self, prompt: Prompt, form: Form[FormContent]) -> FilledForm[FormContent]:
        """Return the model's answer to any other prompt, in this form. Raises `JudgeError`."""
        content, model, usage = await self._answer(lambda _scale: prompt, form)
        return FilledForm(content, model, usage)

    def worst_fill(self, prompt: Prompt, form: Form[FormContent]) -> Decimal | None:
        """Return the highest possible cost of `fill` in USD, with all billed calls; None if the price is unknown."""
        return self._worst(prompt, form)

    async def close(self) -> None:
        """Close the connections to the server."""
        await self._client.close()

    @property
    def _is_thrifty(self) -> bool:
        return self.most_billed == 1

    def _first_room(self, form: Form[FormContent]) -> Room:
        room = first_room(form.name, self._spec.effort, self._default_effort)
        return self._lengths.narrow(form.name, room) if self._is_thrifty else room

    def _worst(self, prompt: Prompt, form: Form[FormContent]) -> Decimal | None:
        prompt_tokens, room = self._reads(prompt), self._first_room(form)
        most_output = room.tokens if self._is_thrifty else most_tokens(room)
        return self._prices.worst(self.most_billed * prompt_tokens, most_output)

    def _usual(self, prompt: Prompt, form: Form[FormContent]) -> Decimal | None:
        cost = self._prices.cost(Tokens(self._reads(prompt), usual_tokens(self._first_room(form))))
        return None if cost is None else cost.usd

    def _reads(self, prompt: Prompt) -> int:
        """Return an upper bound of the prompt's tokens; the system text's count is cached."""
        return self._count_system(prompt.system) + self._count(prompt.user) + _SCHEMA_TOKENS + _FRAME_TOKENS

    async def _answer(
        self, build: Callable[[float], Prompt], form: Form[FormContent]
    ) -> tuple[FormContent, str, Usage]:
        patience = Patience(self._policy, Random(), self.most_billed)  # noqa: S311 - jitter, not a secret
        call = _Call(build, form, self._first_room(form), patience)
        while True:
            try:
                async with self._slots.at(self._spec.place, urgent=patience.calls > 0):
                    self._hold(call)
                    if call.prompt is None:
                        # Built only when it can be sent: a thousand waiting calls hold no prompts.
                        call.prompt = await self._build(call)
                    answer, model = await self._ask(call, call.prompt)
            except CallError as error:
                self._note(error)
                await self._after(call, error)
            else:
                self.breaker.answered()
                return answer, model, call.usage

    async def _build(self, call: _Call[FormContent]) -> Prompt:
        if call.form is ASSESSMENT:
            return await asyncio.to_thread(call.build, call.scale)
        return call.build(call.scale)

    def _hold(self, call: _Call[FormContent]) -> None:
        """Raise if the judge's server is down and this call isn't the test call."""
        wait = self.breaker.seconds_left()
        if wait > 0:
            raise self._down(call, wait)

    def _down(self, call: _Call[FormContent], wait: float) -> CostlyDownError:
        sentence = f"{self.name} doesn't answer now: {self.breaker.reason}. It is tried again by itself."
        return CostlyDownError(sentence, max(1.0, wait), call.usage)

    def _note(self, error: CallError) -> None:
        """Report a failed call to the breaker."""
        if error.is_dead:
            self.breaker.failed(error.reason)
        elif error.kind != "limited":
            self.breaker.answered()

    async def _after(self, call: _Call[FormContent], error: CallError) -> None:
        """After a failed call, wait and change the next one as needed, or raise the error for the work."""
        if error.kind == "large" and await self._shrinks(call):
            return
        if error.kind == "limited" and self.breaker.limited(error.reason):
            raise self._down(call, error.retry_after or self._policy.later) from error
        self._change(call, error)
        decision = call.patience.after(error, call.usage.latency_ms / 1000 + call.wait_s)
        match decision:
            case Again(seconds):
                call.wait_s += seconds
                await asyncio.sleep(seconds)
            case Over() if self.breaker.is_held and error.is_dead:
                raise self._down(call, self.breaker.probe_at - self.breaker.now()) from error
            case _:
                # A call that had to be cheap says nothing about a usual one.
                again = error.is_dead or (self._is_thrifty and error.kind in {"cut", "malformed"})
                raise fault_of(decision, self._says(error), call.usage, again=again) from error

    def _change(self, call: _Call[FormContent], error: CallError) -> None:
        """Change the next call: it explains what was wrong, or allows a longer answer."""
        if error.kind == "malformed":
            call.complaint = error.reason
            if error.prose:
                self._client.prose()
                call.mode = "text"
        elif error.kind == "cut":
            call.complaint = f"{error.reason}; be brief"
            call.room = after_cut(call.room, self._client.most_room, self._default_effort)

    async def _shrinks(self, call: _Call[FormContent]) -> bool:
        """Cut the prompt's long texts to half; return whether the prompt became shorter."""
        before = call.prompt
        if before is None or call.scale <= _SHORTEST_SCALE:
            return False
        call.scale /= 2
        call.prompt = await self._build(call)
        return call.prompt.characters < _SHRINKS * before.characters

    async def _ask(self, call: _Call[FormContent], prompt: Prompt) -> tuple[FormContent, str]:
        began = monotonic()
        try:
            answer = await self._client.ask(
                prompt, call.form, call.room, mode=call.mode, complaint=call.complaint
            )
        except CallError as error:
            unknown = self._at_most(prompt, call.room.tokens) if error.may_cost else Tokens()
            self._add(call, error.tokens or unknown, monotonic() - began)
            raise
        if answer.tokens is None:
            most_output = (
                call.room.tokens if self._spec.effort or self._default_effort else self._count(answer.text)
            )
            self._add(call, self._at_most(prompt, most_output), monotonic() - began)
        else:
            self._add(call, answer.tokens, monotonic() - began)
        if answer.tokens is not None:
            length = max(call.room.tokens if answer.cut else 0, answer.tokens.output_tokens)
            self._lengths.add(call.form.name, length)
        if answer.cut:
            raise CallError("cut", "it was cut at the longest answer allowed")
        try:
            content = read_answer(answer.text, call.form)
        except UnusableAnswerError as error:
            raise CallError(
                "malformed", str(error), prose=error.prose and bool(answer.text.strip())
            ) from error
        self._client.used(answer)
        return content, answer.model

    def _at_most(self, prompt: Prompt, wrote: int) -> Tokens:
        return Tokens(self._reads(prompt), wrote)

    def _add(self, call: _Call[FormContent], tokens: Tokens, seconds: float) -> None:
        cost = self._prices.cost(tokens) if tokens.input_tokens or tokens.output_tokens else None
        call.usage += Usage(
            tokens.input_tokens,
            tokens.output_tokens,
            cost.usd if cost else Decimal(0),
            cost.version if cost else None,
            round(seconds * 1000),
        )

    def _says(self, error: CallError) -> str:
        gave = "gave no usable answer: " if error.kind in {"malformed", "cut"} else "gave no answer: "
        return f"{self.name} {gave}{error.reason}."
