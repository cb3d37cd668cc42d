"""OpenReview, through its API: version 2, then version 1 for older venues."""

from collections.abc import Sequence
from typing import Final

from bot.errors import PaperNotFoundError, SourceError
from bot.papers.fetching import Fetcher
from bot.papers.links import Reference
from bot.papers.records import PaperRecord
from bot.papers.sources import Answer
from bot.papers.sources.reading import each, identifiers, json_of, listed, look, moment, prose, words

_REFUSED: Final = frozenset({400, 401, 403, 404})
_HIDDEN: Final = (
    "OpenReview answered that guests may not read this now (a challenge is required); paste the paper's "
    "arXiv or DOI link, or let an admin set OpenReview credentials."
)


class OpenReviewSource:
    """Records by forum id; `token` is an access token for what guests may not read."""

    def __init__(
        self,
        fetcher: Fetcher,
        url: str = "https://api2.openreview.net",
        old_url: str = "https://api.openreview.net",
        *,
        token: str | None = None,
    ) -> None:
        self._fetcher = fetcher
        self._urls = (url.rstrip("/"), old_url.rstrip("/"))
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}

    async def records(self, references: Sequence[Reference]) -> dict[str, Answer]:
        """An answer for each forum."""
        return await each(references, self._record)

    async def _record(self, reference: Reference) -> PaperRecord:
        refused = False
        for base in self._urls:
            fetched = await self._fetcher.get(
                f"{base}/notes", params={"id": reference.value}, headers=self._headers, statuses=_REFUSED
            )
            if fetched.status in {401, 403}:
                refused = True
                continue
            note = look(json_of(fetched, "OpenReview"), "notes", 0)
            forum = words(look(note, "forum"))
            if forum is not None and forum != reference.value:
                return await self._record(Reference("openreview", forum, None, reference.url))
            if (title := _content(note, "title")) is not None:
                return _read(note, reference, title)
        if refused:
            raise SourceError(_HIDDEN)
        raise PaperNotFoundError(f"OpenReview has no paper with the id {reference.value}.")


def _value(note: object, key: str) -> object:
    """A field of a note's content: version 2 wraps it in {"value": …}, version 1 doesn't."""
    field = look(note, "content", key)
    return look(field, "value") if isinstance(field, dict) else field


def _content(note: object, key: str) -> str | None:
    return words(_value(note, key))


def _read(note: object, reference: Reference, title: str) -> PaperRecord:
    pdf = _content(note, "pdf")
    venue = _content(note, "venue")
    return PaperRecord(
        identifiers=(
            ("openreview", reference.value),
            *identifiers(_content(note, "html"), _content(note, "arxiv")),
        ),
        title=title,
        authors=tuple(
            name
            for author in listed(_value(note, "authors"))
            if (name := words(author) or words(look(author, "fullname")))
        ),
        abstract=prose(_value(note, "abstract")),
        categories=(),
        primary_category=None,
        published=moment(look(note, "pdate")) or moment(look(note, "cdate")) or moment(look(note, "tcdate")),
        updated=moment(look(note, "mdate")) or moment(look(note, "tmdate")),
        version=None,
        comment=venue,
        withdrawn="withdrawn" in (venue or "").lower()
        or "withdrawn" in str(look(note, "content", "venueid")).lower(),
        licence=words(look(note, "license")),
        pdf_url=None
        if pdf is None
        else f"https://openreview.net/pdf?id={reference.value}"
        if pdf.startswith("/")
        else pdf,
        url=reference.link,
        source="OpenReview",
    )
