"""One person's crowd is no queue for others: cards, reviews and clicks take turns."""

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import update

from bot.entries.intake import most_at_once
from storage import assessments
from storage.database.engine import Database, Transaction
from storage.entries import entry_rows, version_checks
from storage.tables import Assessment, Entry, League, OutboxMessage, Paper, PaperCheck, Workspace
from storage.work import backlogs, delivery, host_turns, leases, outbox
from storage.work.leases import Work

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
CHANNEL = "C1"


async def league_of(session: Transaction) -> int:
    """A league to enter papers into."""
    row = League(name="Reading", channel=CHANNEL, created_by="alice", created_at=NOW)
    session.add(row)
    await session.flush()
    return row.id


async def papers_of(session: Transaction, league: int, user: str, number: int) -> list[int]:
    """Entries of papers by one person, each with a planned review and a card that is due; entry ids."""
    entries = []
    for place in range(number):
        paper = Paper(canonical=f"x:{user}:{place}", url="https://example.org", created_at=NOW)
        session.add(paper)
        await session.flush()
        entry = Entry(
            league_id=league, paper_id=paper.id, submitted_by=user, submitted_at=NOW, channel=CHANNEL
        )
        session.add(entry)
        await session.flush()
        await assessments.plan(session, entry.id, "offline", NOW)
        await outbox.want(
            session,
            channel=CHANNEL,
            key=f"card:{entry.id}",
            kind="card",
            about_id=entry.id,
            person=user,
            now=NOW,
        )
        entries.append(entry.id)
    return entries


@pytest.fixture
async def crowd(database: Database) -> Database:
    """Alice has forty papers that wait, Bob and Carol two each."""
    async with database.transaction(None) as session:
        session.add(Workspace(id="T1", name="Team", installed_at=NOW))
    async with database.transaction("T1") as session:
        league = await league_of(session)
        for user, number in (("alice", 40), ("bob", 2), ("carol", 2)):
            await papers_of(session, league, user, number)
    return database


async def next_cards(session: Transaction, number: int) -> list[str]:
    """Whose cards are written next, as the poster asks for them."""
    served: dict[str, None] = {}
    order: list[str] = []
    for _ in range(number):
        row_id = await delivery.next_in(
            session, CHANNEL, NOW, is_posted=False, is_urgent=False, last_served=tuple(served)
        )
        assert row_id is not None
        message = await session.get_one(OutboxMessage, row_id)
        message.status = "posted"
        await session.flush()
        assert message.person is not None
        order.append(message.person)
        served.pop(message.person, None)
        served[message.person] = None
    return order


async def test_cards_of_a_channel_are_written_person_by_person(crowd: Database) -> None:
    async with crowd.transaction("T1") as session:
        order = await next_cards(session, 8)
    assert order == ["alice", "bob", "carol", "alice", "bob", "carol", "alice", "alice"]


async def test_the_papers_urgent_for_in_one_request_are_everybodys(crowd: Database) -> None:
    async with crowd.reading("T1") as session:
        batch = await entry_rows.papers_to_fetch(session, 40, NOW, 6)
    assert [paper.canonical.split(":")[1] for paper in batch].count("alice") == 3
    assert batch[0].id == 40


async def _taken(session: Transaction, jobs: Sequence[int]) -> list[str]:
    people = []
    for job in jobs:
        row_id = await assessments.whose_turn(session, job, NOW)
        assert await leases.take(session, Work.ASSESSMENT, row_id, NOW, 60)
        people.append(
            (await session.get_one(Entry, (await assessments.get(session, row_id)).entry_id)).submitted_by
        )
    return people


async def test_a_review_goes_to_whom_the_fewest_are_under_way_for(crowd: Database) -> None:
    async with crowd.transaction("T1") as session:
        taken = await _taken(session, range(1, 8))  # jobs are told of Alice's first
    assert taken == ["alice", "bob", "carol", "alice", "bob", "carol", "alice"]


async def test_what_a_click_changed_goes_before_cards_however_many_are_due(crowd: Database) -> None:
    async with crowd.transaction("T1") as session, session.begin_nested():
        poll = await outbox.want(session, channel=CHANNEL, key="poll:1", kind="poll", about_id=1, now=NOW)
        with outbox.urgent():
            await outbox.bump(session, "card", 30)
            with outbox.background():
                await outbox.bump(session, "card", 31)
        assert await delivery.due_in(session, CHANNEL, NOW) == {(False, False), (False, True)}
        first = await delivery.next_in(session, CHANNEL, NOW, is_posted=False, is_urgent=True)
        assert first == poll
        (await session.get_one(OutboxMessage, poll)).status = "posted"
        await session.flush()
        second = await delivery.next_in(session, CHANNEL, NOW, is_posted=False, is_urgent=True)
        assert second is not None
        assert (await session.get_one(OutboxMessage, second)).about_id == 30
        (await session.get_one(OutboxMessage, second)).status = "posted"
        await session.flush()
        assert await delivery.next_in(session, CHANNEL, NOW, is_posted=False, is_urgent=True) is None


