"""Exports a league and imports it again; repeating an import adds nothing."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.exchange import upkeep_transfer, verdict_import
from bot.exchange.export_format import read_files
from bot.exchange.file_rows import TABLES, AssessmentRow, LeagueFile, MatchRow, PaperRow, VerdictRow
from bot.exchange.row_checks import first_fault
from bot.papers.text import title_text
from bot.settings import Settings
from bot.standings import refit
from storage.database.engine import Transaction
from storage.errors import BadRequestError
from storage.exchange import exported_rows, recorded_verdicts, review_rows, upkeep_import
from storage.exchange.recorded_verdicts import ImportedMatch, ImportedPaper
from storage.exchange.upkeep_import import Places
from storage.leagues import league_rows
from storage.leagues.league_rows import League


async def named(session: Transaction, name: str) -> League:
    """Return the league with this name. Raises `BadRequestError` if there is none."""
    league = await league_rows.league_named(session, name)
    if league is None:
        raise BadRequestError(f"There is no league called {name}.")
    return league


async def read(session: Transaction, league: League, *, history: bool = True) -> LeagueFile:
    """Return the current content of a league; without `history` only papers, matches, votes and reviews."""
    tables = await exported_rows.read(session, league.id, history=history)
    # What is here is exported as it is; whether it makes sense is for an import to say.
    rows: dict[str, Any] = {
        table: [row_type.model_construct(**row) for row in tables[table]]
        for table, row_type in TABLES.items()
        if table in tables
    }
    return LeagueFile.model_construct(league=league.name, purpose=league.purpose, **rows)


async def export_league(settings: Settings, league: str, workspace: str) -> LeagueFile:
    """Return the content of the league with this name, read from the settings' database."""
    async with (
        verdict_import.open_workspace(settings, workspace) as (database, workspace_id),
        database.reading(workspace_id) as session,
    ):
        return await read(session, await named(session, league))


async def load(
    session: Transaction,
    league_file: LeagueFile,
    *,
    name: str,
    channel: str,
    settings: Settings,
    now: datetime,
) -> verdict_import.ImportCounts:
    """Add missing papers and matches to the league with this name, creating it if needed, and refit it.

    Repeating it adds nothing.
    """
    fault = first_fault(league_file)
    if fault is not None:
        raise BadRequestError(f"{fault.table} {fault.place + 1}: {fault.reason}.")
    league, was_missing = await verdict_import.league_to_fill(session, name, channel, settings, now)
    if was_missing:
        await _purposes(session, league.id, league_file, now)
        await review_rows.add_rubrics(
            session, league.id, [row.model_dump() for row in league_file.rubrics or ()]
        )
    tournaments, standstill = await upkeep_transfer.begin(
        session, league.id, league.channel, league_file, is_new=was_missing
    )
    entries, new_papers = await _papers(session, league, league_file, now)
    one_here = [match for match in league_file.matches if entries[match.first] == entries[match.second]]
    known = await exported_rows.known_keys(session, league.id)
    match_ids = await recorded_verdicts.add_matches(
        session,
        league=league.id,
        matches=[
            _match(match, entries, tournaments, has_verdict=league_file.verdicts is None)
            for match in league_file.matches
            if entries[match.first] != entries[match.second]
        ],
        keys=known,
    )
    unplayed = [row.model_dump() for row in league_file.unplayed or ()]
    await upkeep_import.add_unplayed(
        session, league.id, unplayed, Places(entries, {}, {}, tournaments), known
    )
    await _reviews(session, league.id, league_file, entries, match_ids)
    by_key = {match.key: match.model_dump() for match in league_file.matches if match.key in match_ids}
    polls = await _polls(session, league_file, match_ids, by_key)
    keys = await exported_rows.known_keys(session, league.id)
    places = Places(entries, keys, polls, tournaments)
    await upkeep_transfer.finish(session, league.id, league_file, places, is_new=was_missing)
    if new_papers or match_ids or league_file.duels:
        await refit.refit(session, league.id, cause="import", now=now)
    return verdict_import.ImportCounts(
        league.name,
        new_papers,
        len(match_ids),
        tuple(f"{match.first} | {match.second}" for match in one_here),
        standstill.schedules,
        standstill.tournaments,
        standstill.owners,
    )


async def _papers(
    session: Transaction, league: League, league_file: LeagueFile, now: datetime
) -> tuple[dict[str, int], int]:
    """Import the papers that the league doesn't have; return entry ids by name, and how many papers were new."""
    papers = {row.id: _paper(row, with_scores=league_file.assessments is None) for row in league_file.papers}
    entry_of_paper = await recorded_verdicts.add_papers(
        session, league=league.id, channel=league.channel, papers=[*papers.values()], now=now
    )
    entries = {name: entry_of_paper[paper.canonical][0] for name, paper in papers.items()}
    removed = {
        entries[row.id]: row.model_dump()
        for row in league_file.papers
        if row.removed_at is not None and entry_of_paper[papers[row.id].canonical][1]
    }
    await upkeep_import.remove_entries(session, removed)
    return entries, sum(is_new for _entry, is_new in entry_of_paper.values())


async def _purposes(session: Transaction, league: int, league_file: LeagueFile, now: datetime) -> None:
    """Give a new league the purpose in the file, with its earlier versions if the file has them."""
    if league_file.purposes:
        await review_rows.add_purposes(session, league, [row.model_dump() for row in league_file.purposes])
    elif league_file.purpose:
        await league_rows.set_purpose(session, league, league_file.purpose, "import", now)


