"""Raw titles and names become what people read: Unicode, one line, as short as a card needs.

Nothing is ever lost to a converter: where one raises, or gives less than it got, the raw words stay.
"""

import functools
import html
import re
import unicodedata
from collections.abc import Sequence
from typing import Final

from pylatexenc.latex2text import LatexNodes2Text, get_default_latex_context_db
from unicodeitplus import parse as _unicode_math

from bot.papers.categories import NAMES, REPLACED_BY

_TAG: Final = re.compile(
    r"</?(?:i|b|em|strong|sub|sup|sc|scp|tt|u|p|span|jats:[\w-]+|mml:[\w-]+|math)\b[^>]*>", re.IGNORECASE
)
_MATH: Final = re.compile(
    r"(?<![\\$])\$\$(?P<display>[^$]+)\$\$|(?<![\\$])\$(?P<inline>(?=\S)[^$]*?(?<![\\\s]))\$(?!\d)|\\\((?P<paren>.+?)\\\)",
    re.DOTALL,
)
_LATEX: Final = re.compile(r"\\[a-zA-Z]|\\[`'^\"~=.,;:!%&$#_{}]|\{[^{}]*\}|~|---?|``|''")
_NAMES: Final = "log|ln|exp|sin|cos|tan|min|max|sup|inf|lim|det|dim|ker|arg|deg|gcd|Pr|poly|polylog"
_OPERATOR: Final = re.compile(rf"\\(?:operatorname\{{)?({_NAMES})(?![a-zA-Z])\}}?")
_COMMAND: Final = re.compile(r"\\([a-zA-Z]+)")
_SPACE: Final = re.compile(r"[\s\u00a0\u2000-\u200a\u202f\u3000]+")
_INVISIBLE: Final = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_LETTERS: Final = re.compile(r"[^\W_]")


@functools.lru_cache(maxsize=256)
def _is_command(name: str) -> bool:
    """Whether the converter knows a command; one it doesn't know would vanish from the title."""
    return getattr(get_default_latex_context_db().get_macro_spec(name), "macroname", "") == name


@functools.lru_cache(maxsize=1)
def _converter() -> LatexNodes2Text:
    return LatexNodes2Text(math_mode="verbatim", keep_comments=True, strict_latex_spaces=False)


@functools.lru_cache(maxsize=4096)
def title_text(raw: str) -> str:
    """The title as people read it: entities, accents and math as Unicode, white space folded."""
    plain = _fold(_TAG.sub("", html.unescape(html.unescape(raw))))
    pieces: list[str] = []
    last = 0
    for match in _MATH.finditer(plain):
        body = match["display"] or match["inline"] or match["paren"] or ""
        if not _is_math(body):
            continue
        pieces += [_accents(plain[last : match.start()]), _math(body, match[0])]
        last = match.end()
    pieces.append(_accents(plain[last:]))
    shown = _fold("".join(pieces))
    return shown if shown and _kept(plain, shown) else plain


def _is_math(body: str) -> bool:
    """Whether what stands between two dollars is a formula, not words between two prices."""
    if re.fullmatch(r"[\d.,]+(?:\s+\w{2,}.*|\s*[-–]\s*)", body, re.DOTALL):
        return False
    return not re.search(r"(?<![\\a-zA-Z{])[a-zA-Z]{2,}\s+[a-zA-Z]{2,}", body) or "\\" in body


def _math(body: str, whole: str) -> str:
    try:
        pieces = [piece for part in _OPERATOR.split(body) if (piece := part.strip())]
        shown = " ".join(p if p in _NAMES.split("|") else str(_unicode_math(f"${p}$")) for p in pieces)
    except Exception:  # noqa: BLE001 - a third-party converter; the raw formula is the answer to any failure
        return whole
    return _upright(shown) if shown and "\\" not in shown else whole


def _upright(text: str) -> str:
    """Mathematical italic letters as plain ones, so that titles can be searched and read aloud."""
    return "".join(_plain_letter(c) if "\U0001d400" <= c <= "\U0001d7ff" or c == "ℎ" else c for c in text)


def _plain_letter(char: str) -> str:
    return unicodedata.normalize("NFKC", char)


def _accents(text: str) -> str:
    if not text or not _LATEX.search(text) or not all(_is_command(name) for name in _COMMAND.findall(text)):
        return text
    lead, trail = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    guarded = re.sub(r"(?<!\\)([%$&#_^])", r"\\\1", text.strip())
    try:
        shown = str(_converter().latex_to_text(guarded))
    except Exception:  # noqa: BLE001 - a third-party parser; the raw words are the answer to any failure
        return text
    return lead + shown.strip() + trail if _kept(text, shown) else text


def _kept(before: str, after: str) -> bool:
    """Whether a conversion kept the words: as many letters as before, commands not counted."""
    bare = re.sub(r"\\[a-zA-Z]+", "", before)
    return len(_LETTERS.findall(after)) >= 0.9 * len(_LETTERS.findall(bare))


def _fold(text: str) -> str:
    return _SPACE.sub(" ", _INVISIBLE.sub("", text)).strip()


def short_title(text: str, limit: int) -> str:
    """At most `limit` characters of a title, cut at a word, with "…" where something was left out."""
    folded = _fold(text)
    if len(folded) <= limit:
        return folded
    cut = folded[: max(limit - 1, 0)]
    at = cut.rfind(" ")
    if at >= limit // 2 and not folded[len(cut)].isspace():
        cut = cut[:at]
    return cut.rstrip(" ,;:–—-") + "…" if limit > 0 else ""


def short_authors(authors: Sequence[str]) -> str:
    """Names for a card: all of up to three, else the first two and how many there are: "A, B, … (8)"."""
    names = [title_text(name) for name in authors if name.strip()]
    return ", ".join(names) if len(names) <= 3 else f"{names[0]}, {names[1]}, … ({len(names)})"  # noqa: PLR2004 - three names fit a line


def category_name(code: str) -> str:
    """The official name of an arXiv category ("cs.AI" → "Artificial Intelligence"), else the code itself."""
    return NAMES.get(code) or NAMES.get(REPLACED_BY.get(code, ""), code)
