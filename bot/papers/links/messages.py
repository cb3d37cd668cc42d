"""Finds the papers of a Slack message in its text, blocks, attachments, forwards and files.

It is the only reader of links in messages. A message is Slack's raw JSON: any part may be missing or of another type.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from bot.papers.links.finding import find
from bot.papers.links.parsing import Reference, parse

_MOST_NODES: Final = 20_000
"""Most JSON nodes of a message that are read, far above Slack's own limits."""
_MOST_CHARACTERS: Final = 100_000
_URLS: Final = (
    "url",
    "title_link",
    "title_url",
    "from_url",
    "original_url",
    "author_link",
    "thumb_link",
    "external_url",
    "url_private",
    "app_unfurl_url",
)
_TEXTS: Final = (
    "text",
    "pretext",
    "title",
    "value",
    "fallback",
    "plain_text",
    "preview",
    "alt_text",
    "name",
    "footer",
    "topic",
    "author_name",
    "author_subname",
    "comment",
)
_INSIDE: Final = (
    "blocks", "elements", "attachments", "message_blocks", "message", "fields", "files", "root", "initial_comment",
    "text", "title", "accessory", "label", "description", "hint", "options", "rows", "cells", "actions",
)  # fmt: skip
_SLACK: Final = re.compile(r"https?://(?:[\w-]+\.)*slack(?:-files)?\.com/")
_FILE: Final = re.compile(
    r"(?P<stem>.+?)(?:[ _.-]*\(\d{1,3}\)|[ _-]+copy)?\.(?:pdf|ps|html?|epub|djvu|docx?|bib|ris|txt|(?:tar\.)?gz|zip)",
    re.IGNORECASE,
)
_NAMES: Final = (
    (re.compile(r"(?:arxiv[ _:.-]*)?(\d{4}\.\d{4,5}(?:v\d{1,3})?)(?:[ _.,-].*)?", re.IGNORECASE), "arxiv:{}"),
    (re.compile(r".*[^\d.](\d{4}\.\d{5}(?:v\d{1,3})?)(?:[ _.,\])-].*)?"), "arxiv:{}"),
    (re.compile(r"(?:arxiv[ _:.-]*)?([a-z-]{2,8})[_-](\d{7}(?:v\d{1,3})?)", re.IGNORECASE), "arxiv:{}/{}"),
    (re.compile(r"(\d{4}\.[a-z0-9]+-[a-z0-9_]+\.\d+|[A-Z]\d{2}-\d{4})"), "acl:{}"),
    (re.compile(r"(?:doi[ _.-]*)?(10\.\d{4,9})[_/@:%-](?:2F)?(.+)", re.IGNORECASE), "doi:{}/{}"),
    (re.compile(r"(s4\d{4}-\d{3}-\d{4,5}-[\dwxyz]|nature\d{5}|ncomms\d{4,5}|srep\d{5})(?:_reference)?"),
     "doi:10.1038/{}"),
    (re.compile(r"1-s2\.0-([SB]\d{4}\w{12,13})-\w+"), "https://www.sciencedirect.com/science/article/pii/{}"),
    (re.compile(r"(\d{4}\.\d\d\.\d\d\.\d{6,8})(?:v\d+)?(?:\.full|\.abstract)*"), "doi:10.1101/{}"),
    (re.compile(r"((?:Phys[A-Z]\w*|RevModPhys)\.\d+\.\w+)"), "doi:10.1103/{}"),
    (re.compile(r"(\d{6,7}\.\d{6,7})"), "doi:10.1145/{}"),
    (re.compile(r"(NEJM[a-z]{2}\d{6,7})", re.IGNORECASE), "doi:10.1056/{}"),
    (re.compile(r"(pnas\.\d{9,10})"), "doi:10.1073/{}"),
    (re.compile(r"(annurev[-.][a-z]+[-.][\w.-]+)"), "doi:10.1146/{}"),
    (re.compile(r"elife-(\d{5})(?:-v\d+)?"), "doi:10.7554/elife.{}"),
    (re.compile(r"peerj-([a-z]{2,})-(\d+)"), "doi:10.7717/peerj-{}.{}"),
    (re.compile(r"(journal\.p[a-z]{3}\.\d{7})"), "doi:10.1371/{}"),
    (re.compile(r"(s1[0-3]\d{3}-\d{3}-\d{4,5}-[\dwxyz])"), "doi:10.1007/{}"),
    (re.compile(r"(science\.[a-z]{2,3}\d{4}|sciadv\.[a-z]{2,3}\d{4})"), "doi:10.1126/{}"),
    (re.compile(r"(PMC\d{5,9})", re.IGNORECASE), "{}"),
)  # fmt: skip
"""Patterns of the names of downloaded papers' files, with the id in them."""


def of_message(message: Mapping[str, object]) -> tuple[Reference, ...]:
    """Return all papers that a message names, in order, each once."""
    references: dict[str, Reference] = {}
    for text in _texts(message):
        for reference in find(text):
            references.setdefault(reference.canonical, reference)
    from_links = [parse(url) for url in _strings(message, _URLS) if not _SLACK.match(url)]
    for one in [*from_links, *_of_files(message)]:
        if one is not None:
            references.setdefault(one.canonical, one)
    return tuple(references.values())


def text_of(message: Mapping[str, object]) -> str:
    """Return a message's whole text, a line for each part, for finding impossible ids."""
    return "\n".join(_texts(message))


def _texts(message: Mapping[str, object]) -> Iterator[str]:
    """Yield the texts of a message, its own first, up to the limit of characters."""
    room = _MOST_CHARACTERS
    for text in dict.fromkeys(_strings(message, _TEXTS)):
        yield text[:room]
        room -= len(text)
        if room <= 0:
            return


def _strings(message: Mapping[str, object], keys: tuple[str, ...]) -> Iterator[str]:
    """Yield the strings under these keys, level by level, in order; code is skipped."""
    waiting: list[object] = [message]
    nodes = 0
    while waiting and nodes < _MOST_NODES:
        node = waiting.pop()
        nodes += 1
        if isinstance(node, list):
            waiting.extend(reversed(node))
            continue
        if not isinstance(node, Mapping) or _is_code(node):
            continue
        yield from (value for key in keys if isinstance(value := node.get(key), str) and value)
        waiting.extend(
            inner for key in reversed(_INSIDE) if isinstance(inner := node.get(key), Mapping | list)
        )


def _is_code(node: Mapping[str, object]) -> bool:
    """Return whether an element of rich text is formatted as code; citations in code are found in the message's text."""
    style = node.get("style")
    return node.get("type") == "rich_text_preformatted" or (
        isinstance(style, Mapping) and bool(style.get("code"))
    )


def _of_files(message: Mapping[str, object]) -> Iterator[Reference]:
    """Yield the papers that files are named after ("1706.03762v5.pdf")."""
    for name in dict.fromkeys(_strings(message, ("name", "title"))):
        match = _FILE.fullmatch(name.strip()) if len(name) < 300 else None  # noqa: PLR2004 - no file's name is longer
        if match is None:
            continue
        for pattern, template in _NAMES:
            if stem_match := pattern.fullmatch(match["stem"]):
                reference = parse(template.format(*stem_match.groups()))
                if reference is not None:
                    yield reference
                break
