"""arXiv's daily announcements: the RSS feed of a category, one request a day for each."""

import re
from collections.abc import Collection, Sequence
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Final
from xml.etree.ElementTree import Element

from bot.errors import BadRequestError, SourceUnavailableError
from bot.papers.categories import NAMES
from bot.papers.fetching import HTML_BYTES, Fetcher
from bot.papers.links import parse
from bot.papers.records import PaperRecord
from bot.papers.sources import Turn, place_of
from bot.papers.sources.arxiv import SECONDS_BETWEEN, read_xml

FEED_URL: Final = "https://rss.arxiv.org/rss"
_ANNOUNCE: Final = "{http://arxiv.org/schemas/atom}announce_type"
_DC: Final = "{http://purl.org/dc/elements/1.1/}"


async def new_preprints(
    fetcher: Fetcher,
    categories: Sequence[str],
    *,
    cross: bool = False,
    known: Collection[str] = (),
    most: int | None = None,
    turn: Turn,
    url: str = FEED_URL,
) -> tuple[PaperRecord, ...]:
    """Today's new preprints of these arXiv categories, each once, in the feeds' order; empty at weekends.

    `cross` also takes papers cross-listed from elsewhere; replacements are never taken. `known` are canonical
    ids to skip, `most` the largest number returned. Raises `BadRequestError` for what is no category and
    `SourceError` where there is no feed.
    """
    found: dict[str, PaperRecord] = {}
    for category in categories:
        if category not in NAMES:
            raise BadRequestError(f"arXiv has no category {category}; write one such as cs.AI.")
        async with turn(place_of(url), SECONDS_BETWEEN):
            fetched = await fetcher.get(
                f"{url.rstrip('/')}/{category}", accept="application/rss+xml", most_bytes=2 * HTML_BYTES
            )
        for record in read_announcements(fetched.body, cross=cross):
            canonical = f"arxiv:{record.identifiers[0][1]}"
            if canonical not in known:
                found.setdefault(canonical, record)
    return tuple(found.values())[:most]


def read_announcements(body: bytes, *, cross: bool) -> list[PaperRecord]:
    """The papers that a feed announces as new (and as cross-listed, if wanted)."""
    root = read_xml(body, "arXiv")
    if root.tag != "rss":
        raise SourceUnavailableError("arXiv's feed isn't RSS.")
    wanted = {"new", "cross"} if cross else {"new"}
    records = (
        _record(item) for item in root.iter("item") if (item.findtext(_ANNOUNCE) or "").strip() in wanted
    )
    return [record for record in records if record is not None]


def _record(item: Element) -> PaperRecord | None:
    reference = parse((item.findtext("link") or "").strip())
    title = " ".join((item.findtext("title") or "").split())
    if reference is None or reference.scheme != "arxiv" or not title:
        return None
    description = " ".join((item.findtext("description") or "").split())
    abstract = description.partition("Abstract:")[2].strip()
    version = re.search(r"v(\d+)$", (item.findtext("guid") or "").strip())
    categories = tuple(
        dict.fromkeys(c.text.strip() for c in item.iterfind("category") if c.text and c.text.strip())
    )
    try:
        published = parsedate_to_datetime(item.findtext("pubDate") or "").astimezone(UTC)
    except ValueError:
        published = None
    return PaperRecord(
        identifiers=(("arxiv", reference.value),),
        title=title,
        authors=tuple(n.strip() for n in (item.findtext(f"{_DC}creator") or "").split(",") if n.strip()),
        abstract=abstract or None,
        categories=categories,
        primary_category=categories[0] if categories else None,
        published=published,
        updated=published,
        version=int(version[1]) if version else 1,
        comment=None,
        withdrawn=False,
        licence=(item.findtext(f"{_DC}rights") or "").strip() or None,
        pdf_url=f"https://arxiv.org/pdf/{reference.value}",
        url=reference.link,
        source="arXiv",
    )