async def _reviews(
    session: Transaction,
    league: int,
    league_file: LeagueFile,
    entries: Mapping[str, int],
    match_ids: Mapping[str, int],
) -> None:
    """Import the assessments, the verdicts on new matches, and the duel answers."""
    await review_rows.add_assessments(
        session,
        [(entries[row.paper], _values(row, without="paper")) for row in league_file.assessments or ()],
    )
    await review_rows.add_verdicts(
        session,
        [
            (match_ids[row.match], _values(row, without="match"))
            for row in league_file.verdicts or ()
            if row.match in match_ids
        ],
    )
    await review_rows.add_duels(
        session,
        league,
        [
            {**row.model_dump(), "first": entries[row.first], "second": entries[row.second]}
            for row in league_file.duels or ()
            if entries[row.first] != entries[row.second]
        ],
    )


def _values(row: AssessmentRow | VerdictRow, *, without: str) -> dict[str, Any]:
    """Return a row's columns, with empty lists, mappings and texts in place of None."""
    empty: dict[str, Any] = {"flags": [], "sections": {}, "criteria": {}, "rationale": ""}
    values = row.model_dump(exclude={without})
    return {name: empty.get(name) if value is None else value for name, value in values.items()}


def _paper(row: PaperRow, *, with_scores: bool) -> ImportedPaper:
    scheme, _, value = row.id.partition(":")
    title = title_text(row.title) or row.id
    columns = {
        "title": title, "title_raw": row.title, "search_text": title.casefold(), "abstract": row.abstract,
        "authors": row.authors or [], "categories": row.categories or [], "published": row.published,
        "withdrawn": row.withdrawn,
        "category": next(iter(row.categories or ()), None),
        **{name: getattr(row, name) for name in exported_rows.FACTS},
        "code": row.code or [], "data": row.data or [], "versions": row.versions or {},
        "source": row.source or recorded_verdicts.SCHEME,
    }  # fmt: skip
    scores = {name: getattr(row, name) for name in exported_rows.SCORES} if with_scores else {}
    names = [(head, tail) for head, _, tail in (name.partition(":") for name in row.names or ()) if tail]
    return ImportedPaper(
        scheme, value or row.id, row.url or "", columns, row.submitted_by, row.submitted_at, scores, names
    )


def _match(
    row: MatchRow, entries: Mapping[str, int], tournaments: Mapping[int, int], *, has_verdict: bool
) -> ImportedMatch:
    return ImportedMatch(
        row.key, entries[row.first], entries[row.second], row.judge, row.pool, row.model, row.verdict, row.outcome,
        row.weight, row.confidence, row.rationale or "", row.decided_at, panel=row.panel,
        requested_by=row.requested_by, has_verdict=has_verdict, planned_at=row.planned_at, round=row.round,
        wants_swap=row.wants_swap, tried=row.tried or {}, tournament=tournaments.get(row.tournament or 0),
    )  # fmt: skip


async def _polls(
    session: Transaction,
    league_file: LeagueFile,
    match_ids: dict[str, int],
    matches: dict[str, dict[str, Any]],
) -> dict[tuple[str, int], int]:
    """Import the votes on new matches; return their ids by match and number."""
    ids: dict[tuple[str, int], int] = {}
    polls = {(row.match, row.poll): row.model_dump() for row in league_file.polls}
    votes: defaultdict[tuple[str, int], list[dict[str, Any]]] = defaultdict(list)
    voters: defaultdict[tuple[str, int], dict[str, bool]] = defaultdict(dict)
    for vote in league_file.votes:
        votes[vote.match, vote.poll].append(vote.model_dump())
    for place, rows in votes.items():
        polls.setdefault(place, _poll_of_votes(rows))
    for voter in league_file.voters:
        voters[voter.match, voter.poll][voter.user] = voter.author
    decisions = {(row.match, row.poll): row.model_dump() for row in league_file.overrides or ()}
    for place, poll in sorted(polls.items(), key=lambda pair: pair[0][1]):
        key, _number = place
        if key not in match_ids:
            continue
        decision, match = decisions.get(place), matches[key]
        if league_file.overrides is None and poll["result"] == match["outcome"] != match["verdict"]:
            unsaid = {"was_outcome": match["verdict"], "was_weight": 1.0, "at": poll["closed_at"]}
            decision = {**match, **unsaid, "reverted_at": None, "reverted_by": None, "revert_reason": None}
        if decision is not None and decision["was_outcome"] is None:  # older rows didn't keep it
            decision |= {"was_outcome": match["verdict"], "was_weight": 1.0}
        ids[place] = await exported_rows.add_poll(
            session, match_ids[key], poll, votes[place], voters[place], decision
        )
    return ids


def _poll_of_votes(votes: list[dict[str, Any]]) -> dict[str, Any]:
    """Return a poll's columns from its votes, for exports of earlier versions."""
    first = votes[0]
    own = {name: first[name] for name in ("closed_at", "quorum", "anonymous", "result")}
    own |= {"opened_by": "import", "opened_at": min(row["at"] for row in votes)}
    return {**own, "closes_at": first["closed_at"], "closed_by": None}


async def import_export(
    settings: Settings, source: Path, league: str, workspace: str, channel: str
) -> verdict_import.ImportCounts:
    """Read a whole export from a file or folder, then store it in one transaction; return how much was new."""
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
