"""All fetching of what strangers name goes through one client that only talks to public addresses.

A name is resolved once, every address it has is judged, and the connection goes to the very address that
was judged; each redirect is judged again. Bodies are bounded after decompression, the whole fetch by one
deadline.
"""

import asyncio
import json
import re
import ssl
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from types import TracebackType
from typing import Final, Self

import httpcore
import httpx

from bot.papers.fetching.public_addresses import GuardedBackend, Lookup, is_public, system_lookup
from storage.database.network_guard import check_no_transaction
from storage.errors import ForbiddenAddressError, PaperNotFoundError, SourceError, SourceUnavailableError

HTML_BYTES: Final = 3 * 1024 * 1024
PDF_BYTES: Final = 40 * 1024 * 1024
CONNECT_SECONDS: Final = 10.0
TOTAL_SECONDS: Final = 30.0
REDIRECTS: Final = 5
PER_HOST: Final = 2
BETWEEN_SECONDS: Final = 0.5
BUSY_SECONDS: Final = 5.0
LONGEST_CLOSED_SECONDS: Final = 900.0
CACHED_PAGES: Final = 256
PROJECT_AGENT: Final = "Paperbout/0.1 (research-paper Slack bot"


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer: its final address, status, headers (lower-case names) and its whole, decompressed body."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def content_type(self) -> str:
        """The media type without parameters, lower-case, "" where none was given."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def text(self) -> str:
        """The body as text in its declared charset (UTF-8 where there is none), errors replaced."""
        found = re.search(r"charset=[\"']?([\w.-]+)", self.headers.get("content-type", ""), re.IGNORECASE)
        try:
            return self.body.decode(found[1] if found else "utf-8", errors="replace")
        except LookupError:
            return self.body.decode("utf-8", errors="replace")


@cache
def _certificates() -> ssl.SSLContext:
    """The machine's trusted certificates, read once a process: it takes a twentieth of a second."""
    return ssl.create_default_context()


