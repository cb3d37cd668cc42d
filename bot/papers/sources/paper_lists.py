"""Lists of papers that sites publish: Hugging Face's days and collections, OpenReview's venues, proceedings."""

import json
import re
from dataclasses import dataclass
from typing import Any, Final

from bot.papers.errors import SourceError
from bot.papers.fetching.fetcher import Fetcher
from bot.papers.reading.reference_files import MOST_BYTES

HUGGING_FACE: Final = "https://huggingface.co"
OPENREVIEW: Final = "https://api2.openreview.net"
ANTHOLOGY: Final = "https://aclanthology.org"
PMLR: Final = "https://proceedings.mlr.press"
NEURIPS: Final = "https://proceedings.neurips.cc"
CVF: Final = "https://openaccess.thecvf.com"
PAGE: Final = 1000
MOST_PAPERS: Final = 500
_MOST_BYTES: Final = 4_000_000
_MOST_OF_A_VOLUME: Final = 20_000_000
"""Largest file or page of proceedings; of more than a file's limit the first papers are read."""
_ENTRY: Final = re.compile(rb"^@(?!proceedings|string|comment)\w+\s*\{", re.MULTILINE | re.IGNORECASE)
_PAPER_PAGES: Final = {
    "neurips": re.compile(r"""href=["']?(/paper(?:_files/paper)?/\d{4}/hash/[\w-]+\.html)"""),
    "cvf": re.compile(r"""href=["']?(/content[\w/.-]*/html/[^"'<>\s]+_paper\.html)"""),
}
"""Links to papers in the pages of proceedings that have no file."""
_ID: Final = re.compile(r"\d{4}\.\d{4,5}")
_ADDRESSES: Final = (
    ("day", re.compile(r"\bhuggingface\.co/papers/date/(\d{4}-\d\d-\d\d)\b")),
    ("week", re.compile(r"\bhuggingface\.co/papers/week/(\d{4}-W\d\d)\b")),
    ("month", re.compile(r"\bhuggingface\.co/papers/month/(\d{4}-\d\d)\b")),
    ("collection", re.compile(r"\bhuggingface\.co/collections/([\w.-]+/[\w.-]+)")),
    ("venue", re.compile(r"\bopenreview\.net/group\?(?:[^\s>|]*&)?id=([\w.-]+(?:/[\w.-]+)+)")),
    ("volume", re.compile(r"\baclanthology\.org/volumes/([\w.-]+?)(?:\.bib)?(?=[/\s>|#?]|$)")),
    ("pmlr", re.compile(r"\bproceedings\.mlr\.press/(v\d{1,4})(?=/?(?:[\s>|#?]|$|index\.html|assets/bib/))")),
    (
        "neurips",
        re.compile(
            r"\b(?:papers\.nips\.cc|(?:proceedings|papers)\.neurips\.cc)/paper(?:_files/paper)?/((?:19|20)\d\d)(?=/?(?:[\s>|#?]|$))"
        ),
    ),
    ("cvf", re.compile(r"\bopenaccess\.thecvf\.com/((?:CVPR|ICCV|WACV)20\d\d)(?=/?(?:[\s>|#?]|$))")),
)
"""Addresses of lists by kind, with the list's name there."""
_LABELS: Final = {
    "day": "Hugging Face papers of",
    "week": "Hugging Face papers of",
    "month": "Hugging Face papers of",
    "collection": "Hugging Face collection",
    "venue": "OpenReview venue",
    "volume": "ACL Anthology volume",
    "pmlr": "PMLR volume",
    "neurips": "NeurIPS proceedings",
    "cvf": "CVF proceedings",
}


@dataclass(frozen=True, slots=True)
class PaperList:
    """A list of papers by its kind and its name at its site."""

    kind: str
    name: str

    @property
    def label(self) -> str:
        """What people call it."""
        return f"{_LABELS[self.kind]} {self.name}"


@dataclass(frozen=True, slots=True)
class ListFile:
    """A list as a file of references: its name with its type's ending, its content, and how many papers the site has."""

    name: str
    content: bytes
    total: int


def lists_in(text: str) -> list[PaperList]:
    """Return the lists whose addresses a text has, in the order of their kinds."""
    return list(
        dict.fromkeys(PaperList(kind, name) for kind, address in _ADDRESSES for name in address.findall(text))
    )


