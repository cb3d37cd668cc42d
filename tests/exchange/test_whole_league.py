"""Every table and column of the schema travels with a league's export, or stands here with the reason why not."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.exchange.export_format import read_files, write
from bot.exchange.file_rows import LeagueFile
from bot.exchange.league_transfer import load, named, read
from bot.exchange.verdict_import import ImportCounts
from storage.database.engine import Transaction
from storage.exchange.exported_rows import known_keys
from storage.standings.past_standings import unpack
from storage.tables import (
    Assessment,
    AuditLine,
    AuthorMark,
    Base,
    Discussion,
    DuelVote,
    Entry,
    Feedback,
    Identifier,
    League,
    LeagueRubric,
    ListedPaper,
    Match,
    Note,
    OutboxMessage,
    Override,
    Owner,
    Paper,
    Poll,
    Purpose,
    Schedule,
    Spending,
    Standings,
    Tag,
    Tournament,
    Verdict,
    Vote,
    Voter,
)
from tests.exchange.rich_league import a_rich_league
from tests.leagues.world import HOME, TEAM, World, a_world

RUNNING = "the state of work under way here"
PERSON = "a person's own, not the league's"
SERVER = "what this installation knows of servers and workspaces"
ROW = "the number of a row"
LEASE = "who works on the row now"
STAYS: Mapping[str, str] = {
    "batches": RUNNING, "evidence": "its verdict travels", "paper_checks": RUNNING, "messages": "stay in their channels",
    "events": RUNNING, "seen_links": "guards messages of this workspace", "held_links": RUNNING, "host_turns": RUNNING,
    "published_sites": "an address of this installation", "published_files": "built anew",
    "api_tokens": "given by this installation", "webhooks": "given by this installation",
    "webhook_deliveries": RUNNING,
    "occurrences": "firings of schedules, which come in stopped", "conversations": PERSON, "followers": PERSON,
    "saved": PERSON, "mutes": PERSON, "person_choices": PERSON, "judge_pauses": SERVER, "judge_outages": SERVER,
    "judge_exams": SERVER, "request_forms": SERVER, "slack_bots": SERVER, "slack_installations": SERVER,
    "slack_oauth_states": SERVER, "workspaces": SERVER, "ratings": "fitted anew",
    "full_texts": "read again from the paper's source", "merges": "merged papers travel as one, with all identifiers",
    "following_channels": "a channel follows by a click in it", "more_wishes": PERSON,
    "reactions": "they stand on messages, which stay",
    "judges_at_chance": "follows from people's votes; owners here are told anew",
}  # fmt: skip
"""Tables that don't travel, each with its reason."""
STAYS_OF: Mapping[str, Mapping[str, str]] = {
    "leagues": {
        "channel": "the importer names the home channel", "is_private": "follows from the home channel",
        "name": "the importer may name it", "prior_sd": "isn't used any more", "unfurls": "a channel turns them on",
        "may_publish": "owners here consent to it",
        "publishes_names": "owners here consent to it", "announced": "nobody here has seen a price yet",
        "created_by": "the importer", "created_at": "the import", "archived_at": "comes in open",
        "closed_at": "comes in open", "closed_reason": "comes in open", "reading": RUNNING,
    },
    "papers": {
        "status": "known, since only known papers play", "created_at": "the import", "fetched_at": "the import",
        "merged_into": "merged papers travel as one", "search_text": "follows from the title",
        "category": "the first of the categories",
    },
    "entries": {
        "channel": "the new home", "message_ts": "the message stays where it is",
        "merged_into": "merged papers travel as one",
    },
    "assessments": {"status": "only finished ones travel"},
    "matches": {"batch_id": RUNNING},
    "polls": {"status": "only closed ones travel", "told_at": "everybody was told"},
    "overrides": {"ratings": "what it replaced travels; the ratings around it are in the standings"},
    "schedules": {"active": "comes in stopped", "next_at": RUNNING, "reckoned_at": RUNNING},
    "standings": {"entries": "the number of figures"},
    "spendings": {},
}  # fmt: skip
"""Columns of tables that travel which don't, each with its reason; those below stand for every table."""
EVERYWHERE: Mapping[str, str] = {
    "id": ROW, "workspace_id": "the importer's workspace", "attempts": LEASE, "lapses": LEASE, "leased_until": LEASE,
    "not_before": LEASE,
}  # fmt: skip
FAILURES = frozenset({"matches", "tournaments"})
"""Tables whose rows say why they failed; others travel only where nothing failed."""
TRAVELS: tuple[type[Base], ...] = (
    League, Purpose, LeagueRubric, Owner, Paper, Identifier, Entry, AuthorMark, Assessment, Tournament, Match, Verdict,
    Poll, Voter, Vote, Override, DuelVote, Feedback, Schedule, Standings, Spending, AuditLine,
    Discussion, Note, Tag, ListedPaper,
)  # fmt: skip


