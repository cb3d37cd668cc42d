"""Finds paper names in a person's words: titles in quotes, and two papers side by side."""

import re

from storage.errors import BadRequestError

_ATOM = re.compile(r"<[^<>\s]+(?:\|[^<>]*)?>")
_BETWEEN = re.compile(r"\s+(?:vs?\.?|versus|against)\s+", re.IGNORECASE)
_LONE = re.compile(r"#\d+|https?://\S+|<https?://[^>]+>|arxiv:\S+|\d{4}\.\d{4,5}(?:v\d+)?", re.IGNORECASE)
_QUOTES = {'"': '"', "“": "”", "„": "“", "'": "'", "«": "»"}


def unquoted(words: str) -> str:
    """Return the words without quotes around all of them."""
    text = words.strip()
    if len(text) > 1 and _QUOTES.get(text[0]) == text[-1]:
        return text[1:-1].strip()
    return text


def two_papers(words: str) -> tuple[str, str]:
    """Return the two papers named: `A | B`, `A vs B`, one per line, or two links. Raises `BadRequestError` otherwise.

    The bar in Slack's own `<link|label>` doesn't separate.
    """
    for parts in (
        _bars(words),
        _filled(words.splitlines()),
        _filled(_BETWEEN.split(words.strip())),
        _lone(words),
    ):
        if len(parts) == 2:  # noqa: PLR2004 - a pair
            return unquoted(parts[0]), unquoted(parts[1])
        if len(parts) > 2:  # noqa: PLR2004 - more than a pair
            raise BadRequestError(f"I can compare two papers at a time; these are {len(parts)}.")
    raise BadRequestError("Which two papers? Type them with a bar between: attention | bert.")


def _filled(parts: list[str]) -> list[str]:
    return [part.strip() for part in parts if part.strip()]


def _bars(words: str) -> list[str]:
    text = _ATOM.sub(lambda atom: atom.group().replace("|", "\x00"), words)
    return [part.replace("\x00", "|") for part in _filled(text.split("|"))]


def _lone(words: str) -> list[str]:
    parts = words.split()
    return parts if len(parts) == 2 and all(_LONE.fullmatch(part) for part in parts) else []  # noqa: PLR2004 - a pair
