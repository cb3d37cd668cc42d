"""Inputs and outputs of judges, as immutable values."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, Protocol, cast, runtime_checkable

from bot.judges.rubric import Rubric

Winner = Literal["first", "second", "draw"]
Better = Literal["first", "second", "even"]
Margin = Literal["slight", "clear"]
Pool = Literal["offline", "recorded", "real"]
Basis = Literal["abstract", "full text"]

CRITERIA = ("novelty", "application", "rigor", "breadth", "timeliness")
"""Criteria of a verdict; `application` means use in the real world, `breadth` across fields."""

SECTIONS = ("contribution", "rigor", "impact", "timeliness", "strengths", "observations")
"""Sections of an assessment, in the order shown."""

SCORES = ("rating", "significance", "rigor", "novelty", "clarity")
"""The five scores of an assessment, each 1 to 10 in half points."""


@dataclass(frozen=True, slots=True)
class PaperText:
    """A paper as given to a judge, without authors and venue.

    `key` finds recorded verdicts, and `rating` (the median of its assessors') is for the rubric judge; no model sees
    either.
    """

    key: str
    title: str
    abstract: str | None
    full_text: str | None = None
    assessment: str | None = None
    rating: float | None = None


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens, cost in USD and time in milliseconds of calls; `price_version` names the price list."""

    tokens_in: int = 0
    tokens_out: int = 0
    cost_usd: Decimal = Decimal(0)
    price_version: str | None = None
    latency_ms: int = 0

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(
            self.tokens_in + other.tokens_in,
            self.tokens_out + other.tokens_out,
            self.cost_usd + other.cost_usd,
            other.price_version or self.price_version,
            self.latency_ms + other.latency_ms,
        )


class Costed(Protocol):
    """Interface of answers that say what they cost."""

    @property
    def usage(self) -> Usage:
        """Tokens and cost in USD of all calls for this answer."""
        ...


@dataclass(frozen=True, slots=True)
class Flag:
    """A passage of a paper that tries to instruct the judge, or is hidden.

    `excerpt` is readable, at most 120 characters.
    """

    kind: str
    excerpt: str


@dataclass(frozen=True, slots=True)
class AssessmentAnswer:
    """An assessor's review by the rubric; scores are 1 to 10 in half points, `sections` has the keys of `SECTIONS`."""

    rating: float
    significance: float
    rigor: float
    novelty: float
    clarity: float
    sections: Mapping[str, str]
    contribution: str
    flags: tuple[Flag, ...]
    basis: Basis
    model: str
    usage: Usage
    rubric_version: str


@dataclass(frozen=True, slots=True)
class VerdictAnswer:
    """A judge's decision; `winner` and `criteria` are in the order shown, `rationale` says "Paper 1" and "Paper 2".

    `criteria` contains only decided ones; `margin` is how far the winner is ahead, None if not given.
    """

    winner: Winner
    confidence: float
    rationale: str
    criteria: Mapping[str, Better]
    model: str
    usage: Usage
    flags: tuple[Flag, ...] = ()
    margin: Margin | None = None


class Judge(Protocol):
    """Interface of judges, which decide matches and assess papers.

    Both calls raise `JudgeBusyError` (try again later), `JudgePausedError` (stop asking) or `JudgeAnswerError` (no usable
    answer); `bot.judges.llm.judge_faults.usage_of` returns the cost of a failure. `nonce` is a text unique to the call;
    the same nonce and papers give the same prompt.
    """

    @property
    def name(self) -> str:
        """The judge's name as settings write it, for example `openai:gpt-5.2`."""
        ...

    @property
    def pool(self) -> Pool:
        """Kind of the judge's verdicts: "real", "recorded" or "offline"; see `Pool`."""
        ...

    @property
    def family(self) -> str:
        """Maker of the judge's model; judges are shown assessments by other families only."""
        ...

    async def compare(
        self, first: PaperText, second: PaperText, *, purpose: str | None, nonce: str
    ) -> VerdictAnswer:
        """Decide between two papers, shown in this order; `purpose` is the league's. Raises `JudgeError`."""
        ...

    async def assess(
        self, paper: PaperText, *, purpose: str | None, nonce: str, rubric: Rubric | None = None
    ) -> AssessmentAnswer:
        """Assess one paper by the league's purpose and a rubric (None: the installation's). Raises `JudgeError`."""
        ...

    def worst_compare(self, first: PaperText, second: PaperText, purpose: str | None) -> Decimal | None:
        """Return the highest possible cost of `compare` in USD, or None if the model's price is unknown."""
        ...

    def worst_assess(
        self, paper: PaperText, purpose: str | None, rubric: Rubric | None = None
    ) -> Decimal | None:
        """Return the highest possible cost of `assess` in USD, or None if the model's price is unknown."""
        ...


class FreeJudge:
    """Base of judges whose calls cost nothing."""

    def worst_compare(self, first: PaperText, second: PaperText, purpose: str | None) -> Decimal | None:
        """Return 0, the cost of `compare`."""
        del first, second, purpose
        return Decimal(0)

    def worst_assess(
        self, paper: PaperText, purpose: str | None, rubric: Rubric | None = None
    ) -> Decimal | None:
        """Return 0, the cost of `assess`."""
        del paper, purpose, rubric
        return Decimal(0)


@runtime_checkable
class TypicalCosts(Protocol):
    """A judge that knows about what a usual call costs, before its first one."""

    def usual_compare(self, first: PaperText, second: PaperText, purpose: str | None) -> Decimal | None:
        """Return about what `compare` costs in USD when all goes well, or None if the model's price is unknown."""
        ...

    def usual_assess(self, paper: PaperText, purpose: str | None) -> Decimal | None:
        """Return about what `assess` costs in USD when all goes well, or None if the model's price is unknown."""
        ...


def typical_costs_of(judge: object) -> TypicalCosts | None:
    """Return a judge as one that knows about what its calls cost; None for one that doesn't, and for None."""
    return judge if isinstance(judge, TypicalCosts) else None


def thrifty_form_of(judge: Judge) -> Judge | None:
    """Return the same judge as one that pays for a single call with little room, for the end of a budget; or None.

    Its highest cost is lower; an answer that doesn't fit raises `JudgeAnswerError` with `again`.
    """
    return cast("Judge | None", getattr(judge, "thrifty", None))
