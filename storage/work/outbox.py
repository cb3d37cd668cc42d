"""The outbox: messages wanted in Slack, one per (workspace, channel, key), and what became of them."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select, true, update
from sqlalchemy.orm import aliased

from storage.database.engine import Transaction
from storage.database.statements import changed, insert_once, upsert
from storage.tables import HostTurn, OutboxMessage, Workspace
from storage.work.leases import Work, due, of_live


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
OVER = ("ended", "deleted")
"""Statuses that no newer state revives: the place takes no message, or the message was deleted in Slack."""
ON_ITS_WAY = ("due", "posting", "posted")
"""Statuses of a message that will stand, or stands."""


BACKGROUND = ("card", "match")
"""Kinds that come in crowds; of these only what somebody just asked for goes before others."""

_urgent: ContextVar[bool] = ContextVar("whether somebody waits for what is wanted now", default=False)


@contextmanager
def urgent() -> Iterator[None]:
    """Inside, whatever is wanted goes before cards and matches that nobody waits for: a click or a command began it."""
    mark = _urgent.set(True)
    try:
        yield
    finally:
        _urgent.reset(mark)


@contextmanager
def background() -> Iterator[None]:
    """Inside, nobody waits for what is wanted, though a click began it: the rest of a league is brought up to date."""
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
    """Want a message, or a newer state of the one already there; returns its row's id.

    `person` is whose it is: those of one channel take turns. `thread_key` puts it under another of our messages in the
    same channel, `thread_ts` under somebody else's.
    `options` are kept from the first call unless given again.
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
    """Whether the message that this row posted, or was to post, isn't the one at `ts`, or there is no such row."""
    row = (await session.execute(select(OutboxMessage.ts).where(OutboxMessage.id == row_id))).one_or_none()
    return row is None or row.ts not in {None, ts}


async def is_taken(session: Transaction, channel: str, ts: str) -> bool:
    """Whether a row of ours stands at this place."""
    at = select(OutboxMessage.id).where(
        func.coalesce(OutboxMessage.posted_channel, OutboxMessage.channel) == channel, OutboxMessage.ts == ts
    )
    return await session.scalar(at) is not None


async def bump(session: Transaction, kind: str, about_id: int) -> int:
    """Want the newest state of every message of this kind about this row; returns how many there are."""
    return await _bump(session, (OutboxMessage.kind == kind) & (OutboxMessage.about_id == about_id))


async def bump_rows(session: Transaction, ids: Sequence[int]) -> int:
    """Want the newest state of these messages; returns how many there are."""
    return await _bump(session, OutboxMessage.id.in_(ids))


async def _bump(session: Transaction, which: ColumnElement[bool]) -> int:
    ids = (
        await session.scalars(
            update(OutboxMessage)
            .where(which)
            .values(
                wanted=OutboxMessage.wanted + 1,
                status=_due,
                is_urgent=_urgent.get() or OutboxMessage.is_urgent,
            )
            .returning(OutboxMessage.id),
            execution_options={"synchronize_session": False},
        )
    ).all()
    for row_id in ids:
        due(session, Work.MESSAGE, row_id)
    return len(ids)


async def request_of(session: Transaction, row_id: int) -> MessageRequest:
    """The message a poster has just taken.

    One wanted about the time of a restore may stand already, from before: it is looked for since the copy's moment.
    """
    row = await session.get_one(OutboxMessage, row_id)
    tried_at, restored_from = row.tried_at, None
    if row.ts is None:
        restored = select(Workspace.restored_from, Workspace.restored_at).where(
            Workspace.id == row.workspace_id
        )
        copy = (await session.execute(restored)).one_or_none()
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


async def reopen(session: Transaction, channel: str) -> int:
    """A channel takes messages again: what ended there is due in its newest state; returns how many."""
    return await _reopen(session, OutboxMessage.channel == channel)


async def reopen_after(session: Transaction, reasons: Collection[str]) -> int:
    """What ended for one of these reasons is due in its newest state, wherever it goes; returns how many."""
    return await _reopen(session, OutboxMessage.failure.in_(reasons))


