"""Reads bibliography files: BibTeX, RIS, CSL-JSON, or a plain list of links; runs in a separate process only."""

import codecs
import json
import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import rispy
from bibtexparser.entrypoint import parse_string

from bot.papers.links import Reference, find, parse

MOST_BYTES: Final = 2_000_000
"""Largest file that is read, enough for some thousand references."""
MOST_ENTRIES: Final = 5_000
LONGEST_TITLE: Final = 300
ENCODINGS: Final = ("utf-16", "utf-8-sig", "cp1252")
SAMPLES: Final = (
    ("a.bib", b"@misc{a, title={B}, doi={10.1000/1}}"), ("a.ris", b"TY  - JOUR\nTI  - B\nER  - \n"),
    ("a.json", b'[{"title": "B"}]'), ("a.txt", b"doi:10.1000/1"),
)  # fmt: skip
"""A small file of each format."""


class UnreadableFileError(ValueError):
    """Raised when a file contains no readable references; the text is a sentence for a person."""


@dataclass(frozen=True, slots=True)
class ReferenceFile:
    """Papers of a bibliography file, each once and in order, and the titles of entries without an identifier."""

    papers: tuple[Reference, ...]
    without_link: tuple[str, ...]


def read_file(name: str, content: bytes) -> ReferenceFile:
    """Read the papers of a bibliography file; the format follows from its `name` or content.

    Raises `UnreadableFileError` for a file that is too large, isn't text, or is broken.
    """
    if len(content) > MOST_BYTES:
        raise too_large(name)
    text = _decoded(name, content)
    ending = name.rpartition(".")[2].lower()
    head = text.lstrip()[:200]
    if ending == "bib" or (ending not in {"ris", "json"} and head.startswith("@") and "{" in head):
        return _file(_bibtex(text))
    if ending == "ris" or head.startswith("TY  -"):
        return _file(_ris(name, text))
    if ending == "json" or head.startswith("[{"):
        return _file(_csl(name, text))
    return ReferenceFile(_once(find(text)), ())


def too_large(name: str) -> UnreadableFileError:
    """Return the error for a file over `MOST_BYTES`."""
    return UnreadableFileError(f"{name} is larger than {MOST_BYTES // 1_000_000}\u00a0MB. Send it in parts.")


def load_formats() -> None:
    """Load what reading each format needs, before no more files may be opened."""
    for encoding in ENCODINGS:
        codecs.lookup(encoding)
    for name, text in SAMPLES:
        read_file(name, text)


def read_references(body: bytes, name: str) -> dict[str, object]:
    """Return a bibliography file's papers and titles as values for JSON, or why it can't be read."""
    try:
        file = read_file(name, body)
    except UnreadableFileError as error:
        return {"problem": str(error)}
    papers = [(paper.scheme, paper.value, paper.version, paper.url) for paper in file.papers]
    return {"papers": papers, "without": [title[:LONGEST_TITLE] for title in file.without_link]}


def _decoded(name: str, content: bytes) -> str:
    for encoding in ENCODINGS[:1] if content[:2] in {b"\xff\xfe", b"\xfe\xff"} else ENCODINGS[1:]:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise UnreadableFileError(f"{name} is no text file.")


@dataclass(frozen=True, slots=True)
class _Item:
    """One entry of a bibliography file: its title and identifiers, best first."""

    names: tuple[str, ...]
    title: str


def _file(items: Iterator[_Item]) -> ReferenceFile:
    papers, without = [], []
    for count, item in enumerate(items):
        if count == MOST_ENTRIES:
            raise UnreadableFileError(f"The file has more than {MOST_ENTRIES:,} entries. Send it in parts.")
        paper = next((reference for name in item.names if name and (reference := parse(name))), None)
        if paper is not None:
            papers.append(paper)
        else:
            without.append(" ".join(item.title.split()) or "an entry without title")
    return ReferenceFile(_once(papers), tuple(without))


def _once(papers: list[Reference] | tuple[Reference, ...]) -> tuple[Reference, ...]:
    return tuple({paper.canonical: paper for paper in papers}.values())


def _bibtex(text: str) -> Iterator[_Item]:
    logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)  # what can't be parsed is told by its title
    library = parse_string(text)
    for entry in library.entries:
        yield _named({field.key.lower(): str(field.value) for field in entry.fields})
    for block in library.failed_blocks:
        raw = (block.raw or "").strip()
        if raw.startswith("@") and not raw.lower().startswith(("@comment", "@string", "@preamble")):
            yield _Item((), raw.partition("\n")[0][:100])


def _ris(name: str, text: str) -> Iterator[_Item]:
    try:
        entries = rispy.loads(text.replace("\r\n", "\n"), skip_unknown_tags=True)
    except (OSError, ValueError, KeyError) as error:
        raise UnreadableFileError(f"{name} isn't RIS as reference managers write it.") from error
    for entry in entries:
        urls = entry.get("urls") or []
        yield _named(
            {
                "doi": str(entry.get("doi") or ""),
                "eprint": str(entry.get("accession_number") or ""),
                "url": " ".join(str(url) for url in urls),
                "title": str(entry.get("title") or entry.get("primary_title") or ""),
            }
        )


def _csl(name: str, text: str) -> Iterator[_Item]:
    try:
        items: Any = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UnreadableFileError(f"{name} isn't whole JSON.") from error
    if isinstance(items, dict):
        items = items.get("items", [items])
    for item in items if isinstance(items, list) else []:
        if isinstance(item, dict):
            fields = {
                str(key).lower(): str(value) for key, value in item.items() if isinstance(value, str | int)
            }
            yield _named({**fields, "eprint": fields.get("number", "")})


def _named(fields: Mapping[str, str]) -> _Item:
    """Return the identifiers in an entry's fields: DOI, eprint, PubMed id, URL, then links in its note."""
    doi, eprint = _bare(fields.get("doi", "")), _bare(fields.get("eprint", ""))
    archive = fields.get("archiveprefix", fields.get("eprinttype", "arxiv")).lower()
    pmid = _bare(fields.get("pmid", ""))
    links = [
        reference.canonical
        for key in ("url", "howpublished", "note", "journal")
        for reference in find(fields.get(key, ""))
    ]
    names = (
        doi if doi.startswith(("http", "doi:")) else f"doi:{doi}" if doi else "",
        eprint if ":" in eprint or not eprint else f"{archive}:{eprint}",
        f"pmid:{pmid}" if pmid.isdecimal() else "",
        *links,
    )
    return _Item(names, _plain(fields.get("title", "")))


def _bare(value: str) -> str:
    return value.strip().strip("{}").replace("\\_", "_").replace("\\", "").strip()


def _plain(title: str) -> str:
    return title.replace("{", "").replace("}", "")
