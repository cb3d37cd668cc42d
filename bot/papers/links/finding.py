"""Finds papers in people's text: links that are glued, cut or wrapped, typed ids, pasted BibTeX and RIS."""

import html
import re
from collections.abc import Iterator
from typing import Final

from bot.papers.links.parsing import Reference, parse
from bot.papers.links.rules import ARXIV_ID, ARXIV_OLD

_INVISIBLE: Final = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\ufe0e\ufe0f\x00-\x08]")
_LIGATURES: Final = str.maketrans(
    {
        "ﬀ": "ff",
        "ﬁ": "fi",
        "ﬂ": "fl",
        "ﬃ": "ffi",
        "ﬄ": "ffl",
        "ﬅ": "st",
        "ﬆ": "st",
        "\u00a0": " ",
        "‑": "-",
        "‐": "-",
        **{
            code: chr(code - 0xFEE0)
            for code in (*range(0xFF10, 0xFF1B), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))
        },
        0xFF0E: ".",
        0xFF0F: "/",
        0xFF0D: "-",
        0xFF3F: "_",
    }
)
"""Replacements for ligatures, hard spaces and hyphens, and full-width characters with which an id may be written."""
_CODE: Final = re.compile(r"```(?P<block>.*?)(?:```|\Z)|`[^`\n]+`", re.DOTALL)
_CITATION: Final = re.compile(r"@[a-zA-Z]{3,20}\s*[{(]|^TY {1,2}- ", re.MULTILINE)
_EAST_ASIAN: Final = "\u2e80-\u9fff\uac00-\ud7ff\uf900-\ufaff\ufe30-\ufe4f\uff01-\uffef"
_STOP: Final = rf"{_EAST_ASIAN}\u2190-\u21ff\u25a0-\u27bf\U0001f000-\U0001faff…“”„‘’«»‹›—•"
_END_OF_URL: Final = re.compile(rf"[{_STOP}]")
_FOREIGN_END: Final = re.compile(
    r"[^!-~]|[\"{}\[\]]|(?i:(?:%(?:e2%80%[89a][0-9a-f]|c2%a0|ef%bb%bf|e3%80%8[0-3]|20|22|27|29|2[ce]|3[be]|5d|7d|0a|0d))++$)"
)
"""Pattern of where an unreadable link may end: before another script, a quote or bracket, an encoded mark."""
_BROKEN: Final = (
    (re.compile(r"\bh(?:tt|xx)p(s?)(?:\s?:\s?/{1,3}|//)\s?(?=[a-z0-9-]+\.)", re.IGNORECASE), r"http\1://"),
    (re.compile(r"\bdoi\s?\.\s?org\s?/\s?(?=10)", re.IGNORECASE), "doi.org/"),
    (re.compile(r"(?<=[0-9a-z])[–−](?=\d)"), "-"),
    (re.compile("&nbsp;"), " "),
    (re.compile(r"\\/"), "/"),
    (re.compile(r"\\[nrt](?=https?://)"), "\n"),
)
"""Patterns of links and ids damaged by PDFs or typing, with the correct form."""
_NEXT_URL: Final = re.compile(r"(?<=[^=/:%?&_+])(?=https?://)|[,;|](?=https?://)")
_NEXT_DOI: Final = re.compile(r"[,;|](?=(?:doi:\s?)?10\.\d{4,9}/|pmc?id:)", re.IGNORECASE)
_ANY_URL: Final = re.compile(r"[/&+_]?(?=https?://)")
_ALNUM: Final = "A-Za-z0-9_"
_TOKEN: Final = re.compile(
    r"<(?P<angle>[^<>\s|][^<>|]*+)(?:\|[^<>]*+)?>(?P<rest>&lt;[^\s<>|]*+)?"
    rf"|(?P<url>https?://[^\s<>|\"{_STOP}]++(?:<\d[^\s<>|\"]*+>[^\s<>|\"]++)?)"
    r"|(?<![A-Za-z0-9_.@/-])(?P<bare>(?:[a-z0-9-]++\.)+(?:org|com|net|edu|gov|io|ai|cc|press|science|co|fr|br|de|uk|ch|cn|jp)"
    rf"/[^\s<>|\"{_STOP}]++)"
    r"|(?<![A-Za-z0-9/.=])(?P<arxivs>arxiv(?:\.org)?(?:\s?[:#]\s?|\s+(?:id:?\s+)?\(?|[._/-])"
    rf"(?P<list>{ARXIV_ID}(?:(?:\s*+(?:[,;&]|and)\s*+|\s/\s){ARXIV_ID})*+)(?!-?[{_ALNUM}]))"
    r"|(?<![A-Za-z0-9/.=])(?P<corr>(?:(?:CoRR|arXiv)\W{1,3}(?:\w+\W{1,3}){0,3}?)?abs/" + ARXIV_ID + rf"(?![{_ALNUM}/-]))"
    rf"|(?<![A-Za-z0-9/.=-])(?P<old>{ARXIV_OLD}(?:v\d{{1,3}})?(?![{_ALNUM}./-]|\.\d))"
    rf"|(?<![A-Za-z0-9/.=])(?P<doi>(?:(?:info:|urn:|short\s?)?doi\s?[:=/]?\s?)?10\.\d{{4,9}}(?:\.\d+)*/[^\s|{_STOP}]++"
    rf"|(?:short\s?)?doi\s?[:=]?\s?10/[a-z0-9]{{3,8}}(?![{_ALNUM}]))"
    r"|(?<![A-Za-z0-9/.=])(?P<pmids>(?:PMIDs?|PubMed\s?IDs?)(?:\s?[:#-]\s?|\s+|(?=\d{6}))|PubMed(?:\s?:\s?|\s(?=\d{7})))"
    rf"(?P<pmid>\d{{1,8}}(?:\s*+(?:[,;&]|and\s)\s*+\d{{4,8}})*+)(?![{_ALNUM}])"
    rf"|(?<![A-Za-z0-9/.=])(?:PMCID\s?:?\s?(?:PMC)?|PMC)\s?(?P<pmc>(?<=PMC)\d{{4,9}}|(?<!\w)\d{{6,9}}|(?<=[:\s])\d{{6,9}})(?![{_ALNUM}])",
    re.IGNORECASE,
)  # fmt: skip
_FIELD: Final = re.compile(
    r"\b(?:(?:eprint|arxivid)\s*=\s*[{\"]\s*(?:arxiv:)?|volume\s*=\s*[{\"]\s*abs/)"
    rf"{ARXIV_ID}\s*[}}\"]",
    re.IGNORECASE,
)  # fmt: skip
_FIELD_ID: Final = re.compile(r"\b(pmid|pmcid)\s*=\s*[{\"]\s*(?:PMC)?(\d{3,9})\s*[}\"]", re.IGNORECASE)
_ENTRY: Final = re.compile(r"(?=@[a-zA-Z]{3,20}\s*[{(])|(?=^TY {1,2}- )|(?<=^ER {2}-)", re.MULTILINE)
_ESCAPED: Final = re.compile(r"(?:\{\\?|\$\\|\\)([_&%#$])(?:(?<=\{.)\}|(?<=\{\\.)\}|(?<=\$\\.)\$)?")
_LEAST_SUFFIX: Final = 3
"""Least length of a bare DOI's suffix; "10.2024/11" is a date or a fraction."""
_NO_SUFFIX: Final = re.compile(r"\d{1,2}/\d{1,4}|[a-z]{1,8}", re.IGNORECASE)
"""Pattern of what follows a number and a slash that is no bare DOI: a day and a year, a unit."""
_DOI_LABEL: Final = re.compile(r"^(?:info:|urn:|short\s?)?doi\s?[:=/]?\s?", re.IGNORECASE)
_ONE_ID: Final = re.compile(ARXIV_ID, re.IGNORECASE)
_PAIRS: Final = {")": "(", "]": "[", "}": "{"}
_MARKS: Final = frozenset(".,;:!?'\"*_~…»”’>。，、；：！？")
_NO_MONTH: Final = re.compile(
    r"(?:\barxiv:\s?|//(?:[a-z0-9-]+\.)*arxiv\.org/(?:abs|pdf|html)/)(\d\d(?:00|1[3-9]|[2-9]\d)\.\d{4,5})(?!\d)",
    re.IGNORECASE,
)


