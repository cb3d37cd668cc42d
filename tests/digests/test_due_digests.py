"""Digests that fire in one minute are wanted together: the same messages as one by one, with few statements."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, select

from bot import dispatch
from bot.settings import Settings
from bot.work.runtime import Runtime
from bot.work.timing import MovableTime
from storage.database.engine import Database
from storage.tables import (
    DuelVote,
    Entry,
    League,
    Match,
    Occurrence,
    OutboxMessage,
    Paper,
    Rating,
    Schedule,
    Workspace,
)

NOW = datetime(2026, 12, 1, 8, 0, 30, tzinfo=UTC)
AT = NOW.replace(second=0)
DAY = timedelta(days=1)


async def _fill(database: Database, leagues: int) -> list[tuple[str, int]]:
    """Leagues of two workspaces with five papers each, and a digest of each due; return (workspace, firing)."""
    async with database.transaction(None) as session:
        session.add_all(Workspace(id=name, installed_at=NOW, views={}) for name in ("T1", "T2"))
        await session.flush()
        for number in range(1, leagues + 1):
            own: dict[str, Any] = {"workspace_id": f"T{1 + number % 2}"}
            session.add(
                League(
                    id=number, name=f"L{number}", channel=f"C{number}", created_by="U1", created_at=NOW,
                    closed_at=NOW if number == 7 else None, **own,
                )
            )  # fmt: skip
            await session.flush()
            for place in range(5):
                row = number * 5 + place
                session.add(
                    Paper(
                        id=row, canonical=f"x:{row}", url="https://x.org", status="known", title=f"Paper {row}",
                        created_at=NOW, **own,
                    )
                )  # fmt: skip
                await session.flush()
                session.add(
                    Entry(
                        id=row, league_id=number, paper_id=row, submitted_by="U1", submitted_at=NOW, channel="C",
                        **own,
                    )
                )  # fmt: skip
                await session.flush()
                if place:
                    session.add(
                        Rating(
                            entry_id=row, league_id=number, theta=place / 2, stderr=0.3, score=1500, interval=90,
                            rank=1, rank_low=1, rank_high=5, wins=0, losses=0, draws=0, rubric=None, **own,
                        )
                    )  # fmt: skip
            options = {3: {"include": ["new"]}, 4: {"quiet": "silent"}}.get(number, {})
            session.add(
                Schedule(
                    id=number, league_id=number, kind="digest", channel=f"C{number}", cron="0 8 * * *",
                    time_zone="UTC", options=options, active=number != 6, created_by="U1", created_at=NOW - 9 * DAY,
                    **own,
                )
            )  # fmt: skip
            await session.flush()
            session.add(
                Occurrence(
                    id=number, schedule_id=number, slot="2026-12-01T08:00", status="planned", at=AT, **own
                )
            )
            if number % 3 == 0:  # it fired before, and asked about a pair
                session.add(
                    Occurrence(
                        id=900 + number, schedule_id=number, slot="x", status="done", at=AT - 2 * DAY, **own
                    )
                )
                pair = [number * 5, number * 5 + 1]
                session.add(
                    OutboxMessage(
                        channel=f"C{number}", key=f"digest:{number}:x", kind="digest", created_at=AT - 2 * DAY,
                        options={"duel": pair}, status="posted", **own,
                    )
                )  # fmt: skip
            if number % 5 == 0:  # what a clock that was ahead left behind
                session.add(
                    Occurrence(
                        id=800 + number,
                        schedule_id=number,
                        slot="y",
                        status="done",
                        at=AT + 365 * DAY,
                        **own,
                    )
                )
            if number % 4 == 1:
                match = {"first_id": number * 5, "second_id": number * 5 + 2, "league_id": number}
                session.add(
                    Match(
                        judge="j",
                        status="decided",
                        verdict="first",
                        outcome="first",
                        planned_at=NOW,
                        **match,
                        **own,
                    )
                )
                session.add(
                    DuelVote(first_id=number * 5 + 1, second_id=number * 5 + 2, user="U3", league_id=number,
                             choice="first", at=NOW, **own)
                )  # fmt: skip
    return [(f"T{1 + number % 2}", number) for number in range(1, leagues + 1)]


def _runtime(database: Database) -> Runtime:
    return Runtime(database, Settings(_env_file=None), MovableTime(NOW), {}, None, None)  # type: ignore[arg-type]  # digests ask nobody


async def _messages(database: Database) -> list[tuple[Any, ...]]:
    async with database.reading(None) as session:
        rows = await session.scalars(
            select(OutboxMessage).where(OutboxMessage.created_at == NOW).order_by(OutboxMessage.key)
        )
        return [
            (row.workspace_id, row.channel, row.key, row.kind, row.about_id, row.options, row.wanted)
            for row in rows
        ]


async def test_digests_of_two_workspaces_are_wanted_together_as_they_would_be_one_by_one(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    firings = await _fill(database, 12)
    runtime, statements = _runtime(database), 0

    @event.listens_for(database.engine.sync_engine, "before_cursor_execute")
    def _count(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        nonlocal statements
        statements += statement.startswith(("INSERT", "UPDATE"))

    await asyncio.gather(*(dispatch.run_occurrence(runtime, *firing) for firing in firings))
    taken_together = statements
    together = await _messages(database)
    assert runtime.taken_along == set(), "each job that had nothing to do forgot it"
    async with database.transaction(None) as session:
        for message in await session.scalars(select(OutboxMessage).where(OutboxMessage.created_at == NOW)):
            await session.delete(message)
        for row in await session.scalars(select(Occurrence).where(Occurrence.at == AT)):
            assert (row.status, row.attempts) == (("planned", 0) if row.id == 7 else ("done", 1))
            row.status = "planned"
    statements = 0

    async def nothing(*_values: object) -> bool:
        return False

    monkeypatch.setattr("bot.digests.due_digests.want_due", nothing)
    for firing in firings:
        await dispatch.run_occurrence(runtime, *firing)
    assert await _messages(database) == together
    assert len(together) == 9, (
        "not the silent one on a quiet day, the one that was stopped, and the closed league"
    )
    assert sum(bool(options.get("duel")) for *_, options, _wanted in together) == 8
    assert taken_together < statements / 2, (taken_together, statements)


async def test_a_digest_that_cant_be_read_stops_no_other(database: Database) -> None:
    firings = await _fill(database, 5)
    async with database.transaction(None) as session:
        (await session.get_one(Schedule, 2)).options = {"include": 5}
    runtime = _runtime(database)
    results = await asyncio.gather(
        *(dispatch.run_occurrence(runtime, *firing) for firing in firings), return_exceptions=True
    )
    assert [result is None for result in results] == [True, False, True, True, True]
    assert [channel for _team, channel, *_ in await _messages(database)] == ["C1", "C3", "C5"]
