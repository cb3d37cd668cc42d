"""The file format of an exported league: papers, ratings, matches and votes as one JSON or a CSV file a table."""

import csv
import io
import json
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from storage.errors import BadRequestError

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""Text that begins so would be run by a spreadsheet: in CSV an apostrophe stands before it."""
TABLES = ("papers", "ratings", "matches", "polls", "votes", "voters", "overrides")
LATER = frozenset({"polls", "voters", "overrides"})
"""Tables that exports of earlier versions haven't."""
BETWEEN = "; "


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    @field_validator("*", mode="before")
    @classmethod
    def _empty(cls, value: object) -> object:
        return None if value == "" else value


class PaperRow(_Row):
    """A paper in the league; `id` is canonical, such as arxiv:1706.03762; scores 1 to 10."""

    id: str
    url: str | None
    title: str
    abstract: str | None
    authors: list[str] | None
    categories: list[str] | None
    published: datetime | None
    withdrawn: bool = False
    submitted_by: str
    submitted_at: datetime
    rating: float | None
    significance: float | None
    rigor: float | None
    novelty: float | None
    clarity: float | None

    @field_validator("authors", "categories", mode="before")
    @classmethod
    def _list(cls, value: object) -> object:
        return value.split(BETWEEN) if isinstance(value, str) and value else value or []


class RatingRow(_Row):
    """A paper's rating at the time of the export; an import fits anew."""

    paper: str
    rank: int
    rank_low: int
    rank_high: int
    score: float
    interval: float
    wins: int
    losses: int
    draws: int


class MatchRow(_Row):
    """A decided match; `key` is the same in every export, `outcome` counts with `weight`."""

    key: str
    first: str
    second: str
    judge: str
    pool: str
    model: str
    verdict: Literal["first", "second", "draw"]
    outcome: Literal["first", "second", "draw"]
    weight: float
    confidence: float
    rationale: str | None
    decided_at: datetime


class PollRow(_Row):
    """A closed poll, also one in which nobody voted; `poll` numbers the polls of one match."""

    match: str
    poll: int
    opened_by: str
    opened_at: datetime
    closes_at: datetime
    closed_at: datetime
    closed_by: str | None
    quorum: int
    anonymous: bool
    result: str | None


class VoteRow(_Row):
    """A vote in a closed poll; `poll` numbers the polls of one match."""

    match: str
    poll: int
    user: str
    choice: Literal["first", "second", "draw", "abstain"]
    reason: str | None
    at: datetime
    quorum: int
    anonymous: bool
    result: str | None
    closed_at: datetime


class VoterRow(_Row):
    """A person who could vote in a closed poll; `author`: they wrote one of its papers and could not."""

    match: str
    poll: int
    user: str
    author: bool


class OverrideRow(_Row):
    """A team's decision in place of a verdict, the verdict it replaced, and who reverted it, if anybody."""

    match: str
    poll: int
    outcome: Literal["first", "second", "draw"]
    weight: float
    was_outcome: Literal["first", "second", "draw"] | None
    was_weight: float | None
    at: datetime
    reverted_at: datetime | None
    reverted_by: str | None
    revert_reason: str | None


class LeagueFile(_Row):
    """A whole export."""

    format: Literal["paperbout"] = "paperbout"
    version: Literal[1] = 1
    league: str
    purpose: str | None
    papers: list[PaperRow]
    ratings: list[RatingRow]
    matches: list[MatchRow]
    votes: list[VoteRow]
    polls: list[PollRow] = []
    voters: list[VoterRow] = []
    overrides: list[OverrideRow] | None = None
    """None in exports of earlier versions, which didn't say what the team's decisions replaced."""


Row = TypeVar("Row", bound=_Row)
_ROWS: dict[str, type[_Row]] = {
    "papers": PaperRow,
    "ratings": RatingRow,
    "matches": MatchRow,
    "polls": PollRow,
    "votes": VoteRow,
    "voters": VoterRow,
    "overrides": OverrideRow,
}


def as_json(league_file: LeagueFile) -> str:
    """The export as one JSON object."""
    return json.dumps(league_file.model_dump(mode="json"), ensure_ascii=False, indent=1)


def as_csv(league_file: LeagueFile, table: str) -> str:
    """One of the tables as CSV; a leading quote keeps a spreadsheet from running a text."""
    out = io.StringIO()
    writer = csv.DictWriter(out, list(_ROWS[table].model_fields), lineterminator="\r\n")
    writer.writeheader()
    for row in league_file.model_dump(mode="json")[table] or ():
        writer.writerow({name: _cell(value) for name, value in row.items()})
    return out.getvalue()


def write(league_file: LeagueFile, target: Path, form: str) -> list[Path]:
    """Write one JSON file, or a CSV file for each table into a folder; returns their paths."""
    try:
        if form == "json":
            target.write_text(as_json(league_file), encoding="utf-8")
            return [target]
        target.mkdir(parents=True, exist_ok=True)
        files = [target / f"{table}.csv" for table in TABLES]
        for file, table in zip(files, TABLES, strict=True):
            file.write_text(as_csv(league_file, table), encoding="utf-8", newline="")
    except OSError as error:
        raise BadRequestError(f"{target} can't be written: {error.strerror}.") from error
    return files


def _cell(value: object) -> object:
    if isinstance(value, list):
        value = BETWEEN.join(map(str, value))
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def read_files(source: Path, league: str) -> LeagueFile:
    """Read an export from a JSON file or a folder of CSV files; raises `BadRequestError` naming the fault."""
    try:
        if source.is_dir():
            return LeagueFile.model_validate(
                {
                    "league": league,
                    "purpose": None,
                    **{
                        table: _table(source / f"{table}.csv")
                        for table in TABLES
                        if table not in LATER or (source / f"{table}.csv").exists()
                    },
                }
            )
        return LeagueFile.model_validate_json(source.read_text(encoding="utf-8"))
    except ValidationError as error:
        first = error.errors()[0]
        where = " ".join(str(part) for part in first["loc"])
        wrong = f"{where}: {first['msg']}" if where else first["msg"]
        raise BadRequestError(f"{source} isn't an export of Paperbout: {wrong}") from error
    except OSError as error:
        raise BadRequestError(f"{error.filename or source} can't be read: {error.strerror}.") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise BadRequestError(f"{source} can't be read: {error}") from error


def _table(file: Path) -> list[dict[str, Any]]:
    with file.open(newline="", encoding="utf-8-sig") as lines:
        return [{name: _plain(value) for name, value in row.items()} for row in csv.DictReader(lines)]


def _plain(value: str | None) -> str | None:
    has_guard = value is not None and value.startswith("'") and value[1:].startswith(FORMULA)
    return value[1:] if has_guard and value is not None else value
