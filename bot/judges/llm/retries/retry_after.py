"""Finds how long a server asks to wait, in headers, details or words; at most an hour."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

LONGEST_WAIT_S = 3_600.0
_EPOCH_S, _EPOCH_MS = 1_000_000_000, 1_000_000_000_000
_UNITS: Mapping[str, float] = {"ms": 0.001, "s": 1, "m": 60, "h": 3_600, "d": 86_400}
_IN_WORDS = re.compile(
    r"(?:try again|retry|wait|available)(?: again)?(?: after| in| for)?:?\s+(?:about )?"
    r"((?:\d+(?:\.\d+)?\s?(?:ms|milliseconds?|seconds?|secs?|s|minutes?|mins?|m|hours?|h|days?|d)\b[ ,]*)+"
    r"|(?:\d+(?:\.\d+)?(?:ms|s|m|h|d))+)",
    re.IGNORECASE,
)
_SPAN = re.compile(r"(\d+(?:\.\d+)?)\s?(ms|milliseconds?|[smhd])", re.IGNORECASE)


def retry_after(
    headers: Mapping[str, str], error: Mapping[str, Any], words: str, now: datetime
) -> float | None:
    """Return the seconds until the server may be asked again, 0 to an hour; None if it doesn't say.

    `headers` in lower case. Dates count from the response's own `Date`, so that a wrong clock doesn't cause long waits.
    """
    now = _date(headers.get("date", "")) or now
    inner = error.get("metadata")
    inner_headers = inner.get("headers") if isinstance(inner, Mapping) else None
    lower = (
        {str(k).lower(): str(v) for k, v in inner_headers.items()}
        if isinstance(inner_headers, Mapping)
        else {}
    )
    for seconds in (
        _milliseconds(headers.get("retry-after-ms", "")),
        _moment(headers.get("retry-after", ""), now),
        _detail(error.get("details")),
        _spans(_IN_WORDS.search(words)),
        _moment(lower.get("retry-after", ""), now),
        _moment(lower.get("x-ratelimit-reset", ""), now),
    ):
        if seconds is not None:
            return min(LONGEST_WAIT_S, max(0.0, seconds))
    return None


def _milliseconds(words: str) -> float | None:
    return float(words) / 1_000 if re.fullmatch(r"\d{1,12}(?:\.\d+)?", words.strip()) else None


def _moment(words: str, now: datetime) -> float | None:
    """Return the seconds until a time given as seconds, as seconds or milliseconds since 1970, or as a date."""
    words = words.strip()
    if re.fullmatch(r"\d{1,16}(?:\.\d+)?", words):
        number = float(words)
        if number >= _EPOCH_S:
            return number / (1_000 if number >= _EPOCH_MS else 1) - now.timestamp()
        return number
    date = _date(words)
    if date is not None:
        return (date - now).total_seconds()
    return _spans(re.fullmatch(r"((?:\d+(?:\.\d+)?(?:ms|s|m|h|d))+)", words))


def _date(words: str) -> datetime | None:
    if not words:
        return None
    try:
        moment = parsedate_to_datetime(words)
    except ValueError:
        try:
            moment = datetime.fromisoformat(words)
        except ValueError:
            return None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def _detail(details: object) -> float | None:
    """Return the seconds in Google's RetryInfo detail, or None."""
    for detail in details if isinstance(details, list) else ():
        delay = detail.get("retryDelay") if isinstance(detail, Mapping) else None
        if isinstance(delay, str) and (match := re.fullmatch(r"(\d+(?:\.\d+)?)s", delay)):
            return float(match[1])
    return None


def _spans(match: re.Match[str] | None) -> float | None:
    if match is None:
        return None
    total = 0.0
    for amount, unit in _SPAN.findall(match[1]):
        key = "ms" if unit.lower().startswith(("ms", "milli")) else unit[0].lower()
        total += float(amount) * _UNITS[key]
    return total
