"""Carrying a league elsewhere: export and import are a round trip, twice changes nothing; copies and erasure."""

import csv
import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from bot.exchange.export_format import as_csv, as_json, read_files, write
from bot.exchange.file_rows import LeagueFile
from bot.exchange.league_transfer import export_league, import_export
from bot.exchange.verdict_import import forget_person
from bot.settings import Settings
from storage.database import backup
from storage.database.engine import Database
from storage.errors import BadRequestError, StorageError
from storage.following import followers
from storage.leagues import league_rows
from storage.questions import workspace_counts
from tests.databases import with_tables
from tests.slack.conftest import ATTENTION, FOUR, START, Group, Person

ROOT = Path(__file__).parents[2]


async def a_played_league(group: Group) -> LeagueFile:
    """Four papers, a tournament, and one verdict overturned by three votes."""
    alice = group.people["alice"]
    await alice.posts(" ".join(FOUR))
    await alice.runs("/rank tournament start 6 matches")
    await group.until(lambda: bool(group.messages("match.challenge")))
    await alice.clicks(group.messages("match.challenge")[0], "match.challenge")
    async with group.app.database.reading(group.slack.world.team) as session:
        against = await workspace_counts.losing_choice(session)
    for name in ("bob", "carol", "dan"):
        if poll := group.messages("vote.cast"):
            await group.people[name].clicks(poll[0], f"vote.cast:{against}")
    return await export_league(group.app.settings, "reading-group", "")


def settings_of(folder: Path) -> Settings:
    folder.mkdir(exist_ok=True)
    return Settings(_env_file=None, database_url=f"sqlite:///{folder / 'other.db'}")


@pytest.mark.parametrize("form", ["json", pytest.param("csv", marks=pytest.mark.slow)])
@pytest.mark.slow
async def test_a_league_comes_out_of_its_export_as_it_went_in(
    group: Group, tmp_path: Path, form: str
) -> None:
    before = await a_played_league(group)
    assert len(before.papers) == 4
    assert len(before.matches) >= 4
    assert len(before.votes) >= 3, "the votes of the closed poll"
    assert any(match.outcome != match.verdict and match.weight == 2 for match in before.matches)
    target = tmp_path / ("league.json" if form == "json" else "league")
    write(before, target, form)
    settings = settings_of(tmp_path / "other")
    loaded = await import_export(settings, target, "reading-group", "", "")
    assert (loaded.papers, loaded.matches) == (4, len(before.matches))
    with closing(sqlite3.connect(make_url(settings.database_url).database or "")) as raw:
        assert raw.execute("SELECT count(*) FROM sqlite_stat1").fetchone() > (0,), "reads are planned by it"
    after = await export_league(settings, "reading-group", "")
    assert after.papers == before.papers
    assert after.matches == before.matches
    assert after.votes == before.votes
    assert after.ratings == before.ratings
    again = await import_export(settings, target, "reading-group", "", "")
    assert (again.papers, again.matches) == (0, 0)
    assert await export_league(settings, "reading-group", "") == after


@pytest.mark.slow
async def test_importing_a_leagues_own_export_changes_nothing(group: Group, tmp_path: Path) -> None:
    before = await a_played_league(group)
    write(before, tmp_path / "own.json", "json")
    loaded = await import_export(group.app.settings, tmp_path / "own.json", "", "", "")
    assert (loaded.papers, loaded.matches) == (0, 0)
    assert await export_league(group.app.settings, "reading-group", "") == before


@pytest.mark.slow
async def test_votes_of_an_anonymous_poll_are_exported_without_names(group: Group) -> None:
    await group.people["alice"].posts(ATTENTION)
    async with group.app.database.transaction(group.slack.world.team) as session:
        league = await league_rows.league_named(session, "reading-group")
        assert league is not None
        league.anonymous_votes = True
    exported = await a_played_league(group)
    assert exported.votes
    people = {person.id for person in group.people.values()}
    assert not people & {vote.user for vote in exported.votes}


@pytest.mark.slow
async def test_text_that_a_spreadsheet_would_run_is_kept_as_text_and_comes_back(
    group: Group, tmp_path: Path
) -> None:
    exported = await a_played_league(group)
    paper = exported.papers[0].model_copy(
        update={"title": '=HYPERLINK("x")', "abstract": "'+1 is no formula"}
    )
    changed = exported.model_copy(update={"papers": [paper, *exported.papers[1:]]})
    assert "'=HYPERLINK" in as_csv(changed, "papers")
    write(changed, tmp_path / "league", "csv")
    assert read_files(tmp_path / "league", "x").papers[0].title == '=HYPERLINK("x")'


@pytest.mark.parametrize(
    ("content", "word"),
    [("{}", "league"), ("not json", "isn't an export"), ('{"format": "other"}', "format")],
)
def test_a_file_that_is_no_export_is_refused_with_what_is_wrong(
    tmp_path: Path, content: str, word: str
) -> None:
    file = tmp_path / "x.json"
    file.write_text(content)
    with pytest.raises(BadRequestError, match=word):
        read_files(file, "")
    with pytest.raises(BadRequestError, match="can't be read"):
        read_files(tmp_path / "nothing.json", "")


