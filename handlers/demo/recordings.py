"""Judges of the demo, which replay stored verdicts and assessments, written once by a language model.

`recorded/evidence.json` and `recorded/influence.json` are two judges' verdicts on the same pairs,
`recorded/assessments.json` the reviews. The model wrote them from what it knows of the papers; they are no provider's
output.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from bot.judges.interface import CRITERIA, SECTIONS, Better, Winner
from bot.judges.recorded_judge import RecordedAssessment, RecordedJudge, RecordedVerdict
from handlers.entries.card_view import CONTRIBUTION
from storage.errors import SettingsError

FOLDER = Path(__file__).with_name("recorded")
LABEL = "recorded for this demo by a language model"
"""Words that stand once wherever a recorded text is shown; it is stored as the model's name."""
EVIDENCE = "Recorded reader A (evidence)"
INFLUENCE = "Recorded reader B (influence)"
REVIEWS = "Recorded reviewer"

Kept = TypeVar("Kept", bound=BaseModel)
HalfPoint = Annotated[float, Field(ge=1, le=10, multiple_of=0.5)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Verdict(_Strict):
    first: str
    second: str
    winner: Winner
    grade: Literal["slight", "clear"] | None = None
    confidence: float = Field(ge=0.5, le=1)
    criteria: dict[str, Better]
    rationale: str = Field(min_length=300, max_length=900)

    @model_validator(mode="after")
    def _whole(self) -> "_Verdict":
        if self.first == self.second:
            raise ValueError("a verdict names two papers")
        if set(self.criteria) != set(CRITERIA):
            raise ValueError(f"a verdict says who is better for each of {', '.join(CRITERIA)}")
        if (self.grade is None) != (self.winner == "draw"):
            raise ValueError("a win is slight or clear, a draw neither")
        return self


class _Verdicts(_Strict):
    label: Literal["recorded for this demo by a language model"]
    stance: str
    verdicts: list[_Verdict]


class _Assessment(_Strict):
    rating: HalfPoint
    significance: HalfPoint
    rigor: HalfPoint
    novelty: HalfPoint
    clarity: HalfPoint
    contribution: str = Field(min_length=1, max_length=CONTRIBUTION)
    sections: dict[str, str]

    @model_validator(mode="after")
    def _whole(self) -> "_Assessment":
        if tuple(self.sections) != SECTIONS:
            raise ValueError(f"an assessment has the sections {', '.join(SECTIONS)}, in this order")
        return self


class _Assessments(_Strict):
    label: Literal["recorded for this demo by a language model"]
    assessments: dict[str, _Assessment]


@cache
def recorded_judges() -> Mapping[str, RecordedJudge]:
    """Return the two recorded judges and the assessor by name. Raises `SettingsError` naming an unusable file."""
    reviews = {
        key: RecordedAssessment(**review.model_dump())
        for key, review in _read("assessments.json", _Assessments).assessments.items()
    }
    return {
        EVIDENCE: RecordedJudge(EVIDENCE, _verdicts("evidence.json")),
        INFLUENCE: RecordedJudge(INFLUENCE, _verdicts("influence.json")),
        REVIEWS: RecordedJudge(REVIEWS, (), reviews, LABEL),
    }


def _verdicts(file: str) -> list[RecordedVerdict]:
    return [
        RecordedVerdict(
            verdict.first,
            verdict.second,
            verdict.winner,
            LABEL,
            verdict.confidence,
            verdict.grade,
            verdict.criteria,
            verdict.rationale,
        )
        for verdict in _read(file, _Verdicts).verdicts
    ]


def _read(file: str, kind: type[Kept]) -> Kept:
    try:
        return kind.model_validate_json((FOLDER / file).read_text("utf-8"))
    except (OSError, ValidationError) as error:
        raise SettingsError(f"The demo's {file} can't be used: {error}") from error
