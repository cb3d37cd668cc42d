"""Unwrap addresses that only lead to another: of search engines, mail gateways, translators and archives.

Only hosts named here are unwrapped, so a stranger's page can't pass for a paper by carrying a paper's link. No request
is made: the inner address stands in the link.
"""

import base64
import binascii
import re
from typing import Final
from urllib.parse import parse_qs, unquote, urlsplit

_BY_PARAMETER: Final[dict[str, str]] = {
    "google": "q url u imgrefurl",
    "slack-redir.net": "url",
    "safelinks.protection.outlook.com": "url",
    "safelink.emails.azure.net": "destination",
    "statics.teams.cdn.office.net": "url",
    "facebook.com": "u",
    "instagram.com": "u",
    "threads.net": "u",
    "linkedin.com": "url",
    "youtube.com": "q",
    "reddit.com": "url",
    "duckduckgo.com": "uddg",
    "search.yahoo.com": "RU",
    "vk.com": "to",
    "umblr.com": "z",
    "tumblr.com": "z",
    "steamcommunity.com": "url u",
    "getpocket.com": "url",
    "exit.sc": "url",
    "linkprotect.cudasvc.com": "a",
    "clicktime.symantec.com": "u",
    "protect2.fireeye.com": "u",
    "protect.checkpoint.com": "u",
    "urlsand.esvalabs.com": "u",
    "urlisolation.com": "url",
    "redirectingat.com": "url",
    "link.zhihu.com": "target",
    "link.juejin.cn": "target",
    "link.csdn.net": "target",
    "gitee.com": "target",
    "sspai.com": "target",
    "jianshu.com": "url",
    "c.pc.qq.com": "pfurl url",
    "mail.qq.com": "url gourl",
    "douban.com": "url",
    "weibo.cn": "u toasturl",
    "openathens.net": "url",
    "oclc.org": "url qurl",
    "translate.yandex.com": "url",
    "microsofttranslator.com": "a",
    "papago.naver.net": "u target",
    "fanyi.baidu.com": "query",
    "archive-it.org": "url",
    "webcache.googleusercontent.com": "q",
    "linkedin.cn": "url",
    "t.lever-analytics.com": "url",
}
"""The query parameters of a host (its subdomains included) that carry the address behind; Google's by any country."""
_GOOGLE: Final = re.compile(r"(?:(?:www|scholar|translate|cse)\.)?google\.[a-z.]{2,6}")
_GOOGLE_PATHS: Final = re.compile(r"/(?:url|scholar_url|translate|imgres)$")
_PATHS: Final = (
    (r"urldefense\.(?:com|us)|urldefense\.proofpoint\.com", r"/v3/__(?P<url>https?:/{1,2}.+?)__;"),
    (r"web\.archive\.org|wayback\.archive-it\.org", r"/(?:web|\d+)/\d{4,14}(?:[a-z]{2}_)?/(?P<url>https?:/{1,2}.+)"),
    (r"archive\.(?:ph|today|is|li|fo|md|vn)", r"/(?:\d[\d.-]*/|o/\w+/|newest/)?(?P<url>https?:/{1,2}.+)"),
    (r"secure-web\.cisco\.com", r"/[^/]+/(?P<url>[hH][tT]{2}[pP][sS]?(?:%3[aA]|:).+)"),
    (r"r\.jina\.ai|12ft\.io|via\.hypothes\.is|href\.li|(?:www\.)?removepaywall\.com|safe\.menlosecurity\.com",
     r"/\??(?P<url>https?:/{1,2}.+)"),
    (r"(?:www\.)?google\.[a-z.]{2,6}", r"/amp/s/(?P<url>.+)"),
    (r"hyp\.is", r"/[\w-]+/(?P<url>.+)"),
)  # fmt: skip
_IN_PATH: Final = tuple((re.compile(host), re.compile(path)) for host, path in _PATHS)
"""Hosts whose path carries the address behind."""
_PROOFPOINT: Final = re.compile(r"urldefense\.proofpoint\.com")
_MARKS: Final = re.compile("|".join([
    "google", r"urldefense|archive\.|cisco|jina|12ft|hypothes|href\.li|removepaywall|menlosec|hyp\.is|bing\.com/ck",
    *(re.escape(host) for host in _BY_PARAMETER),
]))  # fmt: skip


def led_to(url: str) -> str | None:
    """The address behind a redirect's link, or None for any other link; never raises."""
    if not _MARKS.search(url):
        return None
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port
        if port not in {None, 80, 443} or "@" in parts.netloc:
            return None
        query = parse_qs(parts.query)
    except ValueError:
        return None
    if _PROOFPOINT.fullmatch(host) and "u" in query:
        return unquote(query["u"][0].replace("-", "%").replace("_", "/"))
    if host.endswith("bing.com") and parts.path.startswith("/ck/"):
        return _based64(query.get("u", [""])[0].removeprefix("a1"))
    whole = parts.path + (f"?{parts.query}" if parts.query else "")
    for pattern, shape in _IN_PATH:
        if pattern.fullmatch(host) and (match := shape.match(whole)):
            return _absolute(match["url"])
    names = _parameters(host, parts.path)
    return next((_absolute(query[name][0]) for name in names if query.get(name, [""])[0].strip()), None)


def _parameters(host: str, path: str) -> list[str]:
    """Which parameters of this host carry an address."""
    if _GOOGLE.fullmatch(host):
        return _BY_PARAMETER["google"].split() if _GOOGLE_PATHS.match(path) else []
    labels = host.split(".")
    for start in range(len(labels) - 1):
        if names := _BY_PARAMETER.get(".".join(labels[start:])):
            return names.split()
    return []


def _absolute(text: str) -> str | None:
    """The address with its two slashes; None if it isn't an address."""
    plain = unquote(text) if re.match(r"https?%3A", text, re.IGNORECASE) else text
    plain = re.sub(r"^(https?:)/+", r"\1//", plain.strip())
    if re.match(r"https?://", plain):
        return plain
    return f"https://{plain}" if re.match(r"[\w-]+(?:\.[\w-]+)+/", plain) else None


def _based64(text: str) -> str | None:
    try:
        return _absolute(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode("ascii"))
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return None
