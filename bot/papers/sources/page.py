"""Any paper's own page: what its `citation_*` and Dublin Core tags, JSON-LD and abstract section say."""

import asyncio
import dataclasses
import json
import re
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from html.parser import HTMLParser
from typing import Final
from urllib.parse import urljoin

from bot.papers.fetching.fetcher import HTML_BYTES, PDF_BYTES, Fetched, Fetcher
from bot.papers.links import Reference, parse
from bot.papers.reading.pdf import read_pdf
from bot.papers.records import PaperRecord
from bot.papers.sources import Answer
from bot.papers.sources.fields import day, each, listed, look, prose, words
from storage.errors import PaperNotFoundError, SourceError

ACCEPT: Final = "text/html,application/xhtml+xml,application/pdf;q=0.9"
_LEAST_ABSTRACT: Final = 80
FROM_FILE: Final = "the file"
"""The source of a paper that only its own PDF describes."""
_ABSTRACT_NAME: Final = re.compile(
    r"(?:^|[-_\s])(?:acl-|section-|hlfld-)?abstract(?:-content|section|infull|-text|-body)?(?:$|\s)",
    re.IGNORECASE,
)
_VOID: Final = frozenset(
    {"br", "img", "hr", "meta", "link", "input", "source", "wbr", "area", "base", "col", "embed", "track"}
)
_BLOCKS: Final = frozenset({"p", "div", "section", "li", "h1", "h2", "h3", "h4", "h5", "h6", "tr", "br"})
_HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "strong", "b", "dt"})
_QUIET: Final = frozenset({"script", "style", "noscript", "template", "svg", "button", "nav", "footer"})


class PageSource:
    """Records from pages and from bare PDF links; `by_id` is asked about a DOI or arXiv id found there."""

    def __init__(
        self, fetcher: Fetcher, by_id: Callable[[Sequence[Reference]], Awaitable[dict[str, Answer]]]
    ) -> None:
        self._fetcher = fetcher
        self._by_id = by_id

    async def records(self, references: Sequence[Reference]) -> dict[str, Answer]:
        """An answer for each reference."""
        return await each(references, self._record)

    async def _record(self, reference: Reference) -> PaperRecord:
        is_pdf = reference.link.lower().endswith(".pdf")
        fetched = await self._fetcher.get(
            reference.link, accept=ACCEPT, most_bytes=PDF_BYTES if is_pdf else HTML_BYTES
        )
        if fetched.body.startswith(b"%PDF-") or fetched.content_type == "application/pdf":
            return await _from_pdf(fetched, reference)
        if fetched.content_type not in {"text/html", "application/xhtml+xml", ""}:
            raise SourceError(f"What this link gives is {fetched.content_type[:60]}, not a paper's page.")
        record = await asyncio.to_thread(read_page, fetched, reference)
        return await self._completed(record, reference)

    async def _completed(self, record: PaperRecord | None, reference: Reference) -> PaperRecord:
        if record is None:
            raise PaperNotFoundError("This page doesn't say which paper it is; paste its DOI or arXiv link.")
        better = [parse(f"{s}:{v}") for s, v in record.identifiers if s in {"arxiv", "doi", "pmid"}]
        asked = [r for r in better if r is not None and r.canonical != reference.canonical]
        if record.abstract and record.title:
            return record
        for answer in (await self._by_id(asked[:1])).values() if asked else ():
            if isinstance(answer, PaperRecord):
                return dataclasses.replace(
                    answer,
                    identifiers=tuple(dict.fromkeys((*record.identifiers, *answer.identifiers))),
                    abstract=answer.abstract or record.abstract,
                    pdf_url=record.pdf_url or answer.pdf_url,
                    url=record.url,
                )
        if not record.title:
            raise PaperNotFoundError(
                "This page names a paper that can't be looked up; paste its DOI or arXiv link."
            )
        return record


