"""A job that the database failed, or that hangs, frees its row and its place for the next."""

import asyncio
from collections.abc import AsyncIterator
from contextvars import Context
from pathlib import Path

import pytest
from sqlalchemy import event, select

from bot import dispatch
from bot.digests import sending
from bot.judges.errors import JudgeAnswerError
from bot.work import jobs
from storage.database.engine import Database, Job
from storage.errors import StorageError
from storage.tables import Occurrence, Schedule
from storage.work import leases, sweeping
from storage.work.leases import Work
from storage.work.queue import Queue
from tests.judges.room import Room, ScriptedJudge, a_room
from tests.leagues.world import TEAM


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    async with a_room(tmp_path, one) as made:
        yield made


one = ScriptedJudge("openai:one")


@pytest.fixture(autouse=True)
def fresh_judge() -> None:
    one.during = one.error = None
    one.seen.clear()


def work_of(room: Room) -> jobs.Jobs:
    """The program's jobs, but for its messages."""
    database = room.runtime.database

    async def post(_workspace: str, _row: int) -> None: ...

    return jobs.Jobs(
        Queue(database.url),
        database,
        room.time,
        dispatch.functions(room.runtime, post, lambda _league: ()),
        dispatch.handle_failure,
        2,
    )


async def does(room: Room, row: int, kind: Work = Work.MATCH) -> None:
    """Do a row's job as the queue would."""
    made = work_of(room)
    running = asyncio.create_task(made.run())
    await made.tell([Job(kind.value, row, TEAM)])
    await asyncio.wait_for(made.idle(), 10)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_a_match_that_the_database_failed_waits_again_at_once_and_the_attempt_isnt_counted(
    room: Room,
) -> None:
    async def gone() -> None:
        raise StorageError("The bot's database doesn't answer.")

    match = await room.plan("openai:one")
    one.during = gone
    await does(room, match)
    row = await room.row(match)
    assert (row.status, row.leased_until, row.attempts) == ("planned", None, 0)
    one.during = None
    await does(room, match)
    assert (await room.row(match)).status == "decided"


async def test_a_firing_that_breaks_in_the_transaction_that_took_it_ends_after_five_attempts(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_values: object, **_more: object) -> None:
        raise RuntimeError("this digest breaks whoever wants it")

    monkeypatch.setattr(sending, "options_of", broken)
    async with room.world.writing() as session:
        schedule = (await session.scalars(select(Schedule).where(Schedule.kind == "digest"))).one()
        row = Occurrence(schedule_id=schedule.id, slot="2026-01-12T09:00", at=room.time.now())
        session.add(row)
        await session.flush()
        firing = row.id
    for _ in range(5):
        await does(room, firing, Work.OCCURRENCE)
        room.later(minutes=60)
    async with room.runtime.database.reading(TEAM) as session:
        row = await session.get_one(Occurrence, firing)
    assert (row.status, row.failure) == ("failed", "RuntimeError: this digest breaks whoever wants it")


async def test_a_firing_takes_few_statements_and_a_second_try_leaves_no_trace_of_the_first(
    room: Room,
) -> None:
    async with room.world.writing() as session:
        schedule = (await session.scalars(select(Schedule).where(Schedule.kind == "digest"))).one()
        row = Occurrence(schedule_id=schedule.id, slot="2026-01-12T09:00", at=room.time.now(), failure="once")
        session.add(row)
        await session.flush()
        firing = row.id
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if statement.startswith(("SELECT", "UPDATE", "INSERT")):
            statements.append(statement)

    event.listen(room.runtime.database.engine.sync_engine, "before_cursor_execute", note)
    await dispatch.run_occurrence(room.runtime, TEAM, firing)
    assert len(statements) <= 8, "a thousand in one minute are wanted within seconds"
    await dispatch.run_occurrence(room.runtime, TEAM, firing)
    async with room.runtime.database.reading(TEAM) as session:
        row = await session.get_one(Occurrence, firing)
    assert (row.status, row.failure, row.leased_until, row.attempts) == ("done", None, None, 1)
    assert len(await room.world.messages("digest")) == 1