class Fetcher:
    """The guarded client. Use as an async context manager; safe to share between tasks of one loop.

    `allowed_hosts` ("host" or "host:port", lower-case) may be fetched though they aren't public. `contact`
    goes into the User-Agent. `lookup` resolves names, `now` is a monotonic clock in seconds. Requests to one public
    host begin `between_s` seconds apart, `sleep` waits for that; allowed hosts, the installation's own, aren't paced
    unless `pace_allowed`.
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
        self._sleep = sleep
        self._free_at: dict[str, float] = {}
        self._allowed_hosts = allowed_hosts
        self._agent = f"{PROJECT_AGENT}{'; ' + _header_safe(contact) if contact else ''})"
        self._connect_s = connect_s
        self._total_s = total_s
        self._lookup = lookup
        self._now = now
        self._pool: httpcore.AsyncConnectionPool | None = None
        self._cache: dict[tuple[str, str], Fetched] = {}
        self._closed_until: dict[str, float] = {}
        self._gates: dict[str, asyncio.Semaphore] = {}

    async def __aenter__(self) -> Self:
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=_certificates(),
            max_connections=16,
            max_keepalive_connections=4,
            keepalive_expiry=15,
            network_backend=GuardedBackend(self._is_allowed, self._lookup),
        )
        await self._pool.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._pool is not None:
            await self._pool.__aexit__(kind, error, trace)
            self._pool = None

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
    ) -> Fetched:
        """GET an address. A status outside 2xx raises unless it is in `statuses`.

        Raises `ForbiddenAddressError`, `PaperNotFoundError` (404, 410), `SourceUnavailableError` (429, 5xx,
        too slow, no connection; with `retry_after` where said) or `SourceError` (anything else, too large).
        """
        target = httpx.URL(url, params=dict(params)) if params else _url(url)
        try:
            async with asyncio.timeout(self._total_s):
                return await self._follow(target, accept, dict(headers or {}), most_bytes, statuses)
        except TimeoutError:
            raise SourceUnavailableError(
                f"{target.host} didn't answer within {self._total_s:g} seconds."
            ) from None

    async def post_json(self, url: str, payload: Mapping[str, str]) -> Fetched:
        """POST a JSON object; a redirect isn't followed. Raises as `get` does."""
        target = _url(url)
        headers = {"Content-Type": "application/json"}
        content = json.dumps(dict(payload)).encode()
        try:
            async with asyncio.timeout(self._total_s):
                self._judge(target)
                fetched = await self._one(target, "application/json", headers, HTML_BYTES, content)
        except TimeoutError:
            raise SourceUnavailableError(
                f"{target.host} didn't answer within {self._total_s:g} seconds."
            ) from None
        return self._checked(fetched, target.host, frozenset())

    async def _follow(
        self,
        target: httpx.URL,
        accept: str,
        headers: dict[str, str],
        most_bytes: int,
        statuses: frozenset[int],
    ) -> Fetched:
        origin = (target.scheme, target.host, target.port)
        for _ in range(REDIRECTS + 1):
            self._judge(target)
            if (target.scheme, target.host, target.port) != origin:
                headers = {
                    k: v
                    for k, v in headers.items()
                    if k.lower() not in {"authorization", "x-api-key", "cookie"}
                }
            async with self._gates.setdefault(target.host, asyncio.Semaphore(PER_HOST)):
                await self._pace(target)
                fetched = await self._one(target, accept, headers, most_bytes)
            location = fetched.headers.get("location")
            if fetched.status in {301, 302, 303, 307, 308} and location:
                try:
                    target = target.join(location)
                except (httpx.InvalidURL, ValueError):
                    raise SourceError(f"{target.host} redirected to an address that can't be read.") from None
                continue
            return self._checked(fetched, target.host, statuses)
        raise SourceError(f"{target.host} redirected more than {REDIRECTS} times.")

    async def _pace(self, target: httpx.URL) -> None:
        """Wait until the host's next request may begin."""
        port = target.port or (443 if target.scheme == "https" else 80)
        if self._is_allowed(target.host, port) and not self._pace_allowed:
            return
        now = self._clock()
        at = max(now, self._free_at.get(target.host, now))
        self._free_at[target.host] = at + self._between_s
        if at > now:
            await self._sleep(at - now)

    def _judge(self, target: httpx.URL) -> None:
        """Refuse what can be refused before any name is looked up."""
        if target.scheme not in {"http", "https"}:
            raise ForbiddenAddressError("Only http and https addresses are fetched.")
        host = target.host.lower()
        if target.userinfo:
            raise ForbiddenAddressError("An address with a user name in it isn't fetched.")
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
            raise SourceUnavailableError(f"{host} asked to wait another {wait:.0f} s.", retry_after=wait)

    async def _one(
        self,
        target: httpx.URL,
        accept: str,
        headers: Mapping[str, str],
        most_bytes: int,
        content: bytes | None = None,
    ) -> Fetched:
        assert self._pool is not None, "use the Fetcher as an async context manager"
        check_no_transaction(target.host)
        key = (str(target), accept)
        cached = self._cache.get(key) if content is None else None
        sent = {"User-Agent": self._agent, "Accept": accept, "Accept-Encoding": "gzip, deflate", **headers}
        if cached is not None:
            if tag := cached.headers.get("etag"):
                sent["If-None-Match"] = tag
            elif since := cached.headers.get("last-modified"):
                sent["If-Modified-Since"] = since
        port = f":{target.port}" if target.port else ""
        host = f"[{target.host}]" if ":" in target.host else target.raw_host.decode("ascii")
        request = httpcore.Request(
            "GET" if content is None else "POST",
            httpcore.URL(
                scheme=target.raw_scheme, host=target.raw_host, port=target.port, target=target.raw_path
            ),
            headers=[
                (b"Host", (host + port).encode()),
                *((k.encode(), v.encode("latin-1", "replace")) for k, v in sent.items()),
                *([] if content is None else [(b"Content-Length", str(len(content)).encode())]),
            ],
            content=content,
            extensions={
                "timeout": {
                    "connect": self._connect_s,
                    "read": self._total_s,
                    "write": self._total_s,
                    "pool": self._total_s,
                }
            },
        )
        async with _one_sentence(target.host):
            response = await self._pool.handle_async_request(request)
            try:
                answer = {k.decode("latin-1").lower(): v.decode("latin-1") for k, v in response.headers}
                if response.status == 304 and cached is not None:  # noqa: PLR2004 - Not Modified
                    return cached
                body = await _bounded(response.aiter_stream(), answer, most_bytes, target.host)
            finally:
                await response.aclose()
        fetched = Fetched(str(target), response.status, answer, body)
        if (
            response.status == 200  # noqa: PLR2004 - OK
            and content is None
            and ("etag" in answer or "last-modified" in answer)
            and len(body) < HTML_BYTES
        ):
            self._cache[key] = fetched
            while len(self._cache) > CACHED_PAGES:
                self._cache.pop(next(iter(self._cache)))
        return fetched

    def _checked(self, fetched: Fetched, host: str, statuses: frozenset[int]) -> Fetched:
        status = fetched.status
        if 200 <= status < 300 or status in statuses:  # noqa: PLR2004 - success
            return fetched
        if status in {404, 410}:
            raise PaperNotFoundError(f"{host} has no such paper.")
        if status == 429 or status >= 500:  # noqa: PLR2004 - Too Many Requests; server errors
            after = _retry_after(fetched.headers.get("retry-after"))
            if status in {429, 503}:
                after = min(after if after is not None else BUSY_SECONDS, LONGEST_CLOSED_SECONDS)
                self._closed_until[host] = self._clock() + after
            raise SourceUnavailableError(
                f"{host} is busy or out of order (status {status}); asking later may help.", after
            )
        if status in {401, 403}:
            raise SourceError(f"{host} doesn't let programs read this page (status {status}).")
        raise SourceError(f"{host} answered with status {status}.")


