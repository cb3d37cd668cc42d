"""Removes markup: well-formed tags of a fixed list, in pairs; anything else is text.

"p<0.05 and age >65" is text, "10<sup>5</sup>" is markup. Entities are decoded everywhere, so that escaped markup counts
as markup and the result contains no entity.
"""

import html.entities
import re
from collections import defaultdict
from dataclasses import dataclass
from typing import Final

from bot.papers.text.characters import words_of
from bot.papers.text.mathml import mathml_text
from bot.papers.text.scripts import subscript, superscript

_ATTRIBUTES: Final = r"(?:\s++[\w:.-]++\s*+=\s*+(?:\"[^\"<]*+\"|'[^'<]*+'|[\w.#%/:-]++))*+\s*+"
_TAG: Final = re.compile(
    rf"<(?P<close>/?)(?P<prefix>(?i:jats|mml|m|xhtml|html):)?(?P<name>[a-zA-Z][a-zA-Z0-9-]*+)(?P<attributes>{_ATTRIBUTES})(?P<empty>/?)>"
)
_COMMENT: Final = re.compile(r"<!--[^<>]*-->|<!\[CDATA\[|\]\]>|<\?xml[^<>]*\?>")
_ENTITY: Final = re.compile(
    r"&(?P<again>(?:(?:amp|AMP|#0{0,4}38|#[xX]0{0,4}26);)*+)(?:(?P<name>#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});)?"
)
_INLINE: Final = words_of(
    "i b em strong u small big tt code span a font center abbr cite q var kbd samp mark del ins strike sc "
    "scp italic bold monospace underline overline roman sans-serif styled-content named-content ext-link xref "
    "email uri inline-formula inline-graphic tex-math alternatives label math nobr acronym dfn sup sub inf "
    "label bdi bdo ruby private-char"
)
_BLOCKS: Final = words_of(
    "p div br hr li ul ol dl dt dd h1 h2 h3 h4 h5 h6 blockquote pre table thead tbody tr td th caption "
    "section header article sec title list list-item def-list def-item def term disp-formula disp-quote fig "
    "abstract trans-abstract body figure figcaption main aside footer nav img"
)
_VOID: Final = frozenset({"br", "hr", "img", "inline-graphic"})
_UNPAIRED: Final = frozenset({"p", "br", "hr", "li", "img"})
"""Tags that HTML allows without an end tag."""
_CONNECTIVE: Final = re.compile(
    r"\s+(?:and|or|und|et|y|to|with|vs\.?|versus|through|before|after|until|as well as"
    r"|and closing|and end|tokens? and|tags? and)\s+",
    re.IGNORECASE,
)
"""Pattern of words between two tags that are mentioned, not used: "from <b> to </b>"."""
_QUOTES: Final = {"`": "`", "'": "'", '"': '"', "“": "”", "‘": "’", "«": "»", "„": "“", "{": "}"}
_THING: Final = re.compile(r"\s+(?:tags?|tokens?|elements?|symbols?|markers?|delimiters?)\b")
_MENTION_CHARACTERS: Final = 40
_HEADINGS: Final = frozenset({"title", "h1", "h2", "h3", "h4", "h5", "h6", "b", "strong", "bold", "dt"})
_ABSTRACT: Final = re.compile(r"\s*(?:abstract|summary)\s*[.:]?\s*", re.IGNORECASE)
_TEX: Final = re.compile(r"\\begin\{document\}(.*?)\\end\{document\}", re.DOTALL)
_IN_TEX: Final = re.compile("\ue002[^\ue003]*\ue003")
_DECLARED: Final = re.compile(r"^\s*\\(?:documentclass|usepackage)")


@dataclass(frozen=True, slots=True)
class _Tag:
    start: int
    end: int
    name: str
    prefix: str
    is_close: bool
    is_empty: bool


def without_markup(text: str) -> str:
    """Decode entities and remove tags; the content of superscripts and formulas stays as text."""
    return _without_tags(decode_entities(text))


def decode_entities(text: str) -> str:
    """Replace every known entity by its character; a doubly encoded "&amp;amp;" gives "&" too."""
    return _ENTITY.sub(_character, text) if "&" in text else text


def _character(match: re.Match[str]) -> str:
    name = match["name"]
    if name is None:
        return "&"
    if name[0] != "#":
        return html.entities.html5.get(f"{name};", f"&{name};")
    number = int(name[1:]) if name[1].isdecimal() else int(f"0{name[1:]}", 0)
    if 0x80 <= number <= 0x9F:  # noqa: PLR2004 - Windows' characters, as browsers read them
        return bytes([number]).decode("cp1252", errors="ignore")
    return chr(number) if 0 < number <= 0x10FFFF else ""  # noqa: PLR2004 - Unicode's last


