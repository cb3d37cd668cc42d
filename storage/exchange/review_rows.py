"""Export a league's assessments, verdicts, purposes, rubrics and duels as rows, and import them once."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import insert, select

from storage.database.engine import Transaction
from storage.database.statements import batched, upsert
from storage.tables import Assessment, Base, DuelVote, Entry, League, LeagueRubric, Match, Purpose, Verdict

Rows = list[dict[str, Any]]
AT_ONCE = 2_000
REVIEW = (
    "assessor", "model", "rating", "significance", "rigor", "novelty", "clarity", "contribution", "sections", "flags",
    "read", "rubric_version", "purpose_version", "paper_version", "tokens_in", "tokens_out", "cost", "price_version",
    "latency_ms", "created_at", "done_at",
)  # fmt: skip
"""Columns of an assessment that are exported."""
DECISION = (
    "kind", "judge", "model", "swapped", "winner", "confidence", "rationale", "criteria", "margin", "flags",
    "purpose_version", "first_version", "second_version", "first_assessor", "second_assessor", "tokens_in", "tokens_out",
    "cost", "price_version", "latency_ms", "at",
)  # fmt: skip
"""Columns of a verdict that are exported."""


async def read(
    session: Transaction, league: int, papers: Mapping[int, str], matches: Mapping[int, str]
) -> dict[str, Rows]:
    """Return the tables of a league's reviews; `papers` are canonical ids by entry, `matches` export keys by match."""
    assessments = await session.scalars(
        select(Assessment)
        .join(Entry, Entry.id == Assessment.entry_id)
        .where(Entry.league_id == league, Assessment.status == "done")
        .order_by(Assessment.id)
    )
    verdicts = await session.scalars(
        select(Verdict)
        .join(Match, Match.id == Verdict.match_id)
        .where(Match.league_id == league, Match.status == "decided")
        .order_by(Verdict.id)
    )
    purposes = await session.scalars(
        select(Purpose).where(Purpose.league_id == league).order_by(Purpose.version)
    )
    rubrics = await session.scalars(
        select(LeagueRubric).where(LeagueRubric.league_id == league).order_by(LeagueRubric.version)
    )
    duels = await session.scalars(
        select(DuelVote).where(DuelVote.league_id == league).order_by(DuelVote.at, DuelVote.user)
    )
    return {
        "assessments": [
            {"paper": papers[row.entry_id], **{name: getattr(row, name) for name in REVIEW}}
            for row in assessments
            if row.entry_id in papers
        ],
        "verdicts": [
            {"match": matches[row.match_id], **{name: getattr(row, name) for name in DECISION}}
            for row in verdicts
            if row.match_id in matches
        ],
        "purposes": [
            {"version": row.version, "text": row.text, "by": row.by, "at": row.at} for row in purposes
        ],
        "rubrics": [
            {"version": row.version, "text": row.text, "by": row.by, "at": row.at} for row in rubrics
        ],
        "duels": [
            {
                "first": papers[row.first_id], "second": papers[row.second_id], "user": row.user,
                "choice": row.choice, "at": row.at,
            }
            for row in duels
            if row.first_id in papers and row.second_id in papers
        ],
    }  # fmt: skip


async def add_assessments(session: Transaction, rows: Iterable[tuple[int, Mapping[str, Any]]]) -> None:
    """Store finished assessments from an export, given by entry. An assessor's existing assessment of an entry stays."""
    await _add(session, Assessment, [{**row, "entry_id": entry, "status": "done"} for entry, row in rows])


async def add_verdicts(session: Transaction, rows: Iterable[tuple[int, Mapping[str, Any]]]) -> None:
    """Store verdicts from an export, given by match. A match's existing verdict of the same kind stays."""
    await _add(session, Verdict, [{**row, "match_id": match} for match, row in rows])


async def add_purposes(session: Transaction, league: int, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add all versions of a new league's purpose; the newest becomes the current one."""
    if not rows:
        return
    await session.execute(
        insert(Purpose),
        [{"workspace_id": session.workspace, "league_id": league, **row} for row in rows],
    )
    newest = max(rows, key=lambda row: row["version"])
    league_row = (await session.scalars(select(League).where(League.id == league))).one()
    league_row.purpose, league_row.purpose_version = newest["text"], newest["version"]
    await session.flush()


async def add_rubrics(session: Transaction, league: int, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add all versions of a new league's own rubric; the newest becomes the current one, an empty text for none."""
    if not rows:
        return
    await session.execute(
        insert(LeagueRubric),
        [{"workspace_id": session.workspace, "league_id": league, **row} for row in rows],
    )
    newest = max(rows, key=lambda row: row["version"])
    league_row = (await session.scalars(select(League).where(League.id == league))).one()
    league_row.rubric, league_row.rubric_version = newest["text"] or None, newest["version"]
    await session.flush()


async def add_duels(session: Transaction, league: int, rows: Iterable[Mapping[str, Any]]) -> None:
    """Add duel answers (`first`, `second`, `user`, `choice`, `at`); an existing answer of the person stays."""
    flipped = {"first": "second", "second": "first"}
    await _add(
        session,
        DuelVote,
        [
            {
                "league_id": league, "first_id": min(row["first"], row["second"]),
                "second_id": max(row["first"], row["second"]), "user": row["user"], "at": row["at"],
                "choice": row["choice"] if row["first"] < row["second"] else flipped.get(row["choice"], row["choice"]),
            }
            for row in rows
        ],
    )  # fmt: skip


async def _add(session: Transaction, table: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    statement = upsert(session, table).on_conflict_do_nothing()
    for some in batched([{"workspace_id": session.workspace, **row} for row in rows], AT_ONCE):
        await session.execute(statement, some)
