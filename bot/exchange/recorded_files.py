"""Reads files of recorded papers and verdicts line by line; refuses nonsense with its line and the reason."""

import hashlib
import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from bot.exchange import csv_files, plain_values
from bot.judges.interface import CRITERIA, SCORES
from bot.papers.text import abstract_text, latex_title_text, name_texts, rationale_text
from storage.errors import BadRequestError

LOWEST, HIGHEST = 1.0, 10.0
UNSAID_CONFIDENCE = 0.5
_SAME = {"draw": "even", "tie": "even", "even": "even", "": "even"}
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class RecordedPaper:
    """One line of a file of papers to import; scores missing in the file are None."""

    id: str
    title: str
    scores: Mapping[str, float | None]
    abstract: str | None = None
    authors: tuple[str, ...] = ()
    address: str = ""
    published: datetime | None = None


@dataclass(frozen=True, slots=True)
class RecordedMatch:
    """One line of a file of matches to import.

    `outcome` is "first", "second" or "draw", `key` is the same in every import. `criteria` gives the better paper on
    each criterion: "first", "second" or "even".
    """

    first: str
    second: str
    outcome: str
    judge: str
    key: str
    rationale: str = ""
    criteria: Mapping[str, str] = field(default_factory=dict)
    confidence: float = UNSAID_CONFIDENCE
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of a file with its cells by column; its errors name file and line."""

    path: Path
    number: int
    cells: Mapping[str, str]

    def text(self, *names: str) -> str:
        """Return the first non-empty cell among these columns, or ""."""
        return next((text for name in names if (text := self.cells.get(name, "").strip())), "")

    def refuse(self, reason: str) -> BadRequestError:
        """Return the error that names file and line, for raising."""
        return BadRequestError(f"{self.path}, line {self.number}: {reason}.")

    def read(self, make: Callable[[str], Value], *names: str) -> Value | None:
        """Return the cell's value made by `make`, None for an empty cell. Raises the line's error if `make` fails."""
        text = self.text(*names)
        if not text:
            return None
        try:
            return make(text)
        except ValueError as error:
            raise self.refuse(str(error)) from error


def _lines(path: Path, columns: tuple[str, ...]) -> list[_Line]:
    lines = [_Line(path, number, row) for number, row in csv_files.rows(path)]
    names = csv_files.columns(path)
    missing = [name for name in columns if name not in names]
    if missing:
        raise BadRequestError(f"{path} has no column {', '.join(missing)}.")
    for line in lines:
        for name in line.cells:
            line.read(plain_values.text_of, name)
    return lines


def read_papers(path: Path) -> list[RecordedPaper]:
    """Read the papers file. Raises `BadRequestError` naming file and line.

    Besides id and title these columns may be given: the five scores, abstract, authors (between semicolons), address or
    url, date or published.
    """
    papers: dict[str, RecordedPaper] = {}
    for line in _lines(path, ("id", "title")):
        name, title = line.text("id"), line.text("title")
        if not name or not title:
            raise line.refuse("a paper needs an id and a title")
        if name in papers:
            raise line.refuse(f"the paper {name!r} is there twice")
        scores = {score: line.read(_score(score), score) for score in SCORES}
        papers[name] = RecordedPaper(
            name,
            latex_title_text(title),
            scores,
            abstract_text(line.text("abstract")) or None,
            name_texts(line.text("authors", "author").split(";")),
            line.read(plain_values.address, "address", "url", "link") or "",
            line.read(_date(plain_values.publication_date), "published", "date"),
        )
    return list(papers.values())


def read_matches(path: Path, paper_ids: frozenset[str]) -> list[RecordedMatch]:
    """Read the matches file. Raises `BadRequestError` naming file and line.

    Two equal lines become two matches with different keys. Besides first, second, winner and judge these columns may be
    given: rationale, criteria, confidence, date.
    """
    matches = []
    times: dict[str, int] = {}
    for line in _lines(path, ("first", "second", "winner", "judge")):
        first, second, winner, judge = (line.text(name) for name in ("first", "second", "winner", "judge"))
        for paper in (first, second):
            if paper not in paper_ids:
                raise line.refuse(f"there is no paper {paper!r}")
        if first == second:
            raise line.refuse("a paper can't play itself")
        if not judge:
            raise line.refuse("a verdict needs a judge")
        outcomes = {first: "first", second: "second", "draw": "draw", "": "draw"}
        if winner not in outcomes:
            raise line.refuse(f"the winner {winner!r} is neither of the two nor “draw”")
        words = f"{first}\x1f{second}\x1f{winner}\x1f{judge}"
        times[words] = times.get(words, 0) + 1
        key = hashlib.sha256(f"{words}\x1f{times[words]}".encode()).hexdigest()[:32]
        confidence = line.read(_share, "confidence")
        matches.append(
            RecordedMatch(
                first,
                second,
                outcomes[winner],
                judge,
                key,
                rationale_text(line.text("rationale")),
                line.read(_criteria(first, second), "criteria") or {},
                UNSAID_CONFIDENCE if confidence is None else confidence,
                line.read(_date(plain_values.moment), "date", "decided_at", "at"),
            )
        )
    return matches


def _number(text: str, name: str, low: float, high: float) -> float:
    try:
        value = float(text)
    except ValueError as error:
        raise ValueError(f"{name} {text[:60]!r} isn't a number") from error
    if not (math.isfinite(value) and low <= value <= high):
        raise ValueError(f"{name} {text[:60]} isn't between {low:g} and {high:g}")
    return value


def _score(name: str) -> Callable[[str], float]:
    return lambda text: _number(text, name, LOWEST, HIGHEST)


def _share(text: str) -> float:
    return _number(text, "confidence", 0, 1)


def _date(check: Callable[[datetime], datetime]) -> Callable[[str], datetime]:
    def read(text: str) -> datetime:
        try:
            at = datetime.fromisoformat(text)
        except ValueError as error:
            raise ValueError(
                f"“{text[:60]}” isn't a date like 2026-03-29 or 2026-03-29T14:30:00+02:00"
            ) from error
        return check(at)

    return read


def _criteria(first: str, second: str) -> Callable[[str], dict[str, str]]:
    """Return a parser of the criteria's winners: JSON, or `novelty: first; rigor: second`."""
    sides = {**_SAME, first: "first", second: "second", "first": "first", "second": "second"}

    def read(text: str) -> dict[str, str]:
        try:
            cells = (
                json.loads(text)
                if text.startswith("{")
                else dict(_pair(part) for part in text.split(";") if part.strip())
            )
        except (ValueError, RecursionError) as error:
            raise ValueError(
                f"“{text[:60]}” can't be read as criteria. Write for example `novelty: first; rigor: second`"
            ) from error
        criteria: dict[str, str] = {}
        for name, better in cells.items():
            if name not in CRITERIA:
                raise ValueError(f"“{str(name)[:60]}” isn't a criterion; those are {', '.join(CRITERIA)}")
            if not isinstance(better, str) or better not in sides:
                raise ValueError(f"{name} {str(better)[:60]!r} is neither of the two papers nor “draw”")
            criteria[name] = sides[better]
        return criteria

    return read


def _pair(part: str) -> tuple[str, str]:
    name, sign, better = part.partition(":" if ":" in part else "=")
    if not sign:
        raise ValueError(part)
    return name.strip(), better.strip()
