"""Cleans text from outside: sources, pages, PDFs, models and people, with one function per kind of text.

The result is storable in both databases, contains no markup, isn't longer than its kind allows, and stays the same if
cleaned again.
"""

import json
from collections.abc import Callable, Iterable
from typing import Final

from bot.papers.text.characters import cut, lines, single_spaced
from bot.papers.text.charsets import well_decoded
from bot.papers.text.headings import without_heading
from bot.papers.text.latex import latex_text
from bot.papers.text.markup import without_markup

TITLE_BYTES: Final = 2 * 1024
ABSTRACT_BYTES: Final = 20 * 1024
NAME_BYTES: Final = 300
RATIONALE_BYTES: Final = 40 * 1024
WORDS_BYTES: Final = 40 * 1024
MOST_NAMES: Final = 5_000
RAW: Final = 10
"""How many times longer than its limit raw text may be, because formulas in MathML and LaTeX shrink."""
_ROUNDS: Final = 8


def title_text(raw: str) -> str:
    """Return a title for people: one line, no markup, LaTeX and MathML as Unicode; at most 2 KB."""
    return _settled(raw, TITLE_BYTES, lambda text: latex_text(without_markup(text)))


def latex_title_text(raw: str) -> str:
    """Return a title in one line without markup, its LaTeX kept for judges; at most 20 KB."""
    return _settled(raw, RAW * TITLE_BYTES, lambda text: single_spaced(without_markup(text)))


def abstract_text(raw: str) -> str:
    """Return an abstract on one line without markup and heading, with its LaTeX for the judges; at most 20 KB."""
    return _settled(raw, ABSTRACT_BYTES, lambda text: without_heading(single_spaced(without_markup(text))))


def name_text(raw: str) -> str:
    """Return a person's, journal's or licence's name on one line; at most 300 bytes."""
    return _settled(raw, NAME_BYTES, lambda text: latex_text(without_markup(text)))


def name_texts(raw: Iterable[str]) -> tuple[str, ...]:
    """Return names in their order, each once, without empty ones; at most five thousand."""
    return tuple(name for name in dict.fromkeys(name_text(one) for one in raw) if name)[:MOST_NAMES]


def rationale_text(raw: str) -> str:
    """Return a model's reasons cleaned for storing: lines, Markdown and LaTeX stay; at most 40 KB."""
    return cut(lines(cut(_encodable(raw), 2 * RATIONALE_BYTES)), RATIONALE_BYTES)


def person_text(raw: str) -> str:
    """Return a text that a person typed, cleaned for storing; its lines stay; at most 40 KB."""
    return cut(lines(cut(_encodable(raw), 2 * WORDS_BYTES)), WORDS_BYTES)


def _encodable(text: str) -> str:
    """Return the text without lone surrogates, which can't be encoded."""
    return text.encode(errors="ignore").decode()


def _readable(text: str) -> str:
    """Return the text in one line, without characters of a wrong charset."""
    return single_spaced(well_decoded(text))


def _settled(raw: str, most_bytes: int, convert: Callable[[str], str]) -> str:
    """Convert a text repeatedly until nothing changes; a text that never stops changing is returned unconverted.

    Converting can uncover markup (`&lt;i&gt;` is decoded into a tag), hence the repetition.
    """
    plain = cut(_readable(cut(_encodable(raw), most_bytes * RAW)), most_bytes * RAW)
    text = plain
    for _ in range(_ROUNDS):
        before, text = text, _readable(convert(text))
        if text == before:
            break
    else:
        text = plain
    return text if len(text.encode()) <= most_bytes else _cut_settled(text, most_bytes, convert)


def _cut_settled(text: str, most_bytes: int, convert: Callable[[str], str]) -> str:
    """Cut a converted text to its limit so that converting the rest changes nothing."""
    for _ in range(_ROUNDS):
        text = cut(text, most_bytes)
        after = cut(_readable(convert(text)), most_bytes)
        if after == text:
            return text
        text = after
    return text


KINDS: Final[dict[str, Callable[[str], str]]] = {
    "title": title_text,
    "latex title": latex_title_text,
    "abstract": abstract_text,
    "name": name_text,
    "rationale": rationale_text,
    "person": person_text,
}


def pass_all(body: bytes) -> list[str]:
    """Clean a JSON list of (kind, raw text), inside a reader process."""
    return [KINDS[kind](raw) for kind, raw in json.loads(body)]