def _without_tags(text: str) -> str:
    if "<" not in text:
        return text
    text = _COMMENT.sub(" ", text)
    tags = _tags(text)
    partners = _paired(tags, text)
    return _built(text, tags, partners)


def _tags(text: str) -> list[_Tag]:
    """Return everything in the text that has the form of a listed tag."""
    tags = []
    for match in _TAG.finditer(text):
        prefix, name = (match["prefix"] or "").lower(), match["name"].lower()
        is_listed = name in _INLINE or (
            name in _BLOCKS and (name != "img" or bool(match["attributes"].strip()))
        )
        if prefix or (is_listed and not _is_mention(match, text)):
            tags.append(
                _Tag(match.start(), match.end(), name, prefix, bool(match["close"]), bool(match["empty"]))
            )
    return tags


def _paired(tags: list[_Tag], text: str) -> dict[int, int | None]:
    """Return the tags that are markup: each index with its partner's (None for one that stands alone)."""
    partners: dict[int, int | None] = {}
    waiting: dict[tuple[str, str], list[int]] = defaultdict(list)
    for index, tag in enumerate(tags):
        key = (tag.prefix, tag.name)
        if not tag.is_close and not tag.is_empty and tag.name not in _VOID:
            waiting[key].append(index)
        elif tag.is_close and waiting[key]:
            start = waiting[key].pop()
            if not tag.prefix and _CONNECTIVE.fullmatch(
                text[tags[start].end : tag.start][:_MENTION_CHARACTERS]
            ):
                continue
            partners[start], partners[index] = index, start
        if tag.is_empty or tag.name in _VOID:
            partners[index] = None
    for index, tag in enumerate(tags):
        if index not in partners and (
            tag.prefix or (tag.name in _UNPAIRED and not tag.is_close and _begins(text, tag.start))
        ):
            partners[index] = None
    return partners


def _is_mention(match: re.Match[str], text: str) -> bool:
    """Return whether a tag is mentioned ("`<b>`", "the <br> tag") rather than used."""
    before, after = text[match.start() - 1 : match.start()], text[match.end() : match.end() + 1]
    if before and _QUOTES.get(before) == after:
        return True
    return not match["close"] and bool(_THING.match(text, match.end()))


def _begins(text: str, at: int) -> bool:
    """Return whether a paragraph may begin at a tag: at the start, after a sentence or after another tag."""
    return (
        at == 0
        or text[at - 1] in ">.!?:;\n"
        or (text[at - 1] == " " and text[at - 2 : at - 1] in {".", "!", "?", ":", ">", ""})
    )


def _built(text: str, tags: list[_Tag], partners: dict[int, int | None]) -> str:
    """Return the text without its markup; elements with a meaning (such as superscripts) are converted."""
    stack: list[tuple[int, list[str]]] = [(-1, [])]
    last, index = 0, 0
    while index < len(tags):
        tag = tags[index]
        if index not in partners:
            index += 1
            continue
        stack[-1][1].append(text[last : tag.start])
        partner = partners[index]
        if tag.name == "math" and not tag.is_close and partner is not None:
            markup = text[tag.start : tags[partner].end]
            formula = mathml_text(markup)
            stack[-1][1].append(markup if formula is None else formula)
            index, last = partner + 1, tags[partner].end
            continue
        last = tag.end
        if partner is None:
            stack[-1][1].append(" " if tag.name in _BLOCKS else "")
        elif not tag.is_close:
            stack.append((index, []))
        elif any(start == partner for start, _ in stack[-3:]):
            while (
                stack[-1][0] != partner
            ):  # crossed tags, as in <b><i></b></i>: their text stays in its place
                _, pieces = stack.pop()
                stack[-1][1].extend(pieces)
            _, pieces = stack.pop()
            stack[-1][1].append(_element(tag.name, "".join(pieces), tags[partner].prefix))
        index += 1
    pieces = [piece for _, part in stack for piece in part]
    return "".join([*pieces, text[last:]]).replace("\ue002", "").replace("\ue003", "")


def _element(name: str, content: str, prefix: str) -> str:
    """Return the text of one element with its content."""
    if name == "sup":
        return superscript(content)
    if name in {"sub", "inf"}:
        return subscript(content)
    if name == "tex-math":
        match = _TEX.search(content)
        return f"\ue002{match[1] if match else '' if _DECLARED.match(content) else content}\ue003"
    if name == "alternatives":
        others = _IN_TEX.sub("", content)
        return others if others.strip() else content
    if name in _HEADINGS and _ABSTRACT.fullmatch(content):
        return " "
    if name in _BLOCKS or (prefix == "jats:" and name in {"sec", "title"}):
        return f" {content} "
    return content
