import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import event, select, update

from bot.schedules.clock import Clock
from storage.database.engine import Database, Job
from storage.leagues import league_rows
from storage.tables import Schedule
from storage.tournaments import schedules
from tests.benchmarks import workspaces
from tests.databases import with_tables
from tests.leagues.world import HOME, World, a_world, firings


async def _schedule(world: World, cron: str, zone: str = "Europe/Berlin", kind: str = "tournament") -> int:
    async with world.writing() as session:
        league, _ = await league_rows.create(
            session, name="papers", channel=HOME, is_private=False, user="alice", time_zone=zone,
            monthly_cap=world.settings.monthly_cap_usd, now=world.now,
        )  # fmt: skip
        return await schedules.put(
            session, league=league.id, kind=kind, channel=HOME, cron=cron, time_zone=zone, options={},
            user="alice", now=world.now,
        )  # fmt: skip


async def _fired(world: World, schedule: int) -> list[tuple[str, str]]:
    async with world.database.reading("T1") as session:
        return await firings(session, schedule)


def _clock(world: World) -> Clock:
    return Clock(world.database, lambda: world.now)


async def test_a_slot_fires_once_however_often_clocks_tick(world: World) -> None:
    schedule = await _schedule(world, "0 19 * * *")
    world.now = datetime.fromisoformat("2026-11-23T18:00:30+00:00")
    clocks = [_clock(world) for _ in range(3)]
    fired = await asyncio.gather(*(clock.tick() for clock in clocks for _ in range(3)))
    assert sum(fired) == 1
    assert await _fired(world, schedule) == [("2026-11-23T19:00", "planned")]


async def test_nothing_fires_for_the_time_before_a_schedule_was_made(world: World) -> None:
    schedule = await _schedule(world, "0 1 * * *")
    assert await _clock(world).tick() == 0
    assert await _fired(world, schedule) == []


async def test_a_late_start_catches_up_within_the_grace(world: World) -> None:
    schedule = await _schedule(world, "0 12 * * *", "UTC")
    world.later(hours=8)
    assert await _clock(world).tick() == 1
    assert await _fired(world, schedule) == [("2026-11-23T12:00", "planned")]


async def test_what_passed_beyond_the_grace_is_recorded_as_missed(world: World) -> None:
    schedule = await _schedule(world, "0 12 * * *", "UTC")
    world.later(days=2, hours=4)
    assert await _clock(world).tick() == 1
    assert await _fired(world, schedule) == [
        ("2026-11-23T12:00", "missed"), ("2026-11-24T12:00", "missed"), ("2026-11-25T12:00", "planned"),
    ]  # fmt: skip
    world.later(hours=46)
    assert await _clock(world).tick() == 0
    assert (await _fired(world, schedule))[-1] == ("2026-11-26T12:00", "missed")


@pytest.mark.slow
async def test_a_year_of_minutes_apart_ticks_fires_each_local_day_once(world: World) -> None:
    schedule = await _schedule(world, "30 2 * * *")
    clock = _clock(world)
    start = world.now
    for hours in range(0, 24 * 200, 5):
        world.now = start + timedelta(hours=hours, minutes=hours % 7)
        await clock.tick()
    days = [slot for slot, _ in await _fired(world, schedule)]
    assert len(days) == len(set(days)) == 200
    assert "2027-03-28T02:30" in days


async def test_a_stopped_schedule_and_an_archived_league_rest(world: World) -> None:
    schedule = await _schedule(world, "0 12 * * *", "UTC")
    async with world.writing() as session:
        assert await schedules.stop(session, schedule)
        assert not await schedules.stop(session, schedule)
    world.later(days=1)
    assert await _clock(world).tick() == 0


async def test_a_changed_time_counts_from_the_change(world: World) -> None:
    schedule = await _schedule(world, "0 23 * * *", "UTC")
    world.later(hours=6)
    assert await _schedule(world, "0 10 * * *", "UTC") == schedule
    assert await _clock(world).tick() == 0
    world.later(hours=20)
    assert await _clock(world).tick() == 1
    assert await _fired(world, schedule) == [("2026-11-24T10:00", "planned")]


