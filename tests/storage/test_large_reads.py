"""What is gathered, replaced or tallied in one statement comes to the same on SQLite and on PostgreSQL."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from sqlalchemy import text

from storage.database.engine import Database
from storage.matches import verdict_statistics
from storage.questions import leaderboards
from storage.standings import chance_rows, decided_matches, past_standings, rating_rows
from storage.standings.rating_rows import EntryRating
from storage.tables import Entry, JudgeAtChance, League, Match, Paper, Poll, Rating, Verdict, Workspace
from storage.voting import overrides
from tests.statements import counted

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def figures(entry: int, rank: int, rubric: float | None = None) -> EntryRating:
    return EntryRating(entry, 0.5 / rank, 0.2, 1500 + 10 / rank, 40.0, rank, rank, rank + 1, 3, 2, 1, rubric)


@pytest.fixture
async def league(database: Database) -> Database:
    """Two leagues of three entries each; in the first, judges a and b decided some matches."""
    async with database.transaction(None) as session:
        session.add(Workspace(id="T1", name="T", installed_at=NOW))
    async with database.transaction("T1") as session:
        for number in (1, 2):
            session.add(
                League(id=number, name=f"L{number}", channel=f"C{number}", created_by="U1", created_at=NOW)
            )
        for number in range(1, 7):
            session.add(
                Paper(
                    id=number, canonical=f"arxiv:{number}", url="u", status="fetching" if number == 3 else "known",
                    category=("cs.CL", "cs.LG")[number % 2], categories=["cs.LG", "stat.ML"][: 3 - number],
                    created_at=NOW,
                )
            )  # fmt: skip
        await session.flush()
        for number in range(1, 7):
            session.add(
                Entry(
                    id=number, league_id=1 + (number > 3), paper_id=number, submitted_by="U1", submitted_at=NOW,
                    channel="C1",
                )
            )  # fmt: skip
        await session.flush()
        for number, (first, second, judge, verdict, outcome) in enumerate(
            (
                (1, 2, "a", "first", "first"),
                (2, 1, "b", "first", "second"),
                (1, 3, "a", "draw", "draw"),
                (3, 2, "a", "first", "first"),
            ),
            start=1,
        ):
            match = Match(
                id=number, league_id=1, first_id=first, second_id=second, judge=judge, status="decided",
                verdict=verdict, outcome=outcome, weight=1.0 if verdict == outcome else 2.0, planned_at=NOW,
                decided_at=NOW,
            )  # fmt: skip
            session.add(match)
            await session.flush()
            session.add(
                Verdict(
                    match_id=number, judge=judge, model=f"{judge}-1", winner=verdict, swapped=number == 2,
                    confidence=0.8, rationale="Better.", cost=Decimal(0), latency_ms=100 * number, at=NOW,
                )
            )  # fmt: skip
    return database


async def test_outcomes_are_gathered_by_judge_outcome_and_who_set_them(league: Database) -> None:
    async with league.reading("T1") as session:
        groups = await decided_matches.outcomes_that_count(session, 1)
        assert await decided_matches.outcomes_that_count(session, 2) == []
    found = {(g.judge, g.outcome, g.counts): np.sort(g.matches, axis=0).tolist() for g in groups}
    assert found == {
        ("a", "first", True): [[1, 1, 2], [4, 3, 2]],
        ("a", "draw", True): [[3, 1, 3]],
        ("b", "first", False): [[2, 2, 1]],
        ("team", "second", True): [[2, 2, 1]],
    }


async def test_verdicts_are_counted_and_gathered_as_the_judges_gave_them(league: Database) -> None:
    async with league.reading("T1") as session:
        said = await verdict_statistics.counts_of_judges(session, 1)
        decided = await verdict_statistics.verdicts_of_judges(session, 1)
    a, b = said
    assert (a.judge, a.model, a.verdicts, a.draws, a.first_shown, a.latency_ms) == ("a", "a-1", 3, 1, 2, 300)
    assert (b.judge, b.verdicts, b.first_shown, b.latency_ms, b.last_at) == ("b", 1, 0, 200, NOW)
    found = {(one.judge, one.verdict): np.sort(one.entries, axis=0).tolist() for one in decided}
    assert found == {("a", "first"): [[1, 2], [3, 2]], ("a", "draw"): [[1, 3]], ("b", "first"): [[2, 1]]}


async def test_a_league_is_tallied_by_status_and_category(league: Database) -> None:
    async with league.reading("T1") as session:
        tally = await leaderboards.count_entries(session, 1)
    assert (tally.known, tally.waiting, tally.categories) == (2, 1, ("cs.LG", "cs.CL", "stat.ML"))


async def test_standings_replace_the_ratings_of_their_league_and_no_other(league: Database) -> None:
    async def keep(number: int, *rows: EntryRating) -> None:
        async with league.transaction("T1") as session:
            await past_standings.store(
                session, number, rows, cause="test", about_id=None, outcomes=0, now=NOW
            )

    await keep(1, figures(1, 1, 6.5), figures(2, 2))
    await keep(2, figures(4, 1))
    newer = (figures(2, 1, 7.0)._replace(theta=-0.25), figures(3, 2))
    await keep(1, *newer)
    async with league.reading("T1") as session:
        rated = await rating_rows.ratings_of(session, range(1, 7))
        assert rated == {2: newer[0], 3: newer[1], 4: figures(4, 1)}
        latest = await past_standings.latest_id(session, 1)
        assert latest is not None
        assert set(await past_standings.load(session, latest)) == {2, 3}
    await keep(1)
    async with league.reading("T1") as session:
        assert set(await rating_rows.ratings_of(session, range(1, 7))) == {4}


def decided_again(number: int, minutes: float, outcome: str = "first") -> Match:
    return Match(
        id=number, league_id=1, first_id=1, second_id=2, judge="a", status="decided", verdict="first", outcome=outcome,
        weight=1.0, planned_at=NOW, decided_at=NOW + timedelta(minutes=minutes),
    )  # fmt: skip


async def outcomes_in(database: Database) -> list[tuple[object, ...]]:
    async with database.reading("T1") as session:
        groups = await decided_matches.outcomes_that_count(session, 1)
    return sorted((g.judge, g.outcome, g.counts, *row) for g in groups for row in g.matches.tolist())


async def test_remembered_matches_are_those_that_are_stored_whatever_changed(
    league: Database, database_url: str
) -> None:
    async def same(what: str) -> list[tuple[object, ...]]:
        fresh = Database(database_url)
        stored = await outcomes_in(fresh)
        await fresh.close()
        assert await outcomes_in(league) == stored, what
        return stored

    before = await same("at first")
    async with league.transaction("T1") as session:
        session.add(decided_again(5, 1))
        session.add(decided_again(6, 60))
    assert len(await same("two more")) == len(before) + 2
    async with league.transaction("T1") as session:
        match = await session.get_one(Match, 1)
        match.status, match.decided_at = "planned", None
    await same("one is played again")
    async with league.transaction("T1") as session:
        match = await session.get_one(Match, 1)
        match.status, match.decided_at, match.verdict, match.outcome = "decided", NOW, "draw", "draw"
    await same("and comes out otherwise")
    async with league.transaction("T1") as session:
        session.add(decided_again(7, -9_000))
    await same("an old one was brought in")
    async with league.transaction("T1") as session:
        poll = Poll(
            match_id=4,
            opened_by="U1",
            opened_at=NOW,
            closes_at=NOW,
            quorum=1,
            anonymous=False,
            status="closed",
        )
        session.add(poll)
        await session.flush()
        await overrides.set_outcome(session, 4, "second", 2.0)
        await overrides.add_override(
            session, match_id=4, poll_id=poll.id, outcome="second", weight=2.0, ratings={}, now=NOW
        )
    assert ("team", "second", True, 4, 3, 2) in await same("the team overruled")


async def test_a_judge_at_chance_is_left_out_and_comes_back_without_all_matches_being_read(
    league: Database,
) -> None:
    async def read() -> list[tuple[object, ...]]:
        with counted(league) as sent:
            outcomes = await outcomes_in(league)
        [reading] = [statement for statement in sent if "LEFT OUTER JOIN verdicts" in statement]
        assert "decided_at >" in reading
        return outcomes

    before = await outcomes_in(league)
    async with league.transaction("T1") as session:
        session.add(
            JudgeAtChance(
                league_id=1, judge="a", share=0.5, low=0.4, high=0.6, votes=40, told_at=NOW, counts_until=NOW,
                left_out_at=NOW,
            )
        )  # fmt: skip
    assert await read() == [row for row in before if row[0] != "a"]
    async with league.transaction("T1") as session:
        assert await chance_rows.keep(session, 1, "a", "U1")
    assert await read() == before


async def test_decided_matches_are_counted_from_an_index_alone(database: Database) -> None:
    if not database.on_sqlite:
        pytest.skip("PostgreSQL decides by its statistics")
    async with database.connection() as connection:
        plan = await connection.execute(
            text(
                "EXPLAIN QUERY PLAN SELECT count(*), sum(id) FROM matches "
                "WHERE league_id = 1 AND status = 'decided' AND workspace_id = 'T1' AND decided_at > '2026'"
            )
        )
        assert "COVERING INDEX ix_matches_league_decided" in "".join(row.detail for row in plan)


async def test_what_was_rolled_back_is_not_remembered(league: Database) -> None:
    async def breaks() -> None:
        async with league.transaction("T1") as session:
            session.add(decided_again(5, 1))
            await session.flush()
            await decided_matches.outcomes_that_count(session, 1)
            raise ZeroDivisionError

    before = await outcomes_in(league)
    with pytest.raises(ZeroDivisionError):
        await breaks()
    assert await outcomes_in(league) == before


async def test_only_rows_that_people_see_change_are_written_and_missing_ones_come_back(
    league: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rating_rows, "MANY", 1)
    rows, third = (figures(1, 1, 6.5), figures(2, 2)), figures(3, 3)._replace(score=1503.33)

    async def keep(*figures: EntryRating) -> dict[int, EntryRating]:
        async with league.transaction("T1") as session:
            previous, _ = await past_standings.latest(session, 1)
            await past_standings.store(
                session, 1, figures, cause="test", about_id=None, outcomes=0, now=NOW, previous=previous
            )
        async with league.reading("T1") as session:
            latest, past = await past_standings.latest(session, 1)
            assert latest is not None
            assert past == await past_standings.load(session, latest)
            return dict(await rating_rows.ratings_of(session, range(1, 7)))

    assert await keep(*rows) == {1: rows[0], 2: rows[1]}
    barely = rows[0]._replace(theta=0.51, score=rows[0].score - 0.04, interval=40.04)
    moved = rows[1]._replace(score=1600.0, rank=1)
    assert await keep(barely, moved) == {1: rows[0], 2: moved}, "nobody would see the first change"
    assert await keep(barely, moved, third) == {1: rows[0], 2: moved, 3: third}
    async with league.transaction("T1") as session:
        await session.delete(await session.get_one(Rating, 2))
    assert await keep(barely, moved, third) == {1: barely, 2: moved, 3: third}
    assert await keep(moved) == {2: moved}
    changes: tuple[dict[str, Any], ...] = (
        {"score": 1600.06}, {"interval": 40.1}, {"rank": 2}, {"rank_low": 2}, {"rank_high": 4}, {"wins": 4},
        {"losses": 3}, {"draws": 2}, {"rubric": 5.0},
    )  # fmt: skip
    for change in changes:
        moved = moved._replace(**change)
        assert await keep(moved) == {2: moved}, change
