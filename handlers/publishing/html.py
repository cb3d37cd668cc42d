"""Builds HTML that is safe by construction: all text is escaped, and only http and https URLs become links."""

import re
from collections.abc import Iterable
from html import escape
from urllib.parse import urlsplit

from bot.papers.text.characters import storable

_VOID = frozenset({"meta", "link", "br", "hr"})
_EMPTY_IN_SVG = frozenset({"path", "rect", "line"})
"""Elements that close themselves; written like void ones they would take in all that follows."""
_BREAK = re.compile(r"\n\s*\n")
_HEADING = re.compile(r"#{1,6} +(\S.*?) *#*")
_BOLD = re.compile(r"\*\*(?=[^\s*])([^*\n]*[^\s*])\*\*")


class Html(str):
    """HTML markup made by `tag`; all other text put into a page is escaped."""

    __slots__ = ()


Child = str | Html | None


def markup(child: Child) -> Html:
    """Return a child as markup: text is escaped, without characters that HTML and XML forbid; None becomes ""."""
    if isinstance(child, Html):
        return child
    return Html(escape(storable(child or "")))


def tag(name: str, /, *children: Child, **attributes: str | float | None) -> Html:
    """Return an HTML element.

    `class_` is written as class, `aria_label` as aria-label; attributes that are None are omitted.
    """
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{markup(str(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    if name in _EMPTY_IN_SVG:
        return Html(f"<{name}{written}/>")
    if name in _VOID:
        return Html(f"<{name}{written}>")
    return Html(f"<{name}{written}>{joined(children)}</{name}>")


def joined(children: Iterable[Child]) -> Html:
    """Return the children as markup, one after another."""
    return Html("".join(markup(child) for child in children))


def outside(text: str, url: str | None) -> Html:
    """Return a link to another site, or only the text if the URL isn't http or https."""
    try:
        is_web = urlsplit(url or "").scheme in {"http", "https"}
    except ValueError:
        is_web = False
    return tag("a", text, href=url, rel="noopener noreferrer nofollow") if is_web else tag("span", text)


def paragraphs(text: str) -> Html:
    """Return a text as HTML paragraphs: lines with a dash become lists, Markdown's headings and bold words bold.

    All other text stays as written.
    """
    blocks: list[Child] = []
    for block in _BREAK.split(text.strip()):
        items: list[Child] = []
        for line in block.splitlines():
            words = line.strip()
            if words.startswith(("- ", "• ", "* ")):
                items.append(tag("li", _with_bold(words[2:])))
                continue
            if items:
                blocks.append(tag("ul", *items))
                items = []
            if heading := _HEADING.fullmatch(words):
                blocks.append(tag("p", tag("strong", heading[1].replace("**", ""))))
            elif words:
                blocks.append(tag("p", _with_bold(words)))
        if items:
            blocks.append(tag("ul", *items))
    return joined(blocks)


def _with_bold(text: str) -> Html:
    """Return a line as markup, with what stands between two pairs of asterisks in bold."""
    pieces: list[Child] = list(_BOLD.split(text))
    pieces[1::2] = [tag("strong", piece) for piece in pieces[1::2]]
    return joined(pieces)
