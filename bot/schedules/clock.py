"""The clock: insert due occurrences of schedules, once per local slot, however many clocks tick."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger

from bot.schedules.cron import Slot, in_words, next_times, parse_cron, slots
from storage.database.engine import Database, Transaction
from storage.errors import BadRequestError
from storage.tournaments import schedules
from storage.tournaments.schedules import TimedSchedule

__all__ = [
    "GRACE",
    "Clock",
    "catch_up",
    "in_words",
    "next_times",
    "parse_cron",
    "slots",
]

GRACE = timedelta(hours=6)
_MEMORY = timedelta(days=7)
_AT_REST = timedelta(hours=1)

log = structlog.get_logger(__name__)


def _new_slots(schedule: TimedSchedule, now: datetime) -> list[Slot]:
    try:
        return list(slots(schedule.cron, schedule.time_zone, max(schedule.since, now - _MEMORY), now))
    except BadRequestError as error:  # a zone that tzdata dropped must not stop the other schedules
        log.warning(
            "clock.unreadable", schedule=schedule.id, workspace=schedule.workspace, reason=error.sentence
        )
        return []


async def catch_up(session: Transaction, now: datetime, grace: timedelta = GRACE) -> int:
    """Insert the workspace's occurrences up to now; returns how many became due.

    Of several missed slots of one schedule the newest fires, if it is within `grace`; the others are recorded as
    missed, for a week back. Each schedule then stores its next moment.
    """
    count = 0
    for schedule in await schedules.due_at(session, now):
        due_slots = _new_slots(schedule, now) if schedule.is_live else []
        for slot in due_slots:
            missed = slot is not due_slots[-1] or now - slot.at > grace
            is_new = await schedules.add_occurrence(session, schedule.id, slot.local, slot.at, missed=missed)
            count += is_new and not missed
        await schedules.fires_next(session, schedule.id, _next(schedule, now), now)
    return count


def _next(schedule: TimedSchedule, now: datetime) -> datetime:
    """When to look at a schedule again: at its next slot; in an hour where it can't fire, or never would."""
    later = now + _AT_REST
    if not schedule.is_live:
        return later
    try:
        return next(iter(next_times(schedule.cron, schedule.time_zone, now, 1)), later)
    except BadRequestError:
        return later


class Clock:
    """Ticks at every full minute of the computer's clock; what the minute is, `now` says.

    Nothing is kept in memory: each tick reads the schedules that are due, so edits count at once and two clocks are
    harmless.
    """

    def __init__(self, database: Database, now: Callable[[], datetime], *, grace: timedelta = GRACE) -> None:
        self._database = database
        self._now = now
        self._grace = grace
        self._scheduler: AsyncIOScheduler | None = None

    def start(self) -> None:
        """Start ticking, at once and then every minute; needs a running event loop."""
        self._scheduler = AsyncIOScheduler(timezone=UTC)
        self._scheduler.add_job(
            self.tick,
            CronTrigger(second=0, timezone=UTC),
            next_run_time=datetime.now(UTC),
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
        )
        self._scheduler.start()

    def stop(self) -> None:
        """Stop ticking."""
        if self._scheduler is not None:
            self._scheduler.shutdown(wait=False)
            self._scheduler = None

    async def tick(self) -> int:
        """Insert the occurrences due since the last tick, in every workspace; returns how many."""
        now = self._now()
        async with self._database.reading(None) as session:
            due = await schedules.due_at(session, now)
        count = 0
        for workspace in sorted({schedule.workspace for schedule in due}):
            async with self._database.transaction(workspace) as session:
                count += await catch_up(session, now, self._grace)
        return count