def find(text: str) -> tuple[Reference, ...]:
    """Return all papers in a message's text, in order, each once; code is skipped unless it is a citation."""
    plain = _plain(text)
    references: dict[str, Reference] = {}
    for part, is_citation in _parts(plain):
        here: dict[str, Reference] = {}
        for candidate in _candidates(part):
            for reference in _read(candidate):
                here.setdefault(reference.canonical, reference)
        if is_citation and any(reference.scheme != "page" for reference in here.values()):
            # one entry names one work: its publisher's page adds nothing to its ids
            here = {name: reference for name, reference in here.items() if reference.scheme != "page"}
        for name, reference in here.items():
            references.setdefault(name, reference)
    return tuple(references.values())


def impossible_arxiv_ids(text: str) -> tuple[str, ...]:
    """Return texts that look like arXiv ids but can't exist, since their month isn't 01 to 12; each once."""
    return tuple(dict.fromkeys(match[1] for match in _NO_MONTH.finditer(_plain(text))))


def _plain(text: str) -> str:
    """Return the text without invisible characters and code."""
    plain = _CODE.sub(_of_code, _INVISIBLE.sub("", text).translate(_LIGATURES))
    for pattern, meant in _BROKEN:
        plain = pattern.sub(meant, plain)
    return plain


def _of_code(match: re.Match[str]) -> str:
    block = match["block"] or ""
    return f"\n{block}\n" if _CITATION.search(block) else " "


