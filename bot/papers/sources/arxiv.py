"""arXiv's Atom API: up to 100 ids per request, one request every three seconds."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import Final
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

from bot.papers.errors import PaperNotFoundError, SourceError, SourceUnavailableError
from bot.papers.fetching.fetcher import HTML_BYTES, Fetcher
from bot.papers.fetching.pacing import Turn, place_of
from bot.papers.links import Reference, parse
from bot.papers.records import PaperRecord
from bot.papers.sources import Source, SourceAnswer, SourceContext, SourceDeclaration
from bot.papers.sources.openalex import OPENALEX_URL, OpenAlexWorks
from bot.papers.standing import of_comment

ARXIV_URL: Final = "https://export.arxiv.org/api/query"
BATCH: Final = 100
SECONDS_BETWEEN: Final = 3.0
ATTEMPTS: Final = 3
LONGEST_WAIT_SECONDS: Final = 20.0
_ATOM: Final = "{http://www.w3.org/2005/Atom}"
_ARXIV: Final = "{http://arxiv.org/schemas/atom}"


def query_url(address: str) -> str:
    """Return the API's query URL, given that URL or the base of a mirror."""
    base = address.rstrip("/")
    path = urlsplit(base).path
    if path.endswith("/query"):
        return base
    return base + ("/query" if path.endswith("/api") else "/api/query")


