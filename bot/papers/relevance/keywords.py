"""Decides whether a text holds a keyword, and whether a name is an author's: by whole words, never by parts of them."""

import re
from collections.abc import Iterable
from functools import lru_cache

from bot.papers.text import folded

_BETWEEN = r"[\s\-‐‑–—_]+"
_PARTS = re.compile(_BETWEEN)


def holds(text: str, keyword: str) -> bool:
    """Return whether a text holds a keyword as whole words, in any case; a plural counts, and hyphens are as spaces."""
    pattern = _pattern(folded(keyword))
    return pattern is not None and pattern.search(folded(text)) is not None


@lru_cache(maxsize=4_096)
def _pattern(keyword: str) -> re.Pattern[str] | None:
    parts = [re.escape(part) for part in _PARTS.split(keyword) if part]
    if not parts:
        return None
    plural = "(?:s|es)?" if parts[-1][-1].isalpha() else ""
    return re.compile(rf"(?<!\w){_BETWEEN.join(parts)}{plural}(?!\w)")


def author_named(authors: Iterable[str], name: str) -> str | None:
    """Return the first author that a name fits, or None: its words, in order, each a word of theirs or its initial.

    "Doe" and "J. Doe" fit "Jane Q. Doe"; "Jane Doe" doesn't fit "J. Doe", who may be somebody else.
    """
    words = _words(name)
    return next((author for author in authors if words and _fits(words, _words(author))), None)


def _words(name: str) -> list[str]:
    last, comma, first = name.partition(",")
    return re.findall(r"\w+", folded(f"{first} {last}" if comma else name))


def _fits(words: list[str], theirs: list[str]) -> bool:
    """Return whether each word is found in theirs, in order; the last name whole, initials allowed before it."""
    place = 0
    for word in words:
        while place < len(theirs) and not (
            theirs[place] == word or (len(word) == 1 and theirs[place].startswith(word))
        ):
            place += 1
        if place == len(theirs):
            return False
        place += 1
    return True
