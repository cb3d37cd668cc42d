"""Imports recorded papers and verdicts into a league, each once; also erases a person from a database."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.exchange.recorded_files import RecordedMatch, RecordedPaper, read_matches, read_papers
from bot.papers.text import person_text, title_text
from bot.settings import Settings
from bot.standings import refit
from storage.database.backup import file_of
from storage.database.engine import Database, Transaction
from storage.errors import BadRequestError
from storage.exchange import recorded_verdicts
from storage.exchange.recorded_verdicts import ImportedMatch, ImportedPaper
from storage.leagues import league_rows
from storage.leagues.league_rows import League
from storage.migrations import running
from storage.workspaces import workspace_rows
from storage.workspaces.forget_person import Erasure, forget

NO_RATIONALE = "This verdict was recorded without a rationale."
LOCAL = "T0LOCAL"
"""Workspace id for leagues imported before any Slack workspace is known."""


@dataclass(frozen=True, slots=True)
class ImportCounts:
    """How many papers and how many matches an import added; those that were there already don't count."""

    league: str
    papers: int
    matches: int
    one_here: tuple[str, ...] = ()
    """Matches left out because their two papers are one paper in this workspace, each as `first | second`."""
    schedules: int = 0
    """How many schedules that ran were stored stopped."""
    tournaments: int = 0
    """How many tournaments under way were stored paused."""
    owners: int = 0
    """How many owners were left out because the export is of another Slack workspace."""


async def league_to_fill(
    session: Transaction, name: str, channel: str, settings: Settings, now: datetime
) -> tuple[League, bool]:
    """Return the league with this name, created in the channel if missing, and whether it was missing."""
    name = person_text(name)
    league = await league_rows.league_named(session, name)
    if league is not None:
        return league, False
    league, _is_new = await league_rows.create(
        session, name=name, channel=channel or f"import:{name}", is_private=False, user="import",
        time_zone=settings.time_zone, monthly_cap=settings.monthly_cap_usd, now=now, models_seen=[],
    )  # fmt: skip
    return league, True


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
    """Import papers and matches into the league with this name, created in the channel if missing, then refit it."""
    league, _was_missing = await league_to_fill(session, name, channel, settings, now)
    entries = await recorded_verdicts.add_papers(
        session,
        league=league.id,
        channel=league.channel,
        papers=[
            ImportedPaper(
                recorded_verdicts.SCHEME, paper.id, paper.address,
                {
                    "title": (title := title_text(paper.title) or paper.id), "title_raw": paper.title,
                    "search_text": title.casefold(), "source": recorded_verdicts.SCHEME, "abstract": paper.abstract,
                    "authors": list(paper.authors), "published": paper.published,
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
                one.outcome, 1.0, one.confidence, one.rationale or NO_RATIONALE, one.at or now, one.criteria,
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
    """Raise `BadRequestError` if the SQLite file is missing, because opening it would create an empty one."""
    if settings.on_sqlite and not (file := file_of(settings.database_url)).exists():
        raise BadRequestError(
            f"There is no database at {file.absolute()}: run this in the folder where `paperbout run` runs, or set "
            "DATABASE_URL."
        )


@asynccontextmanager
async def open_workspace(
    settings: Settings, workspace: str, *, make: bool = False
) -> AsyncIterator[tuple[Database, str]]:
    """Open the database (migrating SQLite) and choose the workspace; `make` creates a missing one.

    Raises `BadRequestError` for a missing database or workspace, or if there are several and none is named.
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
    """Read both files completely, then import them in one transaction."""
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
    """Replace a person's id everywhere and delete their notes; their votes keep counting."""
    async with (
        open_workspace(settings, workspace) as (database, workspace_id),
        database.transaction(workspace_id) as session,
    ):
        return await forget(session, user)
