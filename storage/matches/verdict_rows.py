"""Verdicts: one row for each call of a judge on a match, by kind."""

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


async def verdicts_by_kind(session: Transaction, match_id: int) -> dict[str, Verdict]:
    """The verdicts on a match by kind."""
    return {
        row.kind: row for row in await session.scalars(select(Verdict).where(Verdict.match_id == match_id))
    }
