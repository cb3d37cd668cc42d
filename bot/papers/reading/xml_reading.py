"""Reads XML in a separate process, transfers it as lists, and rebuilds the elements."""

from typing import Any, Final
from xml.etree import ElementTree as ET

Tree = ET.Element
MOST_DEPTH: Final = 60
MOST_ELEMENTS: Final = 200_000


def read_tree(body: bytes) -> list[Any] | None:
    """Return an XML document as [tag, attributes, text, tail, children]; None if it is broken or declares entities."""
    plain = body.replace(b"\0", b"")  # in UTF-16 each letter has a zero byte beside it
    if b"<!ENTITY" in plain or b"<!DOCTYPE" in plain[:2000]:
        return None
    try:
        root = ET.fromstring(body)  # noqa: S314 - declarations of entities are refused above
    except ET.ParseError:
        return None
    count = 0

    def listed(element: ET.Element, depth: int) -> list[Any] | None:
        nonlocal count
        count += 1
        if depth > MOST_DEPTH or count > MOST_ELEMENTS:
            return None
        children = [node for child in element if (node := listed(child, depth + 1)) is not None]
        return [element.tag, element.attrib, element.text, element.tail, children]

    return listed(root, 0)


def element_of(tree: Any) -> ET.Element:
    """Rebuild an XML element from `read_tree`'s list."""
    tag, attributes, text, tail, children = tree
    element = ET.Element(tag, attributes)
    element.text, element.tail = text, tail
    element.extend(element_of(child) for child in children)
    return element
