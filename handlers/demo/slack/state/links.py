"""Links and mentions in text, as Slack writes them: bare URLs become `<url>`."""

import re
from typing import Final

_WRAPPED: Final = re.compile(r"<[^>]*>")
_URL: Final = re.compile(r"https?://[^\s<>|]+")
_TRAILING: Final = ".,;:!?)]}'\""


def slack_links(text: str) -> str:
    """Wrap bare URLs in angle brackets, without trailing punctuation; what is in brackets stays."""
    parts, last = [], 0
    for link in _WRAPPED.finditer(text):
        parts += [_wrap(text[last : link.start()]), link.group()]
        last = link.end()
    return "".join([*parts, _wrap(text[last:])])


def escape(text: str) -> str:
    """What a person types, as Slack stores it: escaped, but for mentions and links in brackets."""
    pattern = re.compile(r"<(?:@[UW]\w+|#C\w+(?:\|[^>]*)?|![a-z]+(?:\^[^>]*)?|https?://[^>]+|mailto:[^>]+)>")
    parts, last = [], 0
    for token in pattern.finditer(text):
        parts += [_escape(text[last : token.start()]), token.group()]
        last = token.end()
    return "".join([*parts, _escape(text[last:])])


def links_in(text: str) -> list[str]:
    """The URLs of a message as Slack stores it, in order, each once, unescaped."""
    addresses = (
        link.group()[1:-1].split("|")[0].replace("&amp;", "&")
        for link in _WRAPPED.finditer(text)
        if link.group().startswith("<http")
    )
    return list(dict.fromkeys(addresses))


def dates_without_fallback(text: str) -> list[str]:
    """Date tokens that say nothing to a client which can't show dates; the fallback stands after the last bar."""
    return re.findall(r"<!date\^[^>|]*>", text)


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _wrap(text: str) -> str:
    def one(match: re.Match[str]) -> str:
        url = match.group()
        bare = url.rstrip(_TRAILING)
        if "(" in bare and url[len(bare) :].startswith(")"):
            bare += ")"
        return f"<{bare}>{url[len(bare) :]}"

    return _URL.sub(one, text)
