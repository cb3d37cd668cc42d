"""Parses words for a moment or period in the past."""

import calendar
import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from storage.errors import BadRequestError

_AGO = re.compile(r"(?:last\s+|(\d{1,4})\s*)?(h|hours?|d|days?|w|weeks?|months?|m|years?|y)(?:\s+ago)?")
_UNITS = {
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(days=7),
    "m": timedelta(days=30),
    "y": timedelta(days=365),
}
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
"""Earliest moment accepted, so that date arithmetic with time zones can't fail."""
LONGEST = timedelta(days=365 * 50)
_WEEKDAYS = {name.lower()[:3]: day for day, name in enumerate(calendar.day_name)}
_MONTHS = {name.lower()[:3]: month for month, name in enumerate(calendar.month_name) if name}
_WEEKDAY = re.compile(
    r"(?:on\s+)?(last\s+)?(mon|tue|wed|thu|fri|sat|sun)"
    r"(?:(?<=mon)day|(?<=tue)s(?:day)?|(?<=wed)nesday|(?<=thu)(?:rs?|rsday)|(?<=fri)day|(?<=sat)urday|(?<=sun)day)?s?"
)
_THIS = re.compile(r"this\s+(week|month|year)")
_MONTH = (
    "(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
    "(?:(?<=jan)uary|(?<=feb)ruary|(?<=mar)ch|(?<=apr)il|(?<=jun)e|(?<=jul)y|(?<=aug)ust|(?<=sep)t(?:ember)?|(?<=oct)ober"
    "|(?<=nov)ember|(?<=dec)ember)?"
)
_DAY_OF_MONTH = re.compile(
    rf"(?:on |in |the )*(?:{_MONTH}(?: (?:the )?(\d{{1,2}})(?:st|nd|rd|th)?)?"
    rf"|(\d{{1,2}})(?:st|nd|rd|th)? (?:of )?{_MONTH})"
)
_FORMATS = ("%Y-%m-%d", "%d.%m.%Y", "%d %b %Y", "%d %B %Y", "%b %d %Y", "%B %d %Y", "%Y/%m/%d")


def parse_moment(words: str, time_zone: str, now: datetime) -> datetime:
    """Parse a moment: "last week", "3 days ago", "yesterday", "monday", "october 3", "2026-03-01", "2026-03-01 14:00".

    A date or month means its last moment in the league's time zone. Raises `BadRequestError`, also for the future.
    """
    text = " ".join(words.lower().replace(",", " ").split())
    moment = _relative(text, time_zone, now) or _absolute(text, time_zone)
    if moment is None and (days := _calendar_days(text, time_zone, now)) is not None:
        moment = _midnight(days[1] + timedelta(days=1), time_zone) - timedelta(seconds=1)
    if moment is None:
        raise BadRequestError(
            f"I can't read “{words.strip()[:60]}” as a date. "
            "Write 2026-03-01, yesterday, last week or 3 days ago."
        )
    return _passed(moment, now)


def parse_since(words: str, time_zone: str, now: datetime) -> datetime:
    """Parse the beginning of a period: "30d", "last week", "this week", "yesterday", "monday", "october", "2026-03-01".

    A date or month means its first moment in the league's time zone. Raises `BadRequestError`, also for the future.
    """
    text = " ".join(words.lower().replace(",", " ").split())
    if _AGO.fullmatch(text):
        return now - parse_span(text)
    if text in {"today", "yesterday"}:
        day = now.astimezone(ZoneInfo(time_zone)).date() - timedelta(days=text == "yesterday")
        return _midnight(day, time_zone)
    moment = _absolute(text, time_zone, timedelta(0))
    if moment is None and (days := _calendar_days(text, time_zone, now)) is not None:
        moment = _midnight(days[0], time_zone)
    if moment is None:
        raise BadRequestError(
            f"I can't read “{words.strip()[:60]}” as a time. Write 30d, yesterday, last week or 2026-03-01."
        )
    return _passed(moment, now)


def _passed(moment: datetime, now: datetime) -> datetime:
    if moment > now + timedelta(days=1):
        raise BadRequestError("That date is still to come. Write one that has passed, for example last week.")
    return max(min(moment, now), EARLIEST)


def _midnight(day: date, time_zone: str) -> datetime:
    return datetime.combine(day, time.min, ZoneInfo(time_zone)).astimezone(UTC)


def _calendar_days(text: str, time_zone: str, now: datetime) -> tuple[date, date] | None:
    """Return the first and last day of the latest weekday, day of a month, or month of this name; None if it is none."""
    today = now.astimezone(ZoneInfo(time_zone)).date()
    if (this := _THIS.fullmatch(text)) is not None:
        starts = {"week": today - timedelta(days=today.weekday()), "month": today.replace(day=1)}
        return starts.get(this[1], today.replace(month=1, day=1)), today
    if (weekday := _WEEKDAY.fullmatch(text)) is not None:
        back = (today.weekday() - _WEEKDAYS[weekday[2]]) % 7
        day = today - timedelta(days=back or (7 if weekday[1] else 0))
        return day, day
    named = _DAY_OF_MONTH.fullmatch(text)
    if named is None or "0" in {named[2], named[3]}:
        return None
    month = _MONTHS[named[1] or named[4]]
    of_month = int(named[2] or named[3] or 0)
    for year in (today.year, today.year - 1):
        last = calendar.monthrange(year, month)[1]
        if of_month <= last and date(year, month, of_month or 1) <= today:
            return date(year, month, of_month or 1), min(date(year, month, of_month or last), today)
    return None


def _relative(text: str, time_zone: str, now: datetime) -> datetime | None:
    if text in {"now", "today"}:
        return now
    if text == "yesterday":
        return _midnight(now.astimezone(ZoneInfo(time_zone)).date(), time_zone) - timedelta(seconds=1)
    match = _AGO.fullmatch(text)
    if match is None:
        return None
    try:
        return now - int(match[1] or 1) * _UNITS[match[2][0]]
    except OverflowError:
        return None


def _absolute(
    text: str, time_zone: str, day: timedelta = timedelta(days=1) - timedelta(seconds=1)
) -> datetime | None:
    """Parse a date with a time of day, or without one as `day` after its first moment; None if it isn't a date."""
    zone = ZoneInfo(time_zone)
    for form in _FORMATS:
        for clock in ("", " %H:%M"):
            try:
                there = datetime.strptime(text, form + clock).replace(tzinfo=zone)
                until = there if clock else there + day
                return until.astimezone(UTC)
            except (ValueError, OverflowError):
                continue
    return None


def parse_span(words: str, default: timedelta = timedelta(days=7)) -> timedelta:
    """Parse a time span: "7d", "30 days", "2w"; no words mean the default. Raises `BadRequestError`."""
    text = " ".join(words.lower().split())
    if not text:
        return default
    match = _AGO.fullmatch(text)
    if match is None:
        raise BadRequestError(
            f"I can't read “{words.strip()[:60]}” as a time span. Write 7d, 30d or 2 weeks."
        )
    span = int(match[1] or 1) * _UNITS[match[2][0]]
    if span > LONGEST:
        raise BadRequestError(
            f"“{words.strip()[:60]}” is further back than I keep anything. Write 7d, 30d or 1y."
        )
    return span
