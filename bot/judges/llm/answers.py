"""The shape a model's answer must have, and the way from its text to a checked value."""

import json
from collections.abc import Iterator
from typing import Annotated, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

MOST_WORDS = 150
_MOST_RATIONALE = 4_000
_MOST_FAILURES = 100

Better = Literal["first", "second", "even"]


def _in_half_points(score: float) -> float:
    if (score * 2) % 1:
        raise ValueError("scores are in half points")
    return score


Score = Annotated[float, Field(ge=1, le=10), AfterValidator(_in_half_points)]
Section = Annotated[str, Field(min_length=1, max_length=6_000)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class CriteriaForm(_Strict):
    """The better paper on each criterion."""

    novelty: Better
    application: Better
    rigor: Better
    breadth: Better
    timeliness: Better


class VerdictForm(_Strict):
    """A verdict; fields in the order they are to be written."""

    rationale: Annotated[str, Field(min_length=1, max_length=_MOST_RATIONALE)]
    criteria: CriteriaForm
    winner: Literal["first", "second", "draw"]
    confidence: Annotated[float, Field(ge=0.5, le=1)]


class SectionsForm(_Strict):
    """The six sections."""

    contribution: Section
    rigor: Section
    impact: Section
    timeliness: Section
    strengths: Section
    observations: Section


class AssessmentForm(_Strict):
    """An assessment; fields in the order they are to be written."""

    contribution: Annotated[str, Field(min_length=1, max_length=600)]
    sections: SectionsForm
    rating: Score
    significance: Score
    rigor: Score
    novelty: Score
    clarity: Score


Form = TypeVar("Form", VerdictForm, AssessmentForm)


class UnusableAnswerError(Exception):
    """An answer that isn't one; the message says why and quotes nothing of it."""


def read_answer(text: str, form: type[Form]) -> Form:
    """The one answer in the text, bare or with prose around it.

    Raises `UnusableAnswerError` where there is none, or where several differ.
    """
    if not text.strip():
        raise UnusableAnswerError("it was empty")
    answers: list[Form] = []
    reasons: list[str] = []
    for found in _objects(text):
        try:
            answers.append(form.model_validate(found))
        except ValidationError as error:
            reasons.append(_reason(error))
    if not answers:
        raise UnusableAnswerError(reasons[-1] if reasons else "it held no complete JSON object")
    if any(answer != answers[0] for answer in answers[1:]):
        raise UnusableAnswerError("it held several answers that differ")
    return answers[0]


def _objects(text: str) -> Iterator[object]:
    """Every outermost JSON object in the text."""
    decoder = json.JSONDecoder(parse_constant=_refuse)
    at, failures = text.find("{"), 0
    while at != -1 and failures < _MOST_FAILURES:
        try:
            found, end = decoder.raw_decode(text, at)
        except RecursionError:
            return
        except ValueError:
            end = at + 1
            failures += 1
        else:
            yield found
        at = text.find("{", end)


def _refuse(constant: str) -> float:
    raise ValueError(f"{constant} isn't JSON")


def _reason(error: ValidationError) -> str:
    problems = error.errors(include_url=False, include_input=False, include_context=False)
    shown = [f"{'.'.join(str(step)[:30] for step in p['loc'])}: {p['msg'][:120]}" for p in problems[:4]]
    return "; ".join(shown)


def first_words(text: str, most: int = MOST_WORDS) -> str:
    """At most so many words, with an ellipsis where some were cut."""
    words = text.split(" ")
    return text if len(words) <= most else " ".join(words[:most]) + " …"
