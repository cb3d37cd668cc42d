"""Reads bibliography files: BibTeX, RIS, MEDLINE, EndNote, CSL-JSON, or links in a text; in a separate process only."""

import codecs
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from bot.papers.links import Reference, find, parse
from bot.papers.links.rules import ARXIV_ID
from bot.papers.reading.bibtex_reading import bibtex_entries
from bot.papers.reading.tagged_reading import TAGGED, format_of, tagged_records
from bot.papers.text.latex import latex_text

MOST_BYTES: Final = 2_000_000
"""Largest file that is read, enough for some thousand references."""
MOST_ENTRIES: Final = 5_000
LONGEST_TITLE: Final = 300
ENCODINGS: Final = ("utf-16", "utf-8-sig", "cp1252", "gb18030", "latin-1")
SAMPLE: Final = b"@misc{a, title={{\\'E}$\\alpha$}}\n@misc{b, doi={10.1000/1}}"
"""A small file that needs all that is loaded while reading."""
_ARXIV_ID: Final = re.compile(ARXIV_ID)
_NUMBER_OF_ARXIV: Final = re.compile(r"\d{7}(?:v\d{1,3})?")
_PUBMED: Final = re.compile(r"\d{1,8}")
_PARAGRAPH: Final = re.compile(r"\n\s*\n")


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
    form = format_of(text)
    if form and ending != "bib":
        return _file(name, ending, tagged_records(text, form))
    if ending == "bib" or (ending not in {*TAGGED, "json"} and head.startswith("@") and "{" in head):
        return _file(name, ending, bibtex_entries(text))
    if ending == "json" or head.startswith("[{"):
        return _file(name, ending, _csl(name, text))
    if ending in TAGGED:
        raise _nothing_in(name)
    return ReferenceFile(_once(_of_text(text)), ())


def too_large(name: str) -> UnreadableFileError:
    """Return the error for a file over `MOST_BYTES`."""
    return UnreadableFileError(f"{name} is larger than {MOST_BYTES // 1_000_000}\u00a0MB. Send it in parts.")


def _nothing_in(name: str) -> UnreadableFileError:
    return UnreadableFileError(f"{name} has no entries as reference managers write them.")


def load_formats() -> None:
    """Load what reading needs, before no more files may be opened."""
    for encoding in ENCODINGS:
        codecs.lookup(encoding)
    read_file("a.bib", SAMPLE)


def read_references(body: bytes, name: str) -> dict[str, object]:
    """Return a bibliography file's papers and titles as values for JSON, or why it can't be read."""
    try:
        file = read_file(name, body)
    except UnreadableFileError as error:
        return {"problem": str(error)}
    papers = [(paper.scheme, paper.value, paper.version, paper.url, paper.also) for paper in file.papers]
    return {"papers": papers, "without": [title[:LONGEST_TITLE] for title in file.without_link]}


def _decoded(name: str, content: bytes) -> str:
    for encoding in ENCODINGS[:1] if content[:2] in {b"\xff\xfe", b"\xfe\xff"} else ENCODINGS[1:]:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text.replace("\r\n", "\n").replace("\r", "\n")
    raise UnreadableFileError(f"{name} is no text file.")


def _file(name: str, ending: str, entries: Iterator[Mapping[str, str]]) -> ReferenceFile:
    papers: list[Reference] = []
    without: list[str] = []
    for count, fields in enumerate(entries):
        if count == MOST_ENTRIES:
            raise UnreadableFileError(f"The file has more than {MOST_ENTRIES:,} entries. Send it in parts.")
        paper = _paper(fields)
        if paper is not None:
            papers.append(paper)
        else:
            without.append(_plain(fields.get("title", "")) or "an entry without title")
    if ending in {"bib", *TAGGED} and not papers and not without:
        raise _nothing_in(name)
    return ReferenceFile(_once(papers), tuple(without))


def _once(papers: Iterable[Reference]) -> tuple[Reference, ...]:
    """Return the papers without those that share an id with an earlier one."""
    seen: set[str] = set()
    distinct = []
    for paper in papers:
        names = {paper.canonical, *paper.also}
        if not names & seen:
            distinct.append(paper)
        seen |= names
    return tuple(distinct)


