"""Polls: opened, closed and read; each change that must win a race is guarded by the status it leaves."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import func, insert, or_, select, update

from storage.database.engine import Transaction
from storage.database.statements import changed, upsert
from storage.errors import NotFoundError
from storage.tables import Match, Poll, Verdict, Voter


async def verdicts(session: Transaction, match_id: int) -> Mapping[str, Verdict]:
    """What judges said of a match, by kind: "verdict", "swap", "evidence"."""
    rows = await session.scalars(select(Verdict).where(Verdict.match_id == match_id))
    return {row.kind: row for row in rows}


async def get(session: Transaction, poll_id: int, *, lock: bool = False) -> Poll:
    """The poll as it is now; `lock` makes writers of one poll take turns. Raises `NotFoundError`."""
    query = select(Poll).where(Poll.id == poll_id).execution_options(populate_existing=True)
    row: Poll | None = await session.scalar(query.with_for_update() if lock else query)
    if row is None:
        raise NotFoundError("That vote isn't here any more.")
    return row


async def latest_on(session: Transaction, match_ids: Sequence[int]) -> dict[int, int]:
    """The newest poll on each of these matches that has had one, open or over."""
    rows = await session.execute(
        select(Poll.match_id, func.max(Poll.id).label("poll"))
        .where(Poll.match_id.in_(match_ids))
        .group_by(Poll.match_id)
    )
    return {row.match_id: row.poll for row in rows}


async def open_on(session: Transaction, match_id: int) -> Poll | None:
    """The open poll of a match."""
    return await session.scalar(select(Poll).where(Poll.match_id == match_id, Poll.status == "open"))


async def count_opened(session: Transaction, league: int, user: str, *, since: datetime | None = None) -> int:
    """How many votes of a league a person opened that are open now, or that they opened since a moment."""
    condition = Poll.status == "open" if since is None else Poll.opened_at > since
    query = select(func.count(Poll.id)).join(Match, Match.id == Poll.match_id)
    query = query.where(Match.league_id == league, Poll.opened_by == user, condition)
    return await session.scalar(query) or 0


async def open_on_matches(session: Transaction, match_ids: Sequence[int]) -> list[int]:
    """The open polls on these matches."""
    return list(
        await session.scalars(
            select(Poll.id).where(Poll.match_id.in_(match_ids), Poll.status == "open").order_by(Poll.id)
        )
    )


async def open_on_entries(session: Transaction, entry_ids: Sequence[int]) -> list[int]:
    """The open polls on matches of these entries."""
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
    """The poll of a match that closed last."""
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
    """Open a poll unless the match has an open one (then None); `voters` says of each user if an author."""
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
    """Lower what a poll needs, where an author's mark left fewer voters."""
    await changed(
        session, update(Poll).where(Poll.id == poll_id, Poll.status == "open").values(quorum=quorum)
    )


async def note_told(session: Transaction, poll_id: int, now: datetime) -> None:
    """Note that the papers' followers heard of a poll's result."""
    await changed(session, update(Poll).where(Poll.id == poll_id).values(told_at=now))


async def note_reminded(session: Transaction, poll_id: int, now: datetime) -> bool:
    """Take the one reminder of a poll; False when it was sent."""
    statement = update(Poll).where(Poll.id == poll_id, Poll.status == "open", Poll.reminded_at.is_(None))
    return await changed(session, statement.values(reminded_at=now)) == 1


async def close(session: Transaction, poll_id: int, by: str, now: datetime) -> bool:
    """Close an open poll; exactly one caller gets True."""
    statement = update(Poll).where(Poll.id == poll_id, Poll.status == "open")
    return await changed(session, statement.values(status="closed", closed_at=now, closed_by=by)) == 1


async def set_result(session: Transaction, poll_id: int, result: str) -> None:
    """Note what the poll came to."""
    await changed(session, update(Poll).where(Poll.id == poll_id).values(result=result))
