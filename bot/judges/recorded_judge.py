"""A judge that replays recorded verdicts, and recorded assessments if its file has any."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Literal

from bot.judges.errors import JudgeAnswerError
from bot.judges.injections.injection_flags import paper_flags
from bot.judges.interface import (
    AssessmentAnswer,
    Better,
    FreeJudge,
    PaperText,
    Pool,
    Usage,
    VerdictAnswer,
    Winner,
)
from bot.judges.rubric import Rubric
from storage.errors import SettingsError

RECORDED = ("recorded:", "Recorded ")
"""Beginnings of recorded judges' names: of a file in the settings, and of a reader that a demo brings along."""
COLUMNS = ("first", "second", "winner", "judge")
_OTHER_SIDE: Mapping[Better, Better] = {"first": "second", "second": "first", "even": "even"}
_SENTENCES: Mapping[Winner, str] = {
    "first": "Paper 1 was preferred",
    "second": "Paper 2 was preferred",
    "draw": "It was a draw",
}


@dataclass(frozen=True, slots=True)
class RecordedVerdict:
    """A recorded verdict on two papers' keys, in the order given; `rationale` is "" if none was recorded."""

    first: str
    second: str
    winner: Winner
    judge: str
    confidence: float = 0.5
    grade: Literal["slight", "clear"] | None = None
    criteria: Mapping[str, Better] = field(default_factory=dict)
    rationale: str = ""


@dataclass(frozen=True, slots=True)
class RecordedAssessment:
    """One recorded review; scores are 1 to 10 in half points, `sections` has the keys of `SECTIONS`."""

    rating: float
    significance: float
    rigor: float
    novelty: float
    clarity: float
    contribution: str
    sections: Mapping[str, str]


class RecordedJudge(FreeJudge):
    """Judge that answers with recorded verdicts, reversed if only the other order was recorded.

    `label` names the author of the recorded assessments.
    """

    pool: Pool = "recorded"
    family = "recorded"

    def __init__(
        self,
        name: str,
        verdicts: Sequence[RecordedVerdict] = (),
        assessments: Mapping[str, RecordedAssessment] | None = None,
        label: str = "recorded",
    ) -> None:
        self.name = name
        self._verdicts = verdicts
        self._assessments = assessments or {}
        self._label = label
        self._by_pair: dict[tuple[str, str], list[RecordedVerdict]] = {}
        for verdict in verdicts:
            self._by_pair.setdefault((verdict.first, verdict.second), []).append(verdict)
        self._known = {key for verdict in verdicts for key in (verdict.first, verdict.second)}

    def _written(self, key: str) -> str:
        """Return a paper's key as the file writes it: the whole canonical id, or without its scheme."""
        return key if key in self._known else key.partition(":")[2]

    def pairs(self) -> list[tuple[str, str]]:
        """Return every recorded pair once, in the order first recorded."""
        pairs: dict[frozenset[str], tuple[str, str]] = {}
        for verdict in self._verdicts:
            pairs.setdefault(frozenset((verdict.first, verdict.second)), (verdict.first, verdict.second))
        return list(pairs.values())

    async def compare(
        self, first: PaperText, second: PaperText, *, purpose: str | None, nonce: str
    ) -> VerdictAnswer:
        """Return the recorded verdict; if there are several, the nonce selects one. Raises `JudgeAnswerError`."""
        del purpose
        one, other = self._written(first.key), self._written(second.key)
        verdicts = self._by_pair.get((one, other)) or self._by_pair.get((other, one))
        if not verdicts:
            raise JudgeAnswerError(f"{self.name} has no recorded verdict on this pair.")
        verdict = verdicts[int.from_bytes(sha256(nonce.encode()).digest()[:4], "big") % len(verdicts)]
        winner, criteria = verdict.winner, dict(verdict.criteria)
        if verdict.first != one:
            winner = "draw" if winner == "draw" else "second" if winner == "first" else "first"
            criteria = {name: _OTHER_SIDE[better] for name, better in criteria.items()}
        sentence = (
            f"{_SENTENCES[winner]} in a verdict recorded from {verdict.judge}; no rationale was recorded."
        )
        return VerdictAnswer(
            winner=winner,
            confidence=verdict.confidence,
            rationale=verdict.rationale or sentence,
            criteria=criteria,
            model=verdict.judge,
            usage=Usage(),
        )

    async def assess(
        self, paper: PaperText, *, purpose: str | None, nonce: str, rubric: Rubric | None = None
    ) -> AssessmentAnswer:
        """Return the recorded assessment. Raises `JudgeAnswerError` if there is none."""
        del purpose, nonce, rubric
        review = self._assessments.get(paper.key)
        if review is None:
            raise JudgeAnswerError(f"{self.name} has no recorded assessment of this paper.")
        return AssessmentAnswer(
            rating=review.rating,
            significance=review.significance,
            rigor=review.rigor,
            novelty=review.novelty,
            clarity=review.clarity,
            sections=review.sections,
            contribution=review.contribution,
            flags=paper_flags(paper),
            basis="abstract",
            model=self._label,
            usage=Usage(),
            rubric_version="recorded",
        )


def open_recorded(name: str, path: Path) -> RecordedJudge:
    """Open a judge on a file of verdicts. Raises `SettingsError` naming the wrong line."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            missing = [column for column in COLUMNS if column not in (reader.fieldnames or ())]
            if missing:
                raise SettingsError(f"{name}: {path} lacks the column {', '.join(missing)}.")
            lines = [[(line[column] or "").strip() for column in COLUMNS] for line in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise SettingsError(f"{name}: {path} can't be read ({error}).") from error
    verdicts = []
    for number, (first, second, winner, judge) in enumerate(lines, start=2):
        if not first or not second or first == second:
            raise SettingsError(f"{name}: line {number} of {path} doesn't name two papers.")
        if winner not in {first, second, "draw"}:
            raise SettingsError(f"{name}: line {number} of {path} has a winner that isn't one of its papers.")
        side: Winner = "draw" if winner == "draw" else "first" if winner == first else "second"
        verdicts.append(RecordedVerdict(first, second, side, judge))
    return RecordedJudge(name, verdicts)