def _columns(table: type[Base]) -> list[str]:
    stays = {**EVERYWHERE, **STAYS_OF.get(table.__tablename__, {})}
    if table.__tablename__ not in FAILURES:
        stays["failure"] = "only what didn't fail travels"
    return [column.name for column in table.__table__.columns if column.name not in stays]


def test_every_table_and_column_of_the_schema_travels_or_has_a_reason() -> None:
    tables = Base.metadata.tables
    of_league, before = {"leagues", "papers"}, 0
    while len(of_league) > before:
        before = len(of_league)
        of_league |= {
            name
            for name, table in tables.items()
            if any(key.column.table.name in of_league for key in table.foreign_keys)
        }
    travel = {table.__tablename__ for table in TRAVELS}
    assert not of_league - travel - set(STAYS), "add the table to the export, or to STAYS with the reason"
    assert set(STAYS) <= set(tables)
    assert not travel & set(STAYS)
    for table in TRAVELS:
        strange = set(STAYS_OF.get(table.__tablename__, {})) - {c.name for c in table.__table__.columns}
        assert not strange, (table.__tablename__, strange)


async def _named_rows(session: Transaction, league: int) -> dict[str, list[dict[str, Any]]]:
    """Return what travels of each table, with names in place of ids, sorted."""

    async def every(table: type[Base]) -> list[Any]:
        return list(await session.scalars(select(table).order_by(*table.__table__.primary_key)))

    papers = {row.id: row.canonical for row in await every(Paper)}
    entries = {row.id: papers[row.paper_id] for row in await every(Entry)}
    matches = {row: key for key, row in (await known_keys(session, league)).items()}
    reviews = {row.id: f"{entries[row.entry_id]} {row.assessor}" for row in await every(Assessment)}
    polls = {row.id: f"{matches[row.match_id]} {row.anonymous}" for row in await every(Poll)}
    tournaments = {row.id: row.started_by for row in await every(Tournament)}
    overrides = {row.id: polls[row.poll_id] for row in await every(Override)}
    names: dict[str, Mapping[int, str]] = {
        "entries": entries, "papers": papers, "matches": matches, "assessments": reviews, "polls": polls,
        "tournaments": tournaments, "leagues": {league: "league"},
        "standings": {row.id: row.at.isoformat() for row in await every(Standings)},
        "schedules": {row.id: f"{row.kind} {row.channel}" for row in await every(Schedule)},
    }  # fmt: skip
    about = {"match": matches, "tournament": tournaments, "assessment": reviews, "entry.removed": entries}
    of_line = {"id": tournaments, "entry": entries, "match": matches, "poll": polls, "override": overrides}
    special: dict[tuple[str, str], Callable[[Any], Any]] = {
        ("spendings", "about_id"): lambda row: about[row.kind][row.about_id],
        ("standings", "about_id"): lambda row: about.get(row.cause, {}).get(row.about_id),
        ("standings", "figures"): lambda row: {
            entries[entry]: (past.score, past.interval, past.rank, past.rank_low, past.rank_high, past.matches)
            for entry, past in unpack(row.figures).items()
        },
        ("audit", "detail"): lambda row: {
            name: of_line[name][value] if name in of_line else value for name, value in row.detail.items()
        },
        ("matches", "import_key"): lambda row: matches[row.id],
    }  # fmt: skip
    rows: dict[str, list[dict[str, Any]]] = {}
    for table in TRAVELS:
        targets = {
            column.name: key.column.table.name
            for column in table.__table__.columns
            for key in column.foreign_keys
            if key.column.table.name in names
        }
        rows[table.__tablename__] = sorted(
            (
                {
                    name: special[table.__tablename__, name](row)
                    if (table.__tablename__, name) in special
                    else names[targets[name]].get(getattr(row, name))
                    if name in targets
                    else getattr(row, name)
                    for name in _columns(table)
                }
                for row in await every(table)
            ),
            key=repr,
        )
    return rows


