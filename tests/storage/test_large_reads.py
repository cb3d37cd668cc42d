"""What is gathered, replaced or tallied in one statement comes to the same on SQLite and on PostgreSQL."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import numpy as np
import pytest

from storage.database.engine import Database
from storage.matches import verdict_statistics
from storage.questions import leaderboards
from storage.standings import counted_outcomes, past_standings, rating_rows
from storage.standings.rating_rows import EntryRating
from storage.tables import Entry, League, Match, Paper, Verdict, Workspace

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
                    category=("cs.CL", "cs.LG")[number % 2], created_at=NOW,
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
        groups = await counted_outcomes.outcomes_that_count(session, 1)
        assert await counted_outcomes.outcomes_that_count(session, 2) == []
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
    assert (tally.known, tally.waiting, tally.categories) == (2, 1, ("cs.LG", "cs.CL"))


async def test_standings_replace_the_ratings_of_their_league_and_no_other(league: Database) -> None:
    async def keep(number: int, *rows: EntryRating) -> None:
        async with league.transaction("T1") as session:
            await past_standings.store(
                session, number, rows, cause="test", about_id=None, outcomes=0, now=NOW
            )

    await keep(1, figures(1, 1, 6.5), figures(2, 2))
    await keep(2, figures(4, 1))
    newer = (replace(figures(2, 1, 7.0), theta=-0.25), figures(3, 2))
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
