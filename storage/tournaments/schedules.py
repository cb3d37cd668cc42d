"""Schedules and their occurrences: one firing per local slot, whoever inserts it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, union, update

from storage.database.engine import Transaction
from storage.database.statements import changed, insert_once, upsert
from storage.tables import League, Occurrence, Schedule, Workspace
from storage.work.leases import Work, due

__all__ = ["Schedule"]
"""The row that this module reads and hands up; the floors above take its name from here."""


@dataclass(frozen=True, slots=True)
class TimedSchedule:
    """An active schedule and the moment after which its slots count; it fires only in a live league."""

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
    """Set the schedule of this kind in a channel and start it; returns its id.

    Slots before `now` don't count, unless nothing about the time changed. `options` None keeps those it has.
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
    """The schedule of this kind of a league in a channel, active or not."""
    row: Schedule | None = await session.scalar(
        select(Schedule).where(
            Schedule.league_id == league, Schedule.kind == kind, Schedule.channel == channel
        )
    )
    return row


async def get(session: Transaction, schedule: int) -> Schedule | None:
    """The schedule with this id."""
    row: Schedule | None = await session.scalar(select(Schedule).where(Schedule.id == schedule))
    return row


async def of_league(session: Transaction, league: int, kind: str | None = None) -> Sequence[Schedule]:
    """A league's active schedules, of one kind or of all."""
    rows = (
        select(Schedule).where(Schedule.league_id == league, Schedule.active.is_(True)).order_by(Schedule.id)
    )
    return (await session.scalars(rows if kind is None else rows.where(Schedule.kind == kind))).all()


async def stop(session: Transaction, schedule: int) -> bool:
    """Stop a schedule; returns whether it was running."""
    return (
        await changed(
            session,
            update(Schedule).where(Schedule.id == schedule, Schedule.active.is_(True)).values(active=False),
        )
        == 1
    )


async def due_at(session: Transaction, now: datetime) -> list[TimedSchedule]:
    """Active schedules whose moment has come, in this session's workspace or, without one, in all.

    Those whose next moment isn't known are among them, and those whose next moment was reckoned by a clock that ran
    ahead: neither that moment nor a firing later than `now` is believed.
    """
    due_ids = union(
        select(Schedule.id).where(Schedule.next_at <= now),
        select(Schedule.id).where(Schedule.next_at.is_(None)),
        select(Schedule.id).where(Schedule.reckoned_at > now),
    )
    last = (
        select(func.max(Occurrence.at))
        .where(Occurrence.schedule_id == Schedule.id, Occurrence.at <= now)
        .scalar_subquery()
    )
    rows = await session.execute(
        select(Schedule, League.archived_at, League.closed_at, Workspace.removed_at, last.label("last"))
        .join(League, League.id == Schedule.league_id)
        .join(Workspace, Workspace.id == Schedule.workspace_id)
        .where(Schedule.active.is_(True), Schedule.id.in_(select(due_ids.subquery().c.id)))
        .order_by(Schedule.id)
    )
    return [
        TimedSchedule(
            row.id, row.workspace_id, row.league_id, row.kind, row.cron, row.time_zone,
            _since((row.created_at, last, row.reckoned_at), now),
            is_live=archived_at is None and closed_at is None and removed_at is None,
        )
        for row, archived_at, closed_at, removed_at, last in rows
    ]  # fmt: skip


def _since(moments: Iterable[datetime | None], now: datetime) -> datetime:
    """The latest of the moments up to which slots are done with; one that lies ahead was set by a wrong clock."""
    return max((moment for moment in moments if moment is not None and moment <= now), default=now)


async def fires_next(session: Transaction, schedule: int, next_at: datetime, now: datetime) -> None:
    """Keep when a schedule fires next, as reckoned now."""
    await changed(
        session,
        update(Schedule).where(Schedule.id == schedule).values(next_at=next_at, reckoned_at=now),
    )


async def _fired_before_change(session: Transaction, schedule: int, slot: str, at: datetime) -> bool:
    """Whether the firing of this slot is an earlier moment, from before the schedule became what it is."""
    occurrence_id = await session.scalar(
        select(Occurrence.id)
        .join(Schedule, Schedule.id == Occurrence.schedule_id)
        .where(
            Occurrence.schedule_id == schedule,
            Occurrence.slot == slot,
            Occurrence.at < at,
            Occurrence.at <= Schedule.created_at,
        )
    )
    return occurrence_id is not None


async def add_occurrence(
    session: Transaction, schedule: int, slot: str, at: datetime, *, missed: bool = False
) -> bool:
    """Insert a firing once, and say it is due unless it was missed; returns whether it was new."""
    is_new = await insert_once(
        session, Occurrence,
        workspace_id=session.workspace, schedule_id=schedule, slot=slot, at=at,
        status="missed" if missed else "planned",
        failure="nobody was there to run it in time" if missed else None,
    )  # fmt: skip
    if not is_new and await _fired_before_change(session, schedule, slot, at):
        # The schedule moved to a zone further west since: the same local slot comes once more.
        again = f"{slot} ({at:%Y-%m-%d %H:%M} UTC)"
        return await add_occurrence(session, schedule, again, at, missed=missed)
    if is_new and not missed:
        row_id = await session.scalar(
            select(Occurrence.id).where(Occurrence.schedule_id == schedule, Occurrence.slot == slot)
        )
        assert row_id is not None
        due(session, Work.OCCURRENCE, row_id)
    return is_new


async def occurrence(session: Transaction, occurrence_id: int) -> tuple[Schedule, str, datetime] | None:
    """A firing: its schedule, local slot and moment."""
    row = (
        await session.execute(
            select(Schedule, Occurrence.slot, Occurrence.at)
            .join(Occurrence, Occurrence.schedule_id == Schedule.id)
            .where(Occurrence.id == occurrence_id)
        )
    ).one_or_none()
    return None if row is None else (row[0], row[1], row[2])


async def end_occurrence(session: Transaction, occurrence_id: int) -> bool:
    """End a firing that was taken; False when it isn't held any more."""
    return (
        await changed(
            session,
            update(Occurrence)
            .where(Occurrence.id == occurrence_id, Occurrence.status == "running")
            .values(status="done", leased_until=None, failure=None),
        )
        == 1
    )