def _unfilled(rows: Mapping[str, list[dict[str, Any]]]) -> list[str]:
    """Return columns in which no row has anything else than nothing or the default."""
    unfilled = []
    for table in TRAVELS:
        for name in _columns(table):
            default = getattr(table.__table__.columns[name].default, "arg", None)
            values = [row[name] for row in rows[table.__tablename__]]
            if all(value in (None, [], {}, default) for value in values):
                unfilled.append(f"{table.__tablename__}.{name}")
    return unfilled


async def _loads(world: World, file: LeagueFile, channel: str = HOME) -> ImportCounts:
    now = world.now + timedelta(days=9)
    async with world.writing() as session:
        return await load(session, file, name="papers", channel=channel, settings=world.settings, now=now)


@pytest.mark.parametrize("form", ["json", "csv", pytest.param("postgres", marks=pytest.mark.postgres)])
async def test_all_that_a_league_has_stands_in_the_other_workspace_row_by_row(
    tmp_path: Path, form: str, request: pytest.FixtureRequest
) -> None:
    """The third form is JSON that a PostgreSQL database takes in."""
    url = request.getfixturevalue("postgres_url") if form == "postgres" else ""
    (tmp_path / "one").mkdir()
    async with a_world(tmp_path / "one") as world:
        await a_rich_league(world)
        async with world.database.reading(TEAM) as session:
            league = await named(session, "papers")
            before = await _named_rows(session, league.id)
            exported = await read(session, league)
    assert not _unfilled(before), "give these columns a value in a_rich_league, or a reason in STAYS_OF"
    target = tmp_path / ("league" if form == "csv" else "league.json")
    write(exported, target, "csv" if form == "csv" else "json")
    (tmp_path / "two").mkdir()
    async with a_world(tmp_path / "two", url) as world:
        counts = [await _loads(world, read_files(target, "papers")) for _ in range(2)]
        async with world.database.reading(TEAM) as session:
            after = await _named_rows(session, (await named(session, "papers")).id)
            messages = list(await session.scalars(select(OutboxMessage)))
            stopped = list(await session.scalars(select(Schedule.active)))
    assert (counts[1].papers, counts[1].matches) == (0, 0), "the second import adds nothing"
    after["standings"] = [row for row in after["standings"] if row["cause"] != "import"]
    after["audit"] = [row for row in after["audit"] if row["user"] != "import"]
    for table, rows in before.items():
        assert after[table] == rows, table
    assert (messages, set(stopped)) == ([], {False}), "nothing imported acts by itself"


async def test_what_is_under_way_comes_in_paused_and_owners_of_another_workspace_stay_away(
    tmp_path: Path,
) -> None:
    (tmp_path / "one").mkdir()
    async with a_world(tmp_path / "one") as world:
        await a_rich_league(world)
        async with world.writing() as session:
            for tournament in await session.scalars(select(Tournament)):
                tournament.status, tournament.held_for, tournament.ended_at = "running", None, None
            for match in await session.scalars(select(Match).where(Match.status == "failed")):
                match.status = "judging"
        async with world.database.reading(TEAM) as session:
            exported = await read(session, await named(session, "papers"))
    values = exported.model_dump(mode="json")
    values["settings"][0]["workspace"] = "T9"
    (tmp_path / "two").mkdir()
    async with a_world(tmp_path / "two") as world:
        counts = await _loads(world, LeagueFile.model_validate(values), "C7")
        async with world.database.reading(TEAM) as session:
            tournament = (await session.scalars(select(Tournament))).one()
            statuses = set(await session.scalars(select(Match.status).where(Match.first_id.is_not(None))))
            owners = list(await session.scalars(select(Owner.user)))
            seen = (await session.scalars(select(League.announced))).one()
            channels = set(await session.scalars(select(Schedule.channel)))
    assert (tournament.status, tournament.held_for, tournament.deadline) == ("paused", "person", None)
    assert statuses == {"decided", "cancelled"}
    assert (owners, seen) == (["import"], []), "no paid call before somebody here has seen the price"
    assert (counts.schedules, counts.tournaments, counts.owners) == (3, 1, 2)
    assert (channels, tournament.channel) == ({"C7"}, "C7"), "what was for the home is for the new home"
