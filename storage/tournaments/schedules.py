"""Schedules and their occurrences: one firing per local slot, whoever inserts it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update

from storage.database.engine import Transaction
from storage.database.statements import changed, insert_once, upsert
from storage.tables import League, Occurrence, Schedule, Workspace
from storage.work.leases import Work, due


@dataclass(frozen=True, slots=True)
class Ticking:
    """An active schedule and the moment after which its slots count."""

    id: int
    workspace: str
    league: int
    kind: str
    cron: str
    time_zone: str
    since: datetime


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
    kept = await find(session, league, kind, channel)
    if kept is not None and (kept.cron, kept.time_zone, kept.active) == (cron, time_zone, True):
        fresh: dict[str, Any] = {}
    else:
        fresh = {**values, "created_at": now, "created_by": user}
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


async def ticking(session: Transaction) -> list[Ticking]:
    """Every active schedule of a live league, in this session's workspace or, without one, in all."""
    last = (
        select(Occurrence.schedule_id, func.max(Occurrence.at).label("at"))
        .group_by(Occurrence.schedule_id)
        .subquery()
    )
    rows = await session.execute(
        select(Schedule, last.c.at)
        .join(League, League.id == Schedule.league_id)
        .join(Workspace, Workspace.id == Schedule.workspace_id)
        .join(last, last.c.schedule_id == Schedule.id, isouter=True)
        .where(Schedule.active.is_(True), League.archived_at.is_(None), Workspace.removed_at.is_(None))
        .order_by(Schedule.id)
    )
    return [
        Ticking(
            row.id, row.workspace_id, row.league_id, row.kind, row.cron, row.time_zone,
            row.created_at if at is None else max(row.created_at, at),
        )
        for row, at in rows
    ]  # fmt: skip


async def occur(
    session: Transaction, schedule: int, slot: str, at: datetime, *, missed: bool = False
) -> bool:
    """Insert a firing once, and say it is due unless it was missed; returns whether it was new."""
    made = await insert_once(
        session, Occurrence,
        workspace_id=session.workspace, schedule_id=schedule, slot=slot, at=at,
        status="missed" if missed else "planned",
        failure="nobody was there to run it in time" if missed else None,
    )  # fmt: skip
    if made and not missed:
        row_id = await session.scalar(
            select(Occurrence.id).where(Occurrence.schedule_id == schedule, Occurrence.slot == slot)
        )
        assert row_id is not None
        due(session, Work.OCCURRENCE, row_id)
    return made


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


async def occurred(session: Transaction, occurrence_id: int) -> bool:
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


async def occurrences(
    session: Transaction, schedule: int, limit: int = 20
) -> list[tuple[str, datetime, str]]:
    """(local slot, moment, status) of the newest firings."""
    rows = await session.execute(
        select(Occurrence.slot, Occurrence.at, Occurrence.status)
        .where(Occurrence.schedule_id == schedule)
        .order_by(Occurrence.at.desc(), Occurrence.id.desc())
        .limit(limit)
    )
    return [(row.slot, row.at, row.status) for row in rows]
