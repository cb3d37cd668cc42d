"""The poster's side of the outbox: which message comes next, and what became of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select, true, update
from sqlalchemy.orm import aliased

from storage.database.engine import Transaction
from storage.database.statements import changed
from storage.tables import OutboxMessage, Workspace
from storage.work.leases import Work, due, of_live
from storage.work.outbox import BACKGROUND


@dataclass(frozen=True, slots=True)
class MessageRequest:
    """A message to write: its row, what it is about, and where it stands."""

    id: int
    channel: str
    key: str
    kind: str
    about_id: int | None
    options: Mapping[str, Any]
    thread_key: str | None
    thread_ts: str | None
    version: int
    ts: str | None
    posted_channel: str | None
    tried_at: datetime | None
    held_until: datetime | None = None
    """Until when a poster holds it; the same value tells later that it still does."""
    is_urgent: bool = False
    """Whether somebody waits for it."""
    person: str | None = None
    may_be_another_row: bool = False
    """Whether a row that is lost since a restore may have posted it, under another id."""


@dataclass(frozen=True, slots=True)
class PostAttempt:
    """A message about to be posted: its new lease, and where it stands if somebody posted it meanwhile."""

    until: datetime
    place: tuple[str, str] | None


AFTER_RESTORE = timedelta(hours=1)
"""What is wanted so long after a restore may have been posted before it: what is caught up, and firings of schedules."""


async def request_of(session: Transaction, row_id: int) -> MessageRequest:
    """The message a poster has just taken.

    One wanted about the time of a restore may stand already, from before: it is looked for since the copy's moment.
    """
    row = await session.get_one(OutboxMessage, row_id)
    tried_at, restored_from = row.tried_at, None
    if row.ts is None:
        query = select(Workspace.restored_from, Workspace.restored_at).where(Workspace.id == row.workspace_id)
        copy = (await session.execute(query)).one_or_none()
        if (
            copy is not None
            and copy.restored_at is not None
            and row.created_at <= copy.restored_at + AFTER_RESTORE
        ):
            restored_from = copy.restored_from
            tried_at = min(restored_from, tried_at or restored_from)
    return MessageRequest(
        row.id, row.channel, row.key, row.kind, row.about_id, row.options, row.thread_key, row.thread_ts,
        row.wanted, row.ts, row.posted_channel, tried_at, row.leased_until,
        row.is_urgent or row.kind not in BACKGROUND, row.person, restored_from is not None,
    )  # fmt: skip


async def trying(
    session: Transaction, row_id: int, until: datetime, now: datetime, lease_s: float
) -> PostAttempt | None:
    """Note that the first post is about to be tried, so that a crash after it is settled by looking.

    Renews the lease; None when it isn't this holder's any more.
    """
    renewed_until = now + timedelta(seconds=lease_s)
    ours = (
        (OutboxMessage.id == row_id)
        & (OutboxMessage.status == "posting")
        & (OutboxMessage.leased_until == until)
    )
    if not await changed(
        session,
        update(OutboxMessage)
        .where(ours)
        .values(tried_at=func.coalesce(OutboxMessage.tried_at, now), leased_until=renewed_until),
    ):
        return None
    row = (
        await session.execute(
            select(OutboxMessage.ts, OutboxMessage.posted_channel, OutboxMessage.channel).where(
                OutboxMessage.id == row_id
            )
        )
    ).one()
    return PostAttempt(renewed_until, None if row.ts is None else (row.posted_channel or row.channel, row.ts))


async def posted(
    session: Transaction, row_id: int, *, until: datetime, version: int, ts: str, channel: str
) -> str:
    """Note what was posted; if a newer state is wanted meanwhile, the row is due again.

    Returns the `ts` at which the message stands: not the given one where another, who had taken the row over, noted
    theirs first. Then the given one has to go.
    """
    await changed(
        session,
        update(OutboxMessage)
        .where(OutboxMessage.id == row_id, OutboxMessage.ts.is_(None))
        .values(ts=ts, posted_channel=channel),
    )
    stands = await session.scalar(select(OutboxMessage.ts).where(OutboxMessage.id == row_id))
    assert stands is not None
    newer = OutboxMessage.wanted > version if stands == ts else true()
    await changed(
        session,
        update(OutboxMessage)
        .where(
            OutboxMessage.id == row_id, OutboxMessage.status == "posting", OutboxMessage.leased_until == until
        )
        .values(
            posted=version if stands == ts else OutboxMessage.posted,
            is_urgent=and_(newer, OutboxMessage.is_urgent),
            status=case((newer, "due"), else_="posted"),
            leased_until=None,
            not_before=None,
            attempts=0,
            failure=None,
        ),
    )
    if await session.scalar(select(OutboxMessage.status).where(OutboxMessage.id == row_id)) == "due":
        due(session, Work.MESSAGE, row_id)
    return stands


async def waiting_under(session: Transaction, row_id: int) -> Sequence[int]:
    """The due messages that belong under this one."""
    parent = aliased(OutboxMessage)
    rows = await session.scalars(
        select(OutboxMessage.id)
        .join(parent, parent.key == OutboxMessage.thread_key)
        .where(parent.id == row_id, parent.channel == OutboxMessage.channel, OutboxMessage.status == "due")
    )
    return rows.all()


async def wake(session: Transaction, ids: Sequence[int]) -> None:
    """Let messages that wait for a time, or for the message they belong under, be written now."""
    await changed(
        session,
        update(OutboxMessage)
        .where(OutboxMessage.id.in_(ids), OutboxMessage.status == "due")
        .values(not_before=None),
    )
    for row_id in ids:
        due(session, Work.MESSAGE, row_id)


NOTHING_TO_SHOW = "there is nothing to show any more"
NO_UPLOADS = "this server takes no uploads"


async def ended(
    session: Transaction, row_id: int, until: datetime, status: str, reason: str, version: int | None = None
) -> None:
    """End a held message: `ended` (its place takes none), `deleted` (it is gone in Slack) or `failed`.

    Where it failed in a `version` and a newer one is wanted by now, that is due instead.
    """
    ours = (
        (OutboxMessage.id == row_id)
        & (OutboxMessage.status == "posting")
        & (OutboxMessage.leased_until == until)
    )
    if version is not None and await changed(
        session,
        update(OutboxMessage)
        .where(ours, OutboxMessage.wanted > version)
        .values(status="due", attempts=0, failure=None, leased_until=None, not_before=None),
    ):
        due(session, Work.MESSAGE, row_id)
        return
    await changed(
        session, update(OutboxMessage).where(ours).values(status=status, failure=reason, leased_until=None)
    )


async def channel_of(session: Transaction, row_id: int) -> str | None:
    """The channel a message goes to."""
    return await session.scalar(select(OutboxMessage.channel).where(OutboxMessage.id == row_id))


def _due_in(channel: str, now: datetime) -> ColumnElement[bool]:
    return and_(
        OutboxMessage.channel == channel,
        OutboxMessage.status == "due",
        or_(OutboxMessage.not_before.is_(None), OutboxMessage.not_before <= now),
        of_live(OutboxMessage),
    )


def _is_waited_for() -> ColumnElement[bool]:
    return or_(OutboxMessage.is_urgent, OutboxMessage.kind.not_in(BACKGROUND))


async def next_in(
    session: Transaction,
    channel: str,
    now: datetime,
    *,
    is_posted: bool,
    is_urgent: bool,
    last_served: Sequence[str] = (),
) -> int | None:
    """The next message of a channel that is due now, of those not posted yet or of those that changed since.

    `is_urgent` are those that somebody waits for; of them cards come last. The others go by person: who isn't among those
    `last_served` comes first, then who was served longest ago; of one person's the oldest.
    """
    stands = OutboxMessage.ts.is_not(None) if is_posted else OutboxMessage.ts.is_(None)
    owner = func.coalesce(OutboxMessage.person, "")
    if is_urgent:
        order = [OutboxMessage.kind.in_(BACKGROUND), OutboxMessage.id]
    else:
        order = [
            case({user: place for place, user in enumerate(last_served, start=1)}, value=owner, else_=0),
            OutboxMessage.id,
        ]
        order = order if last_served else [OutboxMessage.id]
    which = [_due_in(channel, now), stands, _is_waited_for() if is_urgent else ~_is_waited_for()]
    return await session.scalar(select(OutboxMessage.id).where(*which).order_by(*order).limit(1))


async def due_in(session: Transaction, channel: str, now: datetime) -> set[tuple[bool, bool]]:
    """Which messages of a channel are due: (posted already and changed since?, does somebody wait for them?)."""
    rows = await session.execute(
        select(OutboxMessage.ts.is_not(None).label("stands"), _is_waited_for().label("urgent"))
        .where(_due_in(channel, now))
        .distinct()
    )
    return {(bool(row.stands), bool(row.urgent)) for row in rows}


async def root(session: Transaction, channel: str, key: str) -> tuple[str, str | None]:
    """The ts of the thread that a reply to this message belongs in, and the message's status ("none" without it)."""
    status = "none"
    while True:
        row = (
            await session.execute(
                select(
                    OutboxMessage.ts, OutboxMessage.thread_key, OutboxMessage.thread_ts, OutboxMessage.status
                ).where(OutboxMessage.channel == channel, OutboxMessage.key == key)
            )
        ).one_or_none()
        if row is None:
            return status, None
        if status == "none":
            status = row.status
        if row.ts is None:
            return row.status, None
        if row.thread_key is None:
            return status, row.thread_ts or row.ts
        key = row.thread_key
