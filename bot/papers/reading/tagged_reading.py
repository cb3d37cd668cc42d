"""Reads reference files whose lines begin with tags: RIS, PubMed's MEDLINE format, EndNote's. Does no I/O."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

Record = dict[str, list[str]]
_RIS_LINE: Final = re.compile(r"[ \t]{0,3}([A-Z][A-Z0-9])[ \t]{1,3}-(?:[ \t]+(.*)|$)")
_MEDLINE_LINE: Final = re.compile(r"([A-Z]{2,4})[ ]{0,2}- (.*)")
_ENDNOTE_LINE: Final = re.compile(r"%([0-9A-Z@!?$&()*+<>=~\[^#>])[ \t]+(.*)")
_FORMATS: Final = {
    "ris": (_RIS_LINE, "TY", "ER"),
    "nbib": (_MEDLINE_LINE, "PMID", ""),
    "enw": (_ENDNOTE_LINE, "0", ""),
}
"""Of each format the form of its lines, the tag that begins a record and the one that ends it."""
TAGGED: Final = frozenset(_FORMATS)
"""Endings of the names of files in these formats."""
FIELDS: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "ris": {
        "title": ("TI", "T1", "CT", "BT"), "doi": ("DO", "DI"), "eprint": ("AN",), "database": ("DB", "DP"),
        "url": ("UR", "L1", "L2", "L3", "LK"), "note": ("M1", "M3", "C7", "N1", "U1", "U2"),
        "journal": ("JO", "JF", "JA", "T2"),
    },
    "nbib": {"title": ("TI", "BTI"), "pmid": ("PMID",), "pmcid": ("PMC",), "doi": ("AID", "LID")},
    "enw": {
        "title": ("T",), "doi": ("R",), "eprint": ("M",), "database": ("~", "W"), "url": ("U", ">"),
        "note": ("Z",), "journal": ("J", "B"),
    },
}  # fmt: skip
"""What the tags of each format are called among the fields of a reference."""
_DOI_OF_MEDLINE: Final = re.compile(r"(\S+) \[doi\]")


def format_of(text: str) -> str:
    """Return which of the formats a text is in by its first lines, or ""."""
    for line in text.split("\n", 40)[:40]:
        for name, (form, begin, _end) in _FORMATS.items():
            match = form.match(line.rstrip("\r"))
            if match is not None and match[1] == begin:
                return name
    return ""


def tagged_records(text: str, name: str) -> Iterator[dict[str, str]]:
    """Yield the fields of each record of a text in this format ("ris", "nbib" or "enw"); several values are joined."""
    for record in _records(text, *_FORMATS[name]):
        fields = {
            field: " ".join(value for tag in tags for value in record.get(tag, ()))
            for field, tags in FIELDS[name].items()
        }
        fields["title"] = next((record[tag][0] for tag in FIELDS[name]["title"] if record.get(tag)), "")
        if name == "nbib":
            doi = _DOI_OF_MEDLINE.search(fields["doi"])
            fields["doi"] = doi[1] if doi else ""
        if (
            fields.pop("database", "").lower().startswith(("pubmed", "medline"))
            and fields["eprint"].isdecimal()
        ):
            fields["pmid"] = fields.pop("eprint")
        yield fields


def _records(text: str, form: re.Pattern[str], begin: str, end: str) -> Iterator[Record]:
    """Yield the values of each record by tag; a line without a tag goes on with the value before it."""
    record: Record = {}
    values: list[str] = []
    for line in text.splitlines():
        match = form.match(line)
        if match is None:
            if values and line.strip():
                values[-1] = f"{values[-1]} {line.strip()}"
            continue
        tag = match[1]
        if tag in {begin, end} and begin in record:
            yield record
            record = {}
        if tag != end and (record or tag == begin):
            values = record.setdefault(tag, [])
            values.append((match[2] or "").strip())
    if record:
        yield record
