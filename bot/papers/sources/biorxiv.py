"""bioRxiv and medRxiv, through their API, because their pages refuse programs."""

import re
from collections.abc import Sequence
from typing import Final
from urllib.parse import quote

from bot.papers.errors import PaperNotFoundError
from bot.papers.fetching.fetcher import Fetcher
from bot.papers.links import Reference
from bot.papers.records import PaperRecord
from bot.papers.sources import Source, SourceAnswer, SourceContext, SourceDeclaration
from bot.papers.sources.fields import day, each, identifiers, json_of, listed, prose, value_at, words

API_URL: Final = "https://api.biorxiv.org"
_DOIS: Final = re.compile(r"10\.(?:1101|64898)/(?:\d{4}\.\d\d\.\d\d\.)?\d{6,8}")
_SERVERS: Final = ("biorxiv", "medrxiv")


class BiorxivSource:
    """Fetches papers of bioRxiv and medRxiv by DOI; DOIs that neither has are asked of `fallback`."""

    def __init__(self, fetcher: Fetcher, url: str = API_URL, *, fallback: Source) -> None:
        self._fetcher = fetcher
        self._url = url.rstrip("/")
        self._fallback = fallback

    async def records(self, references: Sequence[Reference]) -> dict[str, SourceAnswer]:
        """Return an answer for each DOI, of the newest version."""
        answers = await each(references, self._record)
        missing = [r for r in references if not isinstance(answers[r.canonical], PaperRecord)]
        return answers | (await self._fallback.records(missing) if missing else {})

    async def _record(self, reference: Reference) -> PaperRecord:
        for server in _SERVERS:
            answer = json_of(
                await self._fetcher.get(f"{self._url}/details/{server}/{quote(reference.value, safe='/')}"),
                "bioRxiv",
            )
            versions = [v for v in listed(value_at(answer, "collection")) if words(value_at(v, "title"))]
            if versions:
                return record_of(versions, reference, server)
        raise PaperNotFoundError(f"Neither bioRxiv nor medRxiv has {reference.value}.")


def record_of(versions: list[object], reference: Reference, server: str) -> PaperRecord:
    """Return the record of a preprint from the API's items on its versions, at least one; `server` as in the URL."""
    newest = max(versions, key=lambda v: _number(value_at(v, "version")))
    version = _number(value_at(newest, "version")) or None
    article_doi = words(value_at(newest, "published")) or "NA"
    category = words(value_at(newest, "category"))
    page = f"https://www.{server}.org/content/{reference.value}v{version or 1}"
    also = identifiers(f"doi:{article_doi}") if article_doi != "NA" else ()
    return PaperRecord(
        identifiers=tuple(dict.fromkeys((("doi", reference.value), *also))),
        title=words(value_at(newest, "title")) or "",
        authors=tuple(_name(n) for n in (words(value_at(newest, "authors")) or "").split(";") if n.strip()),
        abstract=prose(value_at(newest, "abstract")),
        categories=(category,) if category else (),
        primary_category=category,
        published=day(value_at(versions[0], "date")),
        updated=day(value_at(newest, "date")),
        version=version,
        withdrawn="withdrawn" in (words(value_at(newest, "type")) or "").lower(),
        licence=words(value_at(newest, "license")),
        pdf_url=f"{page}.full.pdf",
        url=reference.link,
        versions=tuple(
            (number, at)
            for v in versions
            if (number := _number(value_at(v, "version"))) and (at := day(value_at(v, "date")))
        ),
        source="bioRxiv" if server == "biorxiv" else "medRxiv",
    )


def _number(value: object) -> int:
    text = words(value) or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 0  # noqa: PLR2004 - versions are small


def _name(listed_name: str) -> str:
    """Return a name with the given names first: "Doe, J. R." becomes "J. R. Doe"."""
    family, _, given_names = listed_name.strip().partition(",")
    return f"{given_names.strip()} {family.strip()}".strip()


def _opened(context: SourceContext) -> BiorxivSource:
    return BiorxivSource(context.fetcher, context.address("biorxiv", API_URL), fallback=context.source("doi"))


SOURCE: Final = SourceDeclaration("biorxiv", _opened, dois=_DOIS)
