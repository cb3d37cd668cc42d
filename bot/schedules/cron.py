"""Computes when a cron expression fires, slot by slot in its time zone."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import islice

from apscheduler.triggers.cron import CronTrigger

from bot.schedules.zones import moment_of_wall_clock, stored_zone
from storage.errors import BadRequestError

DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
FULL_DAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
_FIELDS = ("minute", "hour", "day", "month", "day_of_week")
_NUMBERS = re.compile(r"[\d*,/-]+")
_MONTHS = re.compile(r"[\d*,/a-z-]+")
EXAMPLES = "Write for example `every weekday at 07:00 Europe/Berlin`, `weekly` or `30 8 * * mon-fri`."
_LEAP_YEAR = 2024
_LONGEST_GAP = timedelta(hours=25)  # Samoa once left out a whole day

WEEKDAYS = "mon-fri"
EVERY_DAY = "*"


@dataclass(frozen=True, slots=True)
class Timing:
    """A cron expression and its time zone."""

    cron: str
    time_zone: str


@dataclass(frozen=True, slots=True)
class Slot:
    """One time at which a schedule fires.

    `local` is the time on the clocks of its zone ("2026-03-29T02:30"), `at` the same in UTC.
    """

    local: str
    at: datetime


@lru_cache(maxsize=1_000)
def parse_cron(text: str) -> CronTrigger:
    """Parse the five fields of a cron expression, weekdays by name or number (0 and 7 are Sunday).

    The trigger's UTC stands for the wall clock; `slots` converts to a real zone. Raises `BadRequestError`.
    """
    parts = text.lower().split()
    if len(parts) != len(_FIELDS):
        raise BadRequestError(f"“{text[:60]}” isn't a schedule: cron has five fields. {EXAMPLES}")
    minute, hour, day, month, weekday = ("*" if part == "?" else part for part in parts)
    if not (all(map(_NUMBERS.fullmatch, (minute, hour, day))) and _MONTHS.fullmatch(month)):
        raise BadRequestError(f"“{text[:60]}” isn't a schedule I can read. {EXAMPLES}")
    if day != "*" and weekday != "*":
        raise BadRequestError(
            f"“{text[:60]}” names days of the month and weekdays; leave one of them `*`. {EXAMPLES}"
        )
    values = dict(zip(_FIELDS, (minute, hour, day, month, _weekdays(weekday)), strict=True))
    try:
        trigger = CronTrigger(**values, timezone=UTC)
        probe = CronTrigger(year=_LEAP_YEAR, **values, timezone=UTC)
    except ValueError as error:
        raise BadRequestError(f"“{text[:60]}” isn't a schedule I can read. {EXAMPLES}") from error
    if probe.get_next_fire_time(None, datetime(_LEAP_YEAR, 1, 1, tzinfo=UTC)) is None:
        raise BadRequestError(f"“{text[:60]}” never fires: no year has such a day. {EXAMPLES}")
    return trigger


def _weekdays(field: str) -> str:
    if field == "*":
        return field
    numbers: set[int] = set()
    for part in field.split(","):
        span, _, step = part.partition("/")
        low, _, high = ("0-6" if span == "*" else span).partition("-")
        first = _weekday(low)
        last = _weekday(high) if high else (6 if step else first)
        if last < first:
            last += 7
        if step and not (step.isdecimal() and int(step)):
            raise BadRequestError(f"“{part[:20]}” isn't a set of weekdays. {EXAMPLES}")
        numbers.update(number % 7 for number in range(first, last + 1, int(step or 1)))
    return ",".join(DAYS[number] for number in sorted(numbers))


def _weekday(word: str) -> int:
    if word.isdecimal() and int(word) <= len(DAYS):
        return int(word)
    if word in DAYS:
        return DAYS.index(word)
    raise BadRequestError(
        f"“{word[:20]}” isn't a weekday: write mon to sun, or 0 to 7 with 0 and 7 for Sunday."
    )


def slots(cron: str, time_zone: str, after: datetime, until: datetime) -> Iterator[Slot]:
    """Yield all slots with `after` < time ≤ `until`, in order, one for each firing time on the wall clock.

    An hour that occurs twice fires only the first time; a time that the clock skips fires at the first minute after it.
    """
    trigger, there = parse_cron(cron), stored_zone(time_zone)
    wall = (after.astimezone(there).replace(tzinfo=UTC) - _LONGEST_GAP).replace(second=0, microsecond=0)
    while (fire := trigger.get_next_fire_time(None, wall)) is not None:
        wall = fire + timedelta(minutes=1)
        naive = fire.replace(tzinfo=None)
        moment = moment_of_wall_clock(naive, there)
        if moment > until:
            return
        if moment > after:
            yield Slot(naive.isoformat(timespec="minutes"), moment)


def moment(local: str, time_zone: str) -> datetime:
    """Convert the local time of a firing ("2026-03-29T02:30") to UTC, also around summer-time changes."""
    return moment_of_wall_clock(datetime.fromisoformat(local), stored_zone(time_zone))


def next_times(cron: str, time_zone: str, now: datetime, count: int = 3) -> list[datetime]:
    """Return the next `count` times at which a schedule fires, in UTC."""
    horizon = now + timedelta(days=366 * 9)  # the longest wait is for a 29 February
    return [slot.at for slot in islice(slots(cron, time_zone, now, horizon), count)]


def per_day(cron: str) -> int:
    """Return the largest number of firings on one day."""
    trigger = parse_cron(cron)
    first = trigger.get_next_fire_time(None, datetime(_LEAP_YEAR, 1, 1, tzinfo=UTC))
    if first is None:
        return 0
    start, number, fire = first.replace(hour=0, minute=0), 0, first
    while fire is not None and fire < start + timedelta(days=1):
        number += 1
        fire = trigger.get_next_fire_time(None, fire + timedelta(minutes=1))
    return number


def in_words(cron: str) -> str:
    """Return the schedule in words if there are simple ones, else the cron expression."""
    minute, hour, day, month, weekday = cron.lower().split()
    if not (minute.isdecimal() and day == "*" and month == "*"):
        return f"on `{cron}`"
    if hour == "*" and _weekdays(weekday) == "*":
        return f"every hour at minute {int(minute)}"
    if not hour.isdecimal():
        return f"on `{cron}`"
    return f"{days_in_words(weekday)} at {int(hour):02}:{int(minute):02}"


def days_in_words(weekday: str) -> str:
    """Return the days of a schedule's last field in words: "every weekday", "every Monday and Friday"."""
    days = _weekdays(weekday)
    names = [FULL_DAYS[DAYS.index(name)] for name in days.split(",")] if days != "*" else []
    match len(names):
        case 0 | 7:
            which = "day"
        case 5 if "Saturday" not in names and "Sunday" not in names:
            which = "weekday"
        case _:
            which = " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
    return f"every {which}"


def days_and_time(cron: str) -> tuple[tuple[str, ...], str] | None:
    """Split a schedule that fires once on each of some weekdays: the days ("mon", …) and the time ("08:30").

    Returns None for any other schedule.
    """
    minute, hour, day, month, weekday = cron.lower().split()
    if not (minute.isdecimal() and hour.isdecimal()) or (day, month) != ("*", "*"):
        return None
    days = DAYS if weekday == "*" else _weekdays(weekday).split(",")
    return tuple(name for name in (*DAYS[1:], DAYS[0]) if name in days), f"{int(hour):02}:{int(minute):02}"


def is_cron(words: Sequence[str]) -> bool:
    """Return whether words begin with the five fields of a cron expression."""
    plain = [word.strip("`'\"“”,;") for word in words[:2]]
    return len(words) >= len(_FIELDS) and all(_NUMBERS.fullmatch(word) for word in plain)