class ArxivSource:
    """Fetches paper records by arXiv id; asks `fallback` while arXiv is down, and `works` for fields that arXiv lacks."""

    def __init__(
        self,
        fetcher: Fetcher,
        url: str,
        turn: Turn,
        *,
        fallback: Source | None = None,
        works: OpenAlexWorks | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._fetcher = fetcher
        self._url = query_url(url)
        self._place = place_of(self._url)
        self._turn = turn
        self._fallback = fallback
        self._works = works
        self._sleep = sleep

    async def records(self, references: Sequence[Reference]) -> dict[str, SourceAnswer]:
        """Return an answer for each arXiv reference, always of the newest version."""
        ids = list(dict.fromkeys(reference.value for reference in references))
        answers: dict[str, SourceAnswer] = {}
        for start in range(0, len(ids), BATCH):
            answers |= await self._completed(await self._batch(ids[start : start + BATCH]))
        if self._fallback is not None:
            missing = [r for r in references if isinstance(answers[r.value], SourceUnavailableError)]
            if missing:
                for canonical, answer in (await self._fallback.records(missing)).items():
                    if isinstance(answer, PaperRecord):
                        answers[canonical.removeprefix("arxiv:")] = answer
        return {f"arxiv:{value}": answer for value, answer in answers.items()}

    async def _completed(self, answers: dict[str, SourceAnswer]) -> dict[str, SourceAnswer]:
        """Add OpenAlex's citations, licence, venue and retraction to the records of these papers."""
        records = {value: answer for value, answer in answers.items() if isinstance(answer, PaperRecord)}
        if self._works is None or not records:
            return answers
        return answers | dict(zip(records, await self._works.complete(list(records.values())), strict=True))

    async def _batch(self, ids: Sequence[str]) -> dict[str, SourceAnswer]:
        if not ids:
            return {}
        try:
            entries, bad_id = await self._ask(ids)
        except SourceError as error:
            return dict.fromkeys(ids, error)
        if bad_id is not None:
            return await self._without(ids, bad_id)
        got = {record.identifiers[0][1]: record for record in entries}
        return {
            value: got.get(value) or PaperNotFoundError(f"arXiv has no paper with the id {value}.")
            for value in ids
        }

    async def _without(self, ids: Sequence[str], bad_id: str) -> dict[str, SourceAnswer]:
        """Repeat a request without the id that made arXiv refuse the whole batch."""
        culprits = [value for value in ids if value == bad_id] or (list(ids) if len(ids) == 1 else [])
        if culprits:
            answers: dict[str, SourceAnswer] = dict.fromkeys(
                culprits, PaperNotFoundError(f"arXiv says that {culprits[0]} is no arXiv id.")
            )
            return answers | await self._batch([value for value in ids if value not in culprits])
        middle = len(ids) // 2
        return await self._batch(ids[:middle]) | await self._batch(ids[middle:])

    async def _ask(self, ids: Sequence[str]) -> tuple[list[PaperRecord], str | None]:
        """Return one batch's records, or the id that arXiv calls malformed ("" if it doesn't say which)."""
        params = {"id_list": ",".join(ids), "start": "0", "max_results": str(len(ids))}
        for attempt in range(1, ATTEMPTS + 1):
            try:
                async with self._turn(self._place, SECONDS_BETWEEN):
                    reply = await self._fetcher.get(
                        self._url,
                        params=params,
                        accept="application/atom+xml",
                        most_bytes=HTML_BYTES,
                        statuses=frozenset({400}),
                    )
                return read_feed(await self._fetcher.readers.xml(reply.body, "arXiv"))
            except SourceUnavailableError as error:
                wait = max(error.retry_after or 0.0, SECONDS_BETWEEN * 2 ** (attempt - 1))
                if attempt == ATTEMPTS or wait > LONGEST_WAIT_SECONDS:
                    raise
                await self._sleep(wait)
        raise AssertionError("the last attempt returns or raises")


def read_feed(feed: ET.Element) -> tuple[list[PaperRecord], str | None]:
    """Return the records of an Atom answer, and the id that its error entry calls malformed (None: no error)."""
    if feed.tag != f"{_ATOM}feed":
        raise SourceUnavailableError("arXiv's answer isn't an Atom feed.")
    records: list[PaperRecord] = []
    for entry in feed.iterfind(f"{_ATOM}entry"):
        name = _words(entry, f"{_ATOM}id") or ""
        if "/api/errors" in name:
            match = re.search(r"incorrect id format for (\S+)", _words(entry, f"{_ATOM}summary") or "")
            return [], match[1] if match else ""
        record = _record(entry, name)
        if record is not None:
            records.append(record)
    return records, None


def _words(element: ET.Element, tag: str) -> str | None:
    inner = element.find(tag)
    return " ".join("".join(inner.itertext()).split()) or None if inner is not None else None


def _record(entry: ET.Element, name: str) -> PaperRecord | None:
    reference = parse(name)
    title = _words(entry, f"{_ATOM}title")
    if reference is None or reference.scheme != "arxiv" or title is None:
        return None
    comment = _words(entry, f"{_ARXIV}comment")
    doi = parse(f"doi:{(_words(entry, f'{_ARXIV}doi') or '').split(' ')[0]}")
    primary = entry.find(f"{_ARXIV}primary_category")
    pdfs = [link.get("href") for link in entry.iterfind(f"{_ATOM}link") if link.get("title") == "pdf"]
    also = ((doi.scheme, doi.value),) if doi is not None and doi.scheme == "doi" else ()
    abstract = _words(entry, f"{_ATOM}summary")
    published, updated = (_time(_words(entry, f"{_ATOM}{name}")) for name in ("published", "updated"))
    return PaperRecord(
        identifiers=(("arxiv", reference.value), *also),
        title=title,
        authors=_authors(entry.iterfind(f"{_ATOM}author")),
        abstract=abstract,
        categories=tuple(
            dict.fromkeys(c.get("term", "") for c in entry.iterfind(f"{_ATOM}category") if c.get("term"))
        ),
        primary_category=primary.get("term") if primary is not None else None,
        published=published,
        updated=updated,
        version=reference.version,
        comment=comment,
        pdf_url=pdfs[0] if pdfs else f"https://arxiv.org/pdf/{reference.value}",
        url=reference.link,
        source="arXiv",
        standing=of_comment(comment),
        venue=_words(entry, f"{_ARXIV}journal_ref"),
        code=code_links(f"{comment or ''} {abstract or ''}"),
        data=data_links(f"{comment or ''} {abstract or ''}"),
        versions=_versions(reference.version, published, updated),
    )


def _versions(
    version: int | None, published: datetime | None, updated: datetime | None
) -> tuple[tuple[int, datetime], ...]:
    """Return the first and the newest version with their dates, as far as arXiv's feed gives them."""
    days = [(1, published), *([(version, updated)] if version is not None and version > 1 else [])]
    return tuple((number, day) for number, day in days if day is not None)


_CODE_HOSTS: Final = re.compile(
    r"https?://(?:www\.)?(?:github\.com|gitlab\.com|bitbucket\.org|codeberg\.org|huggingface\.co)/[\w.-]+/[\w.-]*[\w-]",
    re.IGNORECASE,
)


_DATA_HOSTS: Final = re.compile(
    r"https?://(?:www\.)?(?:(?:doi\.org/10\.5281/zenodo\.\d+)|zenodo\.org/records?/\d+|(?:datadryad\.org|figshare\.com|osf\.io|"
    r"huggingface\.co/datasets|kaggle\.com/datasets|dataverse\.harvard\.edu)/[\w./?=:&-]*\w)",
    re.IGNORECASE,
)
_MOST_READ: Final = 8_000


def code_links(text: str) -> tuple[str, ...]:
    """Return the URLs of code repositories named in a comment or abstract; without those of data sets."""
    found = (match[0] for match in _CODE_HOSTS.finditer(text[:_MOST_READ]))
    return tuple(dict.fromkeys(url for url in found if "/datasets/" not in url.lower()))


def data_links(text: str) -> tuple[str, ...]:
    """Return the URLs of data sets named in a comment or abstract."""
    return tuple(dict.fromkeys(match[0] for match in _DATA_HOSTS.finditer(text[:_MOST_READ])))


def _authors(elements: Iterable[ET.Element]) -> tuple[str, ...]:
    return tuple(name for element in elements if (name := _words(element, f"{_ATOM}name")))


def _time(text: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(text).astimezone(UTC) if text else None
    except ValueError:
        return None


def _opened(context: SourceContext) -> ArxivSource:
    url = context.address("arxiv", ARXIV_URL)
    openalex = context.addresses.get("openalex", OPENALEX_URL if place_of(url) == "arxiv.org" else None)
    works = (
        OpenAlexWorks(context.fetcher, openalex, context.keys.openalex) if openalex else None
    )  # a mirror's papers stay there
    return ArxivSource(
        context.fetcher, url, context.turn, fallback=context.source("doi"), works=works, sleep=context.sleep
    )


SOURCE: Final = SourceDeclaration("arxiv", _opened, schemes=("arxiv",))
