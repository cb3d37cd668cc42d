"""Reads and writes bibliography files: BibTeX, RIS and CSL-JSON."""

from bot.exchange.references.citation import Citation, PublicationKind, keys_of, split_name
from bot.exchange.references.reading import ReferenceFile, UnreadableFileError, read_file
from bot.exchange.references.writing import FORMATS, Format, write

__all__ = [
    "FORMATS",
    "Citation",
    "Format",
    "PublicationKind",
    "ReferenceFile",
    "UnreadableFileError",
    "keys_of",
    "read_file",
    "split_name",
    "write",
]
