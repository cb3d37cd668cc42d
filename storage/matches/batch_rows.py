"""Batches of calls, and the matches in them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

from sqlalchemy import func, or_, select, update

from storage.database.engine import Transaction
from storage.database.statements import batched, changed
from storage.errors import NotFoundError
from storage.tables import Batch, Match, Spending
from storage.work import leases
from storage.work.leases import Work

__all__ = ["Batch"]

MOST_TRIES = 3
"""Batches that a match may be in without an answer; then it is asked by itself."""
MOST = 300
"""Matches of one batch: providers take requests of 20 MB."""


async def get(session: Transaction, batch_id: int) -> Batch:
    """The batch; raises `NotFoundError`."""
    row: Batch | None = await session.scalar(select(Batch).where(Batch.id == batch_id))
    if row is None:
        raise NotFoundError("That batch isn't here.")
    return row


async def gather(session: Transaction, match: Match, now: datetime) -> None:
    """Put a match that is held, and all others of its tournament and judge that are due, into new batches."""
    others = await session.scalars(
        select(Match.id)
        .where(
            Match.tournament_id == match.tournament_id,
            Match.judge == match.judge,
            Match.status == "planned",
            Match.batch_id.is_(None),
            Match.panel.is_(False),
            Match.attempts < MOST_TRIES,
            leases.is_free(Match, now),
            or_(Match.not_before.is_(None), Match.not_before <= now),
        )
        .order_by(Match.id)
    )
    await changed(session, update(Match).where(Match.id == match.id).values(attempts=match.attempts - 1))
    for ids in batched([match.id, *others], MOST):
        await _put(session, match, ids, now)


async def split(session: Transaction, batch_id: int, match_ids: Sequence[int], at: datetime) -> None:
    """Move matches into a batch of their own, to be handed in later."""
    await _put(session, await get(session, batch_id), match_ids, at)


async def _put(session: Transaction, like: Match | Batch, match_ids: Sequence[int], at: datetime) -> None:
    """Put matches into a new batch, due at this moment."""
    batch = Batch(
        league_id=like.league_id,
        tournament_id=like.tournament_id,
        judge=like.judge,
        key=f"pb{uuid4().hex[:20]}",
        created_at=at,
        not_before=at,
    )
    session.add(batch)
    await session.flush()
    await changed(
        session,
        update(Match)
        .where(Match.id.in_(match_ids))
        .values(status="batched", batch_id=batch.id, leased_until=None, not_before=None),
    )
    leases.due(session, Work.BATCH, batch.id)


async def matches_in(session: Transaction, batch_id: int) -> list[Match]:
    """The matches whose calls are in a batch and not answered yet."""
    statement = select(Match).where(Match.batch_id == batch_id, Match.status == "batched").order_by(Match.id)
    return list(await session.scalars(statement))


async def release(
    session: Transaction,
    match_ids: Sequence[int],
    *,
    not_before: datetime | None = None,
    again: bool = True,
    tried: bool = True,
) -> None:
    """Plan matches of a batch again: for another batch, or, with `again` false, to be asked by themselves.

    `tried`: it counts as an attempt.
    """
    for ids in batched(match_ids, 1_000):
        values: dict[str, Any] = {"status": "planned", "not_before": not_before, "leased_until": None}
        if again:
            values["batch_id"] = None
        if again and tried:
            values["attempts"] = Match.attempts + 1
        await changed(
            session, update(Match).where(Match.id.in_(ids), Match.status == "batched").values(**values)
        )
        if not_before is None:
            for match_id in ids:
                leases.due(session, Work.MATCH, match_id)


async def note(session: Transaction, batch_id: int, **values: Any) -> None:
    """Change a batch that is held."""
    await changed(session, update(Batch).where(Batch.id == batch_id).values(**values))


async def end(session: Transaction, batch_id: int, now: datetime, reason: str | None = None) -> None:
    """End a batch; `reason` says why nothing came of it."""
    await note(
        session, batch_id, status="done", leased_until=None, not_before=None, ended_at=now, failure=reason
    )


async def remote_ids(session: Transaction, judge: str) -> list[str]:
    """The provider's ids of all batches of a judge."""
    rows = await session.scalars(
        select(Batch.remote_id).where(Batch.judge == judge, Batch.remote_id.is_not(None))
    )
    return [row for row in rows if row is not None]


async def open_reservations(
    session: Transaction, match_ids: Sequence[int]
) -> Mapping[int, tuple[int, Decimal]]:
    """By match: the id and the amount of its reservation that isn't settled."""
    reservations: dict[int, tuple[int, Decimal]] = {}
    for ids in batched(match_ids, 1_000):
        rows = await session.execute(
            select(Spending.about_id, Spending.id, Spending.reserved).where(
                Spending.kind == "match", Spending.about_id.in_(ids), Spending.settled_at.is_(None)
            )
        )
        reservations |= {row.about_id: (row.id, row.reserved) for row in rows}
    return reservations


async def waiting_since(session: Transaction, tournament_id: int) -> datetime | None:
    """When the oldest batch of a tournament was handed in that isn't answered; None where there is none."""
    moment: datetime | None = await session.scalar(
        select(func.min(Batch.begun_at)).where(
            Batch.tournament_id == tournament_id, Batch.status.in_(("open", "asking"))
        )
    )
    return moment
