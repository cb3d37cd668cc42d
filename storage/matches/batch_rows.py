"""Stores batches of calls to a judge's provider, and reads the matches in them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

from sqlalchemy import func, select, update

from storage.database.engine import Transaction
from storage.database.statements import batched, changed
from storage.errors import NotFoundError
from storage.tables import Batch, Match, Spending
from storage.work import leases
from storage.work.leases import Work

__all__ = ["Batch"]

MOST_TRIES = 3
"""How many batches a match may be put into without getting an answer; then its judge is asked outside batches."""
MOST = 300
"""Maximum number of matches in a batch; keeps a request below the 20 MB that providers accept."""


async def get(session: Transaction, batch_id: int) -> Batch:
    """Return the batch with this id. Raises `NotFoundError` if there is none."""
    row: Batch | None = await session.scalar(select(Batch).where(Batch.id == batch_id))
    if row is None:
        raise NotFoundError("That batch isn't here.")
    return row


async def gather(session: Transaction, match: Match, now: datetime) -> None:
    """Put a match that is leased, and all other due matches of its tournament and judge, into new batches."""
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
            leases.is_due(Match, now),
        )
        .order_by(Match.id)
    )
    await changed(session, update(Match).where(Match.id == match.id).values(attempts=match.attempts - 1))
    for ids in batched([match.id, *others], MOST):
        await _put(session, match, ids, now)


async def split(session: Transaction, batch_id: int, match_ids: Sequence[int], at: datetime) -> None:
    """Move matches from a batch into a new one, which is to be sent at the given time."""
    await _put(session, await get(session, batch_id), match_ids, at)


async def _put(session: Transaction, like: Match | Batch, match_ids: Sequence[int], at: datetime) -> None:
    """Put matches into a new batch of the same league, tournament and judge, due at the given time."""
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
    """Return the matches of a batch whose calls aren't answered yet."""
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
    """Set matches of a batch back to "planned", to be judged in another batch.

    With `again` false, their judge is asked outside batches instead. `tried` counts the batch as one of their attempts.
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
    """Set columns of a batch, given by name, while this process has it leased."""
    await changed(session, update(Batch).where(Batch.id == batch_id).values(**values))


async def end(session: Transaction, batch_id: int, now: datetime, reason: str | None = None) -> None:
    """End a batch; `reason` says why it brought no results, None if it did."""
    await note(
        session, batch_id, status="done", leased_until=None, not_before=None, ended_at=now, failure=reason
    )


async def remote_ids(session: Transaction, judge: str) -> list[str]:
    """Return the ids that a judge's provider gave to all of the judge's batches."""
    rows = await session.scalars(
        select(Batch.remote_id).where(Batch.judge == judge, Batch.remote_id.is_not(None))
    )
    return [row for row in rows if row is not None]


async def open_reservations(
    session: Transaction, match_ids: Sequence[int]
) -> Mapping[int, tuple[int, Decimal]]:
    """Return the id and amount (USD) of each match's reservation that isn't settled yet, by match id."""
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
    """Return when the oldest unanswered batch of a tournament was sent, or None if none is waiting."""
    moment: datetime | None = await session.scalar(
        select(func.min(Batch.begun_at)).where(
            Batch.tournament_id == tournament_id, Batch.status.in_(("open", "asking"))
        )
    )
    return moment
