"""Writes bibliography files: BibTeX, RIS and CSL-JSON."""

from bot.exchange.references.citation import Citation, PublicationKind, keys_of, split_name
from bot.exchange.references.writing import FORMATS, Format, write

__all__ = [
    "FORMATS",
    "Citation",
    "Format",
    "PublicationKind",
    "keys_of",
    "split_name",
    "write",
]
