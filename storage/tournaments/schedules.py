"""Rows of schedules, and of their runs: one per schedule and local time."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, tuple_, union, update

from storage.database.engine import Transaction
from storage.database.statements import changed, upsert
from storage.tables import League, Occurrence, Schedule, Workspace
from storage.work.leases import Work, due

__all__ = ["Schedule"]
"""Names that the floors above import from here, such as the row class `Schedule`."""


@dataclass(frozen=True, slots=True)
class TimedSchedule:
    """An active schedule with the time after which its slots count; it fires only if `is_live` (the league is open)."""

    id: int
    workspace: str
    league: int
    kind: str
    cron: str
    time_zone: str
    since: datetime
    is_live: bool = True


async def put(
    session: Transaction,
    *,
    league: int,
    kind: str,
    channel: str,
    cron: str,
    time_zone: str,
    options: dict[str, Any] | None,
    user: str,
    now: datetime,
) -> int:
    """Set and start the schedule of a kind in a channel; returns its id.

    Slots before `now` don't count, unless the time stays the same. `options` None leaves its options as they are.
    """
    values = {"cron": cron, "time_zone": time_zone, "active": True}
    schedule = await find(session, league, kind, channel)
    if schedule is not None and (schedule.cron, schedule.time_zone, schedule.active) == (
        cron,
        time_zone,
        True,
    ):
        fresh: dict[str, Any] = {}
    else:
        fresh = {**values, "created_at": now, "created_by": user, "next_at": None}
    if options is not None:
        fresh["options"] = options
    insert = upsert(session, Schedule).values(
        workspace_id=session.workspace, league_id=league, kind=kind, channel=channel, options=options or {},
        **values, created_by=user, created_at=now,
    )  # fmt: skip
    keys = [Schedule.league_id, Schedule.kind, Schedule.channel]
    if fresh:
        await session.execute(insert.on_conflict_do_update(index_elements=keys, set_=fresh))
    row = await find(session, league, kind, channel)
    assert row is not None
    await session.refresh(row)
    return row.id


async def find(session: Transaction, league: int, kind: str, channel: str) -> Schedule | None:
    """Return a league's schedule of this kind in a channel, active or not, or None."""
    row: Schedule | None = await session.scalar(
        select(Schedule).where(
            Schedule.league_id == league, Schedule.kind == kind, Schedule.channel == channel
        )
    )
    return row


async def get(session: Transaction, schedule: int) -> Schedule | None:
    """Return the schedule with this id, or None."""
    row: Schedule | None = await session.scalar(select(Schedule).where(Schedule.id == schedule))
    return row


async def of_league(session: Transaction, league: int, kind: str | None = None) -> Sequence[Schedule]:
    """Return a league's active schedules of one kind, or of all kinds."""
    rows = (
        select(Schedule).where(Schedule.league_id == league, Schedule.active.is_(True)).order_by(Schedule.id)
    )
    return (await session.scalars(rows if kind is None else rows.where(Schedule.kind == kind))).all()


async def in_place(session: Transaction, kind: str, channel: str) -> Sequence[Schedule]:
    """Return the active schedules of this kind in a channel (or of a person), of all leagues."""
    rows = select(Schedule).where(
        Schedule.kind == kind, Schedule.channel == channel, Schedule.active.is_(True)
    )
    return (await session.scalars(rows.order_by(Schedule.id))).all()


async def stop(session: Transaction, schedule: int) -> bool:
    """Stop a schedule and end its waiting runs; return False if it wasn't active."""
    active = update(Schedule).where(Schedule.id == schedule, Schedule.active.is_(True))
    was_active = await changed(session, active.values(active=False)) == 1
    waiting = update(Occurrence).where(Occurrence.schedule_id == schedule, Occurrence.status == "planned")
    await changed(session, waiting.values(status="done", leased_until=None))
    return was_active


@dataclass(frozen=True, slots=True)
class Firing:
    """One run of a schedule to be stored, at the local time `slot`. `missed`: no process could run it in time."""

    schedule: int
    workspace: str
    slot: str
    at: datetime
    missed: bool = False


async def due_ids(session: Transaction, now: datetime, most_unknown: int) -> tuple[list[int], bool]:
    """Return the ids of active schedules that are due, and of at most so many whose next time isn't known.

    Also returns whether there are more of the latter. Covers the session's workspace or (without one) all.
    """
    active = select(Schedule.id).where(Schedule.active.is_(True)).order_by(Schedule.id)
    ids = list(await session.scalars(active.where(Schedule.next_at <= now)))
    unknown = select(union(*_unknown(now)).subquery().c.id)
    rows = active.where(Schedule.id.in_(unknown), Schedule.id.not_in(_at(now)))
    more = list(await session.scalars(rows.limit(most_unknown + 1)))
    return ids + more[:most_unknown], len(more) > most_unknown


def _at(now: datetime) -> Any:
    return select(Schedule.id).where(Schedule.next_at <= now)


def _unknown(now: datetime) -> tuple[Any, Any]:
    """Return queries for schedules that have no next time, and whose next time a clock calculated that was ahead."""
    return (
        select(Schedule.id).where(Schedule.next_at.is_(None)),
        select(Schedule.id).where(Schedule.reckoned_at > now),
    )


def _due(now: datetime) -> Any:
    return union(_at(now), *_unknown(now))