async def _reopen(session: Transaction, which: ColumnElement[bool]) -> int:
    ids = (
        await session.scalars(
            update(OutboxMessage)
            .where(which, OutboxMessage.status == "ended")
            .values(status="due", attempts=0, failure=None, not_before=None)
            .returning(OutboxMessage.id),
            execution_options={"synchronize_session": False},
        )
    ).all()
    for row_id in ids:
        due(session, Work.MESSAGE, row_id)
    return len(ids)


async def is_wanted(session: Transaction, channel: str, key: str) -> bool:
    """Whether a message with this key is in the outbox, posted or not."""
    return (
        await session.scalar(
            select(OutboxMessage.id).where(OutboxMessage.channel == channel, OutboxMessage.key == key)
        )
    ) is not None


async def place(session: Transaction, channel: str, key: str) -> tuple[str, str] | None:
    """Where our message with this key stands: (channel id, ts), or None while it isn't posted."""
    row = (
        await session.execute(
            select(OutboxMessage.ts, OutboxMessage.posted_channel).where(
                OutboxMessage.channel == channel, OutboxMessage.key == key
            )
        )
    ).one_or_none()
    return None if row is None or row.ts is None else (row.posted_channel or channel, row.ts)


async def places(session: Transaction, channel: str, keys: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Where our messages with these keys stand, by key: (channel id, ts); those not posted are left out."""
    rows = await session.execute(
        select(OutboxMessage.key, OutboxMessage.ts, OutboxMessage.posted_channel).where(
            OutboxMessage.channel == channel, OutboxMessage.key.in_(keys), OutboxMessage.ts.is_not(None)
        )
    )
    return {row.key: (row.posted_channel or channel, row.ts) for row in rows}


async def backlog(session: Transaction) -> tuple[int, datetime | None]:
    """How many messages wait, and since when the oldest does."""
    row = (
        await session.execute(
            select(func.count(), func.min(OutboxMessage.created_at)).where(
                OutboxMessage.status.in_(("due", "posting"))
            )
        )
    ).one()
    return row[0], row[1]


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
    served: Sequence[str] = (),
) -> int | None:
    """The next message of a channel that is due now, of those not posted yet or of those that changed since.

    `is_urgent` are those that somebody waits for; of them cards come last. The others go by person: who isn't among those
    `served` lately comes first, then who was served longest ago; of one person's the oldest.
    """
    stands = OutboxMessage.ts.is_not(None) if is_posted else OutboxMessage.ts.is_(None)
    owner = func.coalesce(OutboxMessage.person, "")
    if is_urgent:
        order = [OutboxMessage.kind.in_(BACKGROUND), OutboxMessage.id]
    else:
        order = [
            case({user: place for place, user in enumerate(served, start=1)}, value=owner, else_=0),
            OutboxMessage.id,
        ]
        order = order if served else [OutboxMessage.id]
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


LONGEST_TURN = timedelta(hours=1)
"""How far ahead turns of a place may be taken."""


async def next_turn(
    session: Transaction, place: str, seconds: float, now: datetime, *, first: bool = False
) -> datetime:
    """Take the next free turn of a place (a channel, a host) where turns lie `seconds` apart; returns its moment.

    `first` goes before all who wait, behind others that do; those who come later wait for as much longer.
    """
    turn = await _turn(session, place, seconds, now)
    return await _turn(session, f"{place}:first", seconds, now) if first else turn


async def _turn(session: Transaction, place: str, seconds: float, now: datetime) -> datetime:
    await insert_once(session, HostTurn, host=place, next_at=now)
    row = (await session.scalars(select(HostTurn).where(HostTurn.host == place).with_for_update())).one()
    is_near = row.next_at <= now + LONGEST_TURN  # what lies further ahead was set by a wrong clock
    turn = max(row.next_at, now) if is_near else now
    row.next_at = turn + timedelta(seconds=seconds)
    await session.flush()
    return turn
