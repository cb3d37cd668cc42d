"""Import recorded papers and verdicts into a league, each once; also erase a person from a database."""

import csv
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.papers.text import title_text
from bot.settings import Settings
from bot.standings import refit
from storage.database.backup import file_of
from storage.database.engine import Database, Transaction
from storage.errors import BadRequestError
from storage.exchange import recorded_verdicts
from storage.exchange.recorded_verdicts import ImportedMatch, ImportedPaper
from storage.leagues import league_rows
from storage.migrations import running
from storage.workspaces import workspace_rows
from storage.workspaces.forget_person import Erasure, forget

SCORES = ("rating", "significance", "rigor", "novelty", "clarity")
LOCAL = "T0LOCAL"
"""The workspace of leagues imported before any Slack workspace is known."""
LIMIT = 10.0


@dataclass(frozen=True, slots=True)
class ImportCounts:
    """The numbers of papers and matches that an import added."""

    league: str
    papers: int
    matches: int
    one_here: tuple[str, ...] = ()
    """Matches left out because their two papers are one in this workspace, each as `first | second`."""


@dataclass(frozen=True, slots=True)
class RecordedPaper:
    """One line of the papers file; scores are None where the file has none."""

    id: str
    title: str
    scores: dict[str, float | None]


@dataclass(frozen=True, slots=True)
class RecordedMatch:
    """One line of the matches file; `outcome` is "first", "second" or "draw", `key` the same at every import."""

    first: str
    second: str
    outcome: str
    judge: str
    key: str


def _rows(path: Path, columns: tuple[str, ...]) -> list[dict[str, str]]:
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            reader = csv.DictReader(file)
            missing = [name for name in columns if name not in (reader.fieldnames or ())]
            if missing:
                raise BadRequestError(f"{path} has no column {', '.join(missing)}.")
            return [{key: value or "" for key, value in row.items() if key} for row in reader]
    except OSError as error:
        raise BadRequestError(f"{path} can't be read: {error.strerror}.") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise BadRequestError(f"{path} can't be read: {error}") from error


def read_papers(path: Path) -> list[RecordedPaper]:
    """Read the papers file; raises `BadRequestError` naming the file and line at fault."""
    papers = []
    for number, row in enumerate(_rows(path, ("id", "title")), start=2):
        if not row["id"].strip() or not row["title"].strip():
            raise BadRequestError(f"{path}, line {number}: a paper needs an id and a title.")
        scores: dict[str, float | None] = {}
        for name in SCORES:
            text = row.get(name, "").strip()
            try:
                scores[name] = float(text) if text else None
            except ValueError as error:
                raise BadRequestError(f"{path}, line {number}: {name} {text!r} isn't a number.") from error
            value = scores[name]
            if value is not None and not 1 <= value <= LIMIT:
                raise BadRequestError(f"{path}, line {number}: {name} {text} isn't between 1 and 10.")
        papers.append(RecordedPaper(row["id"].strip(), row["title"].strip(), scores))
    return papers


def read_matches(path: Path, paper_ids: frozenset[str]) -> list[RecordedMatch]:
    """Read the matches file; a verdict that is in it twice gives two matches with keys of their own."""
    matches = []
    times: dict[str, int] = {}
    for number, row in enumerate(_rows(path, ("first", "second", "winner", "judge")), start=2):
        first, second, winner, judge = (row[name].strip() for name in ("first", "second", "winner", "judge"))
        for one in (first, second):
            if one not in paper_ids:
                raise BadRequestError(f"{path}, line {number}: there is no paper {one!r}.")
        if first == second:
            raise BadRequestError(f"{path}, line {number}: a paper can't play itself.")
        outcomes = {first: "first", second: "second", "draw": "draw", "": "draw"}
        if winner not in outcomes:
            raise BadRequestError(
                f"{path}, line {number}: the winner {winner!r} is neither of the two nor “draw”."
            )
        line = f"{first}\x1f{second}\x1f{winner}\x1f{judge}"
        times[line] = times.get(line, 0) + 1
        key = hashlib.sha256(f"{line}\x1f{times[line]}".encode()).hexdigest()[:32]
        matches.append(RecordedMatch(first, second, outcomes[winner], judge, key))
    return matches


