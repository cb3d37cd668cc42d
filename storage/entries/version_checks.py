"""Rows that schedule repeated checks of a known paper's source, and store what changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import exists, func, select, update

from storage.database.engine import Transaction
from storage.database.statements import changed, upsert
from storage.tables import Entry, Match, Paper, PaperCheck, Verdict
from storage.work.leases import Work, due, is_due, is_trusted


@dataclass(frozen=True, slots=True)
class PaperToCheck:
    """A known paper whose source is to be checked; `is_entered` says whether any league has it now."""

    id: int
    canonical: str
    url: str
    is_entered: bool


async def plan(session: Transaction, paper: int, at: datetime | None) -> None:
    """Plan a check of a paper's source at a moment (None: now). Does nothing for a paper of another workspace."""
    if await session.scalar(select(Paper.id).where(Paper.id == paper)) is None:
        return
    fresh = {"status": "planned", "not_before": at, "leased_until": None, "attempts": 0, "failure": None}
    insert = upsert(session, PaperCheck).values(id=paper, workspace_id=session.workspace, **fresh)
    await session.execute(insert.on_conflict_do_update(index_elements=[PaperCheck.id], set_=fresh))
    if at is None:
        due(session, Work.CHECK, paper)


async def papers_to_check(session: Transaction, first: int, now: datetime, limit: int) -> list[PaperToCheck]:
    """Return the paper `first` and up to `limit` others due for a check, to be served by one request."""
    entered = exists().where(Entry.paper_id == Paper.id, Entry.removed_at.is_(None))
    rows = await session.execute(
        select(Paper.id, Paper.canonical, Paper.url, entered.label("is_entered"))
        .join(PaperCheck, PaperCheck.id == Paper.id)
        .where(
            Paper.status == "known",
            PaperCheck.status == "planned",
            is_due(PaperCheck, now),
            is_trusted(PaperCheck),
        )
        .order_by(Paper.id != first, PaperCheck.not_before, Paper.id)
        .limit(limit)
    )
    return [PaperToCheck(*row) for row in rows]


async def renew(session: Transaction, paper: int, values: Mapping[str, Any]) -> None:
    """Replace stored metadata of a known paper; `values` are table columns by name."""
    first_title = func.coalesce(Paper.first_title, Paper.title)
    await changed(
        session,
        update(Paper)
        .where(Paper.id == paper, Paper.status == "known")
        .values(**values, first_title=first_title),
    )


async def opponents(session: Transaction, entry: int, version: int | None, limit: int) -> Sequence[int]:
    """Return the newest opponents of an entry in matches that used another version of its paper, each once."""
    opponent_ids: dict[int, None] = {}
    for mine, theirs, judged_version in (
        (Match.first_id, Match.second_id, Verdict.first_version),
        (Match.second_id, Match.first_id, Verdict.second_version),
    ):
        rows = await session.scalars(
            select(theirs)
            .join(Verdict, (Verdict.match_id == Match.id) & (Verdict.kind == "verdict"))
            .where(mine == entry, Match.status == "decided", judged_version.is_distinct_from(version))
            .order_by(Match.id.desc())
            .limit(limit)
        )
        opponent_ids |= dict.fromkeys(rows)
    return list(opponent_ids)[:limit]
