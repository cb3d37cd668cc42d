"""Addresses that only lead to another: search engines' and mailers' redirects, archives' copies.

Only hosts named here are opened, so a stranger's page can't pass for a paper by carrying a paper's link.
"""

import re
from typing import Final
from urllib.parse import parse_qs, unquote, urlsplit

_MARKS: Final = re.compile(r"/url\?|_url\?|redir|/l\.php|safelinks|web\.archive\.org|urldefense")
_IN_QUERY: Final = (
    (re.compile(r"scholar\.google\.[a-z.]{2,6}"), "/scholar_url", ("url",)),
    (re.compile(r"(?:www\.)?google\.[a-z.]{2,6}"), "/url", ("q", "url")),
    (re.compile(r"slack-redir\.net"), "/link", ("url",)),
    (re.compile(r"[a-z0-9]+\.safelinks\.protection\.outlook\.com"), "/", ("url",)),
    (re.compile(r"lm?\.facebook\.com"), "/l.php", ("u",)),
    (re.compile(r"(?:www\.)?linkedin\.com"), "/redir/redirect", ("url",)),
)
_IN_PATH: Final = (
    (re.compile(r"urldefense\.com"), re.compile(r"/v3/__(https?:/{1,2}.+?)__;")),
    (re.compile(r"web\.archive\.org"), re.compile(r"/web/\d{4,14}(?:[a-z]{2}_)?/(https?:/{1,2}.+)")),
)


def led_to(url: str) -> str | None:
    """The address that a redirect's link leads to, or None for any other link; never raises."""
    if not _MARKS.search(url):
        return None
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port
        if port not in {None, 80, 443} or "@" in parts.netloc:
            return None
        for pattern, path, names in _IN_QUERY:
            if pattern.fullmatch(host) and parts.path == path:
                asked = parse_qs(parts.query)
                return next((asked[name][0] for name in names if name in asked), None)
        whole = parts.path + (f"?{parts.query}" if parts.query else "")
    except ValueError:
        return None
    for pattern, shape in _IN_PATH:
        if pattern.fullmatch(host) and (found := shape.match(whole)):
            return re.sub(r"^(https?:)/+", r"\1//", unquote(found[1]) if "%3A" in found[1] else found[1])
    return None