async def load(
    session: Transaction,
    *,
    name: str,
    papers: list[RecordedPaper],
    matches: list[RecordedMatch],
    channel: str,
    settings: Settings,
    now: datetime,
) -> ImportCounts:
    """Load into the league of this name, made in the channel if missing; then refit it once."""
    league = await league_rows.named(session, name)
    if league is None:
        league, _is_new = await league_rows.create(
            session, name=name, channel=channel or f"import:{name}", is_private=False, user="import",
            time_zone=settings.time_zone, monthly_cap=settings.monthly_cap_usd, now=now,
        )  # fmt: skip
    entries = await recorded_verdicts.add_papers(
        session,
        league=league.id,
        channel=league.channel,
        papers=[
            ImportedPaper(
                recorded_verdicts.SCHEME, paper.id, "",
                {
                    "title": (title := title_text(paper.title)), "title_raw": paper.title,
                    "search_text": title.casefold(), "source": recorded_verdicts.SCHEME,
                },
                "import", now, paper.scores,
            )
            for paper in papers
        ],
        now=now,
    )  # fmt: skip
    entry_of = {paper.id: entries[f"{recorded_verdicts.SCHEME}:{paper.id}"][0] for paper in papers}
    match_ids = await recorded_verdicts.add_matches(
        session,
        league=league.id,
        matches=[
            ImportedMatch(
                one.key, entry_of[one.first], entry_of[one.second], one.judge, "recorded", one.judge, one.outcome,
                one.outcome, 1.0, 0.5, "This verdict was recorded without a rationale.", now,
            )
            for one in matches
        ],
        keys=await recorded_verdicts.keys_of(session, league.id),
    )  # fmt: skip
    new_papers, new_matches = sum(is_new for _entry, is_new in entries.values()), len(match_ids)
    if new_papers or new_matches:
        await refit.refit(session, league.id, cause="import", now=now)
    return ImportCounts(league.name, new_papers, new_matches)


def check_is_here(settings: Settings) -> None:
    """Raise `BadRequestError` if the SQLite file is missing, since opening it would make an empty one."""
    if settings.on_sqlite and not (file := file_of(settings.database_url)).exists():
        raise BadRequestError(
            f"There is no database at {file.absolute()}: run this in the folder where `paperbout run` runs, or set "
            "DATABASE_URL."
        )


@asynccontextmanager
async def open_workspace(
    settings: Settings, workspace: str, *, make: bool = False
) -> AsyncIterator[tuple[Database, str]]:
    """Open the database, migrated if it is SQLite, and choose the workspace; `make` makes missing ones.

    Raises `BadRequestError` for a missing database or workspace, or where one of several must be named.
    """
    if not make:
        check_is_here(settings)
    database = Database(settings.database_url)
    try:
        if settings.on_sqlite:
            await running.upgrade(database)
        async with database.reading(None) as session:
            live = await workspace_rows.all_live(session)
        if not workspace and len(live) > 1:
            raise BadRequestError(
                f"Several workspaces are kept here: {', '.join(live)}. Choose one with --workspace."
            )
        workspace_id = workspace or (live[0] if live else LOCAL)
        if workspace_id not in live:
            if not make:
                raise BadRequestError(
                    f"There is no workspace {workspace} here; kept are: {', '.join(live)}."
                    if live
                    else "No workspace is kept in this database yet."
                )
            await workspace_rows.ensure(database, workspace_id, datetime.now(UTC))
        yield database, workspace_id
    finally:
        await database.close()


async def import_files(
    settings: Settings, league: str, papers: Path, matches: Path | None, workspace: str, channel: str
) -> ImportCounts:
    """Read both files whole, then load them in one transaction."""
    paper_rows = read_papers(papers)
    verdicts = [] if matches is None else read_matches(matches, frozenset(paper.id for paper in paper_rows))
    async with open_workspace(settings, workspace, make=True) as (database, workspace_id):
        async with database.transaction(workspace_id) as session:
            counts = await load(
                session, name=league, papers=paper_rows, matches=verdicts, channel=channel, settings=settings,
                now=datetime.now(UTC),
            )  # fmt: skip
        await database.analyze()
    return counts


async def forget_person(settings: Settings, user: str, workspace: str) -> Erasure:
    """Replace a person's id everywhere and erase their notes; their votes keep counting."""
    async with (
        open_workspace(settings, workspace) as (database, workspace_id),
        database.transaction(workspace_id) as session,
    ):
        return await forget(session, user)