async def due_at(
    session: Transaction, now: datetime, among: Collection[int] | None = None
) -> list[TimedSchedule]:
    """Return the active schedules that are due, in the session's workspace or (without one) in all.

    Includes schedules whose next time isn't calculated, or was calculated by a clock that was ahead: times later than
    `now` are ignored. With `among`, only those of these ids that no other transaction has locked; they are locked until
    this transaction ends.
    """
    last = (
        select(func.max(Occurrence.at))
        .where(Occurrence.schedule_id == Schedule.id, Occurrence.at <= now)
        .scalar_subquery()
    )
    statement = (
        select(Schedule, League.archived_at, League.closed_at, Workspace.removed_at, last.label("last"))
        .join(League, League.id == Schedule.league_id)
        .join(Workspace, Workspace.id == Schedule.workspace_id)
        .where(Schedule.active.is_(True), Schedule.id.in_(select(_due(now).subquery().c.id)))
        .order_by(Schedule.id)
    )
    if among is not None:
        statement = statement.where(Schedule.id.in_(among))
        statement = statement.with_for_update(of=Schedule, key_share=True, skip_locked=True)
    rows = await session.execute(statement)
    return [
        TimedSchedule(
            row.id, row.workspace_id, row.league_id, row.kind, row.cron, row.time_zone,
            _since((row.created_at, last, row.reckoned_at), now),
            is_live=archived_at is None and closed_at is None and removed_at is None,
        )
        for row, archived_at, closed_at, removed_at, last in rows
    ]  # fmt: skip


def _since(moments: Iterable[datetime | None], now: datetime) -> datetime:
    """Return the latest of these moments that isn't in the future (a wrong clock may have set one), or `now`."""
    return max((moment for moment in moments if moment is not None and moment <= now), default=now)


async def fire_next(session: Transaction, moments: Mapping[datetime, Sequence[int]], now: datetime) -> None:
    """Store when schedules fire next, as calculated at `now`; `moments` gives their ids by next time."""
    for next_at, ids in moments.items():
        await changed(
            session,
            update(Schedule).where(Schedule.id.in_(ids)).values(next_at=next_at, reckoned_at=now),
        )


async def add_occurrences(session: Transaction, firings: Sequence[Firing]) -> int:
    """Insert runs of schedules once, due at once unless missed; return how many are new and due."""
    if not firings:
        return 0
    insert = (
        upsert(session, Occurrence)
        .on_conflict_do_nothing()
        .returning(Occurrence.id, Occurrence.schedule_id, Occurrence.slot)
    )
    rows = await session.execute(
        insert,
        [
            {
                "workspace_id": firing.workspace, "schedule_id": firing.schedule, "slot": firing.slot, "at": firing.at,
                "status": "missed" if firing.missed else "planned",
                "failure": "nobody was there to run it in time" if firing.missed else None,
            }
            for firing in firings
        ],
    )  # fmt: skip
    ids = {(row.schedule_id, row.slot): row.id for row in rows}
    count = 0
    for firing in firings:
        occurrence_id = ids.get((firing.schedule, firing.slot))
        if occurrence_id is not None and not firing.missed:
            due(session, Work.OCCURRENCE, occurrence_id, firing.workspace)
            count += 1
    known = [firing for firing in firings if (firing.schedule, firing.slot) not in ids]
    return count + await add_occurrences(session, await _once_more(session, known))


async def _once_more(session: Transaction, firings: Sequence[Firing]) -> list[Firing]:
    """Return runs whose slot was run at an earlier time, renamed so that they can be stored.

    That happens if the schedule was moved to a time zone further west: the same local time occurs again.
    """
    if not firings:
        return []
    keys = {(firing.schedule, firing.slot) for firing in firings}
    rows = await session.execute(
        select(Occurrence.schedule_id, Occurrence.slot, Occurrence.at)
        .join(Schedule, Schedule.id == Occurrence.schedule_id)
        .where(
            tuple_(Occurrence.schedule_id, Occurrence.slot).in_(keys), Occurrence.at <= Schedule.created_at
        )
    )
    before = {(schedule, slot): at for schedule, slot, at in rows}
    return [
        replace(firing, slot=f"{firing.slot} ({firing.at:%Y-%m-%d %H:%M} UTC)")
        for firing in firings
        if (at := before.get((firing.schedule, firing.slot))) is not None and at < firing.at
    ]


async def kind_of_waiting(session: Transaction, occurrence_id: int) -> str | None:
    """Return the kind of the schedule of a run that isn't over, or None."""
    kind: str | None = await session.scalar(
        select(Schedule.kind)
        .join(Occurrence, Occurrence.schedule_id == Schedule.id)
        .where(Occurrence.id == occurrence_id, Occurrence.status.in_(("planned", "running")))
    )
    return kind


async def occurrence(session: Transaction, occurrence_id: int) -> tuple[Schedule, str, datetime] | None:
    """Return (schedule, local slot, time) of a run, or None."""
    row = (
        await session.execute(
            select(Schedule, Occurrence.slot, Occurrence.at)
            .join(Occurrence, Occurrence.schedule_id == Schedule.id)
            .where(Occurrence.id == occurrence_id)
        )
    ).one_or_none()
    return None if row is None else (row[0], row[1], row[2])


async def end_occurrence(session: Transaction, occurrence_id: int) -> bool:
    """Mark a running run as done; return False if it is no longer running."""
    return (
        await changed(
            session,
            update(Occurrence)
            .where(Occurrence.id == occurrence_id, Occurrence.status == "running")
            .values(status="done", leased_until=None, failure=None),
        )
        == 1
    )
