"""When a schedule fires: cron expressions and people's phrases, read as they are meant, slot by slot."""

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from apscheduler.triggers.cron import CronTrigger

from storage.errors import BadRequestError

_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_FULL_DAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
_FIELDS = ("minute", "hour", "day", "month", "day_of_week")
_NUMBERS = re.compile(r"[\d*,/-]+")
_MONTHS = re.compile(r"[\d*,/a-z-]+")
_EXAMPLES = "Write for example `every weekday at 07:00 Europe/Berlin`, `weekly` or `30 8 * * mon-fri`."
_LEAP_YEAR = 2024
_LONGEST_GAP = timedelta(hours=25)  # Samoa once left out a whole day

WEEKDAYS = "mon-fri"
EVERY_DAY = "*"


@dataclass(frozen=True, slots=True)
class Timing:
    """A cron expression and the zone in which its hours are meant."""

    cron: str
    time_zone: str


@dataclass(frozen=True, slots=True)
class Slot:
    """One firing: `local` names it ("2026-03-29T02:30", by the wall clock), `at` is when it happens, UTC."""

    local: str
    at: datetime


def zone(name: str) -> ZoneInfo:
    """The time zone; raises `BadRequestError` with the nearest name where there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        pass
    names = {known.lower(): known for known in available_timezones()}
    cities = {
        known.rsplit("/", 1)[-1].lower(): known for known in sorted(available_timezones()) if "/" in known
    }
    wanted = name.strip().lower().replace(" ", "_")
    near = difflib.get_close_matches(wanted, [*names, *cities], n=1, cutoff=0.7)
    hint = (
        f"did you mean {names.get(near[0]) or cities[near[0]]}?"
        if near
        else "write one such as Europe/Berlin."
    )
    raise BadRequestError(f"There is no time zone “{name[:60]}”; {hint}", about="time_zone")


def parse_cron(text: str) -> CronTrigger:
    """The five fields of a cron expression, weekdays by name or as cron numbers them (0 and 7 are Sunday).

    The trigger's zone is UTC and stands for the wall clock; `slots` puts it into a real zone.
    Raises `BadRequestError`.
    """
    parts = text.lower().split()
    if len(parts) != len(_FIELDS):
        raise BadRequestError(f"“{text[:60]}” isn't a schedule: cron has five fields. {_EXAMPLES}")
    minute, hour, day, month, weekday = ("*" if part == "?" else part for part in parts)
    if not (all(map(_NUMBERS.fullmatch, (minute, hour, day))) and _MONTHS.fullmatch(month)):
        raise BadRequestError(f"“{text[:60]}” isn't a schedule I can read. {_EXAMPLES}")
    if day != "*" and weekday != "*":
        raise BadRequestError(
            f"“{text[:60]}” names days of the month and weekdays; leave one of them `*`. {_EXAMPLES}"
        )
    values = dict(zip(_FIELDS, (minute, hour, day, month, _weekdays(weekday)), strict=True))
    try:
        trigger = CronTrigger(**values, timezone=UTC)
        probe = CronTrigger(year=_LEAP_YEAR, **values, timezone=UTC)
    except ValueError as error:
        raise BadRequestError(f"“{text[:60]}” isn't a schedule I can read. {_EXAMPLES}") from error
    if probe.get_next_fire_time(None, datetime(_LEAP_YEAR, 1, 1, tzinfo=UTC)) is None:
        raise BadRequestError(f"“{text[:60]}” never fires: no year has such a day. {_EXAMPLES}")
    return trigger


def _weekdays(field: str) -> str:
    if field == "*":
        return field
    found: set[int] = set()
    for part in field.split(","):
        span, _, step = part.partition("/")
        low, _, high = ("0-6" if span == "*" else span).partition("-")
        first = _weekday(low)
        last = _weekday(high) if high else (6 if step else first)
        if last < first:
            last += 7
        if step and not (step.isdecimal() and int(step)):
            raise BadRequestError(f"“{part[:20]}” isn't a set of weekdays. {_EXAMPLES}")
        found.update(number % 7 for number in range(first, last + 1, int(step or 1)))
    return ",".join(_DAYS[number] for number in sorted(found))


def _weekday(word: str) -> int:
    if word.isdecimal() and int(word) <= len(_DAYS):
        return int(word)
    if word in _DAYS:
        return _DAYS.index(word)
    raise BadRequestError(
        f"“{word[:20]}” isn't a weekday: write mon to sun, or 0 to 7 with 0 and 7 for Sunday."
    )


def slots(cron: str, time_zone: str, after: datetime, until: datetime) -> Iterator[Slot]:
    """Every slot with `after` < its moment ≤ `until`, in order, one for each time the wall clock should show.

    An hour that comes twice fires the first time only; a time that the clock leaps over fires at the first
    minute after the leap.
    """
    trigger, there = parse_cron(cron), zone(time_zone)
    wall = (after.astimezone(there).replace(tzinfo=UTC) - _LONGEST_GAP).replace(second=0, microsecond=0)
    while (fire := trigger.get_next_fire_time(None, wall)) is not None:
        wall = fire + timedelta(minutes=1)
        naive = fire.replace(tzinfo=None)
        moment = _moment(naive, there)
        if moment > until:
            return
        if moment > after:
            yield Slot(naive.isoformat(timespec="minutes"), moment)


def _moment(naive: datetime, there: ZoneInfo) -> datetime:
    while True:
        moment = naive.replace(tzinfo=there).astimezone(UTC)
        if moment.astimezone(there).replace(tzinfo=None) == naive:
            return moment
        naive += timedelta(minutes=1)


def moment(local: str, time_zone: str) -> datetime:
    """When a slot named by its local time happens, UTC."""
    return _moment(datetime.fromisoformat(local), zone(time_zone))


def next_times(cron: str, time_zone: str, now: datetime, count: int = 3) -> list[datetime]:
    """The next `count` moments, UTC."""
    horizon = now + timedelta(days=366 * 9)  # the longest wait is for a 29 February
    return [slot.at for slot in islice(slots(cron, time_zone, now, horizon), count)]


def per_day(cron: str) -> int:
    """How often a day the schedule fires on its busiest kind of day."""
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
    """The schedule as people say it, where there is a saying; else the expression."""
    minute, hour, day, month, weekday = cron.lower().split()
    if not (minute.isdecimal() and day == "*" and month == "*"):
        return f"on `{cron}`"
    days = _weekdays(weekday)
    if hour == "*" and days == "*":
        return f"every hour at minute {int(minute)}"
    if not hour.isdecimal():
        return f"on `{cron}`"
    names = [_FULL_DAYS[_DAYS.index(name)] for name in days.split(",")] if days != "*" else []
    match len(names):
        case 0 | 7:
            which = "day"
        case 5 if "Saturday" not in names and "Sunday" not in names:
            which = "weekday"
        case _:
            which = " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
    return f"every {which} at {int(hour):02}:{int(minute):02}"


_CLOCK = re.compile(r"^(?P<hour>\d{1,2})(?:[:.h](?P<minute>\d{2}))?\s*(?P<half>am|pm)?$")
_FILLERS = {"every", "each", "on", "at", "and", "in", "the", "morning", "evening", "time", "of", "o'clock"}
_WHICH_DAYS = {
    "day": EVERY_DAY,
    "days": EVERY_DAY,
    "daily": EVERY_DAY,
    "weekday": WEEKDAYS,
    "weekdays": WEEKDAYS,
    "workday": WEEKDAYS,
    "workdays": WEEKDAYS,
    "weekend": "sat,sun",
    "weekends": "sat,sun",
    "weekly": "mon",
    "week": "mon",
    "hourly": "hourly",
    "hour": "hourly",
} | {
    form: day
    for day, name in zip(_DAYS, _FULL_DAYS, strict=True)
    for form in (day, name.lower(), name.lower() + "s")
}


def days_and_time(cron: str) -> tuple[tuple[str, ...], str] | None:
    """The weekdays ("mon", …) and the time ("08:30") of a schedule that fires once on each of them; else None."""
    minute, hour, day, month, weekday = cron.lower().split()
    if not (minute.isdecimal() and hour.isdecimal()) or (day, month) != ("*", "*"):
        return None
    chosen = _DAYS if weekday == "*" else _weekdays(weekday).split(",")
    return tuple(
        name for name in (*_DAYS[1:], _DAYS[0]) if name in chosen
    ), f"{int(hour):02}:{int(minute):02}"


def parse_phrase(text: str, *, time_zone: str, at: str = "08:30", days: str = WEEKDAYS) -> Timing:
    """What a person wrote: "every weekday at 07:00 Europe/Berlin", "weekly", "at 08:30", or cron and a zone.

    What the phrase leaves out is taken from the other arguments. Raises `BadRequestError` that says what can
    be written.
    """
    words = [word for part in text.split() if (word := part.strip("`'\"“”,;"))]
    if not words:
        raise BadRequestError(f"Say when. {_EXAMPLES}")
    if len(words) >= len(_FIELDS) and _NUMBERS.fullmatch(words[0]) and _NUMBERS.fullmatch(words[1]):
        cron = " ".join(words[:5]).lower()
        parse_cron(cron)
        return Timing(cron, zone(words[5]).key if len(words) > len(_FIELDS) else time_zone)
    phrase = _Phrase([], at, time_zone)
    for word in words:
        phrase.read(word)
    if "hourly" in phrase.days:
        return Timing("0 * * * *", phrase.time_zone)
    hour, minute = _clock(phrase.clock)
    chosen = EVERY_DAY if EVERY_DAY in phrase.days else ",".join(phrase.days) or days
    cron = f"{minute} {hour} * * {chosen}"
    parse_cron(cron)
    return Timing(cron, phrase.time_zone)


@dataclass(slots=True)
class _Phrase:
    days: list[str]
    clock: str
    time_zone: str

    def read(self, word: str) -> None:
        plain = word.lower()
        if plain in _FILLERS:
            return
        if plain in _WHICH_DAYS:
            self.days.append(_WHICH_DAYS[plain])
        elif plain in {"am", "pm"}:
            self.clock += plain
        elif plain == "noon" or _CLOCK.match(plain):
            self.clock = "12:00" if plain == "noon" else plain
        elif "/" in word or word.isupper():
            self.time_zone = zone(word).key
        elif "-" in plain and all(part in _DAYS for part in plain.split("-")):
            self.days.append(plain)
        else:
            raise BadRequestError(f"I don't understand “{word[:40]}” as a time. {_EXAMPLES}")


def as_typed(cron: str, time_zone: str, usual_zone: str) -> str:
    """The schedule as a person would type it: in words where those are read back as the same, else as crontab."""
    words = in_words(cron)
    try:
        same = parse_phrase(words, time_zone=time_zone).cron == cron
    except BadRequestError:
        same = False
    return (words if same else cron) + ("" if time_zone == usual_zone else f" {time_zone}")


def _clock(word: str) -> tuple[int, int]:
    found = _CLOCK.match(word)
    if found is not None:
        hour, minute = int(found["hour"]), int(found["minute"] or 0)
        if found["half"] and not 1 <= hour <= 12:  # noqa: PLR2004 - a twelve-hour clock
            hour = 24
        elif found["half"]:
            hour = hour % 12 + (12 if found["half"] == "pm" else 0)
        if hour < 24 and minute < 60:  # noqa: PLR2004 - hours of a day, minutes of an hour
            return hour, minute
    raise BadRequestError(f"“{word[:20]}” isn't a time of day: write 07:00 or 18:30.")
