"""Values in files that people carry in: text, addresses and moments, refused with a reason where they make no sense."""

from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

LONGEST_ADDRESS = 2_000
FIRST_DAY = datetime(2000, 1, 1, tzinfo=UTC)
FIRST_PUBLICATION = datetime(1600, 1, 1, tzinfo=UTC)
CLOCKS_DIFFER = timedelta(days=1)
AHEAD = timedelta(days=730)
"""Journals date their issues ahead."""


def text_of(text: str) -> str:
    """The text; raises `ValueError` where it holds what no database keeps as text."""
    if "\0" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
        raise ValueError("it holds characters that are no text")
    return text


def address(text: str) -> str:
    """A web address; raises `ValueError` for any other."""
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
    """A moment something was done here, UTC where no zone is named; raises `ValueError` where it can't have been."""
    at = _aware(at)
    if not FIRST_DAY <= at <= datetime.now(UTC) + CLOCKS_DIFFER:
        raise ValueError(f"{at.date()} isn't a day between {FIRST_DAY.date()} and today")
    return at


def publication_date(at: datetime) -> datetime:
    """When a paper was published, UTC where no zone is named; raises `ValueError` where it can't have been."""
    at = _aware(at)
    if not FIRST_PUBLICATION <= at <= datetime.now(UTC) + AHEAD:
        raise ValueError(f"{at.date()} isn't a day on which a paper was published")
    return at


def _aware(at: datetime) -> datetime:
    try:
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("that year is beyond any calendar here") from error
