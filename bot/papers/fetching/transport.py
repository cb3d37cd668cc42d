"""Transport for httpx that looks a name up once, checks all its addresses, and connects to one of them.

The request keeps its name for the Host header and the certificate. Connections aren't reused, because httpx distinguishes
them by address only and could use one host's connection for another.
"""

import asyncio
import ssl
from collections.abc import Callable
from functools import cache
from typing import Final

import httpx

from bot.papers.errors import ForbiddenAddressError
from bot.papers.fetching.public_addresses import Lookup, is_public

_MOST_ADDRESSES: Final = 3
_MOST_CONNECTIONS: Final = 16


@cache
def certificates() -> ssl.SSLContext:
    """Return the machine's trusted certificates, read once per process because that takes 50 ms."""
    return ssl.create_default_context()


class CheckedTransport(httpx.AsyncBaseTransport):
    """Sends each request to a checked address; `is_allowed(host, port)` exempts hosts from having to be public."""

    def __init__(self, is_allowed: Callable[[str, int], bool], lookup: Lookup) -> None:
        self._allowed = is_allowed
        self._lookup = lookup
        self._inner = httpx.AsyncHTTPTransport(
            verify=certificates(),
            trust_env=False,
            limits=httpx.Limits(max_connections=_MOST_CONNECTIONS, max_keepalive_connections=0),
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send the request. Raises `ForbiddenAddressError` if any address of its host name isn't public."""
        host = request.url.host
        port = request.url.port or (443 if request.url.scheme == "https" else 80)
        addresses = await self._checked(host, port, request)
        failure: httpx.ConnectError | httpx.ConnectTimeout | None = None
        for address in addresses[:_MOST_ADDRESSES]:
            extensions = {**request.extensions, "sni_hostname": host}
            there = httpx.Request(
                request.method, request.url.copy_with(host=address), headers=request.headers,
                stream=request.stream, extensions=extensions,
            )  # fmt: skip
            try:
                return await self._inner.handle_async_request(there)
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                failure = error
        raise failure or httpx.ConnectError(f"{host} has no address", request=request)

    async def _checked(self, host: str, port: int, request: httpx.Request) -> tuple[str, ...]:
        """Return all addresses of a host name after checking each. Raises `ForbiddenAddressError`."""
        seconds = request.extensions.get("timeout", {}).get("connect")
        try:
            addresses = await asyncio.wait_for(self._lookup(host, port), seconds)
        except (OSError, UnicodeError, TimeoutError) as error:
            raise httpx.ConnectError(f"{host} has no address", request=request) from error
        if not self._allowed(host, port) and not all(is_public(address) for address in addresses):
            raise ForbiddenAddressError(f"{host} is not a public address, so it isn't fetched.")
        return addresses

    async def aclose(self) -> None:
        """Close all connections of the transport."""
        await self._inner.aclose()
