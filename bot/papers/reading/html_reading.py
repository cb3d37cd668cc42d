"""Reads HTML in a separate process: a page's tags and abstract, an article's visible text."""

import codecs
import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any, Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

HEAD_BYTES: Final = 256 * 1024
MOST_CHARACTERS: Final = 400_000
_META_BYTES: Final = 4096
_META: Final = re.compile(rb"<meta[^>]{0,300}?charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE)
_XML: Final = re.compile(rb"^\s*<\?xml[^>]{0,100}?encoding\s*=\s*[\"']([\w.:-]{2,40})", re.IGNORECASE)
_MARKS: Final = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_AS_BROWSERS: Final = {
    **dict.fromkeys(("iso-8859-1", "latin-1", "latin1", "us-ascii", "ascii"), "cp1252"),
    **dict.fromkeys(("shift_jis", "shift-jis", "x-sjis", "sjis"), "cp932"),
    **dict.fromkeys(("gb2312", "gbk", "x-gbk"), "gb18030"),
    **dict.fromkeys(("euc-kr", "ks_c_5601-1987"), "cp949"),
    "big5": "big5hkscs",
    "iso-8859-9": "cp1254",
    "tis-620": "cp874",
}
"""Encodings that browsers use in place of these names."""
_CODECS: Final = (
    "utf-8 utf-16 utf-16-le utf-16-be cp1250 cp1251 cp1252 cp1253 cp1254 cp1255 cp1256 cp1257 cp1258 cp866 cp874 cp932 "
    "cp949 iso8859-2 iso8859-3 iso8859-4 iso8859-5 iso8859-6 iso8859-7 iso8859-8 iso8859-10 iso8859-13 iso8859-14 "
    "iso8859-15 iso8859-16 koi8-r koi8-u mac-roman mac-cyrillic euc-jp iso2022-jp gb18030 big5hkscs"
)
"""Names of all encodings used on the Web."""


def load_codecs() -> None:
    """Load every encoding of the Web, because a process that may open no files can't do so later."""
    for name in _CODECS.split():
        codecs.lookup(name)


_ABSTRACT_NAME: Final = re.compile(
    r"(?:^|[-_\s])(?:acl-|section-|hlfld-)?abstract(?:-content|section|infull|-text|-body)?(?:$|\s)",
    re.IGNORECASE,
)
_BLOCKS: Final = frozenset(
    {"p", "div", "section", "li", "h1", "h2", "h3", "h4", "h5", "h6", "tr", "br", "figcaption", "article"}
)
_HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "strong", "b", "dt"})
_QUIET: Final = frozenset({"script", "style", "noscript", "template", "svg", "button", "nav", "footer"})
_SILENT_TAGS: Final = _QUIET | {"header", "head"}
_UNSEEN: Final = re.compile(
    r"display:none|visibility:hidden|opacity:0(?![.\d])|font-size:(?:0|1(?:px|pt)|0?\.\d+(?:px|pt|em|rem))(?![.\d])"
    r"|(?<!-)color:(?:white|#fff(?:fff)?|rgb\(255,255,255\)|transparent)(?![a-f\d])|left:-\d{3,}px|text-indent:-\d{3,}px"
)


def decode_page(body: bytes, charset: str | None) -> str:
    """Decode a page by its byte-order mark, its header, its own declaration, else UTF-8 or Windows-1252.

    The first of these that fits every byte is used; if none does, the first, with errors replaced.
    """
    for mark, name in _MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(name, errors="replace")
    inside = _META.search(body[:_META_BYTES]) or _XML.match(body[:_META_BYTES])
    candidates = [_codec(charset), _codec(inside[1].decode("ascii")) if inside else None, "utf-8", "cp1252"]
    names = list(dict.fromkeys(name for name in candidates if name))
    for name in names:
        try:
            return codecs.getincrementaldecoder(name)().decode(
                body
            )  # a character cut off at the end is no fault
        except UnicodeDecodeError:
            continue
    return body.decode(names[0], errors="replace")


def _codec(name: str | None) -> str | None:
    if not name:
        return None
    plain = _AS_BROWSERS.get(name.strip().lower(), name.strip())
    try:
        return codecs.lookup(plain).name if codecs.lookup(plain)._is_text_encoding else None  # noqa: SLF001 - "rot13" and "zip" are codecs, too
    except LookupError:
        return None


def read_head(body: bytes, charset: str | None = None) -> dict[str, Any]:
    """Return a page's `meta` by lower-case name, its JSON-LD (`linked`), and passages that may be its abstract.

    Only the first 256 KB are read. `marked` are elements named abstract, `headed` is the text under such a heading.
    """
    tree = LexborHTMLParser(decode_page(body[:HEAD_BYTES], charset))
    meta: dict[str, list[str]] = defaultdict(list)
    for node in tree.css("meta"):
        attributes = node.attributes
        name = (
            attributes.get("name") or attributes.get("property") or attributes.get("itemprop") or ""
        ).lower()
        content = (attributes.get("content") or "").strip()
        if name and content:
            meta[name].append(content)
    scripts = [node.text() for node in tree.css('script[type="application/ld+json"]')]
    abstracts, after_heading = _abstracts(tree)
    heading = tree.css_first("title")
    return {
        "meta": meta,
        "linked": scripts,
        "marked": abstracts,
        "headed": after_heading,
        "title": heading.text() if heading is not None else "",
    }


