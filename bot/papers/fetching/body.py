"""Reads the body of a stranger's answer, decompressed step by step and within a limit."""

import zlib
from collections.abc import AsyncIterator, Mapping

from bot.papers.errors import SourceError, SourceUnavailableError


async def bounded_body(
    chunks: AsyncIterator[bytes], headers: Mapping[str, str], most_bytes: int, host: str
) -> bytes:
    """Return the body, decompressed step by step; what follows the end of compressed data isn't read.

    Raises `SourceError` as soon as the body, or what was sent of it, exceeds `most_bytes`.
    """
    too_large = SourceError(
        f"What {host} sent is larger than {most_bytes // 1024 / 1024:g}\u00a0MB, so it wasn't read."
    )
    encoding = headers.get("content-encoding", "identity").strip().lower()
    if encoding not in {"identity", "", "gzip", "x-gzip", "deflate"}:
        raise SourceError(f"{host} sent an encoding that wasn't asked for.")
    unzip = zlib.decompressobj(47) if encoding not in {"identity", ""} else None
    body = bytearray()
    sent = 0
    async for chunk in chunks:
        sent += len(chunk)
        if sent > most_bytes:
            raise too_large
        if unzip is None:
            body += chunk
        elif unzip.eof:
            break
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
