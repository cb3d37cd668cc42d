"""Reads a PDF character by character without invisible text; runs in a separate process only.

White, tiny, invisible and off-page text is left out and reported.
"""

import ctypes
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import pypdfium2 as pdfium  # type: ignore[import-untyped]  # ships no types
from pypdfium2 import raw

MOST_CHARACTERS: Final = 400_000
LEAST_POINTS: Final = 2.0
LEAST_LETTERS: Final = 4
WHITE: Final = 245
FAINT: Final = 13
INVISIBLE_MODES: Final = frozenset({3, 7})
PASSWORD_ERROR: Final = 4
_ABSTRACT: Final = re.compile(
    r"(?:^|\n)\s*(?:\d+\.?\s+)?a\s?b\s?s\s?t\s?r\s?a\s?c\s?t\b[\s.:—–-]*(?P<body>.{80,4000}?)"
    r"(?=\n\s*(?:(?:1|I)\.?\s+)?(?:introduction|i\s?ntroduction|keywords?|index terms|ccs concepts"
    r"|categories and subject)\b|\Z)",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(slots=True)
class PagesSoFar:
    """What was read of a PDF's pages so far: visible text, hidden passages, and the letter sizes."""

    text: list[str] = field(default_factory=list)
    hidden: list[tuple[str, str]] = field(default_factory=list)
    sizes: list[tuple[float, str]] = field(default_factory=list)
    count: int = 0
    cut: bool = False
    has_gaps: bool = False


def read(body: bytes, most_pages: int) -> dict[str, object]:
    """Return a PDF's visible and hidden text, and the title and abstract on its first pages."""
    try:
        document = pdfium.PdfDocument(body)
    except pdfium.PdfiumError as error:
        locked = getattr(error, "err_code", None) == PASSWORD_ERROR or "password" in str(error).lower()
        return {"problem": "password" if locked else "broken"}
    reading = PagesSoFar()
    pages = len(document)
    for number in range(min(pages, most_pages)):
        try:
            page = document[number]
            _read_page(page, reading, first=number == 0)
            page.close()
        except pdfium.PdfiumError:  # a page that isn't there or is broken takes no other along
            reading.has_gaps = True
        if reading.cut:
            break
    text = "".join(reading.text).strip()
    if not text:
        return {"problem": "broken" if reading.has_gaps else "empty"}
    match = _ABSTRACT.search(text[:12_000])
    return {
        "text": text,
        "hidden": reading.hidden[:20],
        "title": _title(reading.sizes),
        "abstract": _joined(match["body"]) if match else None,
        "cut": reading.cut or reading.has_gaps or pages > most_pages,
    }


def _read_page(page: Any, reading: PagesSoFar, *, first: bool) -> None:
    textpage = page.get_textpage()
    left, bottom, right, top = page.get_cropbox()
    run: list[str] = []
    why: str | None = None
    for char, fault, size in _characters(textpage.raw, (left, bottom, right, top)):
        if fault != why and not char.isspace():
            _note(reading, why, run)
            run, why = [], fault
        run.append(char)
        if first and fault is None:
            reading.sizes.append((size, char))
        if fault is None or (char.isspace() and why is None):
            reading.text.append(char)
        elif reading.text and not reading.text[-1].isspace():
            reading.text.append(" ")
        reading.count += 1
        if reading.count >= MOST_CHARACTERS:
            reading.cut = True
            break
    _note(reading, why, run)
    reading.text.append("\n")
    textpage.close()


def _note(reading: PagesSoFar, why: str | None, run: list[str]) -> None:
    passage = " ".join("".join(run).split())
    if why is not None and sum(c.isalpha() for c in passage) > 2:  # noqa: PLR2004 - a word, not a stray mark
        reading.hidden.append((why, passage[:300]))


def _characters(
    textpage: Any, crop: tuple[float, float, float, float]
) -> Iterator[tuple[str, str | None, float]]:
    """Yield each character, the reason why it is invisible (None: visible), and its height in points."""
    styles: dict[int, tuple[str | None, float]] = {}
    box = raw.FS_RECTF()
    for index in range(raw.FPDFText_CountChars(textpage)):
        code = raw.FPDFText_GetUnicode(textpage, index)
        if code in {0, 0xFFFE, 0xFFFF, 2} or 0xD800 <= code <= 0xDFFF or code > 0x10FFFF:  # noqa: PLR2004 - no characters
            continue
        char = chr(code)
        if char in "\r\n":
            yield "\n", None, 0.0
            continue
        obj = raw.FPDFText_GetTextObject(textpage, index)
        key = ctypes.addressof(obj.contents) if obj else 0
        if key not in styles:
            styles[key] = _style(textpage, index, obj)
        fault, size = styles[key]
        if fault is None and not char.isspace() and raw.FPDFText_GetLooseCharBox(textpage, index, box):
            left, bottom, right, top = crop
            if box.right < left or box.left > right or box.top < bottom or box.bottom > top:
                fault = "off the page"
        yield (" " if char.isspace() else char), fault, size


def _style(textpage: Any, index: int, obj: Any) -> tuple[str | None, float]:
    """Return why text in this style is invisible (None: visible), and its effective height in points."""
    matrix = raw.FS_MATRIX()
    scale = 1.0
    if raw.FPDFText_GetMatrix(textpage, index, matrix):
        scale = abs(matrix.a * matrix.d - matrix.b * matrix.c) ** 0.5
    size = raw.FPDFText_GetFontSize(textpage, index) * scale
    if obj and raw.FPDFTextObj_GetTextRenderMode(obj) in INVISIBLE_MODES:
        return "invisible", size
    if 0 < size < LEAST_POINTS:
        return "tiny", size
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    if raw.FPDFText_GetFillColor(textpage, index, red, green, blue, alpha):
        if alpha.value < FAINT:
            return "invisible", size
        if min(red.value, green.value, blue.value) >= WHITE:
            return "white", size
    return None, size


def _title(sizes: list[tuple[float, str]]) -> str | None:
    """Return the words in the largest letters of the first page, if they can be a title, else None."""
    lines: list[tuple[float, str]] = []
    current: list[tuple[float, str]] = []
    for size, char in [*sizes, (0.0, "\n")]:
        if char != "\n":
            current.append((size, char))
        elif current:
            weights = sorted(s for s, c in current if not c.isspace())
            if weights:
                lines.append((weights[len(weights) // 2], "".join(c for _, c in current).strip()))
            current = []
    candidates = [
        (s, line)
        for s, line in lines[:60]
        if sum(c.isalpha() for c in line) >= LEAST_LETTERS and not line.lower().startswith("arxiv:")
    ]
    if not candidates:
        return None
    largest = max(size for size, _ in candidates)
    start = next(i for i, (size, _) in enumerate(candidates) if size >= largest * 0.98)
    words: list[str] = []
    for size, line in candidates[start:]:
        if size < largest * 0.98:
            break
        words.append(line)
    title = " ".join(" ".join(words).split())
    return title if 8 <= len(title) <= 300 else None  # noqa: PLR2004 - a title's length


def _joined(text: str) -> str:
    """Join lines to one text, and rejoin words that were hyphenated at a line's end."""
    return " ".join(re.sub(r"(?<=[a-z])-\n\s*(?=[a-z])", "", text).split())
