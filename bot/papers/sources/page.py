"""Reads any paper's own page: `citation_*` and Dublin Core tags, JSON-LD, and its abstract."""

import dataclasses
import json
import re
from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import urljoin

from bot.papers.errors import PaperNotFoundError, SourceError
from bot.papers.fetching.fetcher import HTML_BYTES, PDF_BYTES, Fetcher, WebReply
from bot.papers.links import Reference, parse
from bot.papers.reading.pdf import read_pdf
from bot.papers.records import PaperRecord
from bot.papers.sources import AskById, SourceAnswer, SourceContext, SourceDeclaration
from bot.papers.sources.fields import day, each, listed, prose, value_at, words
from bot.papers.standing import gravest

ACCEPT: Final = "text/html,application/xhtml+xml,application/pdf;q=0.9"
_LEAST_ABSTRACT: Final = 80
FROM_FILE: Final = "the file"
"""Source name of a paper that is described only by its own PDF."""


class PageSource:
    """Reads papers from their own web pages and PDF links.

    `by_id` is a function that looks a paper up by its DOI or arXiv id; it is called with the id that a page names.
    """

    def __init__(self, fetcher: Fetcher, by_id: AskById) -> None:
        self._fetcher = fetcher
        self._by_id = by_id

    async def records(self, references: Sequence[Reference]) -> dict[str, SourceAnswer]:
        """Return an answer for each reference."""
        return await each(references, self._record)

    async def _record(self, reference: Reference) -> PaperRecord:
        is_pdf = reference.link.lower().endswith(".pdf")
        reply = await self._fetcher.get(
            reference.link, accept=ACCEPT, most_bytes=PDF_BYTES if is_pdf else HTML_BYTES
        )
        if reply.body.startswith(b"%PDF-") or reply.content_type == "application/pdf":
            return await _from_pdf(self._fetcher, reply, reference)
        if reply.content_type not in {"text/html", "application/xhtml+xml", ""}:
            raise SourceError(f"What this link gives is {reply.content_type[:60]}, not a paper's page.")
        head = await self._fetcher.readers.head(reply.body, reply.charset)
        return await self._completed(record_of(head, reference, reply.url), reference)

    async def _completed(self, record: PaperRecord | None, reference: Reference) -> PaperRecord:
        if record is None:
            raise PaperNotFoundError("This page doesn't say which paper it is; paste its DOI or arXiv link.")
        better = [parse(f"{s}:{v}") for s, v in record.identifiers if s in {"arxiv", "doi", "pmid"}]
        others = [r for r in better if r is not None and r.canonical != reference.canonical]
        if record.abstract and record.title:
            return record
        for answer in (await self._by_id(others[:1])).values() if others else ():
            if isinstance(answer, PaperRecord):
                return dataclasses.replace(
                    answer,
                    standing=gravest([answer.standing, record.standing]),
                    venue=answer.venue or record.venue,
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


class _Head:
    """Reader of a page's head, as `html_reading.read_head` returns it."""

    def __init__(self, head: Mapping[str, object]) -> None:
        meta = head.get("meta")
        self.meta: dict[str, list[str]] = (
            {str(name): [str(one) for one in listed(values)] for name, values in meta.items()}
            if isinstance(meta, dict)
            else {}
        )
        self.scripts = [str(one) for one in listed(head.get("linked"))]
        self._abstracts = [str(one) for one in listed(head.get("marked"))]
        self._after_heading = str(head.get("headed") or "")

    def first(self, *names: str) -> str | None:
        """Return the first value among these meta tags, or None."""
        return next(
            (words(value) for name in names for value in self.meta.get(name, ()) if words(value)), None
        )

    def all(self, *names: str) -> list[str]:
        """Return all values of these meta tags."""
        return [value for name in names for value in self.meta.get(name, ())]

    def abstract(self) -> str | None:
        """Return the first trustworthy abstract: of a tag, of an element with that name, or below that heading.

        Or None.
        """
        if (abstract := self.first(*_ABSTRACT_TAGS)) and not abstract.endswith(("...", "…")):
            return abstract
        passages = [
            *self._abstracts,
            self._after_heading,
            self.first("dc.description", "dcterms.description") or "",
        ]
        whole = [" ".join(text.split()) for text in passages]
        return next(
            (text for text in whole if len(text) >= _LEAST_ABSTRACT and not text.endswith(("...", "…"))), None
        )


_ABSTRACT_TAGS: Final = (
    "citation_abstract", "dc.description.abstract", "dcterms.abstract", "dc.abstract", "eprints.abstract",
    "bepress_citation_abstract", "prism.abstract",
)  # fmt: skip


def record_of(head: Mapping[str, object], reference: Reference, address: str) -> PaperRecord | None:
    """Return a page's record, or None if it names no paper; the title is "" if it gives only an id."""
    reader = _Head(head)
    article = _article(reader.scripts)
    title = reader.first(
        "citation_title",
        "dc.title",
        "dcterms.title",
        "bepress_citation_title",
        "eprints.title",
        "prism.title",
    ) or words(value_at(article, "headline") or value_at(article, "name"))
    if title is None and reader.first(*_ABSTRACT_TAGS):  # a page with an abstract of its own is a paper's
        title = reader.first("og:title", "twitter:title") or words(head.get("title"))
    ids = _ids(reader, article)
    if title is None and not ids:
        return None
    authors = reader.all(
        "citation_author", "dc.creator", "dcterms.creator", "bepress_citation_author", "eprints.creators_name"
    )
    if not authors:
        authors = [
            n for a in listed(value_at(article, "author")) if (n := words(value_at(a, "name")) or words(a))
        ]
    if not authors and (together := reader.first("citation_authors")):
        authors = [name for name in together.split(";") if name.strip()]
    pdf = reader.first("citation_pdf_url", "bepress_citation_pdf_url")
    date = reader.first(
        "citation_publication_date", "citation_online_date", "citation_date", "dc.date", "citation_year"
    )
    own = () if reference.scheme == "page" and ids else ((reference.scheme, reference.value),)
    aside = ((reference.scheme, reference.value),) if not own else ()
    return PaperRecord(
        identifiers=tuple(dict.fromkeys((*own, *ids, *aside))),
        title=title or "",
        authors=tuple(dict.fromkeys(_in_order(name) for name in authors)),
        abstract=reader.abstract() or prose(value_at(article, "abstract")),
        published=day(date) or day(value_at(article, "datePublished")),
        version=reference.version,
        licence=words(value_at(article, "license")) or reader.first("dc.rights"),
        pdf_url=urljoin(address, pdf) if pdf else None,
        url=reference.link,
        source="its page",
        venue=reader.first("citation_journal_title", "citation_conference_title", "citation_inbook_title")
        or words(value_at(article, "isPartOf", "name")),
    )


def _ids(reader: _Head, article: object) -> tuple[tuple[str, str], ...]:
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
    texts = [
        f"arxiv:{arxiv}" if arxiv else None,
        _doi(doi),
        f"pmid:{pmid}" if pmid else None,
        _doi(words(value_at(article, "doi"))),
    ]
    references = [parse(text) for text in texts if text]
    return tuple(
        dict.fromkeys((r.scheme, r.value) for r in references if r is not None and r.scheme != "page")
    )


def _doi(text: str | None) -> str | None:
    match = re.search(r"10\.\d{4,9}/\S+", text or "")
    return f"doi:{match[0]}" if match else None


def _article(scripts: Sequence[str]) -> object:
    for text in scripts:
        try:
            document = json.loads(text)
        except (ValueError, RecursionError):
            continue
        for item in (
            document,
            *listed(document),
            *listed(value_at(document, "@graph")),
            value_at(document, "mainEntity"),
        ):
            if any(
                kind in str(value_at(item, "@type"))
                for kind in ("ScholarlyArticle", "MedicalScholarlyArticle")
            ):
                return item
    return None


def _in_order(name: str) -> str:
    """Return a name with the given names first: "Doe, Jane" becomes "Jane Doe"."""
    family, comma, given_names = " ".join(name.split()).partition(", ")
    return f"{given_names} {family}" if comma and "," not in given_names else " ".join(name.split())


async def _from_pdf(fetcher: Fetcher, reply: WebReply, reference: Reference) -> PaperRecord:
    pdf = await read_pdf(fetcher.readers, reply.body, pages=2)
    if pdf.title is None or pdf.abstract is None:
        raise PaperNotFoundError(
            "This PDF has no title with an abstract below it, so it isn't taken for a paper."
        )
    return PaperRecord(
        identifiers=((reference.scheme, reference.value),),
        title=pdf.title,
        abstract=pdf.abstract,
        pdf_url=reply.url,
        url=reference.link,
        source=FROM_FILE,
    )


def _opened(context: SourceContext) -> PageSource:
    return PageSource(context.fetcher, context.ask)


SOURCE: Final = SourceDeclaration("page", _opened, schemes=("page", "acl", "iacr"))