def _parts(text: str) -> Iterator[tuple[str, bool]]:
    """Split the text where BibTeX and RIS entries begin; True marks an entry."""
    if _CITATION.search(text) is None:
        yield text, False
        return
    for part in _ENTRY.split(text):
        if part:
            yield part, _CITATION.match(part) is not None


def _candidates(text: str) -> Iterator[str]:
    """Yield every piece of the text that may name a paper, in order."""
    places = [(match.start(), list(_of_token(match))) for match in _TOKEN.finditer(text)]
    places += [(m.start(), [f"arxiv:{_id_of(m[0])}"]) for m in _FIELD.finditer(text)]
    places += [
        (m.start(), [f"{m[1].lower()}:{'PMC' if m[1].lower() == 'pmcid' else ''}{m[2]}"])
        for m in _FIELD_ID.finditer(text)
    ]
    for _, candidates in sorted(places, key=lambda one: one[0]):
        yield from candidates


def _id_of(text: str) -> str:
    ids = [match[0] for match in _ONE_ID.finditer(text)]
    return ids[-1]


def _of_token(match: re.Match[str]) -> Iterator[str]:
    if (angle := match["angle"]) is not None:
        if angle.startswith(("@", "#", "!", "mailto:")):
            return
        if match["rest"]:  # Slack ends a link where it meets "<", old DOIs hold one
            whole = _without_punctuation(html.unescape(angle + match["rest"]))
            if parse(whole) is not None:
                yield whole
                return
        yield html.unescape(angle)
    elif match["doi"]:
        for one in _NEXT_DOI.split(_ESCAPED.sub(r"\1", html.unescape(match["doi"]))):
            if one[:2].lower() == "pm":
                yield one
                continue
            bare = _DOI_LABEL.sub("", one)
            doi = _without_punctuation(_FOREIGN_END.split(bare, maxsplit=1)[0])
            suffix = doi.partition("/")[2]
            if bare != one or (len(suffix) >= _LEAST_SUFFIX and not _NO_SUFFIX.fullmatch(suffix)):
                yield f"doi:{doi}"
    else:
        yield from _written_ids(match) or [_without_punctuation(html.unescape(match[0]))]


def _written_ids(match: re.Match[str]) -> list[str]:
    """Return the ids in a token that is neither a link nor a DOI."""
    if match["list"]:
        return [f"arxiv:{one[0]}" for one in _ONE_ID.finditer(match["list"])]
    if match["old"]:
        return [f"arxiv:{match['old']}"]
    if match["corr"]:
        return [f"arxiv:{_id_of(match['corr'])}"]
    if match["pmc"]:
        return [f"PMC{match['pmc']}"]
    return [f"pmid:{number}" for number in re.findall(r"\d+", match["pmid"] or "")]


def _read(candidate: str) -> Iterator[Reference]:
    """Yield the papers of one candidate, which is cut where a link can't continue."""
    pieces = _NEXT_URL.split(candidate) if "http" in candidate[4:] else [candidate]
    pieces = [each for piece in pieces for each in _NEXT_DOI.split(piece)]
    for piece in pieces if len(pieces) == 1 else map(_without_punctuation, pieces):
        reference = _one(piece)
        if reference is not None:
            yield reference
        elif "http" in piece[4:]:  # a link behind another that is none of ours, or two joined by a mark
            parts = [part for part in _ANY_URL.split(piece) if part]
            yield from (each for part in parts if (each := _one(_without_punctuation(part))) is not None)


def _one(piece: str) -> Reference | None:
    """Return the paper of one link, cut where the text continues behind it; None if it names none."""
    reference = parse(piece) or parse(_without_punctuation(piece))
    if reference is None or _END_OF_URL.search(reference.canonical):
        head = _without_punctuation(_END_OF_URL.split(piece, maxsplit=1)[0])
        reference = parse(head) or parse(_ESCAPED.sub(r"\1", head))
    if reference is None:
        head = piece.partition("'")[0] if "http" in piece[4:] else re.split("['&]", piece, maxsplit=1)[0]
        reference = parse(head) if head != piece else None
    if reference is None or not reference.canonical.isascii() or "}" in reference.canonical:
        head = _without_punctuation(_FOREIGN_END.split(piece, maxsplit=1)[0])
        reference = parse(head) or reference
    return reference


def _without_punctuation(text: str) -> str:
    """Return the text without punctuation and unpaired brackets at its end."""
    end = len(text)
    surplus = {closing: text.count(closing) - text.count(opening) for closing, opening in _PAIRS.items()}
    while end:
        last = text[end - 1]
        if surplus.get(last, 0) > 0:
            surplus[last] -= 1
        elif last not in _MARKS:
            break
        end -= 1
    return text[:end]
