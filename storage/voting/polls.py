"""Rows of polls (votes on matches). Changes that can race require the status before them."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import func, insert, or_, select, update

from storage.database.engine import Transaction
from storage.database.statements import changed, upsert
from storage.errors import NotFoundError
from storage.tables import Match, Poll, Verdict, Voter


async def verdicts(session: Transaction, match_id: int) -> Mapping[str, Verdict]:
    """Return the verdicts on a match by kind: "verdict", "swap", "evidence"."""
    rows = await session.scalars(select(Verdict).where(Verdict.match_id == match_id))
    return {row.kind: row for row in rows}


async def get(session: Transaction, poll_id: int, *, lock: bool = False) -> Poll:
    """Return the poll, freshly read. Raises `NotFoundError`.

    With `lock`, its row is locked until the transaction ends.
    """
    query = select(Poll).where(Poll.id == poll_id).execution_options(populate_existing=True)
    row: Poll | None = await session.scalar(query.with_for_update() if lock else query)
    if row is None:
        raise NotFoundError("That vote isn't here any more.")
    return row


async def latest_on(session: Transaction, match_ids: Sequence[int]) -> dict[int, int]:
    """Return the newest poll's id by match id, open or closed; matches never voted on are left out."""
    rows = await session.execute(
        select(Poll.match_id, func.max(Poll.id).label("poll"))
        .where(Poll.match_id.in_(match_ids))
        .group_by(Poll.match_id)
    )
    return {row.match_id: row.poll for row in rows}


async def open_on(session: Transaction, match_id: int) -> Poll | None:
    """Return the open poll of a match, or None."""
    return await session.scalar(select(Poll).where(Poll.match_id == match_id, Poll.status == "open"))


async def count_opened(
    session: Transaction, league: int, user: str, *, between: tuple[datetime, datetime] | None = None
) -> int:
    """Return how many polls of a league a person opened that are open now, or were opened between two moments."""
    condition = Poll.status == "open"
    if between is not None:
        condition = Poll.opened_at.between(*between)
    query = select(func.count(Poll.id)).join(Match, Match.id == Poll.match_id)
    query = query.where(Match.league_id == league, Poll.opened_by == user, condition)
    return await session.scalar(query) or 0


async def open_on_matches(session: Transaction, match_ids: Sequence[int]) -> list[int]:
    """Return the ids of open polls on these matches."""
    return list(
        await session.scalars(
            select(Poll.id).where(Poll.match_id.in_(match_ids), Poll.status == "open").order_by(Poll.id)
        )
    )


async def open_on_entries(session: Transaction, entry_ids: Sequence[int]) -> list[int]:
    """Return the ids of open polls on matches of these entries."""
    sides = or_(Match.first_id.in_(entry_ids), Match.second_id.in_(entry_ids))
    return list(
        await session.scalars(
            select(Poll.id)
            .join(Match, Match.id == Poll.match_id)
            .where(sides, Poll.status == "open")
            .order_by(Poll.id)
        )
    )


async def last_closed(session: Transaction, match_id: int) -> Poll | None:
    """Return the poll of a match that was closed last, or None."""
    return await session.scalar(
        select(Poll)
        .where(Poll.match_id == match_id, Poll.status == "closed")
        .order_by(Poll.id.desc())
        .limit(1)
    )


async def open_poll(
    session: Transaction,
    match_id: int,
    *,
    by: str,
    now: datetime,
    closes_at: datetime,
    quorum: int,
    wanted_quorum: int,
    anonymous: bool,
    voters: Mapping[str, bool],
) -> int | None:
    """Open a poll and return its id, or None if the match has an open one; `voters` maps users to whether an author."""
    poll_id: int | None = await session.scalar(
        upsert(session, Poll)
        .values(
            workspace_id=session.workspace, match_id=match_id, status="open", opened_by=by, opened_at=now,
            closes_at=closes_at, quorum=quorum, wanted_quorum=wanted_quorum, anonymous=anonymous,
        )
        .on_conflict_do_nothing()
        .returning(Poll.id)
    )  # fmt: skip
    if poll_id is None:
        return None
    await session.execute(
        insert(Voter),
        [
            {"workspace_id": session.workspace, "poll_id": poll_id, "user": user, "author": author}
            for user, author in voters.items()
        ],
    )
    return poll_id


async def set_quorum(session: Transaction, poll_id: int, quorum: int) -> None:
    """Set how many votes an open poll needs; it is lowered when authors were excluded."""
    await changed(
        session, update(Poll).where(Poll.id == poll_id, Poll.status == "open").values(quorum=quorum)
    )


async def mark_followers_notified(session: Transaction, poll_id: int, now: datetime) -> None:
    """Record that the papers' followers were sent a poll's result."""
    await changed(session, update(Poll).where(Poll.id == poll_id).values(told_at=now))


async def note_reminded(session: Transaction, poll_id: int, now: datetime) -> bool:
    """Record that the one reminder of a vote is being sent; return False if it was sent before."""
    statement = update(Poll).where(Poll.id == poll_id, Poll.status == "open", Poll.reminded_at.is_(None))
    return await changed(session, statement.values(reminded_at=now)) == 1


async def close(session: Transaction, poll_id: int, by: str, now: datetime) -> bool:
    """Close an open poll; return False if somebody else had closed it."""
    statement = update(Poll).where(Poll.id == poll_id, Poll.status == "open")
    return await changed(session, statement.values(status="closed", closed_at=now, closed_by=by)) == 1


async def set_result(session: Transaction, poll_id: int, result: str) -> None:
    """Store the result of a poll."""
    await changed(session, update(Poll).where(Poll.id == poll_id).values(result=result))
