"""Shortens titles, names and categories for cards."""

import re
from collections.abc import Sequence

from bot.papers.categories import NAMES, REPLACED_BY
from bot.papers.text.characters import single_spaced
from bot.papers.text.gate import name_text

_REMARK = re.compile(r"^\s*\[[^\]]*\]\s*")
"""Pattern of a remark in brackets before a summary, which doesn't say what the paper does."""


def short_title(text: str, limit: int) -> str:
    """Shorten a title to `limit` characters, cut at a word and marked with "…"."""
    line = single_spaced(text)
    if len(line) <= limit:
        return line
    head = line[: max(limit - 1, 0)]
    at = head.rfind(" ")
    if at >= limit // 2 and not line[len(head)].isspace():
        head = head[:at]
    return head.rstrip(" ,;:–—-") + "…" if limit > 0 else ""


def short_authors(authors: Sequence[str]) -> str:
    """Return names for a card: up to three, else the first two and the number: "A, B, … (8)"."""
    names = [name_text(name) for name in authors[:3] if name.strip()]
    return ", ".join(names) if len(authors) <= 3 else f"{names[0]}, {names[1]}, … ({len(authors)})"  # noqa: PLR2004 - three names fit a line


def category_name(code: str) -> str:
    """Return the official name of an arXiv category ("cs.AI" gives "Artificial Intelligence"), else the code."""
    return NAMES.get(code) or NAMES.get(REPLACED_BY.get(code, ""), code)


def summary_line(text: str, limit: int) -> str:
    """Return the beginning of a summary or abstract, without a remark in brackets before it."""
    return short_title(_REMARK.sub("", text), limit)
