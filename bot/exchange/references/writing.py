"""Writes citations for reference managers."""

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, Literal

from bot.exchange.references.citation import (
    Citation,
    PublicationKind,
    is_and_others,
    keys_of,
    split_name,
)
from bot.papers.text.latex import formulas_apart

Format = Literal["bib", "ris", "csl"]

_BIBTEX_TYPES: Final[Mapping[PublicationKind, str]] = {
    "article": "article",
    "conference": "inproceedings",
    "preprint": "misc",
    "book": "book",
    "chapter": "incollection",
    "thesis": "phdthesis",
    "report": "techreport",
    "other": "misc",
}
_VENUE_FIELDS: Final[Mapping[PublicationKind, str]] = {
    "article": "journal",
    "conference": "booktitle",
    "chapter": "booktitle",
    "thesis": "school",
    "report": "institution",
}
_RIS_TYPES: Final[Mapping[PublicationKind, str]] = {
    "article": "JOUR",
    "conference": "CPAPER",
    "preprint": "UNPB",
    "book": "BOOK",
    "chapter": "CHAP",
    "thesis": "THES",
    "report": "RPRT",
    "other": "GEN",
}
_CSL_TYPES: Final[Mapping[PublicationKind, str]] = {
    "article": "article-journal",
    "conference": "paper-conference",
    "preprint": "article",
    "book": "book",
    "chapter": "chapter",
    "thesis": "thesis",
    "report": "report",
    "other": "document",
}
_SPECIAL: Final = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "&": r"\&",
    "%": r"\%",
    "$": r"\$",
    "#": r"\#",
    "_": r"\_",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}
_ESCAPED: Final = re.compile("[" + re.escape("".join(_SPECIAL)) + "]")
_LIGATURE: Final = re.compile(r"(?<=([-`']))(?=\1)")
"""Between which signs TeX makes one of two: a dash, quotation marks."""
_CAPITALS: Final = re.compile(r"\S*[^\W\d_]*(?<=\S)[A-Z]\S*|\S*\d\S*[A-Z]\S*")
"""Pattern of a word with a capital after its first letter: BERT, GPT-4, LoRA."""
_RANGE: Final = re.compile(r"^\s*([\w.:]+)\s*[-‐‑–—]+\s*([\w.:]+)\s*$")


def write(citations: Iterable[Citation], form: Format) -> str:
    """Return the citations as one file of this format, in the given order; "" if there are none."""
    return _WRITERS[form](tuple(citations))


def _bibtex(citations: Sequence[Citation]) -> str:
    return "\n".join(
        _bibtex_entry(key, citation) for key, citation in zip(keys_of(citations), citations, strict=True)
    )


