"""HTTP client for addresses that strangers posted; it connects to public addresses only.

A name is resolved once, all its addresses are checked, and the connection goes to a checked address; each redirect is
checked again. Bodies are limited in size after decompression, and the whole fetch in time.
"""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Final, Self

import httpx

from bot.papers.errors import ForbiddenAddressError, PaperNotFoundError, SourceError, SourceUnavailableError
from bot.papers.fetching.body import bounded_body
from bot.papers.fetching.pacing import Pacer
from bot.papers.fetching.public_addresses import Lookup, is_public, system_lookup
from bot.papers.fetching.transport import CheckedTransport
from bot.papers.reading.pool import Readers
from storage.database.bounded_cache import BoundedCache
from storage.database.network_guard import check_no_transaction

HTML_BYTES: Final = 3 * 1024 * 1024
PDF_BYTES: Final = 40 * 1024 * 1024
CONNECT_SECONDS: Final = 10.0
TOTAL_SECONDS: Final = 30.0
REDIRECTS: Final = 5
PER_HOST: Final = 2
BETWEEN_SECONDS: Final = 0.5
BUSY_SECONDS: Final = 5.0
LONGEST_CLOSED_SECONDS: Final = 900.0
CACHED_BYTES: Final = 16 * 1024 * 1024
"""Most bytes of cached replies that can be revalidated at the server."""
MOST_CLOSED: Final = 5_000
"""Most hosts remembered that asked for a pause; if there are more, all are asked again."""
PROJECT_AGENT: Final = "Paperbout/0.1 (research-paper Slack bot"


@dataclass(frozen=True, slots=True)
class WebReply:
    """A server's reply: final URL, status, headers (lower-case names), and the decompressed body."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def content_type(self) -> str:
        """Media type without parameters, in lower case; "" if none was given."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def charset(self) -> str | None:
        """Charset in the header, or None."""
        match = re.search(
            r"charset=[\"']?([\w.-]{1,40})", self.headers.get("content-type", ""), re.IGNORECASE
        )
        return match[1] if match else None

    @property
    def text(self) -> str:
        """Body as text in its declared charset (UTF-8 if none), with errors replaced."""
        try:
            return self.body.decode(self.charset or "utf-8", errors="replace")
        except LookupError:
            return self.body.decode("utf-8", errors="replace")


