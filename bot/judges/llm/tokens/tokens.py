"""Token counts of one call, as reported by the server."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tokens:
    """Token counts of one call; `cache_reads` and `cache_writes` are parts of the input."""

    input_tokens: int = 0
    output_tokens: int = 0
    cache_reads: int = 0
    cache_writes: int = 0


def counted(
    input_tokens: int, output_tokens: int, total: int, cache_reads: int = 0, cache_writes: int = 0
) -> Tokens | None:
    """Return the tokens of a reply, None without counts.

    `total` includes thinking that a server leaves out of its output count.
    """
    if input_tokens:
        output_tokens = max(output_tokens, total - input_tokens)
    return (
        Tokens(input_tokens, output_tokens, cache_reads, cache_writes)
        if input_tokens or output_tokens
        else None
    )
