"""Reads PDFs in a separate process with limits, so that a hostile file does no harm."""

from dataclasses import dataclass
from typing import Final

from bot.papers.errors import SourceError
from bot.papers.reading.pool import Readers, ReadingError

SECONDS: Final = 40.0
PAGES: Final = 80
SENTENCES: Final = {
    "password": "The PDF is encrypted, so it can't be read.",
    "broken": "The PDF is broken and can't be read.",
    "empty": "The PDF has no text that can be read (is it a scan?).",
}


@dataclass(frozen=True, slots=True)
class PdfText:
    """A PDF's visible text; `hidden` are passages left out as (reason, text), at most 20 of 300 characters."""

    text: str
    hidden: tuple[tuple[str, str], ...]
    title: str | None
    abstract: str | None
    cut: bool


async def read_pdf(readers: Readers, body: bytes, *, pages: int = PAGES, seconds: float = SECONDS) -> PdfText:
    """Return the visible text of the first `pages` pages.

    Raises `SourceError` for a file that is locked, broken or needs too much time or memory.
    """
    if not body[:1024].lstrip().startswith(b"%PDF-"):
        raise SourceError(SENTENCES["broken"])
    try:
        answer = await readers.pdf(body, pages, seconds)
    except ReadingError:
        raise SourceError(
            f"Reading the PDF took more memory than allowed or longer than {seconds:g} seconds, so it was given up."
        ) from None
    if problem := answer.get("problem"):
        raise SourceError(SENTENCES[str(problem)])
    title, abstract, hidden = answer.get("title"), answer.get("abstract"), answer.get("hidden")
    return PdfText(
        text=str(answer["text"]),
        hidden=tuple((str(why), str(text)) for why, text in hidden) if isinstance(hidden, list) else (),
        title=str(title) if title else None,
        abstract=str(abstract) if abstract else None,
        cut=bool(answer.get("cut")),
    )