async def test_a_turn_that_somebody_waits_for_is_taken_before_all_others(database: Database) -> None:
    async with database.transaction(None) as session:
        place = "slack:T1:chat.update"
        for _ in range(40):
            await host_turns.next_turn(session, place, 1.2, NOW)
        first, second = [await host_turns.next_turn(session, place, 1.2, NOW, first=True) for _ in range(2)]
        others = await host_turns.next_turn(session, place, 1.2, NOW)
        gone = [
            number
            for number in range(40)
            if await host_turns.was_taken_away(session, place, NOW + timedelta(seconds=1.2 * number))
        ]
    assert (first - NOW, second - NOW) == (timedelta(seconds=1.2), timedelta(seconds=2.4)), "the next moments"
    assert 1 in gone, "whose moment was taken reserves another, so Slack gets no more of them"
    assert (others - NOW).total_seconds() == pytest.approx(40 * 1.2)


async def test_moments_never_lie_closer_than_the_place_allows_whoever_goes_first(database: Database) -> None:
    draw, now, calls = random.Random(3), NOW, list[datetime]()
    waiting: list[datetime] = []
    async with database.transaction(None) as session:
        for _ in range(300):
            now += timedelta(seconds=draw.choice((0.05, 0.4, 0.9, 5.0)))
            for turn in sorted(each for each in waiting if each <= now):
                waiting.remove(turn)
                if await host_turns.was_taken_away(session, "c", turn):
                    waiting.append(await host_turns.next_turn(session, "c", 1.0, now))
                else:
                    calls.append(turn)
            if draw.random() < 0.2:
                calls.append(await host_turns.next_turn(session, "c", 1.0, now, first=True))
                assert calls[-1] - now <= timedelta(seconds=1 + sum(call > now for call in calls))
            elif len(waiting) < 3:
                waiting.append(await host_turns.next_turn(session, "c", 1.0, now))
    gaps = [(b - a).total_seconds() for a, b in pairwise(sorted(calls))]
    assert len(calls) > 100
    assert min(gaps) >= 1.0 - 1e-6


async def test_suspects_are_left_to_the_process_that_does_each_apart(crowd: Database) -> None:
    async with crowd.transaction("T1") as session:
        suspects = [1, 2]
        for table in (Paper, OutboxMessage):
            await session.execute(
                update(table).where(table.id.in_(suspects)).values(lapses=leases.MOST_LAPSES)
            )

        async def papers() -> set[int]:
            return {paper.id for paper in await entry_rows.papers_to_fetch(session, 1, NOW, 100)}

        async def message(only: int | None = None) -> int | None:
            return await delivery.next_in(session, CHANNEL, NOW, is_posted=False, is_urgent=False, only=only)

        assert not await papers() & set(suspects), "nobody dies of somebody else's poison"
        assert await message() == 3, "and a channel's other messages don't wait for it"
        with leases.alone(apart=True):
            assert leases.is_apart()
            assert [
                paper.id for paper in await entry_rows.papers_to_fetch(session, 2, NOW, most_at_once())
            ] == [2]
            assert await message(only=2) == 2
        assert not leases.is_apart()


async def test_a_clock_once_a_year_ahead_keeps_no_row_waiting(crowd: Database) -> None:
    ahead = NOW + timedelta(days=365)
    async with crowd.transaction("T1") as session:
        for paper in range(1, 45):
            await version_checks.plan(session, paper, None)
        for table in (Paper, PaperCheck, Assessment, OutboxMessage):
            await session.execute(update(table).values(not_before=ahead))
        assert len(await entry_rows.papers_to_fetch(session, 1, NOW, 100)) == 44
        assert await delivery.next_in(session, CHANNEL, NOW, is_posted=False, is_urgent=False) == 1
        assert (await backlogs.outbox(session, NOW))[0] == 44
        await session.execute(update(Paper).values(status="known"))
        assert len(await version_checks.papers_to_check(session, 1, NOW, 100)) == 44
