"""Rows whose leases run out: restarts fail nothing, poison is done alone, wrong clocks hold nothing."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from bot.work import jobs
from storage import digests
from storage.database.engine import Job
from storage.following import news_times, topics
from storage.leagues import history_readings
from storage.tables import HostTurn, Match
from storage.work import host_turns, leases, outbox, suspects, sweeping
from storage.work.leases import FAR, MOST_LAPSES, Work
from storage.work.queue import Queue
from storage.workspaces import workspace_rows
from tests.judges.room import Room, ScriptedJudge, a_room
from tests.leagues.world import TEAM

DIED = "its work took down the process that did it alone (ended with -9)"
judge = ScriptedJudge("openai:one")


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    judge.during = judge.error = None
    judge.seen.clear()
    async with a_room(tmp_path, judge) as made:
        yield made


async def takes(room: Room, match: int) -> bool:
    async with room.world.writing() as session:
        return await leases.take(session, Work.MATCH, match, room.time.now(), 60)


async def swept(room: Room) -> sweeping.SweepResult:
    async with room.runtime.database.transaction(None) as session:
        return await sweeping.sweep(session, room.time.now())


async def lapses(room: Room, match: int, times: int) -> None:
    """The process that holds the match is stopped, so many times."""
    for _ in range(times):
        async with room.world.writing() as session:
            with leases.alone():
                assert await leases.take(session, Work.MATCH, match, room.time.now(), 60)
        room.later(minutes=60)
        await swept(room)


async def test_six_restarts_count_as_no_attempt_and_fail_nothing(room: Room) -> None:
    match = await room.plan("openai:one")
    await lapses(room, match, 6)
    row = await room.row(match)
    assert (row.status, row.attempts, row.lapses) == ("planned", 0, 6)


async def test_a_row_whose_lease_ran_out_twice_is_taken_alone_only(room: Room) -> None:
    match = await room.plan("openai:one")
    await lapses(room, match, MOST_LAPSES)
    assert not await takes(room, match)
    found = await swept(room)
    assert [job for job, _ in found.alone] == [Job("match", match, TEAM)]
    assert Job("match", match, TEAM) not in found.due
    with leases.alone():
        assert await takes(room, match)


def work_of(room: Room, seen: list[tuple[Work, int]]) -> jobs.Jobs:
    async def done(_workspace: str, row: int) -> None:
        seen.append((Work.MATCH, row))

    async def failed(_session: object, kind: Work, row: int, _now: object) -> None:
        seen.append((kind, -row))

    database = room.runtime.database
    return jobs.Jobs(Queue(database.url), database, room.time, {Work.MATCH: done}, failed, 2)


@pytest.mark.parametrize("reason", [None, DIED])
async def test_a_suspect_is_tried_once_alone_then_it_goes_on_or_ends_with_the_reason(
    room: Room, reason: str | None
) -> None:
    match = await room.plan("openai:one")
    await lapses(room, match, MOST_LAPSES)
    tried: list[Job] = []
    told: list[tuple[Work, int]] = []

    async def isolate(job: Job) -> str | None:
        tried.append(job)
        await asyncio.sleep(0)
        return reason

    work = work_of(room, told)
    work.isolate = isolate
    await asyncio.gather(work.sweep(), work.sweep())
    assert work._isolating is not None
    await work._isolating
    assert tried == [Job("match", match, TEAM)]
    row = await room.row(match)
    if reason is None:
        assert (row.status, row.lapses) == ("planned", 0)
    else:
        assert (row.status, row.failure) == ("failed", reason)
        assert told == [(Work.MATCH, -match)], "its messages say so"


async def test_a_row_that_a_person_lets_wait_again_is_trusted_again(room: Room) -> None:
    match = await room.plan("openai:one")
    await lapses(room, match, MOST_LAPSES)
    async with room.world.writing() as session:
        assert await suspects.fail(session, Work.MATCH, match, DIED)
        assert not await suspects.fail(session, Work.MATCH, match, DIED)
        assert await leases.retry_failed(session, Work.MATCH, match)
    assert await takes(room, match)


@pytest.mark.parametrize("ahead", [timedelta(days=365), timedelta(days=41)])
async def test_a_wait_set_by_a_clock_that_ran_ahead_holds_nothing(room: Room, ahead: timedelta) -> None:
    match = await room.plan("openai:one")
    async with room.world.writing() as session:
        await session.execute(update(Match).values(not_before=room.time.now() + ahead))
    assert Job("match", match, TEAM) in (await swept(room)).due
    assert await takes(room, match)


@pytest.mark.parametrize("wait", [timedelta(days=39), None])
async def test_a_months_cap_and_a_persons_pause_are_waited_for(room: Room, wait: timedelta | None) -> None:
    match = await room.plan("openai:one")
    async with room.world.writing() as session:
        await session.execute(
            update(Match).values(not_before=FAR if wait is None else room.time.now() + wait)
        )
    assert Job("match", match, TEAM) not in (await swept(room)).due
    assert not await takes(room, match)


async def test_a_lease_given_by_a_clock_that_ran_ahead_runs_out_at_once(room: Room) -> None:
    match = await room.plan("openai:one")
    assert await takes(room, match)
    async with room.world.writing() as session:
        await session.execute(update(Match).values(leased_until=room.time.now() + timedelta(days=365)))
    assert Job("match", match, TEAM) in (await swept(room)).due


async def test_turns_taken_by_a_clock_that_ran_ahead_silence_no_channel_and_no_source(room: Room) -> None:
    now = room.time.now()
    async with room.world.writing() as session:
        for place in ("slack:T1:C1", "arxiv"):
            session.add(HostTurn(host=place, next_at=now + timedelta(days=365)))
        await session.flush()
        assert await host_turns.next_turn(session, "slack:T1:C1", 1, now) == now
        assert await host_turns.next_turn(session, "slack:T1:C1", 1, now) == now + timedelta(seconds=1)
        taken, _until = await host_turns.take(session, "arxiv", 30, now)
        assert taken
        taken, until = await host_turns.take(session, "arxiv", 30, now)
        assert (taken, until) == (False, now + timedelta(seconds=30))


async def test_what_a_clock_that_ran_ahead_noted_keeps_nobody_from_news_digests_or_a_token(
    room: Room,
) -> None:
    now = room.time.now()
    later = now + timedelta(days=365)
    async with room.world.writing() as session:
        await news_times.put(session, "alice", "0 9 * * *", "UTC", later)
        assert await news_times.due(session, now) == [(TEAM, "alice")]
        for kind, key in (("news", "news:x"), ("digest", "digest:1:now:x")):
            await outbox.want(session, channel="alice", key=key, kind=kind, now=later)
        assert not await topics.was_sent(session, "alice", now - timedelta(days=1), now)
        assert await digests.count_by_hand(session, "alice", now - timedelta(days=1), now) == 0
        await workspace_rows.take_refreshing(session, TEAM, later, later)
        assert await workspace_rows.take_refreshing(session, TEAM, now, now + timedelta(seconds=30))
        assert not await workspace_rows.take_refreshing(session, TEAM, now, now + timedelta(seconds=30))
    held = history_readings.Reading(user="alice", begun_at=now.isoformat(), held_until=later.isoformat())
    assert not history_readings.is_held(held, now)


async def test_work_that_raises_counts_its_attempts_and_waits_longer_each_time(room: Room) -> None:
    match = await room.plan("openai:one")
    told: list[tuple[Work, int]] = []

    async def breaks(workspace: str, row: int) -> None:
        async with room.runtime.database.transaction(workspace) as session:
            assert await leases.take(session, Work.MATCH, row, room.time.now(), 60)
        raise RuntimeError("a defect")

    work = work_of(room, told)
    waits = []
    row = await room.row(match)
    for _ in range(5):
        await work._do(Work.MATCH, breaks, Job("match", match, TEAM))
        row = await room.row(match)
        waits.append(row.not_before and row.not_before - room.time.now())
        room.later(minutes=31)
    assert waits == [*(timedelta(seconds=s) for s in (10, 60, 300, 1800)), None]
    assert (row.status, row.failure) == ("failed", "RuntimeError: a defect")
    assert told == [(Work.MATCH, -match)]