async def another_takes(room: Room, match: int) -> None:
    """The lease runs out, the sweep brings the row back, and another process takes it."""

    async def takes() -> None:
        async with room.world.writing() as session:
            assert await leases.take(session, Work.MATCH, match, room.time.now(), 60)

    room.later(minutes=60)
    async with room.runtime.database.transaction(None) as session:
        await sweeping.sweep(session, room.time.now())
    await asyncio.create_task(takes(), context=Context())


@pytest.mark.parametrize(
    "fault",
    [
        StorageError("The bot's database doesn't answer."),
        JudgeAnswerError("openai:one gave no usable answer: it was empty."),
        JudgeAnswerError("openai:one can't be reached.", again=True),
    ],
    ids=["database", "no answer", "no server"],
)
async def test_a_row_that_another_took_meanwhile_is_left_to_them(room: Room, fault: Exception) -> None:
    match = await room.plan("openai:one")
    one.during, one.error = lambda: another_takes(room, match), fault
    await does(room, match)
    row = await room.row(match)
    assert (row.status, row.failure, row.tried) == ("judging", None, {})
    assert row.leased_until is not None


async def test_a_verdict_that_came_after_the_lease_is_kept_and_whoever_has_the_row_decides(
    room: Room,
) -> None:
    match = await room.plan("openai:one")
    one.during = lambda: another_takes(room, match)
    await does(room, match)
    assert (await room.row(match)).status == "judging"
    assert set(await room.verdicts(match)) == {"verdict"}
    one.during = None
    room.later(minutes=60)
    await room.works(Work.MATCH)
    assert (await room.row(match)).status == "decided"
    assert len(one.seen) == 1, "what was paid for is not asked again"


@pytest.mark.slow
async def test_a_job_that_never_ends_is_cut_short_after_its_rows_lease(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def hang() -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(jobs, "GRACE_S", 3.0 - room.runtime.settings.judging_lease_s)
    match = await room.plan("openai:one")
    one.during = hang
    await does(room, match)
    row = await room.row(match)
    assert row.status == "judging"  # until its lease runs out, as of a process that died
    assert "TimeoutError" in (row.failure or "")


@pytest.mark.parametrize("kept_s", [0.05, 20.0], ids=["longer than waited for", "soon done"])
async def test_a_program_that_is_stopped_waits_for_its_calls_and_gives_back_what_takes_too_long(
    room: Room, monkeypatch: pytest.MonkeyPatch, kept_s: float
) -> None:
    begun, answer = asyncio.Event(), asyncio.Event()

    async def slow() -> None:
        begun.set()
        await answer.wait()

    monkeypatch.setattr(jobs, "DRAIN_S", kept_s)
    match = await room.plan("openai:one")
    one.during = slow
    made = work_of(room)
    running = asyncio.create_task(made.run())  # its first sweep finds the match
    await asyncio.wait_for(begun.wait(), 10)
    running.cancel()
    if kept_s > 1:
        await asyncio.sleep(0)
        answer.set()
    await asyncio.wait({running}, timeout=10)
    row = await room.row(match)
    if kept_s > 1:
        assert (row.status, row.attempts) == ("decided", 1)
    else:
        assert (row.status, row.leased_until, row.attempts) == ("planned", None, 0)
        assert row.failure == "the program was stopped"


@pytest.mark.postgres
async def test_writers_of_a_process_ask_for_their_turn_once_at_a_time(postgres_url: str) -> None:
    other, database = Database(postgres_url), Database(postgres_url)
    done: list[int] = []

    async def write(number: int) -> None:
        async with database.transaction("T1"):
            done.append(number)

    async with other.transaction("T1"):
        writers = [asyncio.create_task(write(number)) for number in range(8)]
        while database.engine.pool.checkedout() == 0:  # type: ignore[attr-defined]  # noqa: ASYNC110 - the pool tells no event
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.1)
        assert database.engine.pool.checkedout() == 1  # type: ignore[attr-defined]  # same
        assert done == []
    await asyncio.gather(*writers)
    assert done == list(range(8))
    await other.close()
    await database.close()