def _abstracts(tree: LexborHTMLParser) -> tuple[list[str], str]:
    """Return the texts of elements named abstract, and the text from a heading "Abstract" to the next heading."""
    search = _Search()
    for event, node in _walk(tree.body, _QUIET):
        search.take(event, node)
    return ["".join(part) for part in search.marked], "".join(search.headed)


class _Search:
    """Collects possible abstracts during a walk over a page."""

    def __init__(self) -> None:
        self.marked: list[list[str]] = []
        self.headed: list[str] = []
        self._heading: list[str] | None = None
        self._inside: int | None = None
        self._after = False

    def take(self, event: str, node: LexborNode) -> None:
        """Process an element that opens or closes, or a text."""
        tag = node.tag or ""
        if event == "open":
            self._open(node, tag)
        if event == "text" or tag in _BLOCKS:
            self._text((node.text(deep=False) or "") if event == "text" else " ")
        if event == "close":
            self._close(node, tag)

    def _open(self, node: LexborNode, tag: str) -> None:
        if tag in _HEADINGS:
            self._heading = []
            self._after = self._after and tag[0] != "h"
        can_hold = self._inside is None and tag not in {"body", "a", "h2", "h3", "h4"}
        if can_hold and _ABSTRACT_NAME.search(_names(node)):
            self._inside = node.mem_id
            self.marked.append([])

    def _text(self, text: str) -> None:
        if self._heading is not None:
            self._heading.append(text)
        if self._inside is not None:
            self.marked[-1].append(text)
        elif self._after and self._heading is None:
            self.headed.append(text)

    def _close(self, node: LexborNode, tag: str) -> None:
        if tag in _HEADINGS and self._heading is not None:
            self._after = self._after or "".join(self._heading).strip(" :.\n\t").lower() == "abstract"
            self._heading = None
        if node.mem_id == self._inside:
            self._inside = None


def _names(node: LexborNode) -> str:
    attributes = node.attributes
    return f"{attributes.get('id') or ''} {attributes.get('class') or ''}"


def _walk(root: LexborNode | None, silent_tags: frozenset[str]) -> Iterator[tuple[str, LexborNode]]:
    """Yield each element as it opens and closes, and each text between; skipped elements are left out."""
    stack: list[tuple[str, LexborNode]] = [] if root is None else [("open", root)]
    while stack:
        event, node = stack.pop()
        if event == "open" and node.is_text_node:
            yield "text", node
            continue
        if event == "open" and (node.tag in silent_tags or not node.is_element_node):
            continue
        yield event, node
        if event == "open":
            stack.append(("close", node))
            child = node.last_child
            while child is not None:
                stack.append(("open", child))
                child = child.prev


def read_article(body: bytes, charset: str | None = None) -> dict[str, Any]:
    """Return an article page's `text` with formulas as TeX, invisible passages (`hidden`), and whether it was `cut`."""
    tree = LexborHTMLParser(decode_page(body, charset))
    text_pieces: list[str] = []
    hidden: list[list[str]] = []
    for article in tree.css("article"):
        if not _is_inside_another(article):
            _read_article(article, text_pieces, hidden)
    text = re.sub(r"[^\S\n]+", " ", "".join(text_pieces))
    text = re.sub(r" ?\n[\s]*", "\n", text).strip()
    passages = [" ".join("".join(part).split())[:300] for part in hidden]
    return {
        "text": text[:MOST_CHARACTERS],
        "hidden": [p for p in passages if p][:20],
        "cut": len(text) > MOST_CHARACTERS,
    }


def _is_inside_another(node: LexborNode) -> bool:
    parent = node.parent
    while parent is not None:
        if parent.tag == "article":
            return True
        parent = parent.parent
    return False


def _read_article(article: LexborNode, text_pieces: list[str], hidden: list[list[str]]) -> None:
    hidden_node: int | None = None
    formula: int | None = None
    for event, node in _walk(article, _SILENT_TAGS):
        tag = node.tag or ""
        if formula is not None:
            formula = None if event == "close" and node.mem_id == formula else formula
            continue
        sink = text_pieces if hidden_node is None else hidden[-1]
        if event == "text":
            sink.append(node.text(deep=False) or "")
            continue
        if event == "open" and tag == "math":
            formula = node.mem_id
            sink.append(f" {node.attributes.get('alttext') or ''} ")
            continue
        if event == "open" and hidden_node is None and _is_concealed(node):
            hidden_node = node.mem_id
            hidden.append([])
        elif event == "close" and node.mem_id == hidden_node:
            hidden_node = None
        if tag in _BLOCKS:
            sink.append("\n")


def _is_concealed(node: LexborNode) -> bool:
    attributes = node.attributes
    style = (attributes.get("style") or "").replace(" ", "").lower()
    return "hidden" in attributes or _UNSEEN.search(style) is not None