class _Reader(HTMLParser):
    """Collects meta tags, JSON-LD, and the text that stands under an abstract's element or heading."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.meta: dict[str, list[str]] = defaultdict(list)
        self.linked: list[str] = []
        self.marked: list[list[str]] = []
        self.headed: list[str] = []
        self._depth = 0
        self._inside: int | None = None
        self._quiet = 0
        self._script: list[str] | None = None
        self._heading: list[str] | None = None
        self._after_heading = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if tag == "meta":
            name = (attributes.get("name") or attributes.get("property") or "").lower()
            if name and (content := attributes.get("content", "").strip()):
                self.meta[name].append(content)
        if tag in _VOID:
            self._text(" ") if tag in _BLOCKS else None
            return
        self._depth += 1
        if tag == "script" and attributes.get("type") == "application/ld+json":
            self._script = []
        if tag in _QUIET:
            self._quiet += 1
        elif tag in _HEADINGS:
            self._heading = []
            if tag[0] == "h":
                self._after_heading = False
        named = f"{attributes.get('id', '')} {attributes.get('class', '')}"
        if (
            self._inside is None
            and tag not in {"body", "html", "a", "h2", "h3", "h4"}
            and _ABSTRACT_NAME.search(named)
        ):
            self._inside = self._depth
            self.marked.append([])
        if tag in _BLOCKS:
            self._text(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in _VOID:
            return
        if tag == "script" and self._script is not None:
            self.linked.append("".join(self._script))
            self._script = None
        if tag in _QUIET:
            self._quiet = max(0, self._quiet - 1)
        elif tag in _HEADINGS and self._heading is not None:
            self._after_heading = (
                self._after_heading or "".join(self._heading).strip(" :.\n\t").lower() == "abstract"
            )
            self._heading = None
        if tag in _BLOCKS:
            self._text(" ")
        if self._inside is not None and self._depth <= self._inside:
            self._inside = None
        self._depth = max(0, self._depth - 1)

    def handle_data(self, data: str) -> None:
        if self._script is not None:
            self._script.append(data)
        elif not self._quiet:
            self._text(data)

    def _text(self, text: str) -> None:
        if self._heading is not None:
            self._heading.append(text)
        if self._inside is not None:
            self.marked[-1].append(text)
        elif self._after_heading and self._heading is None:
            self.headed.append(text)

    def first(self, *names: str) -> str | None:
        """The first of these meta tags that says something."""
        return next(
            (words(value) for name in names for value in self.meta.get(name, ()) if words(value)), None
        )

    def abstract(self) -> str | None:
        """The longest trustworthy abstract: a tag's, the marked element's, or what follows the heading."""
        found = [
            prose(text)
            for text in (
                self.first("citation_abstract", "dc.description.abstract", "dcterms.abstract"),
                *("".join(part) for part in self.marked),
                "".join(self.headed),
                self.first("dc.description", "dcterms.description"),
            )
        ]
        return next(
            (
                text
                for text in found
                if text and len(text) >= _LEAST_ABSTRACT and not text.endswith(("...", "…"))
            ),
            None,
        )


def read_page(fetched: Fetched, reference: Reference) -> PaperRecord | None:
    """What a paper's page says, or None where it names none; the title is "" if only an id is named."""
    reader = _Reader()
    try:
        reader.feed(fetched.text)
        reader.close()
    except AssertionError:  # html.parser's answer to a broken declaration
        raise SourceError("This page's HTML is broken and can't be read.") from None
    article = _article(reader.linked)
    title = reader.first(
        "citation_title", "dc.title", "dcterms.title", "bepress_citation_title", "eprints.title"
    ) or words(look(article, "headline") or look(article, "name"))
    ids = _ids(reader, article)
    if title is None and not ids:
        return None
    authors = [
        name
        for key in ("citation_author", "dc.creator", "dcterms.creator", "bepress_citation_author")
        for name in reader.meta.get(key, ())
    ]
    if not authors:
        authors = [n for a in listed(look(article, "author")) if (n := words(look(a, "name")) or words(a))]
    if not authors and (together := reader.first("citation_authors")):
        authors = [name for name in together.split(";") if name.strip()]
    pdf = reader.first("citation_pdf_url", "bepress_citation_pdf_url")
    published = reader.first(
        "citation_publication_date", "citation_online_date", "citation_date", "dc.date", "citation_year"
    )
    own = () if reference.scheme == "page" and ids else ((reference.scheme, reference.value),)
    aside = ((reference.scheme, reference.value),) if not own else ()
    return PaperRecord(
        identifiers=tuple(dict.fromkeys((*own, *ids, *aside))),
        title=title or "",
        authors=tuple(dict.fromkeys(_in_order(name) for name in authors)),
        abstract=reader.abstract() or prose(look(article, "abstract")),
        categories=(),
        primary_category=None,
        published=day(published) or day(look(article, "datePublished")),
        updated=None,
        version=reference.version,
        comment=reader.first("citation_journal_title", "citation_conference_title"),
        withdrawn=(title or "").upper().startswith(("RETRACTED", "WITHDRAWN")),
        licence=words(look(article, "license")) or reader.first("dc.rights"),
        pdf_url=urljoin(fetched.url, pdf) if pdf else None,
        url=reference.link,
        source="its page",
    )


def _ids(reader: _Reader, article: object) -> tuple[tuple[str, str], ...]:
    arxiv = reader.first("citation_arxiv_id")
    pmid = reader.first("citation_pmid")
    doi = reader.first(
        "citation_doi",
        "dc.identifier.doi",
        "prism.doi",
        "bepress_citation_doi",
        "dc.identifier",
        "eprints.id_number",
    )
    written = [
        f"arxiv:{arxiv}" if arxiv else None,
        _doi(doi),
        f"pmid:{pmid}" if pmid else None,
        _doi(words(look(article, "doi"))),
    ]
    found = [parse(text) for text in written if text]
    return tuple(dict.fromkeys((r.scheme, r.value) for r in found if r is not None and r.scheme != "page"))


def _doi(text: str | None) -> str | None:
    found = re.search(r"10\.\d{4,9}/\S+", text or "")
    return f"doi:{found[0]}" if found else None


def _article(linked: Sequence[str]) -> object:
    for text in linked:
        try:
            found = json.loads(text)
        except (ValueError, RecursionError):
            continue
        for item in (found, *listed(found), *listed(look(found, "@graph")), look(found, "mainEntity")):
            if any(
                kind in str(look(item, "@type")) for kind in ("ScholarlyArticle", "MedicalScholarlyArticle")
            ):
                return item
    return None


def _in_order(name: str) -> str:
    """The given names first: "Doe, Jane" → "Jane Doe"."""
    family, comma, given = " ".join(name.split()).partition(", ")
    return f"{given} {family}" if comma and "," not in given else " ".join(name.split())


async def _from_pdf(fetched: Fetched, reference: Reference) -> PaperRecord:
    read = await read_pdf(fetched.body, pages=2)
    if read.title is None or read.abstract is None:
        raise PaperNotFoundError(
            "This PDF has no title with an abstract below it, so it isn't taken for a paper."
        )
    return PaperRecord(
        identifiers=((reference.scheme, reference.value),),
        title=read.title,
        authors=(),
        abstract=read.abstract,
        categories=(),
        primary_category=None,
        published=None,
        updated=None,
        version=None,
        comment=None,
        withdrawn=False,
        licence=None,
        pdf_url=fetched.url,
        url=reference.link,
        source=FROM_FILE,
    )
