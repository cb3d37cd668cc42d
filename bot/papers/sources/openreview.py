"""OpenReview, through its API: version 2, then version 1 for older venues."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from bot.papers.errors import PaperNotFoundError, SourceError, SourceUnavailableError
from bot.papers.fetching.fetcher import HTML_BYTES, Fetcher
from bot.papers.links import Reference, parse
from bot.papers.records import PaperRecord
from bot.papers.sources import Source, SourceAnswer, SourceContext, SourceDeclaration
from bot.papers.sources.fields import each, identifiers, json_of, listed, moment, prose, value_at, words

API_URL: Final = "https://api2.openreview.net"
_REFUSED: Final = frozenset({400, 401, 403, 404})
_HIDDEN: Final = (
    "OpenReview answered that guests may not read this now (a challenge is required); paste the paper's "
    "arXiv or DOI link, or let an admin set OpenReview credentials."
)
_NO_LOGIN: Final = "OpenReview refused this installation's user name and password; an admin can correct them."
_LIST_HIDDEN: Final = (
    "OpenReview says that guests may not list this venue now; an admin can set OpenReview credentials."
)
MOST_OF_VENUE: Final = 400
"""How many of a venue's newest papers are looked at."""
_LISTING_BYTES: Final = 8 * HTML_BYTES
_NOT_FOR_US: Final = "OpenReview doesn't let this installation's user read this paper."


class _RefusedError(SourceError):
    """OpenReview doesn't show the paper to guests or to this user."""


class OpenReviewSource:
    """Records by OpenReview forum id.

    `user` and `password` log in if guests are refused; without them the forum's page is tried (`elsewhere`).
    """

    def __init__(
        self,
        fetcher: Fetcher,
        url: str = API_URL,
        old_url: str = "https://api.openreview.net",
        *,
        user: str | None = None,
        password: str | None = None,
        elsewhere: Source | None = None,
    ) -> None:
        self._fetcher = fetcher
        self._urls = (url.rstrip("/"), old_url.rstrip("/"))
        self._user = user
        self._password = password
        self._elsewhere = elsewhere
        self._headers: dict[str, str] = {}
        self._venues: dict[str, tuple[date, tuple[PaperRecord, ...]]] = {}

    async def records(self, references: Sequence[Reference]) -> dict[str, SourceAnswer]:
        """Return an answer for each forum."""
        return await each(references, self._record)

    async def _record(self, reference: Reference) -> PaperRecord:
        try:
            return await self._asked(reference)
        except _RefusedError:
            if self._user and self._password:
                self._headers = {"Authorization": f"Bearer {await self._token(self._user, self._password)}"}
                try:
                    return await self._asked(reference)
                except _RefusedError:
                    raise SourceError(_NOT_FOR_US) from None
        return await self._on_its_page(reference)

    async def of_venue(self, venue: str, today: date) -> tuple[PaperRecord, ...]:
        """Return the newest papers of a venue, at most `MOST_OF_VENUE`, asked once a day. Raises `SourceError`.

        A venue publishes its papers at once, so they are not only those of the day.
        """
        day_and_records = self._venues.get(venue)
        if day_and_records is None or day_and_records[0] != today:
            try:
                records = await self._listing(venue)
            except _RefusedError:
                if not (self._user and self._password):
                    raise
                self._headers = {"Authorization": f"Bearer {await self._token(self._user, self._password)}"}
                records = await self._listing(venue)
            day_and_records = self._venues[venue] = (today, records)
        return day_and_records[1]

    async def _listing(self, venue: str) -> tuple[PaperRecord, ...]:
        reply = await self._fetcher.get(
            f"{self._urls[0]}/notes",
            params={"content.venueid": venue, "sort": "cdate:desc", "limit": str(MOST_OF_VENUE)},
            headers=self._headers,
            statuses=_REFUSED,
            most_bytes=_LISTING_BYTES,
        )
        if reply.status in {401, 403}:
            raise _RefusedError(_LIST_HIDDEN)
        records = []
        for note in listed(value_at(json_of(reply, "OpenReview"), "notes")):
            forum, title = (
                words(value_at(note, "forum")) or words(value_at(note, "id")),
                _content(note, "title"),
            )
            reference = parse(f"https://openreview.net/forum?id={forum}") if forum and title else None
            if reference is not None and title and not (record := _read(note, reference, title)).withdrawn:
                records.append(record)
        if not records:
            raise PaperNotFoundError(f"OpenReview lists no paper of {venue}.")
        return tuple(records)

    async def _token(self, user: str, password: str) -> str:
        try:
            answer = await self._fetcher.post_json(
                f"{self._urls[0]}/login", {"id": user, "password": password}
            )
        except SourceUnavailableError:
            raise
        except SourceError:
            raise SourceError(_NO_LOGIN) from None
        token = words(value_at(json_of(answer, "OpenReview"), "token"))
        if token is None:
            raise SourceError(_NO_LOGIN)
        return token

    async def _on_its_page(self, reference: Reference) -> PaperRecord:
        answer: SourceAnswer | None = None
        if self._elsewhere is not None:
            answer = (await self._elsewhere.records([reference]))[reference.canonical]
        if isinstance(answer, PaperRecord):
            return answer
        raise SourceError(_HIDDEN)

    async def _asked(self, reference: Reference) -> PaperRecord:
        refused = False
        for base in self._urls:
            reply = await self._fetcher.get(
                f"{base}/notes", params={"id": reference.value}, headers=self._headers, statuses=_REFUSED
            )
            if reply.status in {401, 403}:
                refused = True
                continue
            note = value_at(json_of(reply, "OpenReview"), "notes", 0)
            forum = words(value_at(note, "forum"))
            if forum is not None and forum != reference.value:
                return await self._asked(Reference("openreview", forum, None, reference.url))
            if (title := _content(note, "title")) is not None:
                return _read(note, reference, title)
        if refused:
            raise _RefusedError(_HIDDEN)
        raise PaperNotFoundError(f"OpenReview has no paper with the id {reference.value}.")


