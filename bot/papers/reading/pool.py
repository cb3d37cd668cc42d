"""Pool of processes that read strangers' HTML, XML, PDFs, files and text; the main process parses none of these.

A reader process that is late, dies or answers nonsense is killed, and its request ends with an error; other requests
don't wait. Each PDF and each file of references has a process of its own.
"""

import asyncio
import contextlib
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from bot.papers.errors import SourceError, SourceUnavailableError
from bot.papers.links import Reference
from bot.papers.reading.reference_files import ReferenceFile, UnreadableFileError
from bot.papers.reading.xml_reading import Tree, element_of

PROGRAM: Final = Path(__file__).with_name("worker.py")
TEXT_SECONDS: Final = 5.0
FILE_SECONDS: Final = 30.0
READERS: Final = {"text": 2, "pdf": 1, "file": 1}
"""How many processes read documents of each kind at once."""
MOST_USES: Final = 200
MOST_ANSWER_BYTES: Final = 24 * 1024 * 1024
START_SECONDS: Final = 30.0
"""Seconds added to a new process's first request, because it imports its libraries first."""


class ReadingError(Exception):
    """Raised when the process that reads a document was late, died, or answered nonsense."""


@dataclass(slots=True, eq=False)
class _Reader:
    """One reader process; `uses` counts its requests."""

    process: asyncio.subprocess.Process
    uses: int = 0

    async def ask(
        self, kind: str, body: bytes, options: Mapping[str, object], seconds: float, start_seconds: float
    ) -> object:
        """Send one request and return its answer. Raises `ReadingError`."""
        out, into = self.process.stdout, self.process.stdin
        assert out is not None
        assert into is not None
        head = json.dumps({"kind": kind, "size": len(body), "options": dict(options), "seconds": seconds})
        limit_s = seconds + (0.0 if self.uses else start_seconds)
        self.uses += 1
        try:
            async with asyncio.timeout(limit_s):
                into.write(head.encode() + b"\n" + body)
                await into.drain()
                size = int(await out.readexactly(8), 16)
                if size > MOST_ANSWER_BYTES:
                    raise ReadingError(kind)
                answer: object = json.loads(await out.readexactly(size))
        except (TimeoutError, OSError, ValueError, EOFError, RecursionError) as error:
            raise ReadingError(kind) from error
        return answer

    async def end(self) -> None:
        """Kill the process and wait for its end."""
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()
        if self.process.stdin is not None:
            self.process.stdin.close()
        await self.process.wait()


class Readers:
    """Pool of reader processes; an async context manager, shared by the tasks of one loop."""

    def __init__(self) -> None:
        self.start_seconds = START_SECONDS
        self._idle: list[_Reader] = []
        self._slots = {lane: asyncio.Semaphore(number) for lane, number in READERS.items()}
        self._busy: set[_Reader] = set()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for reader in [*self._busy, *self._idle]:
            await reader.end()
        self._idle = []

    async def warm(self) -> None:
        """Start the processes that read texts and pages, so that the first paper doesn't wait for them."""
        while len(self._idle) < READERS["text"]:
            self._idle.append(await _start("text"))

    async def gate(self, texts: Sequence[tuple[str, str]]) -> list[str]:
        """Clean texts, given as (kind, raw text), by the rules of their kind. Raises `ReadingError`."""
        if not texts:
            return []
        body = json.dumps(texts).encode()
        clean_texts = await self._ask("text", "gate", body, {}, TEXT_SECONDS + len(body) / 1_000_000)
        if not isinstance(clean_texts, list) or len(clean_texts) != len(texts):
            raise ReadingError("gate")
        return [str(text) for text in clean_texts]

    async def head(self, body: bytes, charset: str | None) -> dict[str, object]:
        """Return a page's head and abstract, as `html_reading.read_head` does. Raises `SourceError`."""
        return await self._document("head", body, {"charset": charset})

    async def article(self, body: bytes, charset: str | None) -> dict[str, object]:
        """Return the text of an article's page, as `html_reading.read_article` does. Raises `SourceError`."""
        return await self._document("article", body, {"charset": charset}, seconds=4 * TEXT_SECONDS)

    async def xml(self, body: bytes, source: str) -> Tree:
        """Parse a source's XML. Raises `SourceUnavailableError` if it is broken, cut off or declares entities."""
        try:
            tree = await self._ask("text", "xml", body, {}, TEXT_SECONDS)
        except ReadingError:
            tree = None
        if tree is None:
            raise SourceUnavailableError(f"{source}'s answer is broken or cut off.")
        return element_of(tree)

    async def pdf(self, body: bytes, pages: int, seconds: float) -> dict[str, object]:
        """Return a PDF's texts, as `pdf_reading.read` does. Raises `ReadingError`."""
        answer = await self._ask("pdf", "pdf", body, {"most_pages": pages}, seconds)
        if not isinstance(answer, dict):
            raise ReadingError("pdf")
        return answer

    async def references(self, name: str, body: bytes) -> ReferenceFile:
        """Read the papers of a bibliography file, as `reference_files.read_file` does. Raises `UnreadableFileError`."""
        try:
            answer = await self._ask("file", "references", body, {"name": name}, FILE_SECONDS)
        except ReadingError:
            answer = None
        if not isinstance(answer, dict):
            raise UnreadableFileError(
                f"Reading {name} took more memory or time than allowed, so it was given up. Send it in parts."
            )
        if problem := answer.get("problem"):
            raise UnreadableFileError(str(problem))
        papers = tuple(
            Reference(scheme, value, version, url, tuple(also))
            for scheme, value, version, url, also in answer["papers"]
        )
        return ReferenceFile(papers, tuple(answer["without"]))

    async def _document(
        self, kind: str, body: bytes, options: Mapping[str, object], seconds: float = TEXT_SECONDS
    ) -> dict[str, object]:
        try:
            answer = await self._ask("text", kind, body, options, seconds)
        except ReadingError:
            answer = None
        if not isinstance(answer, dict):
            raise SourceError("This page is built so that it can't be read in reasonable time.")
        return answer

    async def _ask(
        self, lane: str, kind: str, body: bytes, options: Mapping[str, object], seconds: float
    ) -> object:
        async with self._slots[lane]:
            reader = self._idle.pop() if lane == "text" and self._idle else await _start(lane)
            self._busy.add(reader)
            fit = False
            try:
                answer = await reader.ask(kind, body, options, seconds, self.start_seconds)
                fit = lane == "text" and reader.uses < MOST_USES
            finally:
                self._busy.discard(reader)
                if fit:
                    self._idle.append(reader)
                else:
                    await reader.end()
            return answer


async def _start(lane: str) -> _Reader:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-I", str(PROGRAM), lane,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=None,
        env={}, limit=1 << 20,
    )  # fmt: skip
    return _Reader(process)
