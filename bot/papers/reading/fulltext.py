"""A paper's full text: arXiv's HTML where there is one, else its PDF, without what no reader sees."""

import asyncio
import re
from collections import Counter
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Final, Literal
from urllib.parse import urlsplit

from bot.papers.fetching.fetcher import HTML_BYTES, PDF_BYTES, Fetched, Fetcher
from bot.papers.reading.pdf import read_pdf
from bot.papers.sources import Turn, place_of
from bot.papers.sources.arxiv import SECONDS_BETWEEN
from storage.errors import PaperNotFoundError, SourceError, SourceUnavailableError

ARXIV_SITE: Final = "https://arxiv.org"
_LEAST_CHARACTERS: Final = 2000
_MOST_CHARACTERS: Final = 400_000
_SKIPPED: Final = frozenset(
    {"script", "style", "nav", "footer", "header", "button", "noscript", "template", "svg", "head"}
)
_VOID: Final = frozenset(
    {"br", "img", "hr", "meta", "link", "input", "source", "wbr", "area", "base", "col", "embed", "track"}
)
_BLOCKS: Final = frozenset(
    {"p", "div", "section", "li", "h1", "h2", "h3", "h4", "h5", "h6", "tr", "figcaption", "article"}
)
_UNSEEN: Final = re.compile(
    r"display:none|visibility:hidden|opacity:0(?![.\d])|font-size:(?:0|1(?:px|pt)|0?\.\d+(?:px|pt|em|rem))(?![.\d])"
    r"|(?<!-)color:(?:white|#fff(?:fff)?|rgb\(255,255,255\)|transparent)(?![a-f\d])|left:-\d{3,}px|text-indent:-\d{3,}px"
)


@dataclass(frozen=True, slots=True)
class FullText:
    """The words of a paper; `hidden` are passages left out as (why, text); `cut` if the end is missing."""

    text: str
    source: Literal["html", "pdf"]
    hidden: tuple[tuple[str, str], ...]
    cut: bool


@dataclass(frozen=True, slots=True)
class Offer:
    """Where a paper's full text may be: its arXiv id with the version to read (None for the newest), its PDF."""

    arxiv: str | None
    version: int | None
    pdf_url: str | None


class FullTexts:
    """Fetches full texts; several who ask for one paper at once are answered by one fetch.

    `arxiv_url` is arXiv's site or a mirror of it.
    """

    def __init__(self, fetcher: Fetcher, turn: Turn, arxiv_url: str = ARXIV_SITE) -> None:
        self._fetcher = fetcher
        self._turn = turn
        self._arxiv = arxiv_url.rstrip("/")
        self._asked: dict[Offer, asyncio.Task[FullText | None]] = {}

    async def full_text(self, offer: Offer) -> FullText | None:
        """The full text, or None where the paper offers neither HTML nor a PDF.

        Raises `SourceError` when what it offers can't be had or read now; the abstract remains.
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
            if page is not None and (found := await asyncio.to_thread(read_html, page.text)) is not None:
                return found
        pdf_url = offer.pdf_url or (f"{self._arxiv}/pdf/{offer.arxiv}" if offer.arxiv else None)
        if pdf_url is None:
            return None
        try:
            fetched = await self._get(self._mirrored(pdf_url), "application/pdf", PDF_BYTES)
        except PaperNotFoundError:
            return None
        pdf = await read_pdf(fetched.body)
        return FullText(pdf.text, "pdf", pdf.hidden, pdf.cut)

    async def _html(self, url: str) -> Fetched | None:
        """The page, or None where arXiv has none or one that can't be read: the PDF is asked next."""
        try:
            return await self._get(url, "text/html", 4 * HTML_BYTES)
        except SourceUnavailableError:
            raise
        except SourceError:
            return None

    def _mirrored(self, url: str) -> str:
        """Take arXiv's own PDFs from the mirror where there is one."""
        parts = urlsplit(url)
        return f"{self._arxiv}{parts.path}" if place_of(url) == "arxiv.org" else url

    async def _get(self, url: str, accept: str, most_bytes: int) -> Fetched:
        if url.startswith(f"{self._arxiv}/"):
            async with self._turn(place_of(url), SECONDS_BETWEEN):
                return await self._fetcher.get(url, accept=accept, most_bytes=most_bytes)
        return await self._fetcher.get(url, accept=accept, most_bytes=most_bytes)


def read_html(page: str) -> FullText | None:
    """The text of an article page, or None where it holds too little to be a paper."""
    reader = _ArticleReader()
    try:
        reader.feed(page)
        reader.close()
    except AssertionError:  # html.parser's answer to a broken declaration
        return None
    text = re.sub(r"[^\S\n]+", " ", "".join(reader.shown))
    text = re.sub(r"\s*\n\s*", "\n", text).strip()
    if len(text) < _LEAST_CHARACTERS:
        return None
    hidden = tuple(
        ("hidden in the page", " ".join("".join(part).split())[:300])
        for part in reader.hidden
        if "".join(part).strip()
    )
    return FullText(text[:_MOST_CHARACTERS], "html", hidden[:20], len(text) > _MOST_CHARACTERS)


class _ArticleReader(HTMLParser):
    """Keeps what is seen inside the article; a formula is its TeX, an unseen element is set aside."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.shown: list[str] = []
        self.hidden: list[list[str]] = []
        self._open: list[tuple[str, str]] = []
        self._names: Counter[str] = Counter()
        self._article = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _VOID:
            self._put("\n" if tag == "br" else "")
            return
        attributes = {name: value or "" for name, value in attrs}
        kind = self._open[-1][1] if self._open else "seen"
        if kind == "seen":
            style = attributes.get("style", "").replace(" ", "").lower()
            if tag in _SKIPPED:
                kind = "skipped"
            elif tag == "math":
                self._put(f" {attributes.get('alttext', '')} ")
                kind = "skipped"
            elif "hidden" in attributes or _UNSEEN.search(style):
                kind = "hidden"
                self.hidden.append([])
        self._open.append((tag, kind))
        self._names[tag] += 1
        if tag == "article":
            self._article += 1
        if tag in _BLOCKS:
            self._put("\n")

    def handle_endtag(self, tag: str) -> None:
        if not self._names[tag]:
            return
        if tag in _BLOCKS:
            self._put("\n")
        while self._open:
            name, _ = self._open.pop()
            self._names[name] -= 1
            if name == "article":
                self._article -= 1
            if name == tag:
                return

    def handle_data(self, data: str) -> None:
        self._put(data)

    def _put(self, text: str) -> None:
        kind = self._open[-1][1] if self._open else "seen"
        if not self._article:
            return
        if kind == "seen":
            self.shown.append(text)
        elif kind == "hidden":
            self.hidden[-1].append(text)
