"""Fetches a paper's full text: arXiv's HTML or a PDF, without invisible passages."""

import asyncio
from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import urlsplit

from bot.papers.errors import PaperNotFoundError, SourceError, SourceUnavailableError
from bot.papers.fetching.fetcher import HTML_BYTES, PDF_BYTES, Fetcher, WebReply
from bot.papers.fetching.pacing import Turn, place_of
from bot.papers.reading.pdf import read_pdf
from bot.papers.sources.arxiv import SECONDS_BETWEEN
from bot.papers.text.characters import storable

ARXIV_SITE: Final = "https://arxiv.org"
_LEAST_CHARACTERS: Final = 2000


@dataclass(frozen=True, slots=True)
class FullText:
    """A paper's full text; `hidden` are passages left out as (reason, text); `cut` if the end is missing."""

    text: str
    source: Literal["html", "pdf"]
    hidden: tuple[tuple[str, str], ...]
    cut: bool


@dataclass(frozen=True, slots=True)
class Offer:
    """Where a paper's full text may be found: its arXiv id and version (None: the newest), or the URL of its PDF."""

    arxiv: str | None
    version: int | None
    pdf_url: str | None


class FullTexts:
    """Fetches full texts; simultaneous requests for one paper share a fetch. `arxiv_url` may be a mirror."""

    def __init__(self, fetcher: Fetcher, turn: Turn, arxiv_url: str = ARXIV_SITE) -> None:
        self._fetcher = fetcher
        self._turn = turn
        self._arxiv = arxiv_url.rstrip("/")
        self._asked: dict[Offer, asyncio.Task[FullText | None]] = {}

    async def warm(self) -> None:
        """Start the processes that read documents before the first paper needs them."""
        await self._fetcher.readers.warm()

    async def full_text(self, offer: Offer) -> FullText | None:
        """Return a paper's full text, or None if it has neither HTML nor a PDF.

        Raises `SourceError` if it can't be fetched or read now.
        """
        task = self._asked.get(offer)
        if task is None:
            task = self._asked[offer] = asyncio.create_task(self._fetch(offer))
            task.add_done_callback(lambda _: self._asked.pop(offer, None))
        return await asyncio.shield(task)

    async def _fetch(self, offer: Offer) -> FullText | None:
        if offer.arxiv is not None:
            version = f"v{offer.version}" if offer.version else ""
            page = await self._html(f"{self._arxiv}/html/{offer.arxiv}{version}")
            if page is not None and (article := await self._article(page)) is not None:
                return article
        pdf_url = offer.pdf_url or (f"{self._arxiv}/pdf/{offer.arxiv}" if offer.arxiv else None)
        if pdf_url is None:
            return None
        try:
            reply = await self._get(self._mirrored(pdf_url), "application/pdf", PDF_BYTES)
        except PaperNotFoundError:
            return None
        pdf = await read_pdf(self._fetcher.readers, reply.body)
        return FullText(storable(pdf.text), "pdf", pdf.hidden, pdf.cut)

    async def _html(self, url: str) -> WebReply | None:
        """Return arXiv's HTML page, or None if there is none or it can't be read, so that the PDF is tried."""
        try:
            return await self._get(url, "text/html", 4 * HTML_BYTES)
        except SourceUnavailableError:
            raise
        except SourceError:
            return None

    async def _article(self, page: WebReply) -> FullText | None:
        """Return the text of an article page, or None if it can't be read or is too short for a paper."""
        try:
            content = await self._fetcher.readers.article(page.body, page.charset)
        except SourceError:
            return None
        text, passages = storable(str(content["text"])), content["hidden"]
        if len(text) < _LEAST_CHARACTERS:
            return None
        hidden = [str(passage) for passage in passages] if isinstance(passages, list) else []
        return FullText(
            text, "html", tuple(("hidden in the page", one) for one in hidden), bool(content["cut"])
        )

    def _mirrored(self, url: str) -> str:
        """Return the URL, with arXiv's host replaced by the mirror if there is one."""
        parts = urlsplit(url)
        return f"{self._arxiv}{parts.path}" if place_of(url) == "arxiv.org" else url

    async def _get(self, url: str, accept: str, most_bytes: int) -> WebReply:
        if url.startswith(f"{self._arxiv}/"):
            async with self._turn(place_of(url), SECONDS_BETWEEN):
                return await self._fetcher.get(url, accept=accept, most_bytes=most_bytes)
        return await self._fetcher.get(url, accept=accept, most_bytes=most_bytes)
