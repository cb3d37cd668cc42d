"""A transaction in a bare workspace, and rows of every kind of work made in one line each."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from storage.database.engine import Database, Transaction
from storage.tables import (
    Assessment,
    Base,
    Batch,
    Entry,
    Evidence,
    JudgeExam,
    League,
    Match,
    Occurrence,
    OutboxMessage,
    Paper,
    PaperCheck,
    Poll,
    PublishedSite,
    Schedule,
    Tournament,
    Webhook,
    WebhookDelivery,
    Workspace,
)
from storage.work.leases import Work
from tests.databases import migrate_file

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
TEAM = "T1"
GONE = "T2"
"""A workspace that removed the bot."""


def ahead(**by: float) -> datetime:
    """The moment so much after now."""
    return NOW + timedelta(**by)


@asynccontextmanager
async def opened(tmp_path: Path, workspace: str | None = TEAM) -> AsyncIterator[Transaction]:
    """A transaction in one of two workspaces (None: in all) of a database on SQLite."""
    file = tmp_path / "rows.db"
    is_new = not file.exists()
    await migrate_file(file)
    database = Database(f"sqlite:///{file}")
    if is_new:
        async with database.transaction(None) as session:
            session.add(Workspace(id=TEAM, name="Team", installed_at=NOW))
            session.add(Workspace(id=GONE, name="Gone", installed_at=NOW, removed_at=NOW))
    async with database.transaction(workspace) as session:
        yield session
    await database.close()


async def add(session: Transaction, row: Any) -> int:
    """The id of a new row."""
    session.add(row)
    await session.flush()
    assert isinstance(row.id, int)
    return row.id


async def message(session: Transaction, key: str, **values: Any) -> int:
    """A message to C1, due unless said otherwise."""
    values = {"channel": "C1", "kind": "poll", "options": {}, "created_at": NOW} | values
    return await add(session, OutboxMessage(key=key, **values))


async def values_of(session: Transaction, table: type[Base], row_id: int, *names: str) -> tuple[Any, ...]:
    """Columns of a row as the database has them."""
    columns = [getattr(table, name) for name in names]
    return tuple((await session.execute(select(*columns).where(table.id == row_id))).one())  # type: ignore[attr-defined]  # every table here has one


def announced(session: Transaction) -> list[tuple[str, int]]:
    """The jobs that this transaction announced since the last look: (kind, row)."""
    jobs = [(job.kind, job.id) for job in session.info["due"]]
    session.info["due"].clear()
    return jobs


async def league(session: Transaction, number: int = 1, **values: Any) -> int:
    """A league in a channel of its own."""
    return await add(
        session,
        League(name=f"L{number}", channel=f"C{number}", created_by="U1", created_at=NOW, **values),
    )


async def one_of_each(session: Transaction, number: int = 1, **values: Any) -> dict[Work, int]:
    """A row of every kind with work, of one league; those of matches and reviews take `values`, as the others do."""
    of = await league(session, number)
    paper = await add(session, Paper(canonical=f"x:{number}", url="https://e.org", created_at=NOW, **values))
    session.add(PaperCheck(id=paper, **values))
    other = await add(
        session, Paper(canonical=f"y:{number}", url="https://e.org", status="known", created_at=NOW)
    )
    first, second = [
        await add(
            session, Entry(league_id=of, paper_id=each, submitted_by="U1", submitted_at=NOW, channel="C1")
        )
        for each in (paper, other)
    ]
    match = await add(
        session,
        Match(league_id=of, first_id=first, second_id=second, judge="offline", planned_at=NOW, **values),
    )
    schedule = await add(
        session,
        Schedule(
            league_id=of, kind="digest", channel="C1", cron="0 9 * * *", time_zone="UTC", created_by="U1",
            created_at=NOW,
        ),
    )  # fmt: skip
    hook = await add(
        session, Webhook(league_id=of, url="https://e.org", secret="whsec_", made_by="U1", made_at=NOW)
    )
    rows: dict[Work, Any] = {
        Work.ASSESSMENT: Assessment(entry_id=first, assessor="offline", created_at=NOW, **values),
        Work.EVIDENCE: Evidence(match_id=match, created_at=NOW, **values),
        Work.EXAM: JudgeExam(judge=f"j{number}", league_id=of, exam="1", created_at=NOW, **values),
        Work.BATCH: Batch(league_id=of, judge="offline", key=f"b{number}", created_at=NOW, **values),
        Work.TOURNAMENT: Tournament(
            league_id=of, status="running", budget_matches=9, channel="C1", started_by="U1", created_at=NOW, **values
        ),
        Work.OCCURRENCE: Occurrence(schedule_id=schedule, slot="2026-03-02T09:00", at=NOW, **values),
        Work.SITE: PublishedSite(
            league_id=of, token_hash="x", made_by="U1", made_at=NOW, **values
        ),
        Work.HOOK: WebhookDelivery(webhook_id=hook, event="evt", body="{}", made_at=NOW, **values),
        Work.MESSAGE: OutboxMessage(
            channel="C1", key=f"m{number}", kind="poll", options={}, created_at=NOW, **values
        ),
    }  # fmt: skip
    ids = {kind: await add(session, row) for kind, row in rows.items()}
    return ids | {Work.PAPER: paper, Work.CHECK: paper, Work.MATCH: match}


async def poll(session: Transaction, match: int, **values: Any) -> int:
    """An open poll on a match that closes in an hour."""
    values = {"closes_at": ahead(hours=1), "quorum": 3, "anonymous": False} | values
    return await add(session, Poll(match_id=match, opened_by="U1", opened_at=NOW, **values))
