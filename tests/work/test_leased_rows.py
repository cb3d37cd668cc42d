"""Rows of every kind of work: taken, kept, given back, failed, swept up and counted."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from storage.database.engine import Job, Transaction
from storage.tables import Event, HostTurn, League, Poll, Tournament
from storage.work import backlogs, host_turns, inbox, leases, suspects, sweeping
from storage.work.leases import FAR, MAX_ATTEMPTS, ROWS, Work
from tests.work.rows import GONE, NOW, TEAM, ahead, announced, one_of_each, opened, poll, values_of

MOMENT = timedelta(microseconds=1)
HELD = ("status", "leased_until", "attempts")


async def seen(session: Transaction, kind: Work, row: int, *names: str) -> tuple[Any, ...]:
    return await values_of(session, Poll if kind is Work.POLL else ROWS[kind][0], row, *names)


async def put(session: Transaction, kind: Work, row: int, **values: object) -> None:
    table = Poll if kind is Work.POLL else ROWS[kind][0]
    await session.execute(update(table).where(table.id == row).values(**values))


async def test_a_waiting_row_of_any_kind_is_taken_once(tmp_path: Path) -> None:
    async with opened(tmp_path) as session:
        rows = await one_of_each(session)
        spare = await one_of_each(session, 2)
        assert rows.keys() == ROWS.keys()
        for kind, row in rows.items():
            with leases.holding(lambda _seconds: None) as holding:
                assert await leases.take(session, kind, row, NOW, 60), kind
                assert not await leases.take(session, kind, row, NOW, 60), kind
            assert holding.until == {(kind, row): ahead(seconds=60)}
            assert await seen(session, kind, row, *HELD) == (ROWS[kind][2], ahead(seconds=60), 1)
            assert await seen(session, kind, spare[kind], *HELD) == (ROWS[kind][1], None, 0)


async def test_rows_of_closed_leagues_and_removed_workspaces_are_left(tmp_path: Path) -> None:
    async with opened(tmp_path) as session:
        closed = await one_of_each(session)
        await session.execute(update(League).values(closed_at=NOW))
        open_rows = await one_of_each(session, 2)
        taken = {kind for kind, row in closed.items() if await leases.take(session, kind, row, NOW, 60)}
        assert taken == {Work.PAPER, Work.BATCH, Work.MESSAGE, Work.CHECK, Work.SITE, Work.HOOK}
        exam = Work.EXAM
        await put(session, exam, closed[exam], league_id=None)
        assert await leases.take(session, exam, closed[exam], NOW, 60)
        for kind, row in open_rows.items():
            assert await leases.take(session, kind, row, NOW, 60), kind
    async with opened(tmp_path, GONE) as session:
        for kind, row in (await one_of_each(session)).items():
            assert not await leases.take(session, kind, row, NOW, 60), kind


FRESH: dict[str, Any] = {
    "status": "planned", "leased_until": None, "not_before": None, "lapses": 0, "attempts": 0,
}  # fmt: skip
FREE: dict[str, tuple[dict[str, Any], bool]] = {
    "lease over": ({"leased_until": NOW}, True),
    "leased": ({"leased_until": NOW + MOMENT}, False),
    "leased for a day": ({"leased_until": ahead(days=1)}, False),
    "leased by a wrong clock": ({"leased_until": ahead(days=1) + MOMENT}, True),
    "due now": ({"not_before": NOW}, True),
    "due later": ({"not_before": NOW + MOMENT}, False),
    "due in forty days": ({"not_before": ahead(days=40)}, False),
    "due by a wrong clock": ({"not_before": ahead(days=40) + MOMENT}, True),
    "waits for a person": ({"not_before": FAR}, False),
    "lapsed once": ({"lapses": 1}, True),
    "lapsed twice": ({"lapses": 2}, False),
    "held": ({"status": "judging"}, False),
}


async def test_what_makes_a_row_free_and_due(tmp_path: Path) -> None:
    async with opened(tmp_path) as session:
        row = (await one_of_each(session))[Work.MATCH]
        for case, (values, is_taken) in FREE.items():
            await put(session, Work.MATCH, row, **FRESH | values)
            assert await leases.take(session, Work.MATCH, row, NOW, 60) is is_taken, case
        await put(session, Work.MATCH, row, **FRESH | {"lapses": 2})
        with leases.alone():
            assert await leases.take(session, Work.MATCH, row, NOW, 60)
        await put(session, Work.MATCH, row, **FRESH | {"lapses": 2})
        assert not await leases.take(session, Work.MATCH, row, NOW, 60), "the block is over"


async def test_a_job_knows_what_it_holds(tmp_path: Path) -> None:
    match = Work.MATCH
    terms: list[float] = []
    async with opened(tmp_path) as session:
        row = (await one_of_each(session))[match]
        other = (await one_of_each(session, 2))[match]
        assert leases.held_until(match, row) is None
        assert not await leases.is_ours(session, match, row)
        with leases.holding(terms.append):
            assert leases.held_until(match, row) == datetime.min.replace(tzinfo=UTC)
            assert await leases.take(session, match, row, NOW, 60)
            assert leases.held_until(match, row) == ahead(seconds=60)
            assert await leases.is_ours(session, match, row)
            assert not await leases.is_ours(session, match, other)
            assert await leases.renew(session, match, row, ahead(seconds=10), 90)
            assert leases.held_until(match, row) == ahead(seconds=100)
            assert await seen(session, match, row, *HELD) == ("judging", ahead(seconds=100), 1)
            assert not await leases.take_over(session, match, other, "decided", NOW, 30)
            assert terms == [60, 90]
            assert await leases.take_over(session, match, other, "planned", NOW, 30)
            assert await seen(session, match, other, *HELD) == ("judging", ahead(seconds=30), 1)
            await put(session, match, row, leased_until=ahead(seconds=101))
            assert not await leases.is_ours(session, match, row)
            assert not await leases.renew(session, match, row, NOW, 500)
        assert terms == [60, 90, 30]
        assert leases.held_until(match, row) is None
        assert await leases.is_ours(session, match, row), "outside a job anybody's lease counts"
        assert await seen(session, match, row, "leased_until") == (ahead(seconds=101),)


GIVEN_BACK: dict[str, tuple[int, Mapping[str, Any], bool, tuple[Any, ...]]] = {
    "first": (1, {}, False, ("planned", None, 1, "slow", ahead(minutes=5))),
    "fourth": (4, {}, False, ("planned", None, 4, "slow", ahead(minutes=5))),
    "fifth": (5, {}, True, ("failed", None, 5, "slow", None)),
    "fifth, not counted": (5, {"counts": False}, False, ("planned", None, 4, "slow", ahead(minutes=5))),
    "ours": (1, {"until": ahead(seconds=60)}, False, ("planned", None, 1, "slow", ahead(minutes=5))),
    "another's": (1, {"until": ahead(seconds=61)}, False, ("judging", ahead(seconds=60), 1, None, None)),
}


async def test_a_row_given_back_waits_and_the_fifth_try_is_the_last(tmp_path: Path) -> None:
    match = Work.MATCH
    async with opened(tmp_path) as session:
        row = (await one_of_each(session))[match]
        other = (await one_of_each(session, 2))[match]
        names = (*HELD, "failure", "not_before")
        for case, (attempts, options, is_failed, expected) in GIVEN_BACK.items():
            held = {"status": "judging", "leased_until": ahead(seconds=60), "attempts": attempts}
            for each in (row, other):
                await put(session, match, each, **held, failure=None, not_before=None)
            back = await leases.give_back(
                session, match, row, reason="slow", not_before=ahead(minutes=5), **options
            )
            assert back is is_failed, case
            assert await seen(session, match, row, *names) == expected, case
            assert (await seen(session, match, other, "status")) == ("judging",)
            assert await leases.attempts(session, match, row) == expected[2]
        await put(session, match, row, status="planned")
        assert not await leases.give_back(session, match, row, reason="late", not_before=NOW)
        assert await seen(session, match, row, "failure") == (None,)
        assert await leases.attempts(session, match, row + other) == 0


async def test_a_failure_is_noted_and_counted_where_its_taking_was_undone(tmp_path: Path) -> None:
    async with opened(tmp_path) as session:
        rows = await one_of_each(session)
        other = await one_of_each(session, 2)
        match = rows[Work.MATCH]
        assert not await leases.note_failure(session, Work.MATCH, match, "slow", NOW)
        assert await seen(session, Work.MATCH, match, "failure") == (None,), "nobody holds it"
        await put(session, Work.MATCH, match, status="judging", attempts=5, leased_until=NOW)
        assert not await leases.note_failure(session, Work.MATCH, match, "slow", NOW)
        assert await seen(session, Work.MATCH, match, *HELD, "failure") == ("judging", NOW, 5, "slow")
        rows[Work.POLL], other[Work.POLL] = await poll(session, match), await poll(session, other[Work.MATCH])
        names = ("attempts", "failure", "not_before", "leased_until")
        for kind in leases.TAKEN_WITH_WORK:
            waiting = "open" if kind is Work.POLL else ROWS[kind][1]
            row = rows[kind]
            for attempt, wait in enumerate((10, 60, 300, 1800), start=1):
                await put(session, kind, row, leased_until=NOW)
                assert not await leases.note_failure(session, kind, row, f"try {attempt}", NOW), kind
                expected = (attempt, f"try {attempt}", ahead(seconds=wait), None)
                assert await seen(session, kind, row, "status", *names) == (waiting, *expected)
            assert await leases.note_failure(session, kind, row, "last", NOW), kind
            status = "open" if kind is Work.POLL else "failed"
            assert await seen(session, kind, row, "status", *names) == (
                status,
                MAX_ATTEMPTS,
                "last",
                None,
                None,
            )
            assert await seen(session, kind, other[kind], "attempts") == (0,)
            assert not await leases.note_failure(session, kind, 999, "none such", NOW)


async def test_what_failed_is_listed_and_may_be_tried_again(tmp_path: Path) -> None:
    match = Work.MATCH
    async with opened(tmp_path) as session:
        rows = await one_of_each(session)
        row, other = rows[match], (await one_of_each(session, 2))[match]
        assert not await leases.retry_failed(session, match, row)
        assert announced(session) == []
        for each in (row, other):
            await put(
                session, match, each, status="failed", attempts=5, lapses=3, failure="slow", leased_until=NOW,
                not_before=NOW,
            )  # fmt: skip
        await put(session, Work.MESSAGE, rows[Work.MESSAGE], status="ended", failure="gone")
        await put(session, Work.PAPER, rows[Work.PAPER], status="failed")
        void = await poll(session, other)
        await put(session, Work.POLL, void, status="closed", closed_by="void", failure="odd")
        failed = await leases.failures(session, ["gone"])
        paper = ("paper", rows[Work.PAPER], "no reason kept")
        assert failed == [paper, ("match", row, "slow"), ("match", other, "slow"), ("poll", void, "odd")]
        assert ("message", rows[Work.MESSAGE], "gone") in await leases.failures(session)
        assert await backlogs.count_failed(session) == {kind.value: 0 for kind in ROWS} | {
            "paper": 1,
            "match": 2,
            "poll": 1,
        }
        assert await leases.retry_failed(session, match, row)
        assert announced(session) == [("match", row)]
        names = ("status", "attempts", "lapses", "failure", "leased_until", "not_before")
        assert await seen(session, match, row, *names) == ("planned", 0, 0, None, None, None)
        assert await seen(session, match, other, "status") == ("failed",)


async def test_a_suspect_fails_only_while_it_is_one(tmp_path: Path) -> None:
    match = Work.MATCH
    async with opened(tmp_path) as session:
        row, other = (await one_of_each(session))[match], (await one_of_each(session, 2))[match]
        for status, lapses, is_suspect in (
            ("planned", 1, False), ("planned", 2, True), ("judging", 2, True), ("decided", 2, False),
        ):  # fmt: skip
            for each in (row, other):
                await put(
                    session, match, each, status=status, lapses=lapses, leased_until=NOW, not_before=NOW
                )
            assert await suspects.fail(session, match, row, "killed it") is is_suspect
            names = ("status", "failure", "leased_until", "not_before")
            after = ("failed", "killed it", None, None) if is_suspect else (status, None, NOW, NOW)
            assert await seen(session, match, row, *names) == after
            assert await seen(session, match, other, "status") == (status,)
            await put(session, match, row, failure=None)
        await suspects.trust_again(session, match, row)
        assert await seen(session, match, row, "lapses") == (0,)
        assert await seen(session, match, other, "lapses") == (2,)


async def test_a_job_is_announced_in_its_workspace(tmp_path: Path) -> None:
    async with opened(tmp_path) as session:
        leases.due(session, Work.PAPER, 4)
        leases.due(session, Work.POLL, 5, "T9")
        assert session.info["due"] == [Job("paper", 4, TEAM), Job("poll", 5, "T9")]


async def _swept(session: Transaction) -> set[tuple[str, int]]:
    return {(job.kind, job.id) for job in (await sweeping.sweep(session, NOW)).due}


async def test_the_sweep_finds_every_row_with_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with opened(tmp_path) as session:
        rows = await one_of_each(session)
        second = await one_of_each(session, 2)
    async with opened(tmp_path, GONE) as session:
        await one_of_each(session)
    async with opened(tmp_path, None) as session:
        both = {(kind.value, row) for of in (rows, second) for kind, row in of.items()}
        assert await _swept(session) == both
        assert {job.workspace for job in (await sweeping.sweep(session, NOW)).due} == {TEAM}
        match = Work.MATCH
        for case, (values, is_free) in FREE.items():
            await put(session, match, rows[match], **FRESH | values)
            result = await sweeping.sweep(session, NOW)
            assert ((Job("match", rows[match], TEAM)) in result.due) is is_free, case
            suspects = [(Job("match", rows[match], TEAM), 2)] if case == "lapsed twice" else []
            assert result.alone == suspects, case
        await put(session, match, rows[match], **FRESH)
        monkeypatch.setattr(sweeping, "MOST_SWEPT", 1)
        assert len(await _swept(session)) == len(ROWS)
        assert ("match", rows[match]) in await _swept(session), "the oldest first"


async def test_the_sweep_brings_back_rows_whose_lease_ran_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweeping, "MOST_SWEPT", 1)
    cases = {NOW: True, NOW + MOMENT: False, ahead(days=1): False, ahead(days=1) + MOMENT: True}
    async with opened(tmp_path) as session:
        rows, second = await one_of_each(session), await one_of_each(session, 2)
    async with opened(tmp_path, None) as session:
        for until, is_over in cases.items():
            for of in (rows, second):
                for kind, row in of.items():
                    held = {"status": ROWS[kind][2], "leased_until": until, "lapses": 0, "attempts": 4}
                    await put(session, kind, row, **held)
            await sweeping.sweep(session, NOW)
            for of in (rows, second):
                for kind, row in of.items():
                    back = (ROWS[kind][1], None, 1, 3) if is_over else (ROWS[kind][2], until, 0, 4)
                    names = ("status", "leased_until", "lapses", "attempts")
                    assert await seen(session, kind, row, *names) == back, (kind, until)


async def test_the_sweep_finds_polls_and_tournaments_past_their_end(tmp_path: Path) -> None:
    async with opened(tmp_path) as session:
        rows = await one_of_each(session)
        row = await poll(session, rows[Work.MATCH])
        for case, values, is_due in (
            ("open", {}, True), ("waits", {"not_before": NOW + MOMENT}, False),
            ("closed", {"status": "closed"}, True), ("closed and told", {"status": "closed", "told_at": NOW}, False),
            ("told early", {"told_at": NOW}, True),
        ):  # fmt: skip
            await put(
                session, Work.POLL, row, **{"status": "open", "not_before": None, "told_at": None} | values
            )
            assert (("poll", row) in await _swept(session)) is is_due, case
        tournament = rows[Work.TOURNAMENT]
        for status, deadline, is_due in (
            ("paused", NOW, True), ("paused", NOW + MOMENT, False), ("paused", None, False), ("finished", NOW, False),
        ):  # fmt: skip
            await put(session, Work.TOURNAMENT, tournament, status=status, deadline=deadline)
            assert (("tournament", tournament) in await _swept(session)) is is_due, (status, deadline)
    async with opened(tmp_path, GONE) as session:
        gone = await one_of_each(session)
        await poll(session, gone[Work.MATCH])
        await session.execute(update(Tournament).values(status="paused", deadline=NOW))
    async with opened(tmp_path, None) as session:
        assert {job.workspace for job in (await sweeping.sweep(session, NOW)).due} == {TEAM}


async def test_a_lone_process_ends_all_leases(tmp_path: Path) -> None:
    async with opened(tmp_path) as session:
        rows = await one_of_each(session)
        for kind in (Work.MATCH, Work.MESSAGE):
            await put(session, kind, rows[kind], status=ROWS[kind][2], leased_until=NOW + MOMENT)
        await put(session, Work.EXAM, rows[Work.EXAM], status="asking", leased_until=NOW)
        await put(session, Work.EVIDENCE, rows[Work.EVIDENCE], status="done", leased_until=ahead(days=1))
        assert await sweeping.free_all(session, NOW) == 2
        assert await seen(session, Work.MATCH, rows[Work.MATCH], "leased_until") == (NOW,)
        assert await seen(session, Work.EVIDENCE, rows[Work.EVIDENCE], "leased_until") == (ahead(days=1),)


async def test_the_next_moment_with_work_is_known(tmp_path: Path) -> None:
    async with opened(tmp_path, GONE) as session:
        await one_of_each(session, not_before=ahead(seconds=1))
    async with opened(tmp_path) as session:
        rows, other = await one_of_each(session), await one_of_each(session, 2)
        assert await sweeping.next_due_at(session, NOW) is None
        for kind, wait in ((Work.PAPER, 50), (Work.MATCH, 30), (Work.MESSAGE, 40)):
            await put(session, kind, rows[kind], not_before=ahead(seconds=wait))
        await put(session, Work.MATCH, other[Work.MATCH], not_before=ahead(seconds=20), status="judging")
        await put(session, Work.PAPER, other[Work.PAPER], not_before=NOW)
        await put(session, Work.MESSAGE, other[Work.MESSAGE], not_before=ahead(seconds=45))
        await put(session, Work.EXAM, rows[Work.EXAM], not_before=FAR)
        assert await sweeping.next_due_at(session, NOW) == ahead(seconds=30)
        await put(session, Work.MATCH, rows[Work.MATCH], not_before=FAR)
        assert await sweeping.next_due_at(session, NOW) == ahead(seconds=40)


async def test_backlogs_count_what_waits_and_since_when(tmp_path: Path) -> None:
    kinds = (Work.PAPER, Work.ASSESSMENT, Work.MATCH, Work.EVIDENCE, Work.EXAM)
    async with opened(tmp_path, GONE) as session:
        gone = await one_of_each(session)
        await poll(session, gone[Work.MATCH], closes_at=NOW)
    async with opened(tmp_path) as session:
        rows, other = await one_of_each(session), await one_of_each(session, 2)
        first = await poll(session, rows[Work.MATCH], closes_at=NOW)
        await poll(session, other[Work.MATCH], closes_at=NOW + MOMENT)
    async with opened(tmp_path, None) as session:

        async def counted() -> dict[str, tuple[int, datetime | None]]:
            waiting = await backlogs.backlogs_of_workers(session, NOW)
            return {one.kind: (one.rows, one.since) for one in waiting}

        assert await counted() == {kind.value: (2, NOW) for kind in kinds} | {"poll": (1, NOW)}
        assert await backlogs.outbox(session, NOW) == (2, NOW)
        assert await backlogs.overdue(session, ahead(minutes=2)) == {
            "poll": 120.0,
            "message": 120.0,
            "match": 120.0,
        }
        for values, count in (
            ({"not_before": NOW + MOMENT}, 1), ({"not_before": NOW}, 2), ({"leased_until": NOW + MOMENT}, 1),
            ({"leased_until": NOW}, 2), ({"status": "done"}, 1),
        ):  # fmt: skip
            for kind in kinds:
                fresh = {"not_before": None, "leased_until": None, "status": ROWS[kind][1]}
                await put(session, kind, rows[kind], **fresh | values)
            assert await counted() == {kind.value: (count, NOW) for kind in kinds} | {"poll": (1, NOW)}
        await put(session, Work.POLL, first, status="closed")
        assert (await counted())["poll"] == (0, None)
        message = rows[Work.MESSAGE]
        for values, waits in (
            ({"not_before": NOW + MOMENT}, 1), ({"not_before": NOW}, 2), ({"status": "posted"}, 1),
        ):  # fmt: skip
            await put(session, Work.MESSAGE, message, **{"not_before": None, "status": "due"} | values)
            assert (await backlogs.outbox(session, NOW))[0] == waits
        await put(session, Work.MESSAGE, message, status="due", ts="1.0", created_at=ahead(days=-1))
        assert await backlogs.outbox(session, NOW) == (2, NOW), "one that stands is no delay"
        await put(session, Work.MESSAGE, other[Work.MESSAGE], not_before=ahead(seconds=20))
        await put(session, Work.MATCH, rows[Work.MATCH], status="decided")
        await put(session, Work.MATCH, other[Work.MATCH], not_before=ahead(hours=1))
        late = await backlogs.overdue(session, ahead(seconds=50))
        assert late == {"poll": pytest.approx(50, abs=0.01), "message": 30.0, "match": 0.0}
        await put(session, Work.MATCH, other[Work.MATCH], status="decided")
        assert (await backlogs.overdue(session, NOW))["match"] == 0.0


async def test_an_event_is_taken_again_once_its_process_must_be_dead(tmp_path: Path) -> None:
    async with opened(tmp_path) as session:
        assert await inbox.take(session, "Ev1", NOW) == "taken"
        assert await inbox.take(session, "Ev1", NOW + inbox.AT_IT - MOMENT) == "busy"
        assert await inbox.take(session, "Ev1", NOW + inbox.AT_IT) == "taken"
        assert await inbox.take(session, "Ev1", NOW + inbox.AT_IT) == "busy", "by whoever took it over"
        assert await inbox.take(session, "Ev1", ahead(hours=-1)) == "taken", "that clock was ahead"
        assert await inbox.take(session, "Ev2", NOW) == "taken"
        await inbox.done(session, "Ev1", ahead(minutes=1))
        assert await inbox.take(session, "Ev1", ahead(days=1)) == "done"
        await inbox.give_back(session, "Ev1")
        await inbox.give_back(session, "Ev2")
        rows = await session.execute(select(Event.event, Event.done_at))
        assert [tuple(row) for row in rows] == [("Ev1", ahead(minutes=1))]


async def test_turns_at_a_place_follow_each_other(tmp_path: Path) -> None:
    async with opened(tmp_path, None) as session:
        assert await host_turns.take(session, "x", 30, NOW) == (True, ahead(seconds=30))
        assert await host_turns.take(session, "x", 30, ahead(seconds=29)) == (False, ahead(seconds=30))
        assert await host_turns.take(session, "x", 30, ahead(seconds=30)) == (True, ahead(seconds=60))
        await host_turns.give_back(session, "x", ahead(seconds=30), NOW)
        assert await host_turns.take(session, "x", 30, NOW) == (False, ahead(seconds=60))
        await host_turns.give_back(session, "x", ahead(seconds=60), ahead(seconds=5))
        assert await host_turns.take(session, "x", 30, NOW) == (False, ahead(seconds=5))
        assert await host_turns.take(session, "y", 30, NOW) == (True, ahead(seconds=30))
        for hold, is_taken in ((timedelta(minutes=5), False), (timedelta(minutes=5) + MOMENT, True)):
            session.add(HostTurn(host=f"{hold}", next_at=NOW + hold))
            await session.flush()
            assert (await host_turns.take(session, f"{hold}", 30, NOW))[0] is is_taken
        for wait, turn in ((timedelta(minutes=30), ahead(minutes=30)), (timedelta(minutes=30) + MOMENT, NOW)):
            session.add(HostTurn(host=f"turn {wait}", next_at=NOW + wait))
            await session.flush()
            assert await host_turns.next_turn(session, f"turn {wait}", 2, NOW) == turn
        assert await host_turns.next_turn(session, "z", 2, NOW) == NOW
        assert await host_turns.next_turn(session, "z", 2, ahead(seconds=1)) == ahead(seconds=2)
        assert await host_turns.next_turn(session, "z", 2, ahead(seconds=9)) == ahead(seconds=9)
