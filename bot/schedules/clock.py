"""The clock: inserts due occurrences (runs) of schedules, once per local time, however many clocks run."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger

from bot.schedules.cron import Slot, in_words, next_times, parse_cron, slots
from storage.database.engine import Database, Transaction
from storage.database.statements import batched
from storage.errors import BadRequestError
from storage.tournaments import schedules
from storage.tournaments.schedules import Firing, TimedSchedule

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
_AT_ONCE = 500
"""Schedules per transaction, and rows per statement."""
_UNKNOWN_A_TICK = 250
"""Schedules a tick whose next time isn't known; each takes 1.6 ms of the processor."""
_SOON = timedelta(seconds=5)
"""Wait until the next tick if there are more of those."""
UNREADABLE = (BadRequestError, ValueError, OverflowError)

log = structlog.get_logger(__name__)


def _new_slots(schedule: TimedSchedule, now: datetime) -> list[Slot]:
    try:
        return list(slots(schedule.cron, schedule.time_zone, max(schedule.since, now - _MEMORY), now))
    except UNREADABLE as error:  # a zone that tzdata dropped must not stop the other schedules
        log.warning("clock.unreadable", schedule=schedule.id, workspace=schedule.workspace, reason=str(error))
        return []


async def catch_up(session: Transaction, now: datetime, grace: timedelta = GRACE) -> int:
    """Store all firings of the workspace's schedules up to now as work to do; return how many became due.

    Of several missed firings of a schedule the newest runs if it is at most `grace` late; the others are recorded as
    missed, for a week back. Each schedule then stores its next time.
    """
    return await _fire(session, await schedules.due_at(session, now), now, grace)


async def _fire(
    session: Transaction, due_schedules: Sequence[TimedSchedule], now: datetime, grace: timedelta
) -> int:
    """Insert the due runs of these schedules and their next times, in a few statements.

    Return how many are new and due.
    """
    firings: list[Firing] = []
    next_ids: defaultdict[datetime, list[int]] = defaultdict(list)
    next_moment = cache(lambda cron, zone: _next(cron, zone, now))  # many schedules are of one kind
    for schedule in due_schedules:
        due_slots = _new_slots(schedule, now) if schedule.is_live else []
        for slot in due_slots:
            missed = slot is not due_slots[-1] or now - slot.at > grace
            firings.append(Firing(schedule.id, schedule.workspace, slot.local, slot.at, missed))
        at = next_moment(schedule.cron, schedule.time_zone) if schedule.is_live else now + _AT_REST
        next_ids[at].append(schedule.id)
    count = 0
    for batch in batched(firings, _AT_ONCE):
        count += await schedules.add_occurrences(session, batch)
    await schedules.fire_next(session, next_ids, now)
    return count


def _next(cron: str, time_zone: str, now: datetime) -> datetime:
    """Return when to check a schedule again: at its next slot, or in an hour if it never fires."""
    later = now + _AT_REST
    try:
        return next(iter(next_times(cron, time_zone, now, 1)), later)
    except UNREADABLE:
        return later


class Clock:
    """Fires schedules: looks every full minute for those that are due.

    `now` gives the time that counts. Schedules are read at each look, so edits apply at once and two clocks are
    harmless. `others` are functions that do at each look what else is due, and return how much that was.
    """

    def __init__(
        self,
        database: Database,
        now: Callable[[], datetime],
        *,
        grace: timedelta = GRACE,
        others: Sequence[Callable[[Database, datetime], Awaitable[int]]] = (),
    ) -> None:
        self._database = database
        self._others = others
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
        """Stop the clock's ticks."""
        if self._scheduler is not None:
            self._scheduler.shutdown(wait=False)
            self._scheduler = None

    async def tick(self) -> int:
        """Store the firings that became due in all workspaces as work to do; return how many.

        Many schedules share a transaction. One that another transaction has locked (another clock, or somebody
        changing it) is skipped, and checked again in the next minute. Of those whose next time isn't known, as after an
        upgrade, each tick calculates some, and the next tick comes soon.
        """
        now = self._now()
        async with self._database.reading(None) as session:
            ids, are_more = await schedules.due_ids(session, now, _UNKNOWN_A_TICK)
        if are_more and self._scheduler is not None:
            soon = datetime.now(UTC) + _SOON
            self._scheduler.add_job(
                self.tick, next_run_time=soon, id="soon", replace_existing=True, misfire_grace_time=None
            )
        count = 0
        for batch in batched(ids, _AT_ONCE):
            async with self._database.transaction(None) as session:
                due_schedules = await schedules.due_at(session, now, batch)
                count += await _fire(session, due_schedules, now, self._grace)
        for do_due in self._others:
            count += await do_due(self._database, now)
        return count