def _value(note: object, key: str) -> object:
    """Return a field of a note's content: version 2 wraps it in {"value": …}, version 1 doesn't."""
    field = value_at(note, "content", key)
    return value_at(field, "value") if isinstance(field, dict) else field


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
            if (name := words(author) or words(value_at(author, "fullname")))
        ),
        abstract=prose(_value(note, "abstract")),
        published=moment(value_at(note, "pdate"))
        or moment(value_at(note, "cdate"))
        or moment(value_at(note, "tcdate")),
        updated=moment(value_at(note, "mdate")) or moment(value_at(note, "tmdate")),
        withdrawn="withdrawn" in (venue or "").lower()
        or "withdrawn" in str(value_at(note, "content", "venueid")).lower(),
        licence=words(value_at(note, "license")),
        pdf_url=None
        if pdf is None
        else f"https://openreview.net/pdf?id={reference.value}"
        if pdf.startswith("/")
        else pdf,
        url=reference.link,
        source="OpenReview",
        venue=venue,
        code=tuple(
            url
            for key in ("code", "code_url", "software")
            if (url := _content(note, key)) and url.startswith("http")
        ),
        data=tuple(
            url
            for key in ("data", "dataset", "dataset_url")
            if (url := _content(note, key)) and url.startswith("http")
        ),
    )


def _opened(context: SourceContext) -> OpenReviewSource:
    return OpenReviewSource(
        context.fetcher,
        context.address("openreview", API_URL),
        context.address("openreview_old", "https://api.openreview.net"),
        user=context.keys.openreview_user,
        password=context.keys.openreview_password,
        elsewhere=context.source("page"),
    )


SOURCE: Final = SourceDeclaration("openreview", _opened, schemes=("openreview",))