def command(folder: Path, database: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """The command as a person runs it."""
    return subprocess.run(
        [sys.executable, "-m", "handlers.cli.main", *words],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "DATABASE_URL": f"sqlite:///{database}"},
        cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.mark.slow
async def test_the_commands_export_import_back_up_restore_and_forget(
    group: Group, tmp_path: Path, bob: Person
) -> None:
    before = await a_played_league(group)
    live = Path(group.app.settings.database_url.removeprefix("sqlite:///"))
    printed = command(tmp_path, live, "export", "--league", "reading-group", "--format", "json")
    assert json.loads(printed.stdout) == json.loads(as_json(before)), printed.stderr
    done = command(tmp_path, live, "export", "--league", "reading-group", "--output", "out")
    assert done.returncode == 0, done.stderr
    with (tmp_path / "out" / "votes.csv").open(newline="") as file:
        assert len(list(csv.DictReader(file))) == len(before.votes)
    other = tmp_path / "other.db"
    assert command(tmp_path, other, "migrate").returncode == 0
    said = command(tmp_path, other, "import", "out", "--league", "copy").stdout
    assert said == (
        f"4 papers and {len(before.matches)} matches are new in copy.\n"
        "Stopped until somebody sets them again in the league's settings: schedules, 2.\n"
        "Left out, since the export is of another Slack workspace: owners, 1.\n"
    )

    # the bot runs all the while
    assert command(tmp_path, live, "backup", "copy.db").returncode == 0
    with sqlite3.connect(tmp_path / "copy.db") as copy:
        assert copy.execute("SELECT count(*) FROM votes").fetchone()[0] == len(before.votes)
    answer = command(tmp_path, live, "forget", bob.id)
    assert answer.returncode == 0, answer.stderr
    after = await export_league(group.app.settings, "reading-group", "")
    assert bob.id not in {vote.user for vote in after.votes}
    assert [vote.choice for vote in after.votes if vote.reason is None] != []
    assert sorted(v.choice for v in after.votes) == sorted(v.choice for v in before.votes), "the tally stays"
    assert after.ratings == before.ratings

    restored = tmp_path / "restored.db"
    assert command(tmp_path, restored, "restore", "copy.db").returncode == 0
    back = await export_league(
        Settings(_env_file=None, database_url=f"sqlite:///{restored}"), "reading-group", ""
    )
    assert back == before


async def test_a_damaged_copy_is_refused_and_the_database_stays(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'live.db'}"
    await (await with_tables(url)).close()
    damaged = tmp_path / "damaged.db"
    damaged.write_bytes(b"SQLite format 3\0" + b"x" * 5000)
    with pytest.raises(BadRequestError):
        backup.restore(url, damaged, START)
    with sqlite3.connect(tmp_path / "live.db") as live:
        assert live.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    with pytest.raises(BadRequestError, match="pg_dump"):
        backup.backup("postgresql://x/y", tmp_path / "no.db")


def test_a_damaged_database_doesnt_stand_in_the_way_of_its_backup(tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    with closing(sqlite3.connect(copy)) as made:
        made.execute("CREATE TABLE kept (x)")
    live = tmp_path / "live.db"
    live.write_bytes(b"not a database any more" * 500)
    with pytest.raises(BadRequestError, match="isn't a SQLite database, or is damaged"):
        backup.backup(f"sqlite:///{live}", tmp_path / "no.db")
    kept = backup.restore(f"sqlite:///{live}", copy, START)
    with closing(sqlite3.connect(live)) as restored:
        assert restored.execute("SELECT count(*) FROM kept").fetchone()[0] == 0
    assert kept is not None
    assert kept.read_bytes().startswith(b"not a database")
    again = backup.restore(f"sqlite:///{live}", copy, START)
    assert again is not None
    assert again != kept, "an earlier copy is never overwritten"
    assert kept.read_bytes().startswith(b"not a database")
    assert not (tmp_path / "no.db").exists()
    assert not (tmp_path / "no.db.partial").exists()


async def test_a_database_file_that_is_none_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "x.db").write_bytes(b"hello" * 1000)
    database = Database(f"sqlite:///{tmp_path / 'x.db'}")
    try:
        with pytest.raises(StorageError, match="isn't a SQLite database"):
            await database.answers()
    finally:
        await database.close()


@pytest.mark.slow
async def test_a_place_that_cant_be_written_is_a_sentence(group: Group, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    nowhere = tmp_path / "file" / "below"
    exported = await a_played_league(group)
    with pytest.raises(BadRequestError, match="can't be copied to"):
        backup.backup(group.app.settings.database_url, tmp_path / "missing" / "copy.db")
    for form in ("csv", "json"):
        with pytest.raises(BadRequestError, match="can't be written"):
            write(exported, nowhere, form)


async def test_forgetting_a_person_ends_what_they_follow_and_muted(group: Group, bob: Person) -> None:
    await group.people["alice"].posts(FOUR[0])
    async with group.app.database.transaction(group.slack.world.team) as session:
        await followers.follow(session, 1, bob.id, group.time.now())
        await followers.follow(session, 1, group.people["carol"].id, group.time.now())
        await followers.mute(session, 1, bob.id, group.time.now())
    await forget_person(group.app.settings, bob.id, "")
    async with group.app.database.reading(group.slack.world.team) as session:
        assert not await followers.follows(session, 1, bob.id)
        assert not await followers.muted(session, 1, bob.id)
        assert await followers.follows(session, 1, group.people["carol"].id)
