"""Tokens of one call, as the server counted them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tokens:
    """Tokens of one call as the provider counted them; `cached` and `written` are parts of `read`."""

    read: int = 0
    wrote: int = 0
    cached: int = 0
    written: int = 0


def counted(read: int, wrote: int, total: int, cached: int = 0, written: int = 0) -> Tokens | None:
    """Tokens of a reply; thinking that a server leaves out of what was written is in its total. None for no counts."""
    wrote = max(wrote, total - read) if read else wrote
    return Tokens(read, wrote, cached, written) if read or wrote else None