def _bibtex_entry(key: str, citation: Citation) -> str:
    names = " and ".join(_bibtex_name(name) for name in citation.authors if name.strip())
    fields = {
        "title": _bibtex_title(citation.title),
        "author": names,
        _VENUE_FIELDS.get(citation.kind, "howpublished"): _escaped(citation.venue or ""),
        "publisher": _escaped(citation.publisher or ""),
        "year": str(citation.year or ""),
        "month": str(citation.month or ""),
        "volume": _escaped(citation.volume or ""),
        "number": _escaped(citation.issue or ""),
        "pages": "--".join(_pages(citation.pages)),
        "doi": _address(citation.doi),
        "eprint": citation.arxiv or "",
        "archiveprefix": "arXiv" if citation.arxiv else "",
        "primaryclass": (citation.category or "") if citation.arxiv else "",
        "url": _address(citation.url),
        "keywords": _escaped(", ".join(citation.tags)),
        "abstract": _escaped(_line(citation.abstract)),
        "note": _escaped(_line(citation.note)),
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@{_BIBTEX_TYPES[citation.kind]}{{{key},", *lines, "}", ""])


def _bibtex_name(name: str) -> str:
    """Format a name so that BibTeX splits it correctly; a name that can't be split is put in braces."""
    if is_and_others(name):
        return "others"
    parts = split_name(name)
    if not parts.given:
        return "{" + _escaped(name.strip()) + "}"
    family = _escaped(f"{parts.particle} {parts.family}".strip())
    return ", ".join(part for part in (family, _escaped(parts.suffix), _escaped(parts.given)) if part)


def _bibtex_title(title: str) -> str:
    """Format a title on one line, with words like BERT in braces so that no style changes their capitals."""
    pieces = formulas_apart(_line(title))
    return "".join(
        piece if is_formula and _is_balanced(piece) else _protected(piece) for piece, is_formula in pieces
    )


def _protected(text: str) -> str:
    return " ".join(
        f"{{{_escaped(word)}}}" if _CAPITALS.fullmatch(word) else _escaped(word) for word in text.split(" ")
    )


def _address(text: str | None) -> str:
    """Return an address or a DOI without what would end its field."""
    return (text or "").translate({ord("{"): "%7B", ord("}"): "%7D", ord("\\"): "%5C"})


def _escaped(text: str) -> str:
    """Escape TeX's special characters; a single brace is written by name, since BibTeX counts all braces."""
    text_with_marks = text if _is_balanced(text) else text.replace("{", "\0").replace("}", "\1")
    tex = _ESCAPED.sub(lambda match: _SPECIAL[match[0]], text_with_marks)
    return _LIGATURE.sub("{}", tex.replace("\0", r"\textbraceleft{}").replace("\1", r"\textbraceright{}"))


def _is_balanced(text: str) -> bool:
    depth = 0
    for char in text:
        depth += (char == "{") - (char == "}")
        if depth < 0:
            return False
    return depth == 0


def _ris(citations: Sequence[Citation]) -> str:
    entries = []
    for key, citation in zip(keys_of(citations), citations, strict=True):
        first, *last = _pages(citation.pages) or [""]
        date = _ris_date(citation) if citation.year else ""
        venue = "JO" if citation.kind == "article" else "T2"
        fields = [
            ("TY", _RIS_TYPES[citation.kind]),
            ("ID", key),
            ("TI", citation.title),
            *(("AU", split_name(name).inverted) for name in citation.authors if not is_and_others(name)),
            ("PY", str(citation.year or "")),
            ("DA", date),
            (venue, citation.venue),
            ("PB", citation.publisher),
            ("VL", citation.volume),
            ("IS", citation.issue),
            ("SP", first),
            ("EP", last[0] if last else ""),
            ("DO", citation.doi),
            ("AN", f"arXiv:{citation.arxiv}" if citation.arxiv else ""),
            ("UR", citation.url),
            *(("KW", tag) for tag in citation.tags),
            ("AB", citation.abstract),
            ("N1", citation.note),
        ]
        entries.append(
            "".join(f"{tag}  - {_line(value)}\r\n" for tag, value in fields if value) + "ER  - \r\n"
        )
    return "\r\n".join(entries)


def _ris_date(citation: Citation) -> str:
    """Format a date for RIS: YYYY/MM/DD/, with unknown parts empty."""
    parts = (citation.month, citation.day if citation.month else None)
    return "/".join([str(citation.year), *(f"{part:02}" if part else "" for part in parts), ""])


def _csl(citations: Sequence[Citation]) -> str:
    items = [_csl_item(key, citation) for key, citation in zip(keys_of(citations), citations, strict=True)]
    return json.dumps(items, ensure_ascii=False, indent=1) + "\n" if items else ""


def _csl_item(key: str, citation: Citation) -> dict[str, object]:
    date = [
        part for part in (citation.year, citation.month, citation.day if citation.month else None) if part
    ]
    item: dict[str, object] = {
        "id": key,
        "type": _CSL_TYPES[citation.kind],
        "title": _line(citation.title),
        "author": [_csl_name(name) for name in citation.authors if name.strip()],
        "issued": {"date-parts": [date]} if date else None,
        "container-title": citation.venue,
        "publisher": citation.publisher
        or ("arXiv" if citation.arxiv and citation.kind == "preprint" else None),
        "volume": citation.volume,
        "issue": citation.issue,
        "page": "-".join(_pages(citation.pages)),
        "DOI": citation.doi,
        "number": f"arXiv:{citation.arxiv}" if citation.arxiv else None,
        "URL": citation.url,
        "keyword": ", ".join(citation.tags),
        "abstract": _line(citation.abstract),
        "note": _line(citation.note),
    }
    return {name: value for name, value in item.items() if value}


def _csl_name(name: str) -> dict[str, str]:
    if is_and_others(name):
        return {"literal": "others"}
    parts = split_name(name)
    if not parts.given:
        return {"literal": name.strip()}
    parts_by_role = {
        "family": parts.family,
        "given": parts.given,
        "non-dropping-particle": parts.particle,
        "suffix": parts.suffix,
    }
    return {role: value for role, value in parts_by_role.items() if value}


def _pages(pages: str | None) -> list[str]:
    """Return [first page, last page], [the only page given], or []."""
    match = _RANGE.match(pages or "")
    return [match[1], match[2]] if match else [pages.strip()] if pages and pages.strip() else []


def _line(text: str | None) -> str:
    return " ".join((text or "").split())


_WRITERS: Final[Mapping[Format, Callable[[Sequence[Citation]], str]]] = {
    "bib": _bibtex,
    "ris": _ris,
    "csl": _csl,
}
FORMATS: Final[tuple[Format, ...]] = ("bib", "ris", "csl")
