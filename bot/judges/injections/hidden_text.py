"""Removes and counts invisible characters, so that a model reads the same text as a person."""

import re
import unicodedata

_ASCII_BREAK = re.compile(r"[\r\v\f]")
_ASCII_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_HIDDEN_CATEGORIES = frozenset(["Cf", "Cc", "Co", "Cs", "Cn"])
_FILLERS = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0\ufffc\U0001d159"
)
_BREAKS = "\u0085\u2028\u2029"
_TAGS = range(0xE0000, 0xE0080)
_SELECTORS, _MORE_SELECTORS = range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0)
_EMOJI_SELECTOR = "\ufe0f"
_OVERRIDES = frozenset("\u202d\u202e")
_INNOCENT = frozenset("\u00ad\u200c\u200d\u200e\u200f\ufeff" + _EMOJI_SELECTOR)
"""Invisible characters that occur in honest text, a few at a time: soft hyphens, joiners, direction marks."""
_ENOUGH, _ENOUGH_INNOCENT = 4, 12

SPECIAL = re.compile(
    r"<(?=\s{0,3}\|)|<(?=/?(?:s|system|user|assistant|human|instructions?|start_of_turn|end_of_turn|bos"
    r"|eos)\b[^<>]{0,40}>)"
    r"|\[(?=/?INST\])|<(?=<\s{0,3}/?SYS\s{0,3}>)",
    re.IGNORECASE,
)
"""Pattern of the beginning of a chat template's token."""


def _is_hidden(char: str) -> bool:
    code = ord(char)
    return (
        unicodedata.category(char) in _HIDDEN_CATEGORIES
        or char in _FILLERS
        or code in _SELECTORS
        or code in _MORE_SELECTORS
    )


def without_hidden(text: str) -> str:
    """Return the text without invisible characters (format, control, tag, selector, private use); line ends stay."""
    text = _ASCII_CONTROL.sub("", _ASCII_BREAK.sub("\n", text.replace("\r\n", "\n")))
    if text.isascii():
        return text
    strange = set(_NOT_ASCII.findall(text))
    table: dict[int, str | None] = {ord(char): None for char in strange if _is_hidden(char)}
    table |= {ord(char): "\n" for char in strange if char in _BREAKS}
    return text.translate(table) if table else text


def harmless(text: str) -> str:
    """Return the text as shown to a model: visible characters only, chat-template tokens broken by a space."""
    return SPECIAL.sub(lambda match: match.group() + " ", without_hidden(text))


def hidden_count(text: str) -> int:
    """Return the number of suspicious invisible characters; 0 for the few that honest text contains."""
    if text.isascii():
        return 0
    innocent = suspect = certain = 0
    before = ""
    for char in _NOT_ASCII.findall(text):
        code = ord(char)
        if char in _OVERRIDES or code in _TAGS:
            certain += 1
        elif code in _MORE_SELECTORS:
            # One after an ideograph chooses its form; any other carries something.
            if unicodedata.category(before or " ") == "Lo" and ord(before) not in _MORE_SELECTORS:
                innocent += 1
            else:
                certain += 1
        elif char in _INNOCENT:
            innocent += 1
        elif char not in _BREAKS and _is_hidden(char):
            suspect += 1
        before = char
    if certain or suspect >= _ENOUGH or innocent >= _ENOUGH_INNOCENT:
        return certain + suspect + innocent
    return 0


def spell_hidden(text: str) -> str:
    """Replace tag characters and variation selectors with the letters that they encode."""
    if text.isascii():
        return text
    spelt = {ord(char): _spelt(char) for char in set(_NOT_ASCII.findall(text))}
    return text.translate(spelt)


def _spelt(char: str) -> str:
    code = ord(char)
    if code in _TAGS:
        return chr(code - 0xE0000)
    byte = code - 0xFE00 if code in _SELECTORS else code - 0xE0100 + 16 if code in _MORE_SELECTORS else -1
    return chr(byte) if 0x20 <= byte < 0x7F else char  # noqa: PLR2004 - printable ASCII
