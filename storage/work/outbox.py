"""Rows of messages that Slack should show: one per (workspace, channel, key)."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, case, func, select, update

from storage.database.engine import Transaction
from storage.database.statements import upsert
from storage.tables import OutboxMessage
from storage.work.leases import Work, due

OVER = ("ended", "deleted")
"""Statuses that a newer version doesn't change: the place takes no messages, or the message was deleted in Slack."""
ON_ITS_WAY = ("due", "posting", "posted")
"""Statuses of a message that is posted or will be."""
BACKGROUND = ("card", "match")
"""Kinds of messages that come in large numbers; they go first only if a person waits for them."""
_urgent: ContextVar[bool] = ContextVar("whether somebody waits for what is wanted now", default=False)


@contextmanager
def urgent() -> Iterator[None]:
    """Mark messages requested inside this block as urgent, because a person's click or command caused them."""
    mark = _urgent.set(True)
    try:
        yield
    finally:
        _urgent.reset(mark)


@contextmanager
def background() -> Iterator[None]:
    """Mark messages requested inside this block as not urgent, even if a person's click caused them."""
    mark = _urgent.set(False)
    try:
        yield
    finally:
        _urgent.reset(mark)


_due = case((OutboxMessage.status.in_(("posting", *OVER)), OutboxMessage.status), else_="due")


async def want(
    session: Transaction,
    *,
    channel: str,
    key: str,
    kind: str,
    now: datetime,
    about_id: int | None = None,
    options: Mapping[str, Any] | None = None,
    thread_key: str | None = None,
    thread_ts: str | None = None,
    person: str | None = None,
) -> int:
    """Request that Slack shows a message, or a new version of one already requested; returns its row's id.

    `person` is whose it is: persons take turns in a channel. `thread_key` puts it in the thread of another of our
    messages, `thread_ts` in that of somebody else's. `options` stay as first given unless given again.
    """
    insert = upsert(session, OutboxMessage).values(
        workspace_id=session.workspace,
        channel=channel,
        key=key,
        kind=kind,
        about_id=about_id,
        options=dict(options or {}),
        thread_key=thread_key,
        thread_ts=thread_ts,
        person=person,
        is_urgent=_urgent.get(),
        created_at=now,
    )
    newer: dict[str, Any] = {
        "wanted": OutboxMessage.wanted + 1,
        "status": _due,
        "is_urgent": _urgent.get() or OutboxMessage.is_urgent,
        "attempts": case((OutboxMessage.status == "failed", 0), else_=OutboxMessage.attempts),
    }
    if options is not None:
        newer["options"] = dict(options)
    row_id = await session.scalar(
        insert.on_conflict_do_update(
            index_elements=[OutboxMessage.workspace_id, OutboxMessage.channel, OutboxMessage.key], set_=newer
        ).returning(OutboxMessage.id)
    )
    assert isinstance(row_id, int)
    due(session, Work.MESSAGE, row_id)
    return row_id


async def stands_elsewhere(session: Transaction, row_id: int, ts: str) -> bool:
    """Return whether this row's message is not the one at `ts`: it was posted elsewhere, or the row doesn't exist."""
    row = (await session.execute(select(OutboxMessage.ts).where(OutboxMessage.id == row_id))).one_or_none()
    return row is None or row.ts not in {None, ts}


async def is_taken(session: Transaction, channel: str, ts: str) -> bool:
    """Return whether a message of ours stands at this channel and ts."""
    at = select(OutboxMessage.id).where(
        func.coalesce(OutboxMessage.posted_channel, OutboxMessage.channel) == channel, OutboxMessage.ts == ts
    )
    return await session.scalar(at) is not None


_THEN = "then"
"""Key of the option that names the message to request after this one is posted."""


def then(kind: str, key: str) -> dict[str, Any]:
    """Return message options that name another message, requested once this one is posted.

    It is about the same row and in the same channel.
    """
    return {_THEN: [kind, key]}


