"""Rows of verdicts: one for each call of a judge on a match, by kind of call."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import case, or_, select

from storage.database.engine import Transaction
from storage.database.statements import insert_once
from storage.tables import Verdict

_PANEL = "panel:"
"""Beginning of the kinds of verdicts by the other judges of a panel."""


async def add_verdict(session: Transaction, match_id: int, kind: str, values: dict[str, Any]) -> bool:
    """Store the verdict of a call; return False if the match has a verdict of this kind."""
    return await insert_once(session, Verdict, match_id=match_id, kind=kind, **values)


@dataclass(frozen=True, slots=True)
class Decision:
    """One judge's verdict on a match, without its reasons.

    `winner` is "first", "second" or "draw" of the match's entries.
    """

    kind: str
    judge: str
    winner: str


async def decisions_on(session: Transaction, match_id: int) -> list[Decision]:
    """Return judge, kind and winner of each verdict on a match, without the rationales."""
    rows = await session.execute(
        select(Verdict.kind, Verdict.judge, Verdict.winner).where(Verdict.match_id == match_id)
    )
    return [Decision(row.kind, row.judge, row.winner) for row in rows]


async def verdicts_of_panels(session: Transaction, match_ids: Collection[int]) -> dict[int, list[Verdict]]:
    """Return each judge's verdict on matches that panels decided, by match; the match's own judge's first."""
    rows = await session.scalars(
        select(Verdict)
        .where(
            Verdict.match_id.in_(match_ids),
            or_(Verdict.kind == "verdict", Verdict.kind.startswith(_PANEL, autoescape=True)),
        )
        .order_by(Verdict.match_id, case((Verdict.kind == "verdict", 0), else_=1), Verdict.id)
    )
    return _by_match(rows)


async def verdicts_on(session: Transaction, match_ids: Collection[int]) -> dict[int, list[Verdict]]:
    """Return all verdicts on matches, by match, oldest first."""
    return _by_match(
        await session.scalars(select(Verdict).where(Verdict.match_id.in_(match_ids)).order_by(Verdict.id))
    )


def _by_match(rows: Iterable[Verdict]) -> dict[int, list[Verdict]]:
    verdicts: dict[int, list[Verdict]] = defaultdict(list)
    for row in rows:
        verdicts[row.match_id].append(row)
    return verdicts


async def verdicts_by_kind(session: Transaction, match_id: int) -> dict[str, Verdict]:
    """Return the verdicts on a match, by kind."""
    return {
        row.kind: row for row in await session.scalars(select(Verdict).where(Verdict.match_id == match_id))
    }
