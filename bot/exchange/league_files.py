"""Export a league and import it again: papers, ratings, matches and votes as one JSON or four CSV files."""

import csv
import io
import json
from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from bot.exchange import verdict_import
from bot.papers.text import title_text
from bot.settings import Settings
from bot.standings import refit
from storage.database.engine import Transaction
from storage.errors import BadRequestError
from storage.exchange import recorded_verdicts, transfer
from storage.exchange.recorded_verdicts import ImportedMatch, ImportedPaper
from storage.leagues import league_rows

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""Text that begins so would be run by a spreadsheet: in CSV an apostrophe stands before it."""
TABLES = ("papers", "ratings", "matches", "votes", "voters", "overrides")
LATER = frozenset({"voters", "overrides"})
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
    voters: list[VoterRow] = []
    overrides: list[OverrideRow] | None = None
    """None in exports of earlier versions, which didn't say what the team's decisions replaced."""


Row = TypeVar("Row", bound=_Row)
_ROWS: dict[str, type[_Row]] = {
    "papers": PaperRow,
    "ratings": RatingRow,
    "matches": MatchRow,
    "votes": VoteRow,
    "voters": VoterRow,
    "overrides": OverrideRow,
}


async def read(session: Transaction, name: str) -> LeagueFile:
    """The league of this name as it is now; raises `BadRequestError` when there is none."""
    league = await league_rows.named(session, name)
    if league is None:
        raise BadRequestError(f"There is no league called {name}.")
    return LeagueFile.model_validate(
        {"league": league.name, "purpose": league.purpose, **await transfer.read(session, league.id)}
    )


async def export_league(settings: Settings, league: str, workspace: str) -> LeagueFile:
    """The league of this name, read from the settings' database."""
    async with (
        verdict_import.open_workspace(settings, workspace) as (database, workspace_id),
        database.reading(workspace_id) as session,
    ):
        return await read(session, league)


def as_json(league_file: LeagueFile) -> str:
    """The export as one JSON object."""
    return json.dumps(league_file.model_dump(mode="json"), ensure_ascii=False, indent=1)


def as_csv(league_file: LeagueFile, table: str) -> str:
    """One of the four tables as CSV; a leading quote keeps a spreadsheet from running a text."""
    out = io.StringIO()
    writer = csv.DictWriter(out, list(_ROWS[table].model_fields), lineterminator="\r\n")
    writer.writeheader()
    for row in league_file.model_dump(mode="json")[table] or ():
        writer.writerow({name: _cell(value) for name, value in row.items()})
    return out.getvalue()


def write(league_file: LeagueFile, target: Path, form: str) -> list[Path]:
    """Write one JSON file, or four CSV files into a folder; returns their paths."""
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


async def load(
    session: Transaction,
    league_file: LeagueFile,
    *,
    name: str,
    channel: str,
    settings: Settings,
    now: datetime,
) -> verdict_import.ImportCounts:
    """Add missing papers and matches to the league of this name, made if missing, and refit it; safe to repeat."""
    league = await league_rows.named(session, name)
    if league is None:
        league, _is_new = await league_rows.create(
            session, name=name, channel=channel or f"import:{name}", is_private=False, user="import",
            time_zone=settings.time_zone, monthly_cap=settings.monthly_cap_usd, now=now,
        )  # fmt: skip
        if league_file.purpose:
            await league_rows.set_purpose(session, league.id, league_file.purpose, "import", now)
    papers = {row.id: _paper(row) for row in league_file.papers}
    entry_of_paper = await recorded_verdicts.add_papers(
        session, league=league.id, channel=league.channel, papers=[*papers.values()], now=now
    )
    entries = {name: entry_of_paper[paper.canonical][0] for name, paper in papers.items()}
    for match in league_file.matches:
        if match.first not in entries or match.second not in entries:
            raise BadRequestError(f"Match {match.key} names a paper that isn't among the papers.")
    new_papers = sum(is_new for _entry, is_new in entry_of_paper.values())
    one_here = [match for match in league_file.matches if entries[match.first] == entries[match.second]]
    match_ids = await recorded_verdicts.add_matches(
        session,
        league=league.id,
        matches=[_match(match, entries) for match in league_file.matches if match not in one_here],
        keys=await transfer.known_keys(session, league.id),
    )
    by_key = {match.key: match.model_dump() for match in league_file.matches if match.key in match_ids}
    await _polls(session, league_file, match_ids, by_key)
    if new_papers or match_ids:
        await refit.refit(session, league.id, cause="import", now=now)
    return verdict_import.ImportCounts(
        league.name,
        new_papers,
        len(match_ids),
        tuple(f"{match.first} | {match.second}" for match in one_here),
    )


def _paper(row: PaperRow) -> ImportedPaper:
    scheme, _, value = row.id.partition(":")
    title = title_text(row.title)
    columns = {
        "title": title, "title_raw": row.title, "search_text": title.casefold(), "abstract": row.abstract,
        "authors": row.authors or [], "categories": row.categories or [], "published": row.published,
        "withdrawn": row.withdrawn,
        "category": next(iter(row.categories or ()), None), "source": recorded_verdicts.SCHEME,
    }  # fmt: skip
    scores = {name: getattr(row, name) for name in transfer.SCORES}
    return ImportedPaper(
        scheme, value or row.id, row.url or "", columns, row.submitted_by, row.submitted_at, scores
    )


def _match(row: MatchRow, entries: Mapping[str, int]) -> ImportedMatch:
    return ImportedMatch(
        row.key, entries[row.first], entries[row.second], row.judge, row.pool, row.model, row.verdict, row.outcome,
        row.weight, row.confidence, row.rationale or "", row.decided_at,
    )  # fmt: skip


async def _polls(
    session: Transaction,
    league_file: LeagueFile,
    match_ids: dict[str, int],
    matches: dict[str, dict[str, Any]],
) -> None:
    polls: defaultdict[tuple[str, int], list[dict[str, Any]]] = defaultdict(list)
    voters: defaultdict[tuple[str, int], dict[str, bool]] = defaultdict(dict)
    for vote in league_file.votes:
        if vote.match in match_ids:
            polls[vote.match, vote.poll].append(vote.model_dump())
    for voter in league_file.voters:
        voters[voter.match, voter.poll][voter.user] = voter.author
    decisions = {(row.match, row.poll): row.model_dump() for row in league_file.overrides or ()}
    for (key, number), rows in sorted(polls.items(), key=lambda pair: pair[0][1]):
        decision = decisions.get((key, number))
        match = matches[key]
        if league_file.overrides is None and rows[0]["result"] == match["outcome"] != match["verdict"]:
            unsaid = {"was_outcome": match["verdict"], "was_weight": 1.0, "at": rows[0]["closed_at"]}
            decision = {**match, **unsaid, "reverted_at": None, "reverted_by": None, "revert_reason": None}
        await transfer.add_poll(session, match_ids[key], rows, voters[key, number], decision)


async def import_export(
    settings: Settings, source: Path, league: str, workspace: str, channel: str
) -> verdict_import.ImportCounts:
    """Read the whole export, then load it in one transaction."""
    league_file = read_files(source, league)
    async with verdict_import.open_workspace(settings, workspace, make=True) as (database, workspace_id):
        async with database.transaction(workspace_id) as session:
            counts = await load(
                session,
                league_file,
                name=league or league_file.league,
                channel=channel,
                settings=settings,
                now=datetime.now(UTC),
            )
        await database.analyze()
    return counts
