"""Unwraps URLs that only lead to another: of search engines, mail gateways, translators and archives.

Only hosts named here, and those that call themselves a gateway, are unwrapped. No request is made: the inner address
stands in the link.
"""

import base64
import binascii
import re
from typing import Final
from urllib.parse import parse_qs, unquote, urlsplit

_BY_PARAMETER: Final[dict[str, str]] = {
    "google": "q url u imgrefurl",
    "google.com": "continue",
    "trendmicro.com": "url",
    "vadesecure.com": "u",
    "topsec.com": "u",
    "translatetheweb.com": "a",
    "translate.yandex.ru": "url",
    "translate.yandex.com.tr": "url",
    "twitter.com": "url",
    "x.com": "url",
    "t.me": "url",
    "telegram.me": "url",
    "addtoany.com": "linkurl",
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
    "papago.naver.net": "u url target",
    "fanyi.baidu.com": "query",
    "archive-it.org": "url",
    "webcache.googleusercontent.com": "q",
    "linkedin.cn": "url",
    "t.lever-analytics.com": "url",
}
"""Query parameters that carry the inner URL, by host (with subdomains); "google" for all its countries."""
_GOOGLE: Final = re.compile(r"(?:(?:www|scholar|translate|cse)\.)?google\.[a-z.]{2,6}")
_GOOGLE_PATHS: Final = re.compile(r"/(?:url|scholar_url|translate|website|imgres)$")
_GATEWAY: Final = re.compile(
    r"(?:safe|url|link|mail|email|web|click|anti|threat|phish)*"
    r"(?:protect(?:ion|or|us)?|defen[cs]e|safelinks?|clicktime|linkscan|scan(?:ner)?|antiphishing|antispam|phishing|isolat(?:e|or|ion)|"
    r"quarantine|sandbox|filter|redir(?:ect(?:or)?)?|rewrite|mimecast|outbound|clicktrack(?:er|ing)?|linkfilter)\d*"
)
"""Pattern of a host label by which a mail gateway or redirector identifies itself."""
_LEADS_ON: Final = re.compile(
    r"/(?:[\w-]+/)*(?:click|redirect|redir|outbound|out|exit|leave|away|track|l)(?:/|\.\w{2,4})?",
    re.IGNORECASE,
)
"""URL paths that mark a mere redirect on any host, such as "/click?url=…" in newsletters."""
_GATEWAY_NAMES: Final = [
    "url",
    "u",
    "a",
    "d",
    "dest",
    "destination",
    "target",
    "targeturl",
    "to",
    "link",
    "redirect",
    "redirect_uri",
    "redirecturl",
    "r",
    "q",
]
_PATHS: Final = (
    (r"urldefense\.(?:com|us)|urldefense\.proofpoint\.com", r"/v3/__(?P<url>https?:/{1,2}.+?)__;"),
    (r"web\.archive\.org|wayback\.archive-it\.org",
     r"/(?:web|save|\d+)/(?:[\d*]{1,15}(?:[a-z]{2}_)?/)?(?P<url>https?:/{1,2}.+)"),
    (r"protect\.checkpoint\.com|url\.avanan\.click", r"/v2/(?:r\d+/)?___(?P<url>https?:/{1,2}.+?)___\."),
    (r"translated\.turbopages\.org", r"/proxy_u/[^/]+/https?/(?P<url>.+)"),
    (r"archive\.(?:ph|today|is|li|fo|md|vn)", r"/(?:\d[\d.-]*/|o/\w+/|newest/)?(?P<url>https?:/{1,2}.+)"),
    (r"secure-web\.cisco\.com", r"/[^/]+/(?P<url>[hH][tT]{2}[pP][sS]?(?:%3[aA]|:).+)"),
    (r"r\.jina\.ai|12ft\.io|via\.hypothes\.is|href\.li|(?:www\.)?removepaywall\.com|safe\.menlosecurity\.com",
     r"/\??(?P<url>https?:/{1,2}.+)"),
    (r"(?:www\.)?google\.[a-z.]{2,6}", r"/amp/s/(?P<url>.+)"),
    (r"hyp\.is", r"/[\w-]+/(?P<url>.+)"),
)  # fmt: skip
_IN_PATH: Final = tuple((re.compile(host), re.compile(path)) for host, path in _PATHS)
"""Patterns of hosts whose path carries the inner URL."""
_PROOFPOINT: Final = re.compile(r"urldefense\.(?:proofpoint\.com|us|com)")
_MARKS: Final = re.compile("|".join([
    "google", r"urldefense|archive\.|cisco|jina|12ft|hypothes|href\.li|removepaywall|menlosec|hyp\.is|bing\.com/ck",
    r"sophos|avanan|turbopages|protect|defen[cs]e|safe|click|scan|phish|isolat|quarantine|sandbox|filter|redir|rewrite|mimecast|outbound|spam",
    r"/(?:out|exit|leave|away|track|l)(?:\.\w+|/)?\?",
    *(re.escape(host) for host in _BY_PARAMETER),
]))  # fmt: skip


def led_to(url: str) -> str | None:
    """Return the URL to which a redirecting link leads, or None for any other link; never raises."""
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
    if host.endswith(".protection.sophos.com") and "u" in query:
        return _based64(query["u"][0].rstrip("="))
    whole = parts.path + (f"?{parts.query}" if parts.query else "")
    if host.startswith("urldefense.") and (defended := _DEFENDED.match(whole)):
        return _absolute(_undefended(defended["url"], defended["signs"]))
    for pattern, shape in _IN_PATH:
        if pattern.fullmatch(host) and (match := shape.match(whole)):
            return _absolute(match["url"])
    names = _parameters(host, parts.path)
    return next((_absolute(query[name][0]) for name in names if query.get(name, [""])[0].strip()), None)


_DEFENDED: Final = re.compile(r"/v3/__(?P<url>https?:/{1,2}.+?)__;(?P<signs>[\w-]*)(?:!|$)")
_LENGTHS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def _undefended(url: str, signs: str) -> str:
    """Restore the characters that Proofpoint's third form of links replaced by "*" (one) and "**" (several)."""
    try:
        octets = iter(base64.urlsafe_b64decode(signs + "=" * (-len(signs) % 4)).decode("ascii"))
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return url

    def restored(match: re.Match[str]) -> str:
        count = _LENGTHS.index(match[1]) + 2 if match[1] else 1
        return "".join(next(octets, "") for _ in range(count)) or match[0]

    return re.sub(r"\*(?:\*([\w-]))?", restored, url)


def _parameters(host: str, path: str) -> list[str]:
    """Return the names of this host's query parameters that carry a URL."""
    if _GOOGLE.fullmatch(host):
        return _BY_PARAMETER["google"].split() if _GOOGLE_PATHS.match(path) else []
    labels = host.split(".")
    for start in range(len(labels) - 1):
        if names := _BY_PARAMETER.get(".".join(labels[start:])):
            return names.split()
    is_gateway = any(_GATEWAY.fullmatch(part) for label in labels[:-1] for part in label.split("-"))
    return list(_GATEWAY_NAMES) if is_gateway or _LEADS_ON.fullmatch(path) else []


def _absolute(text: str) -> str | None:
    """Return the text as a URL with its two slashes, or None if it isn't a URL."""
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