def _url(url: str) -> httpx.URL:
    try:
        return httpx.URL(url)
    except (httpx.InvalidURL, ValueError, TypeError):
        raise ForbiddenAddressError("This address can't be read.") from None


def _header_safe(text: str) -> str:
    return re.sub(r"[^\x20-\x7e]|[()]", "", text)[:100]


def _retry_after(value: str | None) -> float | None:
    """Seconds to wait, from a Retry-After header of either form."""
    if value is None:
        return None
    if value.strip().isdigit():
        return float(value)
    try:
        return max(0.0, (parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):
        return None


async def _bounded(
    chunks: AsyncIterator[bytes], headers: Mapping[str, str], most_bytes: int, host: str
) -> bytes:
    """The body, decompressed step by step, or `SourceError` as soon as it passes `most_bytes`."""
    too_large = SourceError(
        f"What {host} sent is larger than {most_bytes // 1024 / 1024:g} MB, so it wasn't read."
    )
    encoding = headers.get("content-encoding", "identity").strip().lower()
    if encoding not in {"identity", "", "gzip", "x-gzip", "deflate"}:
        raise SourceError(f"{host} sent an encoding that wasn't asked for.")
    unzip = zlib.decompressobj(47) if encoding not in {"identity", ""} else None
    body = bytearray()
    async for chunk in chunks:
        if unzip is None:
            body += chunk
        else:
            try:
                body += unzip.decompress(chunk, most_bytes + 1 - len(body))
            except zlib.error:
                raise SourceError(f"What {host} sent can't be decompressed.") from None
            if unzip.unconsumed_tail:
                raise too_large
        if len(body) > most_bytes:
            raise too_large
    if unzip is not None and body and not unzip.eof:
        raise SourceUnavailableError(f"What {host} sent broke off half-way.")
    return bytes(body)


@asynccontextmanager
async def _one_sentence(host: str) -> AsyncIterator[None]:
    """Turn what httpcore raises into our family of errors."""
    try:
        yield
    except httpcore.TimeoutException:
        raise SourceUnavailableError(f"{host} didn't answer in time.") from None
    except (httpcore.ConnectError, httpcore.UnsupportedProtocol, OSError) as error:
        raise SourceUnavailableError(
            f"No connection to {host} could be made: it is down, or there is no way to it from here. Try again later."
        ) from error
    except (httpcore.NetworkError, httpcore.ProtocolError) as error:
        raise SourceUnavailableError(f"{host} broke off its answer. Try again later.") from error
