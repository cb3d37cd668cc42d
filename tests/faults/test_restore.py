"""A drill: a copy is put back under a bot that went on; nothing old acts on something new, nothing is doubled."""

import sqlite3
import subprocess
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from pydantic import SecretStr
from sqlalchemy import func, select
from sqlalchemy.engine import make_url

from bot.settings import Settings
from handlers.app import open_app, prepare, serving, working
from handlers.demo.slack import Simulator
from storage.database import backup
from storage.database.engine import Database, alone
from storage.errors import SettingsError
from storage.migrations import running
from storage.tables import Entry, OutboxMessage
from storage.workspaces import restored_copies
from tests import offline_arxiv
from tests.slack.conftest import (
    ATTENTION,
    BERT,
    GPT3,
    RESNET,
    START,
    Group,
    Person,
    ShortWaitsPass,
    key,
    shown,
)

pytestmark = [pytest.mark.faults, pytest.mark.postgres]


@dataclass
class Drill:
    """One Slack, one database, and a bot that can be started on it again and again."""

    slack: Simulator
    settings: Settings
    time: ShortWaitsPass
    channel: str
    people: dict[str, str]

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Group]:
        """The bot at work."""
        async with AsyncExitStack() as stack:
            app = await stack.enter_async_context(open_app(self.settings, time=self.time))
            await prepare(app, migrate=True)
            await stack.enter_async_context(working(app))
            port = await stack.enter_async_context(serving(app, "127.0.0.1", 0))
            self.slack.deliver_to(f"http://127.0.0.1:{port}/slack/events")
            group = Group(self.slack, app, self.time, self.channel)
            group.people = {name: Person(group, user) for name, user in self.people.items()}
            yield group
            await group.calm()


@asynccontextmanager
async def drilling(database_url: str) -> AsyncIterator[Drill]:
    time = ShortWaitsPass(START)
    async with AsyncExitStack() as stack:
        arxiv_url = await stack.enter_async_context(offline_arxiv.serving())
        slack = await stack.enter_async_context(
            Simulator(lambda: time.now().timestamp(), message_seconds=0, retry_seconds=(0, 0, 0))
        )
        people = {"alice": slack.add_user("Alice", admin=True), "bob": slack.add_user("Bob")}
        channel = slack.add_channel("reading-group", members=[*people.values()])
        settings = Settings(
            _env_file=None,
            slack_bot_token=SecretStr(slack.bot_token),
            slack_signing_secret=SecretStr(slack.signing_secret),
            slack_api_url=slack.url,
            database_url=database_url,
            arxiv_url=arxiv_url,
            allowed_hosts=frozenset({"127.0.0.1"}),
            judges=("offline",),
            assessors=("offline",),
            post_interval_s=0,
        )
        yield Drill(slack, settings, time, channel, people)


@asynccontextmanager
async def copied(
    database_url: str, folder: Path, request: pytest.FixtureRequest
) -> AsyncIterator[Callable[[], object]]:
    """A copy of the database as it is now; call what is given to put it back."""
    if database_url.startswith("sqlite"):
        copy = folder / "copy.db"
        backup.backup(database_url, copy)
        yield lambda: backup.restore(database_url, copy, START)
        return
    url = make_url(database_url)
    server = url.set(drivername="postgresql", database="postgres").render_as_string(hide_password=False)

    address = url.set(drivername="postgresql").render_as_string(hide_password=False)
    dump, tool = folder / "copy.dump", request.getfixturevalue("postgres_server").tool
    subprocess.run([tool("pg_dump"), "-Fc", f"--file={dump}", address], check=True)  # noqa: ASYNC221 - nothing else runs

    def put_back() -> None:  # as docs/running.md says
        assert url.database is not None
        with psycopg.connect(server, autocommit=True) as connection:
            for part in ("DROP DATABASE {name} WITH (FORCE)", "CREATE DATABASE {name}"):
                connection.execute(sql.SQL(part).format(name=sql.Identifier(url.database)))
        subprocess.run([tool("pg_restore"), "--no-owner", f"--dbname={address}", dump], check=True)

    yield put_back


