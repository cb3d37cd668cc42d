"""Decides to which addresses a connection is allowed: public ones, checked after the look-up."""

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable
from typing import Final

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Lookup = Callable[[str, int], Awaitable[tuple[str, ...]]]
_NOT_GLOBAL: Final = tuple(
    ipaddress.ip_network(block)
    for block in (
        *(
            "192.0.0.0/24",
            "192.31.196.0/24",
            "192.52.193.0/24",
            "192.88.99.0/24",
            "192.175.48.0/24",
            "198.18.0.0/15",
        ),
        *(
            "240.0.0.0/4",
            "100::/64",
            "100:0:0:1::/64",
            "2001::/23",
            "2001:db8::/32",
            "2002::/16",
            "2620:4f:8000::/48",
        ),
        *("3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10", "fec0::/10"),
    )
)
"""Special-purpose networks in IANA's registries; Python's own table lacks some of them."""
_NAT64: Final = ipaddress.ip_network("64:ff9b::/96")
_NAT64_LOCAL: Final = ipaddress.ip_network("64:ff9b:1::/48")


def is_public(address: str) -> bool:
    """Return whether an IP address is public; False for IPv4 inside IPv6 and for any other text."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    return _is_public(ip)


def _is_public(ip: Address) -> bool:
    if isinstance(ip, ipaddress.IPv6Address):
        holds_ipv4 = ip.ipv4_mapped is not None or ip.sixtofour is not None or ip.teredo is not None
        if holds_ipv4 or ip in _NAT64_LOCAL or int(ip) < 1 << 32:
            return False
        if ip in _NAT64:
            return _is_public(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF))
    if any(ip in block for block in _NOT_GLOBAL if block.version == ip.version):
        return False
    return ip.is_global and not (
        ip.is_multicast or ip.is_reserved or ip.is_unspecified or ip.is_loopback or ip.is_link_local
    )


async def system_lookup(host: str, port: int) -> tuple[str, ...]:
    """Return all addresses of a host name, by the system's resolver."""
    loop = asyncio.get_running_loop()
    infos = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(entry[4][0]) for entry in infos))
