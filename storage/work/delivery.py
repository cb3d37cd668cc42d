"""The outbox as the poster sees it: which message to post next, and what became of a post."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select, true, update
from sqlalchemy.orm import aliased

from storage.database.engine import Transaction
from storage.database.statements import changed
from storage.tables import OutboxMessage, Workspace
from storage.work.leases import Work, due, is_due, is_trusted, of_live
from storage.work.outbox import BACKGROUND


@dataclass(frozen=True, slots=True)
class MessageRequest:
    """A message that is to be posted in Slack or updated there: its row, what it is about, and its place."""

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
    """End of the poster's lease; compared later to tell whether the poster still has the row."""
    is_urgent: bool = False
    """Whether a person waits for the message."""
    person: str | None = None
    may_be_another_row: bool = False
    """Whether a row lost in a restore may have posted this message under another id."""

    @property
    def about(self) -> int:
        """Id of the row that the message is about, for kinds that are about one."""
        assert self.about_id is not None
        return self.about_id


@dataclass(frozen=True, slots=True)
class PostAttempt:
    """Permission to post a message: when it ends, and the message's (channel, ts) if it was posted meanwhile."""

    until: datetime
    place: tuple[str, str] | None


AFTER_RESTORE = timedelta(hours=1)
"""How long after a restore a message may be one that was already posted before the restore."""


async def request_of(session: Transaction, row_id: int) -> MessageRequest:
    """Return the message that this process has just leased for posting.

    One requested around a restore may have been posted before it: then `tried_at` is the time of the backup, and
    Slack is searched for the message from there on.
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


async def note_attempt(
    session: Transaction, row_id: int, until: datetime, now: datetime, lease_s: float
) -> PostAttempt | None:
    """Record that a message's first post is about to be tried; return None if the lease was lost.

    Renews the lease. After a crash, the record tells the next poster to look for the message in Slack first.
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


async def note_place(session: Transaction, row_id: int, ts: str, channel: str | None) -> None:
    """Record where a message stands, unless that is known."""
    await changed(
        session,
        update(OutboxMessage)
        .where(OutboxMessage.id == row_id, OutboxMessage.ts.is_(None))
        .values(ts=ts, posted_channel=channel),
    )


async def note_posted(
    session: Transaction, row_id: int, *, until: datetime, version: int, ts: str, channel: str
) -> str:
    """Record that a message was posted; it is due again if a newer version was requested meanwhile.

    Returns the `ts` under which the message stands. If another poster recorded its post first, that differs from the
    given `ts`, and the caller must delete its own post.
    """
    await note_place(session, row_id, ts, channel)
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
    """Return the ids of messages that are due and belong in the thread below this message."""
    parent = aliased(OutboxMessage)
    rows = await session.scalars(
        select(OutboxMessage.id)
        .join(parent, parent.key == OutboxMessage.thread_key)
        .where(parent.id == row_id, parent.channel == OutboxMessage.channel, OutboxMessage.status == "due")
    )
    return rows.all()


async def wake(session: Transaction, ids: Sequence[int]) -> None:
    """Make these due messages ready now, if they wait for a time or for the message above them."""
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


async def end_message(
    session: Transaction,
    row_id: int,
    until: datetime,
    status: str,
    reason: str,
    version: int | None = None,
    channel: str | None = None,
) -> None:
    """Stop posting a message, and store why: `status` is "ended", "deleted" or "failed", `reason` a sentence.

    "ended" means that the place takes no messages, "deleted" that somebody deleted it in Slack. `until` is the moment
    up to which the caller holds the row; the call changes nothing if another process holds it by now. If the posting
    of `version` failed and the message has changed since, the newer version is posted instead; so is a message that
    was refused in `channel` while that got another id.
    """
    ours = (
        (OutboxMessage.id == row_id)
        & (OutboxMessage.status == "posting")
        & (OutboxMessage.leased_until == until)
    )
    newer = [] if version is None else [OutboxMessage.wanted > version]
    newer += [] if channel is None else [OutboxMessage.channel != channel]
    if newer and await changed(
        session,
        update(OutboxMessage)
        .where(ours, or_(*newer))
        .values(status="due", attempts=0, failure=None, leased_until=None, not_before=None),
    ):
        due(session, Work.MESSAGE, row_id)
        return
    await changed(
        session, update(OutboxMessage).where(ours).values(status=status, failure=reason, leased_until=None)
    )


async def channel_of(session: Transaction, row_id: int) -> str | None:
    """Return the Slack channel of a message's row, or None if there is no such row."""
    return await session.scalar(select(OutboxMessage.channel).where(OutboxMessage.id == row_id))


def _due_in(channel: str, now: datetime) -> ColumnElement[bool]:
    return and_(
        OutboxMessage.channel == channel,
        OutboxMessage.status == "due",
        is_due(OutboxMessage, now),
        is_trusted(OutboxMessage),
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
    only: int | None = None,
) -> int | None:
    """Return the id of a channel's next due message, or None: first posts, or updates if `is_posted`.

    With `only`, no other row's.

    `is_urgent` selects messages that a person waits for; among these cards come last. The others alternate between
    persons: first those not in `last_served`, then those served longest ago; oldest message first for each.
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
    if only is not None:
        which.append(OutboxMessage.id == only)
    return await session.scalar(select(OutboxMessage.id).where(*which).order_by(*order).limit(1))


async def due_in(session: Transaction, channel: str, now: datetime) -> set[tuple[bool, bool]]:
    """Return which kinds of messages are ready to be sent in a channel, as pairs of flags.

    The first says whether it updates a posted message, the second whether a person waits for it.
    """
    rows = await session.execute(
        select(OutboxMessage.ts.is_not(None).label("stands"), _is_waited_for().label("urgent"))
        .where(_due_in(channel, now))
        .distinct()
    )
    return {(bool(row.stands), bool(row.urgent)) for row in rows}


async def root(session: Transaction, channel: str, key: str) -> tuple[str, str | None]:
    """Find the Slack thread for replies to a message.

    Returns (status, thread): the message's status, "none" if there is no such message, and the ts of its thread or
    None.
    """
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
