"""Parses words for a moment or period in the past."""

import re
from datetime import UTC, datetime, time, timedelta
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
_FORMATS = ("%Y-%m-%d", "%d.%m.%Y", "%d %b %Y", "%d %B %Y", "%b %d %Y", "%B %d %Y", "%Y/%m/%d")


def parse_moment(words: str, time_zone: str, now: datetime) -> datetime:
    """Parse a moment: "last week", "3 days ago", "yesterday", "2026-03-01", "2026-03-01 14:00".

    A date means its last moment in the league's time zone. Raises `BadRequestError`, also for the future.
    """
    text = " ".join(words.lower().replace(",", " ").split())
    moment = _relative(text, time_zone, now) or _absolute(text, time_zone)
    if moment is None:
        raise BadRequestError(
            f"I can't read “{words.strip()[:60]}” as a date. "
            "Write 2026-03-01, yesterday, last week or 3 days ago."
        )
    return _passed(moment, now)


def parse_since(words: str, time_zone: str, now: datetime) -> datetime:
    """Parse the beginning of a period: "30d", "last week", "yesterday", "2026-03-01".

    A date means its first moment in the league's time zone. Raises `BadRequestError`, also for the future.
    """
    text = " ".join(words.lower().replace(",", " ").split())
    if _AGO.fullmatch(text):
        return now - parse_span(text)
    if text in {"today", "yesterday"}:
        day = now.astimezone(ZoneInfo(time_zone)).date() - timedelta(days=text == "yesterday")
        return datetime.combine(day, time.min, ZoneInfo(time_zone)).astimezone(UTC)
    moment = _absolute(text, time_zone, timedelta(0))
    if moment is None:
        raise BadRequestError(
            f"I can't read “{words.strip()[:60]}” as a time. Write 30d, yesterday, last week or 2026-03-01."
        )
    return _passed(moment, now)


def _passed(moment: datetime, now: datetime) -> datetime:
    if moment > now + timedelta(days=1):
        raise BadRequestError("That date is still to come. Write one that has passed, for example last week.")
    return max(min(moment, now), EARLIEST)


def _relative(text: str, time_zone: str, now: datetime) -> datetime | None:
    if text in {"now", "today"}:
        return now
    if text == "yesterday":
        today = now.astimezone(ZoneInfo(time_zone)).date()
        return datetime.combine(today, time.min, ZoneInfo(time_zone)).astimezone(UTC) - timedelta(seconds=1)
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
        raise BadRequestError(f"“{words.strip()[:60]}” is longer than anything I keep. Write 7d, 30d or 1y.")
    return span