class PaperLists:
    """Lists of papers, each read from its site's public interface; the addresses may be mirrors'."""

    def __init__(
        self,
        fetcher: Fetcher,
        hugging_face: str = HUGGING_FACE,
        openreview: str = OPENREVIEW,
        anthology: str = ANTHOLOGY,
        proceedings: str = "",
    ) -> None:
        self._fetcher = fetcher
        self._hugging_face = hugging_face
        self._openreview = openreview
        self._anthology = anthology
        self._pmlr, self._neurips, self._cvf = (proceedings or site for site in (PMLR, NEURIPS, CVF))

    async def read(self, papers: PaperList) -> ListFile:
        """Return a list as a file of references. Raises `SourceError`."""
        match papers.kind:
            case "volume":
                return await self._bibtex(papers.name, f"{self._anthology}/volumes/{papers.name}.bib")
            case "pmlr":
                url = f"{self._pmlr}/{papers.name}/assets/bib/bibliography.bib"
                return await self._bibtex(papers.name, url)
            case "neurips":
                return await self._page(papers, NEURIPS, f"{self._neurips}/paper_files/paper/{papers.name}")
            case "cvf":
                return await self._page(papers, CVF, f"{self._cvf}/{papers.name}?day=all")
            case "venue":
                return await self._venue(papers.name)
            case "collection":
                answer = await self._json(f"{self._hugging_face}/api/collections/{papers.name}", {})
                items = answer.get("items") if isinstance(answer, dict) else None
                ids = [item.get("id") for item in _dicts(items) if item.get("type") == "paper"]
            case kind:
                key = {"day": "date"}.get(kind, kind)
                answer = await self._json(
                    f"{self._hugging_face}/api/daily_papers", {key: papers.name, "limit": "100"}
                )
                ids = [paper.get("id") for each in _dicts(answer) for paper in _dicts([each.get("paper")])]
        links = [
            f"https://arxiv.org/abs/{each}" for each in ids if isinstance(each, str) and _ID.fullmatch(each)
        ]
        return _as_file(papers.name, links, len(links))

    async def _bibtex(self, name: str, url: str) -> ListFile:
        """Return a volume's BibTeX, its first entries if it is larger than a file may be."""
        reply = await self._fetcher.get(url, accept="text/plain", most_bytes=_MOST_OF_A_VOLUME)
        entries = [entry.start() for entry in _ENTRY.finditer(reply.body)]
        ends = [end for end in [*entries[1:], len(reply.body)] if end <= MOST_BYTES]
        return ListFile(f"{name}.bib", reply.body[: max(ends, default=0)], len(entries))

    async def _page(self, papers: PaperList, site: str, url: str) -> ListFile:
        """Return the papers that a page of proceedings links to."""
        reply = await self._fetcher.get(url, accept="text/html", most_bytes=_MOST_OF_A_VOLUME)
        paths = _PAPER_PAGES[papers.kind].findall(reply.body.decode(errors="replace"))
        links = list(dict.fromkeys(f"{site}{path}" for path in paths))
        return _as_file(papers.name, links, len(links))

    async def _venue(self, name: str) -> ListFile:
        """Return the accepted papers of an OpenReview venue."""
        answer = await self._json(
            f"{self._openreview}/notes", {"content.venueid": name, "limit": f"{PAGE}", "sort": "number:asc"}
        )
        notes = _dicts(answer.get("notes") if isinstance(answer, dict) else None)
        forums = [str(note.get("forum") or note.get("id") or "") for note in notes]
        links = [
            f"https://openreview.net/forum?id={forum}" for forum in forums if re.fullmatch(r"[\w-]+", forum)
        ]
        count = answer.get("count") if isinstance(answer, dict) else None
        return _as_file(name, links, count if isinstance(count, int) else len(links))

    async def _json(self, url: str, params: dict[str, str]) -> Any:
        reply = await self._fetcher.get(
            url,
            params=params,
            accept="application/json",
            most_bytes=_MOST_BYTES,
            statuses=frozenset({401, 403}),
        )
        if reply.status in {401, 403}:
            raise SourceError(
                "Its site doesn't let me read that list. Drop an export of it here instead (.bib or .ris)."
            )
        try:
            return json.loads(reply.body)
        except (ValueError, RecursionError):
            raise SourceError("That list's site answered with something that I can't read.") from None


def _dicts(values: object) -> list[dict[str, Any]]:
    return [value for value in values if isinstance(value, dict)] if isinstance(values, list) else []


def _as_file(name: str, links: list[str], total: int) -> ListFile:
    distinct = list(dict.fromkeys(links))[:MOST_PAPERS]
    return ListFile(f"{name.replace('/', '-')}.txt", "\n".join(distinct).encode(), total)
