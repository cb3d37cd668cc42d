"""Checks values in imported files: texts, URLs and times; refuses impossible ones with a reason."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

LONGEST_ADDRESS = 2_000
LONGEST_JSON = 20_000
LONGEST_ZONE = 100
FIRST_DAY = datetime(2000, 1, 1, tzinfo=UTC)
FIRST_PUBLICATION = datetime(1600, 1, 1, tzinfo=UTC)
CLOCKS_DIFFER = timedelta(days=1)
AHEAD = timedelta(days=730)
"""How far in the future a publication date or a deadline may lie; journals date issues ahead."""


def text_of(text: str) -> str:
    """Return an imported text unchanged. Raises `ValueError` if it contains characters that databases can't store."""
    if "\0" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
        raise ValueError("it holds characters that are no text")
    return text


def address(text: str) -> str:
    """Return an imported web address (http or https) unchanged. Raises `ValueError` for anything else."""
    text_of(text)
    try:
        parts = urlsplit(text)
        host, _port = parts.hostname, parts.port
    except ValueError as error:
        raise ValueError(f"“{text[:80]}” is no address: {error}") from error
    if parts.scheme.lower() not in {"http", "https"} or not host or any(map(str.isspace, text)):
        raise ValueError(f"“{text[:80]}” isn't an address that begins with https:// or http://")
    if len(text) > LONGEST_ADDRESS:
        raise ValueError(f"an address has at most {LONGEST_ADDRESS:,} characters")
    return text


def moment(at: datetime) -> datetime:
    """Return the time of a vote, match or other event in an imported file, as UTC if it has no zone.

    Raises `ValueError` for an impossible time, such as one in the future.
    """
    at = _aware(at)
    if not FIRST_DAY <= at <= datetime.now(UTC) + CLOCKS_DIFFER:
        raise ValueError(f"{at.date()} isn't a day between {FIRST_DAY.date()} and today")
    return at


def deadline(at: datetime) -> datetime:
    """Return when something was to end, as UTC if it has no zone. Raises `ValueError` for an impossible time."""
    at = _aware(at)
    if not FIRST_DAY <= at <= datetime.now(UTC) + AHEAD:
        raise ValueError(f"{at.date()} isn't a day on which something here ends")
    return at


def zone(name: str) -> str:
    """Return the name of a time zone unchanged. Raises `ValueError` for an unknown one."""
    try:
        ZoneInfo(text_of(name)[:LONGEST_ZONE])
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"“{name[:80]}” isn't a time zone like Europe/Berlin") from error
    return name


def plain_json(values: dict[str, Any]) -> dict[str, Any]:
    """Return a mapping unchanged. Raises `ValueError` if it is long, or has numbers that JSON doesn't know."""
    if len(json.dumps(values, allow_nan=False)) > LONGEST_JSON:
        raise ValueError(f"it holds more than {LONGEST_JSON:,} characters")
    return values


def publication_date(at: datetime) -> datetime:
    """Return a publication date, as UTC if it has no zone. Raises `ValueError` if it is impossible."""
    at = _aware(at)
    if not FIRST_PUBLICATION <= at <= datetime.now(UTC) + AHEAD:
        raise ValueError(f"{at.date()} isn't a day on which a paper was published")
    return at


def _aware(at: datetime) -> datetime:
    try:
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("that year is out of range") from error
