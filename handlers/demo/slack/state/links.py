"""Links and mentions in text, as Slack writes them: bare URLs become `<url>`."""

import re
from typing import Final

_WRAPPED: Final = re.compile(r"<[^>]*>")
_URL: Final = re.compile(r"https?://[^\s<>|]+")
_TRAILING: Final = ".,;:!?)]}'\""


def slack_links(text: str) -> str:
    """Wrap bare URLs in angle brackets, without trailing punctuation; text already in brackets stays."""
    parts, last = [], 0
    for link in _WRAPPED.finditer(text):
        parts += [_wrap(text[last : link.start()]), link.group()]
        last = link.end()
    return "".join([*parts, _wrap(text[last:])])


def escape(text: str) -> str:
    """Escape text that a person typed as Slack does, except mentions and links in brackets."""
    pattern = re.compile(r"<(?:@[UW]\w+|#C\w+(?:\|[^>]*)?|![a-z]+(?:\^[^>]*)?|https?://[^>]+|mailto:[^>]+)>")
    parts, last = [], 0
    for token in pattern.finditer(text):
        parts += [_escape(text[last : token.start()]), token.group()]
        last = token.end()
    return "".join([*parts, _escape(text[last:])])


def links_in(text: str) -> list[str]:
    """Return the URLs of a stored message in order, each once, unescaped."""
    addresses = (
        link.group()[1:-1].split("|")[0].replace("&amp;", "&")
        for link in _WRAPPED.finditer(text)
        if link.group().startswith("<http")
    )
    return list(dict.fromkeys(addresses))


def dates_without_fallback(text: str) -> list[str]:
    """Return the date tokens that have no fallback text for clients that can't show dates."""
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
