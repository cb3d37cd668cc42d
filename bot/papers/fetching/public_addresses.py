"""Which addresses may be spoken to: public ones only, judged after the look-up and before the connection."""

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable
from typing import Final

import httpcore

from storage.errors import ForbiddenAddressError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Lookup = Callable[[str, int], Awaitable[tuple[str, ...]]]
_NAT64: Final = ipaddress.ip_network("64:ff9b::/96")
_NAT64_LOCAL: Final = ipaddress.ip_network("64:ff9b:1::/48")
_SITE_LOCAL: Final = ipaddress.ip_network("fec0::/10")


def is_public(address: str) -> bool:
    """Whether an address is plainly public; False for IPv4 disguised in IPv6 and for no address."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    return _is_public(ip)


def _is_public(ip: Address) -> bool:
    if isinstance(ip, ipaddress.IPv6Address):
        disguised = ip.ipv4_mapped is not None or ip.sixtofour is not None or ip.teredo is not None
        if disguised or ip in _NAT64_LOCAL or ip in _SITE_LOCAL or int(ip) < 1 << 32:
            return False
        if ip in _NAT64:
            return _is_public(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF))
    return ip.is_global and not (
        ip.is_multicast or ip.is_reserved or ip.is_unspecified or ip.is_loopback or ip.is_link_local
    )


async def system_lookup(host: str, port: int) -> tuple[str, ...]:
    """All addresses of a name, as the system's resolver gives them."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(entry[4][0]) for entry in found))


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """Resolves, judges every address, and connects to the first judged one."""

    def __init__(self, allowed: Callable[[str, int], bool], lookup: Lookup) -> None:
        self._inner = httpcore.AnyIOBackend()
        self._allowed = allowed
        self._lookup = lookup

    async def connect_tcp(  # the parameters are httpcore's
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's signature
        local_address: str | None = None,
        socket_options: object = None,  # noqa: ARG002 - httpcore's signature
    ) -> httpcore.AsyncNetworkStream:
        """Connect to the first judged address; `ForbiddenAddressError` if any of the name's isn't public."""
        try:
            addresses = await asyncio.wait_for(self._lookup(host, port), timeout)
        except (OSError, UnicodeError, TimeoutError) as error:
            raise httpcore.ConnectError(f"{host} has no address") from error
        if not addresses:
            raise httpcore.ConnectError(f"{host} has no address")
        if not self._allowed(host, port) and not all(is_public(address) for address in addresses):
            raise ForbiddenAddressError(f"{host} is not a public address, so it isn't fetched.")
        failure: Exception | None = None
        for address in addresses[:3]:
            try:
                return await self._inner.connect_tcp(address, port, timeout, local_address)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure or httpcore.ConnectError(host)

    async def connect_unix_socket(
        self, path: str, *args: object, **kwargs: object
    ) -> httpcore.AsyncNetworkStream:
        """Refuse: no link leads to a socket of this machine."""
        del path, args, kwargs
        raise ForbiddenAddressError("Local sockets aren't fetched.")

    async def sleep(self, seconds: float) -> None:
        """Wait, between httpcore's own attempts."""
        await self._inner.sleep(seconds)
