"""A judge that replays verdicts recorded in a CSV file."""

import csv
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from bot.judges.interface import AssessmentAnswer, PaperText, Pool, Usage, VerdictAnswer, Winner
from storage.errors import JudgeAnswerError, SettingsError

COLUMNS = ("first", "second", "winner", "judge")


class Row(NamedTuple):
    """One recorded verdict, of papers' keys; `winner` is one of the two keys or `draw`."""

    first: str
    second: str
    winner: str
    judge: str


class RecordedJudge:
    """Answers with what the file says of the pair, turned round where only the other order was recorded."""

    pool: Pool = "recorded"
    family = "recorded"

    def __init__(self, name: str, rows: list[Row]) -> None:
        self.name = name
        self._rows = rows
        self._by_pair: dict[tuple[str, str], list[Row]] = {}
        for row in rows:
            self._by_pair.setdefault((row.first, row.second), []).append(row)
        self._known = {key for row in rows for key in (row.first, row.second)}

    def _written(self, key: str) -> str:
        """How the file writes a paper: by its whole canonical id, or without its scheme."""
        return key if key in self._known else key.partition(":")[2]

    def pairs(self) -> list[tuple[str, str]]:
        """Every recorded pair once, in the order first recorded."""
        seen: dict[frozenset[str], tuple[str, str]] = {}
        for row in self._rows:
            seen.setdefault(frozenset((row.first, row.second)), (row.first, row.second))
        return list(seen.values())

    async def compare(
        self, first: PaperText, second: PaperText, *, purpose: str | None, nonce: str
    ) -> VerdictAnswer:
        """The recorded verdict; of several, the nonce picks one."""
        del purpose
        one, other = self._written(first.key), self._written(second.key)
        rows = self._by_pair.get((one, other)) or self._by_pair.get((other, one))
        if not rows:
            raise JudgeAnswerError(f"{self.name} has no recorded verdict on this pair.")
        row = rows[int.from_bytes(sha256(nonce.encode()).digest()[:4], "big") % len(rows)]
        winner: Winner = "draw" if row.winner == "draw" else "first" if row.winner == one else "second"
        said = {"first": "Paper 1 was preferred", "second": "Paper 2 was preferred", "draw": "It was a draw"}[
            winner
        ]
        return VerdictAnswer(
            winner=winner,
            confidence=0.5,
            rationale=f"{said} in a verdict recorded from {row.judge}; no rationale was recorded.",
            criteria={},
            model=row.judge,
            usage=Usage(),
        )

    async def assess(self, paper: PaperText, *, purpose: str | None, nonce: str) -> AssessmentAnswer:
        """There are no recorded assessments; raises `JudgeAnswerError`."""
        del paper, purpose, nonce
        raise JudgeAnswerError(f"{self.name} has recorded verdicts only, no assessments.")

    def worst_compare(self, first: PaperText, second: PaperText, purpose: str | None) -> Decimal | None:
        """Nothing."""
        del first, second, purpose
        return Decimal(0)

    def worst_assess(self, paper: PaperText, purpose: str | None) -> Decimal | None:
        """Nothing."""
        del paper, purpose
        return Decimal(0)


def open_recorded(name: str, path: Path) -> RecordedJudge:
    """Read the file; raises `SettingsError` naming the line that can't be used."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            missing = [column for column in COLUMNS if column not in (reader.fieldnames or ())]
            if missing:
                raise SettingsError(f"{name}: {path} lacks the column {', '.join(missing)}.")
            rows = [Row(*((line[column] or "").strip() for column in COLUMNS)) for line in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise SettingsError(f"{name}: {path} can't be read ({error}).") from error
    for number, row in enumerate(rows, start=2):
        if not row.first or not row.second or row.first == row.second:
            raise SettingsError(f"{name}: line {number} of {path} doesn't name two papers.")
        if row.winner not in {row.first, row.second, "draw"}:
            raise SettingsError(f"{name}: line {number} of {path} has a winner that isn't one of its papers.")
    return RecordedJudge(name, rows)
