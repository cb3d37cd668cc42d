"""PDFs are read in a subprocess with limits on time and memory, so that a hostile file costs a sentence."""

import asyncio
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from storage.errors import SourceError

PROGRAM: Final = Path(__file__).with_name("pdf_reading.py")
SECONDS: Final = 40.0
PAGES: Final = 80
SENTENCES: Final = {
    "password": "The PDF is encrypted, so it can't be read.",
    "broken": "The PDF is broken and can't be read.",
    "empty": "The PDF has no text that can be read (is it a scan?).",
}


@dataclass(frozen=True, slots=True)
class PdfText:
    """A PDF's visible text; `hidden` are passages left out as (why, text), at most 20 of 300 characters."""

    text: str
    hidden: tuple[tuple[str, str], ...]
    title: str | None
    abstract: str | None
    cut: bool


async def read_pdf(body: bytes, *, pages: int = PAGES, seconds: float = SECONDS) -> PdfText:
    """The visible text of the first `pages` pages; `SourceError` for a bomb, a locked or a broken file."""
    if not body[:1024].lstrip().startswith(b"%PDF-"):
        raise SourceError(SENTENCES["broken"])
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-I",
        str(PROGRAM),
        str(pages),
        str(int(seconds)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env={},
    )
    try:
        async with asyncio.timeout(seconds):
            out, _ = await process.communicate(body)
    except TimeoutError:
        raise SourceError(
            f"Reading the PDF took longer than {seconds:g} seconds, so it was given up."
        ) from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    try:
        found = json.loads(out)
    except ValueError:
        raise SourceError(
            "Reading the PDF took more memory or time than allowed, so it was given up."
        ) from None
    if problem := found.get("problem"):
        raise SourceError(SENTENCES[problem])
    return PdfText(
        text=found["text"],
        hidden=tuple((why, text) for why, text in found["hidden"]),
        title=found["title"],
        abstract=found["abstract"],
        cut=found["cut"],
    )