async def want_next(
    session: Transaction, channel: str, about_id: int | None, options: Mapping[str, Any], now: datetime
) -> None:
    """Request the message that a posted message's `options` name as the next one, if any."""
    if options.get(_THEN):
        kind, key = options[_THEN]
        await want(session, channel=channel, key=key, kind=kind, about_id=about_id, now=now)


async def bump(session: Transaction, kind: str, about_id: int, *, since: datetime | None = None) -> int:
    """Request a new version of all messages of a kind about a row (those requested `since` then); return how many.

    They are rendered again from current data.
    """
    which = (OutboxMessage.kind == kind) & (OutboxMessage.about_id == about_id)
    return await _bump(session, which if since is None else which & (OutboxMessage.created_at >= since))


async def bump_rows(session: Transaction, ids: Sequence[int]) -> int:
    """Request a new version of the messages in these rows; return how many."""
    return await _bump(session, OutboxMessage.id.in_(ids))


async def _bump(session: Transaction, which: ColumnElement[bool]) -> int:
    urgent = _urgent.get() or OutboxMessage.is_urgent
    return await _make_due(session, which, wanted=OutboxMessage.wanted + 1, status=_due, is_urgent=urgent)


async def _make_due(session: Transaction, which: ColumnElement[bool], **values: object) -> int:
    changes = update(OutboxMessage).where(which).values(**values).returning(OutboxMessage.id)
    ids = (await session.scalars(changes, execution_options={"synchronize_session": False})).all()
    for row_id in ids:
        due(session, Work.MESSAGE, row_id)
    return len(ids)


async def reopen(session: Transaction, channel: str) -> int:
    """Make messages that ended because this channel took none due again; return how many."""
    return await _reopen(session, OutboxMessage.channel == channel)


async def reopen_after(session: Transaction, reasons: Collection[str]) -> int:
    """Make messages that ended for one of these reasons due again, in all channels; return how many."""
    return await _reopen(session, OutboxMessage.failure.in_(reasons))


async def _reopen(session: Transaction, which: ColumnElement[bool]) -> int:
    ended = which & (OutboxMessage.status == "ended")
    return await _make_due(session, ended, status="due", attempts=0, failure=None, not_before=None)


async def is_wanted(session: Transaction, channel: str, key: str) -> bool:
    """Return whether the outbox has a message with this key in a channel, posted or not."""
    return (
        await session.scalar(
            select(OutboxMessage.id).where(OutboxMessage.channel == channel, OutboxMessage.key == key)
        )
    ) is not None


async def place(session: Transaction, channel: str, key: str) -> tuple[str, str] | None:
    """Return (channel id, ts) of our message with this key, or None if it isn't posted."""
    row = (
        await session.execute(
            select(OutboxMessage.ts, OutboxMessage.posted_channel).where(
                OutboxMessage.channel == channel, OutboxMessage.key == key
            )
        )
    ).one_or_none()
    return None if row is None or row.ts is None else (row.posted_channel or channel, row.ts)


async def places(session: Transaction, channel: str, keys: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Return (channel id, ts) of our posted messages with these keys, by key."""
    rows = await session.execute(
        select(OutboxMessage.key, OutboxMessage.ts, OutboxMessage.posted_channel).where(
            OutboxMessage.channel == channel, OutboxMessage.key.in_(keys), OutboxMessage.ts.is_not(None)
        )
    )
    return {row.key: (row.posted_channel or channel, row.ts) for row in rows}


async def backlog(session: Transaction) -> tuple[int, datetime | None]:
    """Return how many messages wait, and since when the oldest waits (None: none does)."""
    row = (
        await session.execute(
            select(func.count(), func.min(OutboxMessage.created_at)).where(
                OutboxMessage.status.in_(("due", "posting"))
            )
        )
    ).one()
    return row[0], row[1]
