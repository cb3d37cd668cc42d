"""Verdicts: one row for each call of a judge on a match, by kind."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from storage.database.engine import Transaction
from storage.database.statements import insert_once
from storage.tables import Verdict


async def add_verdict(session: Transaction, match_id: int, kind: str, values: dict[str, Any]) -> bool:
    """Write a call's verdict, once per kind; False when there is one already."""
    return await insert_once(
        session, Verdict, workspace_id=session.workspace, match_id=match_id, kind=kind, **values
    )


@dataclass(frozen=True, slots=True)
class Decision:
    """Who decided a match how: `winner` is "first", "second" or "draw" in the match's order."""

    kind: str
    judge: str
    winner: str


async def decisions_on(session: Transaction, match_id: int) -> list[Decision]:
    """What the verdicts on a match say, without their words."""
    rows = await session.execute(
        select(Verdict.kind, Verdict.judge, Verdict.winner).where(Verdict.match_id == match_id)
    )
    return [Decision(row.kind, row.judge, row.winner) for row in rows]


async def verdicts_by_kind(session: Transaction, match_id: int) -> dict[str, Verdict]:
    """The verdicts on a match by kind."""
    return {
        row.kind: row for row in await session.scalars(select(Verdict).where(Verdict.match_id == match_id))
    }