class Fetcher:
    """HTTP client that refuses private addresses; an async context manager, shared by the tasks of one loop.

    `allowed_hosts` ("host" or "host:port", lower-case) may be fetched though not public. `contact` goes into the
    User-Agent. `lookup` resolves names, `now` is a monotonic clock in seconds. Requests to one public host start
    `between_s` seconds apart, waiting by `sleep`; allowed hosts are paced only with `pace_allowed`.
    """

    def __init__(
        self,
        allowed_hosts: frozenset[str] = frozenset(),
        contact: str | None = None,
        *,
        connect_s: float = CONNECT_SECONDS,
        total_s: float = TOTAL_SECONDS,
        lookup: Lookup = system_lookup,
        now: Callable[[], float] | None = None,
        between_s: float = BETWEEN_SECONDS,
        pace_allowed: bool = False,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._between_s = between_s
        self._pace_allowed = pace_allowed
        self._pacer = Pacer(now, sleep, at_once=PER_HOST)
        self._allowed_hosts = allowed_hosts
        self._agent = f"{PROJECT_AGENT}{'; ' + _header_safe(contact) if contact else ''})"
        self._connect_s = connect_s
        self._total_s = total_s
        self._lookup = lookup
        self._now = now
        self.readers = Readers()
        self._client: httpx.AsyncClient | None = None
        self._cache: BoundedCache[tuple[str, str], WebReply] = BoundedCache(CACHED_BYTES, _weight)
        self._closed_until: dict[str, float] = {}

    async def __aenter__(self) -> Self:
        self._client = httpx.AsyncClient(
            transport=CheckedTransport(self._is_allowed, self._lookup),
            timeout=httpx.Timeout(self._total_s, connect=self._connect_s),
            trust_env=False,
            follow_redirects=False,
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._client is not None:
            await self._client.aclose()
            self._client = None
        await self.readers.__aexit__(kind, error, trace)

    def _is_allowed(self, host: str, port: int) -> bool:
        name = host.lower().strip("[]")
        return name in self._allowed_hosts or f"{name}:{port}" in self._allowed_hosts

    def _clock(self) -> float:
        return self._now() if self._now is not None else asyncio.get_running_loop().time()

    async def get(
        self,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        accept: str = "*/*",
        headers: Mapping[str, str] | None = None,
        most_bytes: int = HTML_BYTES,
        statuses: frozenset[int] = frozenset(),
    ) -> WebReply:
        """Fetch a URL by GET; a status outside 2xx raises unless it is in `statuses`.

        Raises `ForbiddenAddressError`, `PaperNotFoundError` (404, 410), `SourceUnavailableError` (429, 5xx, too slow, no
        connection; with `retry_after` if given) or `SourceError` (anything else, too large).
        """
        target = httpx.URL(url, params=dict(params)) if params else _url(url)
        try:
            async with asyncio.timeout(self._total_s):
                return await self._follow(target, accept, dict(headers or {}), most_bytes, statuses)
        except TimeoutError:
            raise SourceUnavailableError(
                f"{target.host} didn't answer within {self._total_s:g} seconds."
            ) from None

    async def post_json(self, url: str, payload: Mapping[str, str]) -> WebReply:
        """Send a JSON object by POST, without following redirects. Raises as `get` does."""
        target = _url(url)
        headers = {"Content-Type": "application/json"}
        content = json.dumps(dict(payload)).encode()
        try:
            async with asyncio.timeout(self._total_s):
                self._judge(target)
                reply = await self._one(target, "application/json", headers, HTML_BYTES, content)
        except TimeoutError:
            raise SourceUnavailableError(
                f"{target.host} didn't answer within {self._total_s:g} seconds."
            ) from None
        return self._checked(reply, target.host, frozenset())

    async def post(self, url: str, content: bytes, headers: Mapping[str, str]) -> int:
        """Post to an https address and return the status of its answer, whatever that is; its body isn't read.

        Redirects aren't followed.

        Raises `ForbiddenAddressError` if it isn't public https (hosts that are allowed may be any), and
        `SourceUnavailableError` for no connection, no answer in time, or a status of 429 or 503.
        """
        target = _url(url)
        port = target.port or (443 if target.scheme == "https" else 80)
        if target.scheme != "https" and not self._is_allowed(target.host, port):
            raise ForbiddenAddressError("Events are sent to https addresses only.")
        try:
            async with asyncio.timeout(self._total_s):
                self._judge(target)
                reply = await self._one(target, "*/*", headers, None, content)
        except TimeoutError:
            raise SourceUnavailableError(
                f"{target.host} didn't answer within {self._total_s:g} seconds."
            ) from None
        return self._checked(reply, target.host, frozenset(range(200, 600)) - {429, 503}).status

    async def _follow(
        self,
        target: httpx.URL,
        accept: str,
        headers: dict[str, str],
        most_bytes: int,
        statuses: frozenset[int],
    ) -> WebReply:
        origin = (target.scheme, target.host, target.port)
        for _ in range(REDIRECTS + 1):
            self._judge(target)
            if (target.scheme, target.host, target.port) != origin:
                headers = {
                    k: v
                    for k, v in headers.items()
                    if k.lower() not in {"authorization", "x-api-key", "cookie"}
                }
            async with self._pacer(target.host, self._between(target)):
                reply = await self._one(target, accept, headers, most_bytes)
            location = reply.headers.get("location")
            if reply.status in {301, 302, 303, 307, 308} and location:
                try:
                    target = target.join(location)
                except (httpx.InvalidURL, ValueError):
                    raise SourceError(f"{target.host} redirected to an address that can't be read.") from None
                continue
            return self._checked(reply, target.host, statuses)
        raise SourceError(f"{target.host} redirected more than {REDIRECTS} times.")

    def _between(self, target: httpx.URL) -> float:
        """Return the seconds between the starts of two requests to this host."""
        port = target.port or (443 if target.scheme == "https" else 80)
        return 0.0 if self._is_allowed(target.host, port) and not self._pace_allowed else self._between_s

    def _judge(self, target: httpx.URL) -> None:
        """Raise `ForbiddenAddressError` for a forbidden URL, before its name is looked up."""
        if target.scheme not in {"http", "https"}:
            raise ForbiddenAddressError("Only http and https addresses are fetched.")
        host = target.host.lower()
        if target.userinfo:
            raise ForbiddenAddressError("I don't fetch addresses that contain a user name.")
        port = target.port or (443 if target.scheme == "https" else 80)
        if not host or not self._is_allowed(host, port):
            literal = host.strip("[]")
            numeric = ":" in literal or re.fullmatch(
                r"(?:0x[0-9a-f]+|\d+)(?:\.(?:0x[0-9a-f]+|\d*))*", literal
            )
            if not host or (numeric and not is_public(literal)):
                raise ForbiddenAddressError(
                    f"{host or 'An empty host'} is not a public address, so it isn't fetched."
                )
            if port not in {80, 443}:
                raise ForbiddenAddressError(f"Port {port} of {host} isn't fetched; only 80 and 443 are.")
        until = self._closed_until.get(host, 0.0)
        if until > self._clock():
            wait = until - self._clock()
            raise SourceUnavailableError(f"{host} asked to wait another {wait:.0f}\u00a0s.", retry_after=wait)

    async def _one(
        self,
        target: httpx.URL,
        accept: str,
        headers: Mapping[str, str],
        most_bytes: int | None,
        content: bytes | None = None,
    ) -> WebReply:
        """Send one request; with `most_bytes` None the body of the answer isn't read."""
        assert self._client is not None, "use the Fetcher as an async context manager"
        check_no_transaction(target.host)
        key = (str(target), accept)
        earlier = self._cache.get(key) if content is None else None
        request_headers = {
            "User-Agent": self._agent,
            "Accept": accept,
            "Accept-Encoding": "gzip, deflate",
            **headers,
        }
        if earlier is not None:
            if tag := earlier.headers.get("etag"):
                request_headers["If-None-Match"] = tag
            elif since := earlier.headers.get("last-modified"):
                request_headers["If-Modified-Since"] = since
        method = "GET" if content is None else "POST"
        request = self._client.build_request(
            method, target, headers=_header_bytes(request_headers), content=content
        )
        async with _one_sentence(target.host):
            response = await self._client.send(request, stream=True)
            try:
                answer = {k.decode("latin-1").lower(): v.decode("latin-1") for k, v in response.headers.raw}
                if response.status_code == 304 and earlier is not None:  # noqa: PLR2004 - Not Modified
                    return earlier
                body = b""
                if most_bytes is not None:
                    body = await bounded_body(response.aiter_raw(), answer, most_bytes, target.host)
            finally:
                await response.aclose()
        reply = WebReply(str(target), response.status_code, answer, body)
        can_be_asked_again = "etag" in answer or "last-modified" in answer
        if reply.status == 200 and content is None and can_be_asked_again:  # noqa: PLR2004 - OK
            self._cache.put(key, reply)
        return reply

    def _checked(self, reply: WebReply, host: str, statuses: frozenset[int]) -> WebReply:
        status = reply.status
        if 200 <= status < 300 or status in statuses:  # noqa: PLR2004 - success
            return reply
        if status in {404, 410}:
            raise PaperNotFoundError(f"{host} has no such paper.")
        if status in {408, 425, 429} or status >= 500:  # noqa: PLR2004 - of a hurry or a server, not of the request
            after = _retry_after(reply.headers.get("retry-after"))
            after = None if after is None else min(after, LONGEST_CLOSED_SECONDS)
            if status in {429, 503}:
                after = min(after if after is not None else BUSY_SECONDS, LONGEST_CLOSED_SECONDS)
                if len(self._closed_until) >= MOST_CLOSED:
                    self._closed_until.clear()
                self._closed_until[host] = self._clock() + after
            raise SourceUnavailableError(
                f"{host} is busy or out of order (status {status}); asking later may help.", after
            )
        if status in {401, 403}:
            raise SourceError(f"{host} doesn't let programs read this page (status {status}).")
        raise SourceError(f"{host} answered with status {status}.")


def _weight(reply: WebReply) -> int:
    """Return the size of a reply in bytes, with headers and URL."""
    return len(reply.body) + len(reply.url) + sum(len(k) + len(v) for k, v in reply.headers.items()) + 500


def _header_bytes(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.encode("ascii"), value.encode("latin-1", "replace")) for name, value in headers.items()]


def _url(url: str) -> httpx.URL:
    try:
        return httpx.URL(url)
    except (httpx.InvalidURL, ValueError, TypeError):
        raise ForbiddenAddressError("This address can't be read.") from None


def _header_safe(text: str) -> str:
    return re.sub(r"[^\x20-\x7e]|[()]", "", text)[:100]


def _retry_after(value: str | None) -> float | None:
    """Return the seconds in a Retry-After header of either form, or None."""
    if value is None:
        return None
    if re.fullmatch(r"\s*[0-9]{1,9}\s*", value):
        return float(value)
    try:
        return max(0.0, (parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):
        return None


@asynccontextmanager
async def _one_sentence(host: str) -> AsyncIterator[None]:
    """Convert httpx's errors inside this block to our own, with a sentence about the host."""
    try:
        yield
    except httpx.TimeoutException:
        raise SourceUnavailableError(f"{host} didn't answer in time.") from None
    except (httpx.ConnectError, httpx.UnsupportedProtocol, OSError) as error:
        raise SourceUnavailableError(
            f"No connection to {host} could be made: it is down, or there is no way to it from here. Try again later."
        ) from error
    except httpx.HTTPError as error:
        raise SourceUnavailableError(f"{host} broke off its answer. Try again later.") from error