async def test_the_clock_ticks_by_itself_once_started(tmp_path: Path) -> None:
    async with a_world(tmp_path) as world:
        schedule = await _schedule(world, "0 12 * * *", "UTC")
        world.later(hours=4)
        told = asyncio.Event()

        async def tell(_jobs: object) -> None:
            told.set()

        world.database.told = tell
        clock = _clock(world)
        clock.start()
        async with asyncio.timeout(10):
            await told.wait()
        clock.stop()
        assert await _fired(world, schedule) == [("2026-11-23T12:00", "planned")]


async def test_a_clock_once_a_year_ahead_silences_nothing(world: World) -> None:
    schedule = await _schedule(world, "0 12 * * *", "UTC")
    true = world.now
    world.later(days=365, hours=8)
    await _clock(world).tick()
    assert len(await _fired(world, schedule)) == 7, "what a week at most remembers"
    world.now = true + timedelta(hours=8)
    assert await _clock(world).tick() == 1
    assert (await _fired(world, schedule))[0] == ("2026-11-23T12:00", "planned")
    world.later(days=1)
    assert await _clock(world).tick() == 1


async def test_a_schedule_made_while_the_clock_ran_ahead_fires_all_the_same(world: World) -> None:
    true = world.now
    world.later(days=365)
    schedule = await _schedule(world, "0 12 * * *", "UTC")
    world.now = true
    await _clock(world).tick()
    world.later(hours=8)
    assert await _clock(world).tick() == 1
    assert (await _fired(world, schedule))[-1] == ("2026-11-23T12:00", "planned")


async def test_a_tick_reads_no_schedule_that_is_not_due(world: World) -> None:
    schedule = await _schedule(world, "0 12 * * *", "UTC")
    await _clock(world).tick()
    async with world.database.reading(None) as session:
        assert await schedules.due_at(session, world.now) == []
        assert [row.id for row in await schedules.due_at(session, world.now + timedelta(days=1))] == [
            schedule
        ]


async def test_a_schedule_moved_to_an_earlier_time_fires_at_that_time(world: World) -> None:
    await _schedule(world, "0 23 * * *", "UTC")
    await _clock(world).tick()
    async with world.writing() as session:
        (row,) = await schedules.of_league(session, 1)
        await schedules.put(
            session, league=1, kind=row.kind, channel=row.channel, cron="0 12 * * *", time_zone="UTC", options={},
            user="alice", now=world.now,
        )  # fmt: skip
    world.later(hours=8)
    assert await _clock(world).tick() == 1


async def test_a_tick_calculates_the_next_times_of_some_and_fires_all_that_are_due(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.schedules.clock._UNKNOWN_A_TICK", 2)
    await workspaces.fill(database, 8)
    async with database.transaction(None) as session:
        unknown, due = update(Schedule).where(Schedule.id <= 5), update(Schedule).where(Schedule.id > 5)
        await session.execute(unknown.values(next_at=None, reckoned_at=None))
        moments = {"next_at": workspaces.NOW, "reckoned_at": workspaces.NOW - timedelta(days=1)}
        await session.execute(due.values(cron="0 13 * * *", **moments))
    left, fired = [], []
    for _ in range(4):
        fired.append(await Clock(database, lambda: workspaces.NOW).tick())
        async with database.reading(None) as session:
            rows = await session.scalars(select(Schedule.id).where(Schedule.next_at.is_(None)))
            left.append(len(rows.all()))
    assert (left, fired) == ([3, 1, 0, 0], [5, 2, 1, 0])


async def test_what_fires_in_one_minute_shares_a_few_statements(database_url: str) -> None:
    database = await with_tables(database_url)
    await workspaces.fill(database, 30)
    statements: list[str] = []
    event.listen(
        database.engine.sync_engine, "before_cursor_execute", lambda *call: statements.append(call[2])
    )
    told: list[Job] = []

    async def tell(jobs: Sequence[Job]) -> None:
        told.extend(jobs)

    database.told = tell
    assert await Clock(database, lambda: workspaces.NOW).tick() == 0
    assert len(statements) < 8, "an idle tick asks once"
    statements.clear()
    clocks = [Clock(database, lambda: workspaces.NOW + timedelta(hours=20)) for _ in range(2)]
    assert sum(await asyncio.gather(*(clock.tick() for clock in clocks))) == 30
    assert len(statements) < 40, "not one a workspace"
    assert {job.workspace for job in told} == {f"T{i}" for i in range(1, 31)}
    assert len({job.id for job in told}) == len(told) == 30
    await database.close()
