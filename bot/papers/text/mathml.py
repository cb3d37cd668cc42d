"""Converts MathML to a line of text: scripts in Unicode, roots, fractions, accents."""

import re
from collections.abc import Callable, Iterator
from typing import Final
from xml.etree import ElementTree as ET

from bot.papers.text.scripts import subscript, superscript

_DEPTH: Final = 60
_PREFIX: Final = re.compile(r"(</?)[a-zA-Z][\w.-]{0,20}:(?=[a-z])")
_NAMESPACE: Final = re.compile(r"\s(?:xmlns(?::[\w.-]+)?|[\w.-]+:[\w.-]+)\s*=\s*(?:\"[^\"<]*\"|'[^'<]*')")
_AMPERSAND: Final = re.compile(r"&(?!#\d{1,7};|#x[0-9a-fA-F]{1,6};|(?:amp|lt|gt|quot|apos);)")
_UNSEEN: Final = re.compile("[\u2061-\u2064\u200b]")
_ACCENTS: Final = {
    "¯": "\u0304", "‾": "\u0304", "_": "\u0332", "^": "\u0302", "ˆ": "\u0302", "~": "\u0303", "˜": "\u0303",
    "∼": "\u0303",
    "→": "\u20d7", "⃗": "\u20d7", "˙": "\u0307", ".": "\u0307", "¨": "\u0308", "ˇ": "\u030c", "´": "\u0301", "`": "\u0300",
    "−": "\u0304", "-": "\u0304", "―": "\u0304",
}  # fmt: skip
_ARROWS: Final = frozenset("→←↔⇒⇐⇔⟶⟵⟹↦")
_SILENT: Final = frozenset({"annotation", "annotation-xml", "mphantom", "none", "mprescripts"})


class _UnreadableError(Exception):
    """The formula is nested too deeply or lacks a part."""


def mathml_text(markup: str) -> str | None:
    """Return a whole `<math>` element as text, or None if it isn't well-formed."""
    plain = _AMPERSAND.sub("&amp;", _NAMESPACE.sub("", _PREFIX.sub(r"\1", markup)))
    try:
        root = ET.fromstring(plain)  # noqa: S314 - one element out of a text, so it declares no entities
        return _UNSEEN.sub("", _text(root, 0)).strip()
    except (ET.ParseError, _UnreadableError, RecursionError):
        return None


def _text(element: ET.Element, depth: int) -> str:
    if depth > _DEPTH:
        raise _UnreadableError
    tag = element.tag
    if tag in _SILENT:
        return ""
    if tag == "mmultiscripts":
        return "".join(_multiscripts(element, depth))
    if tag in {"mi", "mn", "mtext", "ms", "mo"}:
        sign = _own(element)
        return f" {sign} " if tag == "mo" and sign in _ARROWS else sign
    parts = [_text(child, depth + 1) for child in element]
    layout = _LAYOUTS.get(tag)
    if layout is not None:
        return layout(parts)
    if tag == "mfenced":
        return element.get("open", "(") + ",".join(parts) + element.get("close", ")")
    return (element.text or "").strip() + "".join(
        part + (child.tail or "").strip() for child, part in zip(element, parts, strict=True)
    )


def _own(element: ET.Element) -> str:
    return " ".join("".join(element.itertext()).split())


def _at(parts: list[str], index: int) -> str:
    if index >= len(parts):
        raise _UnreadableError
    return parts[index]


def _over(base: str, above: str) -> str:
    mark = _ACCENTS.get(above.strip())
    return base + superscript(above) if mark is None else accented(base, mark)


_LAYOUTS: Final[dict[str, Callable[[list[str]], str]]] = {
    "mspace": lambda _: " ",
    "msup": lambda parts: _at(parts, 0) + superscript(_at(parts, 1)),
    "msub": lambda parts: _at(parts, 0) + subscript(_at(parts, 1)),
    "msubsup": lambda parts: _at(parts, 0) + subscript(_at(parts, 1)) + superscript(_at(parts, 2)),
    "munderover": lambda parts: _at(parts, 0) + subscript(_at(parts, 1)) + superscript(_at(parts, 2)),
    "mover": lambda parts: _over(_at(parts, 0), _at(parts, 1)),
    "munder": lambda parts: _at(parts, 0) + subscript(_at(parts, 1)),
    "msqrt": lambda parts: "√" + grouped("".join(parts)),
    "mroot": lambda parts: superscript(_at(parts, 1)) + "√" + grouped(_at(parts, 0)),
    "mfrac": lambda parts: f"{grouped(_at(parts, 0))}/{grouped(_at(parts, 1))}",
    "semantics": lambda parts: parts[0] if parts else "",
    **dict.fromkeys(("mtr", "mtd", "mlabeledtr"), lambda parts: "".join(parts) + " "),
}
"""Functions that combine the text of an element's children, by element."""


def accented(base: str, mark: str) -> str:
    """Return the letters of `base`, each with a combining mark."""
    return "".join(char if char.isspace() else char + mark for char in base)


def grouped(text: str) -> str:
    """Return the text, in brackets if it is more than one word or number."""
    return text if re.fullmatch(r"[\w.]*", text) else f"({text})"


def _multiscripts(element: ET.Element, depth: int) -> Iterator[str]:
    """Yield the scripts before the base, the base, and the scripts after it, as text."""
    children = list(element)
    if not children:
        raise _UnreadableError
    tags = [child.tag for child in children]
    split = tags.index("mprescripts") if "mprescripts" in tags else len(children)
    for group in (children[split + 1 :], children[:1], children[1:split]):
        if group == children[:1]:
            yield _text(group[0], depth + 1)
            continue
        scripts = [_text(child, depth + 1) for child in group]
        for low, high in zip(scripts[::2], [*scripts[1::2], ""], strict=False):
            yield subscript(low) + superscript(high)