def _of_text(text: str) -> Iterator[Reference]:
    """Yield the papers of a text; a PubMed id beside the only DOI of a paragraph is another name of the same paper."""
    for paragraph in _PARAGRAPH.split(text):
        papers = find(paragraph)
        pubmed = [paper for paper in papers if paper.scheme in {"pmid", "pmcid"}]
        others = [paper for paper in papers if paper not in pubmed]
        if len(others) == 1 and len({paper.scheme for paper in pubmed}) == len(pubmed):
            yield replace(others[0], also=tuple(paper.canonical for paper in pubmed))
        else:
            yield from papers


def _csl(name: str, text: str) -> Iterator[dict[str, str]]:
    """Yield the items of CSL-JSON, or of Zotero's own JSON."""
    try:
        items: Any = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UnreadableFileError(f"{name} isn't whole JSON.") from error
    if isinstance(items, dict):
        items = items.get("items", [items])
    for item in items if isinstance(items, list) else []:
        if isinstance(item, dict):
            inside = item["data"] if isinstance(item.get("data"), dict) else item
            yield {
                str(key).lower(): str(value) for key, value in inside.items() if isinstance(value, str | int)
            }


def _paper(fields: Mapping[str, str]) -> Reference | None:
    """Return the paper of an entry by its best id, with its other ids: DOI, eprint, PubMed's, then links in any field."""
    ids = [reference for name in _ids(fields) if (reference := parse(name))]
    links = [reference for key in _FIELDS_WITH_LINKS if key in fields for reference in find(fields[key])]
    best = next(iter([*ids, *links]), None)
    if best is None or not ids:
        return best
    also = dict.fromkeys(each.canonical for each in ids if each.canonical != best.canonical)
    return replace(best, also=tuple(also))


_FIELDS_WITH_LINKS: Final = (
    "url", "howpublished", "ee", "link", "journal", "volume", "number", "archive_location", "archiveid", "note", "extra",
    "annote", "bdsk-url-1", "bdsk-url-2",
)  # fmt: skip


def _ids(fields: Mapping[str, str]) -> Iterator[str]:
    """Yield the ids that stand in fields of their own, best first."""
    yield _doi(_bare(fields.get("doi", "")))
    url = _bare(fields.get("url", ""))
    if url.startswith("10."):
        yield _doi(url)
    archive = fields.get("eprinttype", fields.get("archiveprefix", fields.get("archive", ""))).strip().lower()
    for field in ("eprint", "arxivid", "archive_location"):
        yield _eprint(_bare(fields.get(field, "")), archive, _bare(fields.get("primaryclass", "")))
    for field in ("pmid", "pmcid"):
        number = _bare(fields.get(field, "")).removeprefix("PMC")
        if _PUBMED.fullmatch(number):
            yield f"{field}:{'PMC' if field == 'pmcid' else ''}{number}"


def _doi(value: str) -> str:
    bare = re.sub(r"^doi[:\s]*", "", value, flags=re.IGNORECASE)
    return bare if bare.startswith("http") or not bare else f"doi:{bare}"


def _eprint(value: str, archive: str, subject: str) -> str:
    """Return the id in an eprint's field, of the archive that its neighbours name, or of arXiv by its form."""
    if not value or value.startswith("http"):
        return value
    if archive in {"pubmed", "pmid"} and _PUBMED.fullmatch(value):
        return f"pmid:{value}"
    if archive in {"", "arxiv"} and _NUMBER_OF_ARXIV.fullmatch(value) and subject:
        value = f"{subject.partition('.')[0]}/{value}"
    bare = re.sub(r"^arxiv[:\s]*", "", value, flags=re.IGNORECASE)
    if archive in {"", "arxiv"} or bare != value:
        return f"arxiv:{bare}" if _ARXIV_ID.match(bare) else ""
    return f"https://hal.science/{value}" if archive == "hal" else f"{archive}:{value}"


def _bare(value: str) -> str:
    return value.strip().strip("{}").replace("\\_", "_").replace("\\", "").strip()


def _plain(title: str) -> str:
    """Return a title for people: accents and formulas as Unicode, without the braces that keep its capitals."""
    return " ".join(latex_text(title).replace("{", "").replace("}", "").split())