async def entries(group: Group) -> int:
    async with group.app.database.reading(group.slack.world.team) as session:
        return await session.scalar(select(func.count()).select_from(Entry)) or 0


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_after_a_restore_nothing_old_acts_on_something_new_and_nothing_is_doubled(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = f"sqlite:///{tmp_path / 'live.db'}" if kind == "sqlite" else request.getfixturevalue("postgres_url")
    async with drilling(url) as drill:
        async with drill.running() as group:
            await group.people["alice"].posts(ATTENTION)
        async with copied(url, tmp_path, request) as put_back:
            async with drill.running() as group:  # a day goes by that the copy doesn't know
                await group.people["alice"].posts(BERT)
                await group.people["bob"].posts(GPT3)
                await group.people["alice"].runs("/rank tournament start 2 matches")
                await group.until(lambda: len(group.messages("match.challenge")) == 2)
                await group.until(lambda: len(shown_titles(group)) == 3)
                lost = group.messages("match.challenge")[0]
                cards = sorted(message["ts"] for message in group.messages(kind="card"))
                assert len(cards) == 3
            put_back()
        database = Database(url)
        await running.upgrade(database)
        await restored_copies.mark_restored(database, drill.time.now())
        await database.close()
        async with drill.running() as group:
            for _ in range(200):
                if not await behind(group):
                    break
                await group.calm()
            assert await entries(group) == 3, "links posted meanwhile are caught up from history"
            assert sorted(message["ts"] for message in group.messages(kind="card")) == cards, (
                "cards are found"
            )
            before = await newest(group)
            reply = await group.people["bob"].clicks(lost | {"channel": group.channel}, "match.challenge")
            assert "buttons count no more" in reply.text + shown({"told": group.private(drill.people["bob"])})
            await group.people["alice"].posts(RESNET)
            await group.people["alice"].runs("/rank tournament start 2 matches")
            await group.until(lambda: len(group.messages(kind="card")) == 4)
            await group.until(lambda: len(group.messages("match.challenge")) == 4)
            (fresh, *_rest) = [m for m in group.messages("match.challenge") if m["ts"] > lost["ts"]]
            assert key(fresh) != key(lost), "ids never come round again"
            assert await newest(group) > before


def shown_titles(group: Group) -> set[str]:
    cards = shown({"cards": group.messages(kind="card")})
    return {title for title in ("Attention Is All", "BERT", "Few-Shot") if title in cards}


async def behind(group: Group) -> bool:
    async with group.app.database.reading(None) as session:
        return bool(await restored_copies.workspaces_behind(session))


async def newest(group: Group) -> int:
    async with group.app.database.reading(group.slack.world.team) as session:
        return await session.scalar(select(func.max(OutboxMessage.id))) or 0


def test_a_restore_is_refused_while_the_bot_runs_whatever_path_leads_to_its_file(tmp_path: Path) -> None:
    live, copy, link = tmp_path / "live.db", tmp_path / "copy.db", tmp_path / "link.db"
    for file, number in ((live, 7), (copy, 3)):
        with closing(sqlite3.connect(file)) as made:
            made.execute("CREATE TABLE things (id INTEGER NOT NULL, CONSTRAINT pk_things PRIMARY KEY (id))")
            made.execute("INSERT INTO things VALUES (?)", (number,))
            made.commit()
    link.symlink_to(live)
    with alone(f"sqlite:///{link}"), pytest.raises(SettingsError, match="Another Paperbout runs"):
        backup.restore(f"sqlite:///{live}", copy, START)
    copies = {backup.restore(f"sqlite:///{link}", copy, START) for _ in range(3)}
    assert len(copies) == 3
    assert link.is_symlink()
    with closing(sqlite3.connect(live)) as restored:
        restored.execute("INSERT INTO things DEFAULT VALUES")
        assert restored.execute("SELECT id FROM things ORDER BY id").fetchall() == [(3,), (8,)]
        restored.execute("DELETE FROM things WHERE id = 8")
        restored.execute("INSERT INTO things DEFAULT VALUES")
        assert restored.execute("SELECT max(id) FROM things").fetchone() == (9,), "nor after a deletion"
