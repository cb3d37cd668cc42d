"""Cleans characters: removes unstorable and invisible ones, reduces white space."""

import re
import unicodedata
from typing import Final

_UNSTORABLE: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
"""Characters that SQLite, PostgreSQL, JSON or XML refuse: controls, lone surrogates, noncharacters."""
_INVISIBLE: Final = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff"
    "\uffa0\ufff9-\ufffb\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
"""Invisible characters; joiners (U+200C, U+200D) aren't included, since Persian, Indian scripts and emoji need them."""
_SPACE: Final = re.compile(r"[\s\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+")
_LIGATURES: Final = {
    0xFB00: "ff",
    0xFB01: "fi",
    0xFB02: "fl",
    0xFB03: "ffi",
    0xFB04: "ffl",
    0xFB05: "st",
    0xFB06: "st",
}
"""Typographic ligatures in texts from PDFs, with the letters they stand for."""
_LINE_ENDS: Final = re.compile(r"\r\n?|[\u0085\u2028\u2029]")


def storable(text: str) -> str:
    """Return the text without characters that databases, JSON or XML refuse."""
    return _UNSTORABLE.sub("", text)


def visible_text(text: str) -> str:
    """Return the text in Unicode's composed form, without invisible or unstorable characters."""
    return unicodedata.normalize("NFC", _INVISIBLE.sub("", storable(text)).translate(_LIGATURES))


def single_spaced(text: str) -> str:
    """Return the visible text with every run of white space reduced to one space."""
    return visible_text(_SPACE.sub(" ", text)).strip()


def lines(text: str) -> str:
    """Return the visible text with its lines; line ends of every kind become one newline."""
    return visible_text(_LINE_ENDS.sub("\n", text)).strip()


def cut(text: str, most_bytes: int) -> str:
    """Cut a text to `most_bytes` of UTF-8, between characters."""
    if len(text) * 4 <= most_bytes:
        return text
    octets = text.encode()
    return text if len(octets) <= most_bytes else octets[:most_bytes].decode(errors="ignore").rstrip()


def words_of(listing: str) -> frozenset[str]:
    """Return the set of words in a string, for tables written as one string."""
    return frozenset(listing.split())
