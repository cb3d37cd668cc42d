"""Recognises known hosts, their imitations, and known hosts behind a library's proxy."""

import functools
import re
from typing import Final
from urllib.parse import SplitResult, parse_qs, urlsplit, urlunsplit

from bot.papers.links.archives import ARCHIVES
from bot.papers.links.journals import JOURNALS
from bot.papers.links.publishers import PUBLISHERS
from bot.papers.links.regional import REGIONAL
from bot.papers.links.repositories import REPOSITORIES
from bot.papers.links.rules import BRANDS, Rule

HOSTS: Final[dict[str, tuple[Rule, ...]]] = ARCHIVES | PUBLISHERS | JOURNALS | REPOSITORIES | REGIONAL
_PROXY: Final = re.compile(
    r"[a-z0-9-]*proxy[a-z0-9-]*|[a-z]*ezp[a-z0-9-]*|idm|remotexs|[a-z]*vpn|libaccess|eres|e-?res(?:ources|sources)?|lib|library|bib|"
    r"eaccess|[a-z]*access|sfx|acces-?distant|docelec|bibelec|biblio[a-z-]*|emedien|e-?media|ub|ulb|lub|findit|remote[a-z]*|"
    r"off-?campus|libgate|libraries|libris|kb|shibboleth|idp"
)
_PROXIES: Final = (
    "idm.oclc.org",
    "remotexs.in",
    "remotlog.com",
    "openathens.net",
    "translate.goog",
    "myloft.xyz",
    "knimbus.com",
)
_ACADEMIC: Final = re.compile(r"(?:.*\.)?[\w-]+\.(?:edu|edu\.[a-z]{2}|ac\.[a-z]{2})")
_LOGIN: Final = re.compile(r"/(?:login|connect|validate|wpad|go|redirect|openurl)\b")
_MOST_LABELS: Final = 12
_INSTITUTIONAL: Final = re.compile(
    r"(?:[\w-]+\.){2,}(?!io|ai|me|co|tv|cc|to|ly|gg|sh|ws|tk|ml|ga|cf|gq|su|pw|la|vc|fm|am|st|is|id)[a-z]{2}"
)
"""Pattern of a host of three or more labels under a country domain used by its institutions."""


@functools.lru_cache(maxsize=4096)
def rules_of(host: str) -> tuple[str | None, tuple[Rule, ...]]:
    """Return the domain of a known host and the rules for its URLs; (None, no rules) for an unknown host."""
    labels = host.split(".")
    for start in range(len(labels) - 1):
        domain = ".".join(labels[start:])
        if domain in HOSTS:
            return domain, HOSTS[domain]
    return None, ()


def behind_proxy(url: str) -> str | None:
    """Return the URL behind a library's proxy or a translator, or None for any other link; never raises."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").rstrip(".").lower()
        if "@" in parts.netloc or host.count(".") > _MOST_LABELS:
            return None
        if _LOGIN.match(parts.path) or parts.query.startswith(("url=", "qurl=")):
            query = parse_qs(parts.query)
            target = next((query[name][0] for name in ("url", "qurl", "targetUrl") if name in query), None)
            if target and _is_proxy(host):
                return target if target.startswith("http") else None
    except ValueError:
        return None
    inner = _inner_host(host)
    return None if inner is None else urlunsplit(SplitResult("https", inner, parts.path, parts.query, ""))


def _inner_host(host: str) -> str | None:
    """Return the known host in "www.nature.com.ezproxy.…" or "www-nature-com.ezproxy.…", or None."""
    labels = host.split(".")
    if len(labels) < 3 or rules_of(host)[0] is not None:  # noqa: PLR2004 - a name and a proxy's domain
        return None
    rest = ".".join(labels[1:])
    if "-" in labels[0] and (_is_proxy(rest) or _INSTITUTIONAL.fullmatch(rest)):
        name = labels[0].replace("--", "\0").replace("-", ".").replace("\0", "-")
        if rules_of(name)[0] is not None:
            return name
    for end in range(len(labels) - 2, 1, -1):
        inner = ".".join(labels[:end])
        if rules_of(inner)[0] is not None and _is_proxy(".".join(labels[end:])):
            return inner
    return None


def _is_proxy(host: str) -> bool:
    """Return whether a host name belongs to a library's proxy, by a label below an institution's domain."""
    if any(host == name or host.endswith(f".{name}") for name in _PROXIES) or _ACADEMIC.fullmatch(host):
        return True
    labels = host.split(".")
    return any(_PROXY.fullmatch(label) for label in labels[:-2])


@functools.lru_cache(maxsize=4096)
def looks_like_another(host: str) -> bool:
    """Return whether an unknown host imitates a known one, or can't be an internet host."""
    if (
        host.rpartition(".")[2] in {"example", "test", "invalid", "localhost", "local", "internal"}
        or "xn--" in host
    ):
        return True
    if any(f".{domain}." in f".{host}." for domain in HOSTS):
        return True
    labels = host.split(".")
    parts = {part for label in labels[:-1] for part in re.split(r"[-_]", label)}
    return bool(parts & BRANDS) or any(
        _one_typo(part, brand)
        for part in parts
        for brand in BRANDS
        if len(brand) > 4  # noqa: PLR2004 - shorter names have honest neighbours
    )


def _one_typo(word: str, brand: str) -> bool:
    if abs(len(word) - len(brand)) > 1 or word == brand:
        return False
    shorter, longer = sorted((word, brand), key=len)
    same = next((i for i, (a, b) in enumerate(zip(shorter, longer, strict=False)) if a != b), len(shorter))
    return shorter[same + (len(shorter) == len(longer)) :] == longer[same + 1 :]
