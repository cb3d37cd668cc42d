"""Zotero's public groups: the items of a group's library as CSL-JSON, through Zotero's Web API."""

from typing import Final

from bot.papers.errors import SourceError, SourceUnavailableError
from bot.papers.fetching.fetcher import Fetcher

ZOTERO_URL: Final = "https://api.zotero.org"
PAGE: Final = 100
MOST_PAGES: Final = 5
_PAGE_BYTES: Final = 2_000_000


class ZoteroGroups:
    """Libraries of public groups; `url` may be a mirror's."""

    def __init__(self, fetcher: Fetcher, url: str = ZOTERO_URL) -> None:
        self._fetcher = fetcher
        self._url = url.rstrip("/")

    async def group_pages(self, group: int, collection: str = "") -> tuple[list[bytes], int]:
        """Return a group's newest items as pages of CSL-JSON, or a collection's of it, and how many there are in all.

        Fewer pages if Zotero asks to be left alone meanwhile, by a header (Backoff) or an error after the first page.

        Raises `SourceError` for a group that isn't public, or isn't there, and when Zotero doesn't answer.
        """
        inside = f"/collections/{collection}" if collection else ""
        pages: list[bytes] = []
        total = 0
        for number in range(MOST_PAGES):
            request = self._fetcher.get(
                f"{self._url}/groups/{group}{inside}/items/top",
                params={
                    "format": "csljson", "limit": f"{PAGE}", "start": f"{PAGE * number}",
                    "sort": "dateAdded", "direction": "desc",
                },
                accept="application/json",
                headers={"Zotero-API-Version": "3"},
                most_bytes=_PAGE_BYTES,
                statuses=frozenset({403}),
            )  # fmt: skip
            try:
                reply = await request
            except SourceUnavailableError:
                if pages:
                    break
                raise
            if reply.status == 403:  # noqa: PLR2004 - HTTP
                raise SourceError("That Zotero group isn't public, so I can't read it.")
            pages.append(reply.body)
            count = reply.headers.get("total-results", "")
            total = int(count[:9]) if count.isdecimal() else total
            has_more = PAGE * (number + 1) < total or 'rel="next"' in reply.headers.get("link", "")
            if not has_more or "backoff" in reply.headers:
                break
        return pages, total
