"""Asks a model in batches: builds the calls, sends them, and reads each result as an answer with its cost."""

from collections.abc import AsyncIterator, Callable, Collection, Sequence
from datetime import datetime
from decimal import Decimal

from bot.judges.interface import PaperText, Usage, VerdictAnswer
from bot.judges.llm.batches.batch_interface import (
    HALF,
    BatchAgainError,
    BatchFormat,
    BatchRequest,
    BatchResult,
    BatchState,
    Wire,
)
from bot.judges.llm.judge_faults import CostlyAnswerError, CostlyBusyError, fault_of
from bot.judges.llm.judge_specs import ModelSpec
from bot.judges.llm.model_client import ModelClient
from bot.judges.llm.replies.answers import VERDICT, UnusableAnswerError, first_words, read_answer
from bot.judges.llm.replies.error_replies import ErrorReply, meaning_of, read_error
from bot.judges.llm.retries.retry_policy import CallError, without_repetition
from bot.judges.llm.rooms import first_room
from bot.judges.llm.tokens.token_prices import PriceList
from bot.judges.llm.tokens.tokens import Tokens
from bot.judges.prompts import Prompt, compare_prompt
from storage.errors import JudgeError

_LATER_S = 120.0


class ModelBatches:
    """Sends and reads batches for the model of one judge."""

    def __init__(
        self,
        spec: ModelSpec,
        batch_format: BatchFormat,
        client: ModelClient,
        wire: Wire,
        prices: PriceList,
        reads: Callable[[Prompt], int],
    ) -> None:
        self._spec = spec
        self._format = batch_format
        self._client = client
        self._wire = wire
        self._prices = prices
        self._reads = reads
        self._taught_by = "", False
        self._room = first_room(VERDICT.name, spec.effort, spec.declared.default_effort(spec.model))

    def request(
        self, call_id: str, first: PaperText, second: PaperText, *, purpose: str | None, nonce: str
    ) -> tuple[BatchRequest, Decimal | None]:
        """Build the call for a verdict on two papers.

        Returns it with the most it can cost in USD, None if the price is unknown.
        """
        prompt = compare_prompt(first, second, purpose=purpose, nonce=nonce)
        worst = self._prices.worst(self._reads(prompt), self._room.tokens)
        body = self._client.body_of(prompt, VERDICT, self._room)
        return BatchRequest(call_id, body), None if worst is None else worst * HALF

    async def submit(self, key: str, requests: Sequence[BatchRequest]) -> str:
        """Send the calls as one batch; returns the batch's id at the provider. Raises `JudgeError`, `NoBatchesError`."""
        try:
            batch_id = await self._format.submit(self._wire, key, self._spec.model, requests)
        except CallError as error:
            raise self._fault(error) from error
        if not batch_id:
            raise CostlyBusyError(f"{self._spec.name} gave its batch no id.", _LATER_S, Usage())
        return batch_id

    async def find(self, key: str, since: datetime, number: int, others: Collection[str]) -> str | None:
        """Return the id of a batch of `number` calls sent under this key since a moment; None if not found."""
        try:
            return await self._format.find(self._wire, key, since, number, others)
        except CallError as error:
            raise self._fault(error) from error

    async def look(self, batch_id: str) -> BatchState | None:
        """Return the state of a batch, or None if the provider doesn't know its id any more."""
        try:
            return await self._format.look(self._wire, batch_id)
        except CallError as error:
            raise self._fault(error) from error

    async def results(self, state: BatchState, ids: Sequence[str]) -> AsyncIterator[BatchResult]:
        """Yield the results of a batch that has ended, one per call."""
        try:
            async for result in self._format.results(self._wire, state, ids):
                yield result
        except CallError as error:
            raise self._fault(error) from error

    async def cancel(self, batch_id: str) -> None:
        """Ask the provider to stop a batch."""
        try:
            await self._format.cancel(self._wire, batch_id)
        except CallError as error:
            raise self._fault(error) from error

    def read(self, result: BatchResult, most_cost: Decimal) -> VerdictAnswer:
        """Read the verdict from a result; its cost is `most_cost` if the server counted no tokens.

        Raises `BatchAgainError` for a call that goes into another batch, and `JudgeError` with the cost for any other
        failure.
        """
        if result.is_unmade:
            raise BatchAgainError
        if result.body is None:
            reply = read_error(result.status, result.error)
            meaning = meaning_of(reply)
            if meaning in {"limited", "failed"} or self._learns(result.id, reply):
                raise BatchAgainError
            raise self._fault(self._client.failure(reply))
        usage = Usage(cost_usd=most_cost)
        try:
            answer = self._client.read_body(result.body)
            usage = self._usage(answer.tokens, most_cost)
            form = read_answer(answer.text, VERDICT)
        except CallError as error:
            cost = self._usage(error.tokens, most_cost if error.may_cost else Decimal(0))
            raise self._fault(error, cost) from error
        except UnusableAnswerError as error:
            sentence = f"{self._spec.name} gave no usable answer: {error}."
            raise CostlyAnswerError(sentence, usage, again=True) from error
        return VerdictAnswer(
            winner=form.winner,
            confidence=form.confidence,
            rationale=first_words(form.rationale),
            criteria=form.criteria,
            model=answer.model,
            usage=usage,
            margin=form.margin,
        )

    def _learns(self, call_id: str, reply: ErrorReply) -> bool:
        """Whether a refused call taught the client another request form.

        All calls of a batch have the same form, so only its first refusal is learned from.
        """
        batch = call_id.partition("-")[0]
        if batch != self._taught_by[0]:
            self._taught_by = batch, self._client.learns(VERDICT, self._room, reply)
        return self._taught_by[1]

    def _usage(self, tokens: Tokens | None, unknown: Decimal) -> Usage:
        cost = None if tokens is None else self._prices.cost(tokens)
        if tokens is None or cost is None:
            return Usage(cost_usd=unknown)
        return Usage(tokens.input_tokens, tokens.output_tokens, cost.usd * HALF, cost.version)

    def _fault(self, error: CallError, usage: Usage | None = None) -> JudgeError:
        sentence = f"{self._spec.name} gave no answer: {error.reason}."
        decision = without_repetition(error, _LATER_S)
        return fault_of(decision, sentence, usage or Usage(), again=error.kind != "refused")
