"""Reads BibTeX as people and programs write it, and goes on after whatever is broken. Does no I/O."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

_BEGIN: Final = re.compile(r"(?:^[ \t]*|[})][ \t]*)@[ \t]*(?P<kind>[A-Za-z]+)\s*(?P<mark>[{(])", re.MULTILINE)
_MARK: Final = re.compile(r"[{}\")]")
_FIELD: Final = re.compile(r"(?<![\w:+./-])(?P<name>[a-z][\w:+./-]{0,60})\s*=\s*", re.ASCII | re.IGNORECASE)
_BARE: Final = re.compile(r"[^\s,#{}()\"=%]+")
_BLANK: Final = re.compile(r"(?:\s+|%[^\n]*)*")
_NO_PAPERS: Final = frozenset({"comment", "preamble", "xdata", "set"})
"""Kinds of blocks without a paper."""


def bibtex_entries(text: str) -> Iterator[dict[str, str]]:
    """Yield each entry's fields by lower-case name, without the marks around values; of two with a name the first counts.

    Strings and sums of strings are put together. A value or an entry without an end stops at its line's end, or where the
    next entry begins; lines that begin with a percent sign are comments.
    """
    strings: dict[str, str] = {}
    starts = list(_BEGIN.finditer(text))
    ends = [start.start() + 1 for start in starts[1:]] + [len(text)]
    for start, end in zip(starts, ends, strict=False):
        block = text[start.end() : end]
        close = _closing(block, 0, "}" if start["mark"] == "{" else ")")
        kind = start["kind"].lower()
        if kind not in _NO_PAPERS:
            fields = _fields(block if close < 0 else block[:close], strings)
            if kind == "string":
                strings |= fields
            else:
                yield fields


def _closing(text: str, at: int, mark: str) -> int:
    """Return the index of the mark that ends what began before `at`, outside of inner braces; -1 for none."""
    depth = 0
    for each in _MARK.finditer(text, at):
        if each[0] == mark and not depth:
            return each.start()
        depth += (each[0] == "{") - (each[0] == "}")
        if depth < 0:
            break
    return -1


def _fields(block: str, strings: Mapping[str, str]) -> dict[str, str]:
    fields: dict[str, str] = {}
    at = 0
    while field := _FIELD.search(block, at):
        value, at = _value(block, field.end(), strings)
        fields.setdefault(field["name"].lower(), value)
    return fields


def _value(block: str, at: int, strings: Mapping[str, str]) -> tuple[str, int]:
    """Return the value that begins at an index, and the index after it."""
    pieces = []
    while at < len(block):
        if block[at] in '{"':
            close = _closing(block, at + 1, "}" if block[at] == "{" else '"')
            if close < 0:
                close = (block.find("\n", at) + 1 or len(block) + 1) - 1
            pieces.append(block[at + 1 : close])
            at = close + 1
        elif bare := _BARE.match(block, at):
            pieces.append(strings.get(bare[0].lower(), bare[0]))
            at = bare.end()
        at = _after_blank(block, at)
        if block[at : at + 1] != "#":
            break
        at = _after_blank(block, at + 1)
    return "".join(pieces), at


def _after_blank(block: str, at: int) -> int:
    blank = _BLANK.match(block, at)
    return blank.end() if blank else at
