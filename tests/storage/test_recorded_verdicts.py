"""Imports add many rows in a statement, each once, on SQLite and on PostgreSQL."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from storage.database.engine import Database
from storage.exchange import exported_rows, recorded_verdicts, review_rows
from storage.exchange.recorded_verdicts import ImportedMatch, ImportedPaper
from storage.tables import Identifier, League, Paper, Workspace

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def paper(value: str, rating: float | None = None) -> ImportedPaper:
    at = NOW - timedelta(days=int(value))
    return ImportedPaper("arxiv", value, "u", {"title": f"Paper {value}"}, "U1", at, {"rating": rating})


def match(key: str, first: int, second: int, outcome: str = "first") -> ImportedMatch:
    return ImportedMatch(key, first, second, "a", "real", "m", "first", outcome, 1.0, 0.5, "Better.", NOW)


@pytest.fixture
async def league(database: Database, monkeypatch: pytest.MonkeyPatch) -> int:
    """A league in a workspace that knows one paper by two names; imports go in runs of three."""
    monkeypatch.setattr(recorded_verdicts, "AT_ONCE", 3)
    async with database.transaction(None) as session:
        session.add(Workspace(id="T1", name="T", installed_at=NOW))
    async with database.transaction("T1") as session:
        session.add(League(id=1, name="L", channel="C1", created_by="U1", created_at=NOW))
        session.add(
            Paper(id=70, canonical="doi:10.1/2", url="u", status="known", title="Kept", created_at=NOW)
        )
        await session.flush()
        for scheme, value in (("doi", "10.1/2"), ("arxiv", "3")):
            session.add(Identifier(paper_id=70, scheme=scheme, value=value))
    return 1


async def test_papers_are_entered_once_whatever_name_they_are_known_by(
    database: Database, league: int
) -> None:
    rows = [*(paper(str(number), 6.0) for number in range(1, 8)), paper("2", 9.0)]
    async with database.transaction("T1") as session:
        added = await recorded_verdicts.add_papers(session, league=league, channel="C1", papers=rows, now=NOW)
    assert [is_new for _entry, is_new in added.values()] == [True] * 7
    async with database.transaction("T1") as session:
        more = [*rows, paper("8")]
        again = await recorded_verdicts.add_papers(session, league=league, channel="C1", papers=more, now=NOW)
        assert [name for name, (_entry, is_new) in again.items() if is_new] == ["arxiv:8"]
        kept = await exported_rows.read(session, league)
    assert [(row["id"], row["title"], row["rating"]) for row in kept["papers"]] == [
        *((f"arxiv:{n}" if n != 3 else "doi:10.1/2", f"Paper {n}" if n != 3 else "Kept", 6.0) for n in range(1, 8)),
        ("arxiv:8", "Paper 8", None),
    ]  # fmt: skip
    assert kept["papers"][1]["submitted_at"] == NOW - timedelta(days=2)


async def test_matches_are_added_once_with_their_verdicts(database: Database, league: int) -> None:
    async with database.transaction("T1") as session:
        found = await recorded_verdicts.add_papers(
            session, league=league, channel="C1", papers=[paper("1"), paper("2")], now=NOW
        )
        one, two = (entry for entry, _is_new in found.values())
        rows = [match(f"k{number}", one, two, ("first", "draw")[number % 2]) for number in range(7)]
        added = await recorded_verdicts.add_matches(session, league=league, matches=rows, keys=())
        assert sorted(added) == [f"k{number}" for number in range(7)]
    async with database.transaction("T1") as session:
        known = await exported_rows.known_keys(session, league)
        assert known == added
        more = [*rows, match("k7", two, one)]
        again = await recorded_verdicts.add_matches(session, league=league, matches=more, keys=known)
        assert [*again] == ["k7"]
        kept = (await exported_rows.read(session, league))["matches"]
    assert [(row["key"], row["outcome"]) for row in kept] == [(row.key, row.outcome) for row in more]
    assert {row["rationale"] for row in kept} == {"Better."}
    assert kept[-1]["first"] == "arxiv:2"


async def test_reviews_and_duels_are_added_once_and_read_out_as_they_came(
    database: Database, league: int
) -> None:
    review = dict.fromkeys(review_rows.REVIEW) | {
        "assessor": "a", "rating": 7.5, "sections": {"rigor": "sound"}, "flags": [], "purpose_version": 1, "tokens_in": 1,
        "tokens_out": 2, "cost": Decimal("0.5"), "latency_ms": 3, "created_at": NOW, "done_at": NOW,
    }  # fmt: skip
    verdict = dict.fromkeys(review_rows.DECISION) | {
        "kind": "verdict", "judge": "a", "model": "m", "swapped": False, "winner": "first", "confidence": 0.5,
        "rationale": "", "criteria": {"rigor": "first"}, "flags": [], "purpose_version": 1, "tokens_in": 1,
        "tokens_out": 2, "cost": Decimal("0.25"), "latency_ms": 3, "at": NOW,
    }  # fmt: skip
    async with database.transaction("T1") as session:
        added = await recorded_verdicts.add_papers(
            session, league=league, channel="C1", papers=[paper("1"), paper("2")], now=NOW
        )
        one, two = (entry for entry, _is_new in added.values())
        matches = await recorded_verdicts.add_matches(
            session, league=league, matches=[replace(match("k", one, two), has_verdict=False)], keys=()
        )
        purpose = {"version": 1, "text": "Use", "by": "U1", "at": NOW}
        await review_rows.add_purposes(session, league, [purpose])
        for _ in range(2):
            await review_rows.add_assessments(session, [(one, review)])
            await review_rows.add_verdicts(session, [(matches["k"], verdict)])
            answer = {"first": two, "second": one, "user": "U1", "choice": "first", "at": NOW}
            await review_rows.add_duels(session, league, [answer])
    async with database.reading("T1") as session:
        rows = await review_rows.read(session, league, {one: "x", two: "y"}, {matches["k"]: "k"})
    assert rows["assessments"] == [{"paper": "x", **review}]
    assert rows["verdicts"] == [{"match": "k", **verdict}]
    assert rows["purposes"] == [purpose]
    assert rows["duels"] == [{"first": "x", "second": "y", "user": "U1", "choice": "second", "at": NOW}]
