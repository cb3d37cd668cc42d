"""Turns one link or typed id into a reference with one canonical id, without network access.

`parse` reads a URL, a DOI or a typed id such as "arXiv:1706.03762"; `finding` reads whole texts. A URL that names no
paper, or whose host imitates a known one, gives None.
"""

import functools
import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import SplitResult, quote, unquote, urlsplit

from bot.papers.links.hosts import behind_proxy, looks_like_another, rules_of
from bot.papers.links.redirects import led_to
from bot.papers.links.rules import ARXIV_ID, Rule
from bot.papers.links.shapes import SHAPES, shapes_of

_LONGEST: Final = 2048
MOST_REDIRECTS: Final = 3
_HOST: Final = re.compile(
    r"(?=.{4,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]"
)
_SCHEMELESS: Final = re.compile(r"(?:[a-z0-9-]+\.)+[a-z]{2,}/", re.IGNORECASE)
_INNER_URL: Final = re.compile(r"(?<=[=/])https?(?:://|%3A%2F%2F)[^\s?#]+(?:\?.*)?", re.IGNORECASE)
_SHORT_DOI: Final = re.compile(r"10/[a-z0-9]{2,10}", re.IGNORECASE)
_DOI: Final = re.compile(r"10\.\d{4,9}(?:\.\d+)*/[^\s\"?#]+")
_INNER_DOI: Final = re.compile(r"^10\.\d{4,9}/(?=10\.\d{4,9}/)")
"""Pattern of a prefix before a whole DOI, as written by shareyourpaper.org."""
_DOI_IN_PATH: Final = re.compile(
    r"^(?P<before>.*?/)(?:doi:)?(?P<doi>10\.\d{4,9}(?:\.\d+)*/[^\s\"?#]+)", re.IGNORECASE
)
_DOI_IN_QUERY: Final = re.compile(r"[?&](?:doi|id|pid|arid|DOI)=(?:doi:)?(10\.\d{4,9}(?:\.\d+)*/[^\s\"&#]+)")
_NOT_ARTICLES: Final = re.compile(
    r"/(?:book|books|ebook|journal|proceedings?|toc|loi|referencework|referenceworks|series|search|browse|topic|topics|author|authors|"
    r"issue|issues|doSearch|bookseries|isbn|event|doi/(?:book|proceedings|toc)|showPublication|cover)/$"
    r"|/books/[\w-]+/$",
    re.IGNORECASE,
)
_ABOUT_MANY: Final = re.compile(r"search|/show(?:Fm|Bm|Toc)", re.IGNORECASE)
_NOT_DOIS: Final = re.compile(
    r"\(issn\)|issuetoc|/toc$|\.issue-|^10\.\d+/97[89](?:\d{10}|(?:-\d{1,7}){3}-[\dx])$"
    r"|^10\.(?:5061/dryad|7910/dvn/)|^10\.\d+/(?:toc|loi)\b|^10\.1371/issue\.|^10\.\d+/j\.ctt[a-z0-9]+$",
    re.IGNORECASE,
)
_TAIL: Final = re.compile(
    r"(?:/(?:full|abstract|abs|pdf|pdfft|epdf|epub|pdfdirect|html|xml|meta|fulltext(?:\.html)?|full-text|references|citations|"
    r"cited-?by|figures?|summary|tables|metrics|short|long|comments|data|related|standard|download|supplementary-material|"
    r"suppl_file|suppinfo|supplemental|asset|assets|tab-[\w-]+|format|review|share|ris|bibtex|email|print|media)(?:/.*)?"
    r"|\.(?:pdf|full|abstract|short|long|html?|xml|epub|summary|full\.pdf|full\.html|full-text|ris|bib)(?:\+html)?|;jsessionid=.*|/)$",
    re.IGNORECASE,
)
_PREPRINT_VERSION: Final = re.compile(
    r"^(10\.(?:1101|64898)/(?:\d{4}\.\d\d\.\d\d\.)?\d{6,8})v(\d+)(?:[./].*)?$"
)
_OSF_VERSION: Final = re.compile(r"^(10\.\d{5}/osf\.io/[a-z0-9]{5})_v(\d+)$")
_ARXIV_DOI: Final = re.compile(rf"10\.48550/arxiv\.{ARXIV_ID}$", re.IGNORECASE)
_PLOS_PART: Final = re.compile(r"^(10\.1371/journal\.\w+\.\d{7})\.(?:[gtse]\d+|pdf)$")
_VERSION: Final = re.compile(r"(?:_|/|\d)v(\d{1,3})(?:[./?#].*)?$")
_PDF: Final = re.compile(r"(/[^?#]*[^/?#]\.pdf)(?:\?.*)?$", re.IGNORECASE)
_WRITTEN: Final = (
    (re.compile(rf"arxiv\s*:\s*{ARXIV_ID}", re.IGNORECASE), "arxiv"),
    (re.compile(r"openreview:([\w-]{5,24})"), "openreview"),
    (re.compile(r"acl:([A-Z]\d{2}-\d{4,5}|\d{4}\.[a-z0-9_]+-[a-z0-9_]+\.\d+)"), "acl"),
    (re.compile(r"(?:iacr|eprint):((?:19|20)\d{2}/\d{3,4})", re.IGNORECASE), "iacr"),
    (re.compile(r"pmid:\s*(\d{1,8})", re.IGNORECASE), "pmid"),
    (re.compile(r"(?:pmcid:\s*)?(PMC\d{3,9})", re.IGNORECASE), "pmcid"),
)
_LINKS: Final = {
    "arxiv": "https://arxiv.org/abs/{}",
    "doi": "https://doi.org/{}",
    "openreview": "https://openreview.net/forum?id={}",
    "acl": "https://aclanthology.org/{}/",
    "iacr": "https://eprint.iacr.org/{}",
    "pmid": "https://pubmed.ncbi.nlm.nih.gov/{}/",
    "pmcid": "https://pmc.ncbi.nlm.nih.gov/articles/{}/",
}


@dataclass(frozen=True, slots=True)
class Reference:
    """A paper that a link or typed id names, not yet looked up.

    Links to the same paper in the same scheme have equal `canonical`. `also` are canonical ids of the same paper in other
    schemes, as far as whoever wrote the reference gave them.
    """

    scheme: str
    value: str
    version: int | None
    url: str
    also: tuple[str, ...] = ()

    @property
    def canonical(self) -> str:
        """Canonical id in tables, for example "arxiv:1706.03762"; without the version."""
        return f"{self.scheme}:{self.value}"

    @property
    def link(self) -> str:
        """Canonical https URL of the paper."""
        return self.value if self.scheme == "page" else link_of(self.scheme, self.value)


def link_of(scheme: str, value: str) -> str:
    """Return the canonical https URL of an identifier. Raises `KeyError` for a scheme without one."""
    return _LINKS[scheme].format(quote(value, safe="/.-_()") if scheme == "doi" else value)


@functools.lru_cache(maxsize=1_024)  # a message names a link in its text, its blocks and its preview
def parse(url: str) -> Reference | None:
    """Return the paper that a URL, a DOI or a typed id names, or None; never raises."""
    text = url.strip()
    if not text or len(text) > _LONGEST or not text.isprintable() or " " in text or "\\" in text:
        return None
    start = text[:8].lower()
    if not start.startswith(("http://", "https://")):
        if _SCHEMELESS.match(text) and not text.startswith("10."):
            return parse("https://" + text)
        return _written(text)
    for _ in range(MOST_REDIRECTS):
        inner = led_to(text) or behind_proxy(text)
        if inner is None:
            return _from_url(text) or _inside(text)
        text = inner
    return None


def is_guess(reference: Reference) -> bool:
    """Return whether only the form of an unknown host's URL suggests a paper: a PDF, or a journal-like path."""
    return reference.scheme == "page" and rules_of(urlsplit(reference.value).hostname or "")[0] is None


def _written(text: str) -> Reference | None:
    doi = re.sub(r"^doi:\s*", "", text, flags=re.IGNORECASE)
    if _SHORT_DOI.fullmatch(doi):
        return Reference("doi", doi.lower(), None, text)
    if _DOI.fullmatch(doi):
        return _doi(doi, text)
    for pattern, scheme in _WRITTEN:
        if match := pattern.fullmatch(text):
            return (
                _arxiv(match, text)
                if scheme == "arxiv"
                else Reference(scheme, _proper(scheme, match[1]), None, text)
            )
    if match := re.fullmatch(ARXIV_ID, text):
        return _arxiv(match, text)
    return None if not text.lower().startswith("page:http") else parse(text[5:])


def _proper(scheme: str, value: str) -> str:
    return value.upper() if scheme == "pmcid" else value


def _arxiv(match: re.Match[str], url: str) -> Reference:
    value = match[1] or re.sub(r"^([a-z-]+)\.[A-Za-z-]+/", r"\1/", match[2])
    return Reference("arxiv", value, int(match[3]) if match[3] else None, url)


def _doi(raw: str, url: str) -> Reference | None:
    value, previous = _INNER_DOI.sub("", raw).lower(), ""
    while value != previous:
        previous, value = value, _TAIL.sub("", value).rstrip(".,;")
    if _SHORT_DOI.fullmatch(value):
        return Reference("doi", value, None, url)
    if arxiv := _ARXIV_DOI.fullmatch(value):
        return _arxiv(arxiv, url)
    version = None
    if match := _PREPRINT_VERSION.fullmatch(value) or _OSF_VERSION.fullmatch(value):
        value, version = match[1], int(match[2])
    elif match := _PLOS_PART.fullmatch(value):
        value = match[1]
    if _NOT_DOIS.search(value) and "://doi.org" not in url and "://dx.doi.org" not in url and "://" in url:
        return None
    return Reference("doi", value, version, url) if _DOI.fullmatch(value) else None


def _from_url(url: str) -> Reference | None:
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return None
    if "@" in parts.netloc or port not in {None, 80, 443} or not _HOST.fullmatch(host):
        return None
    target = _target(parts)
    if not target.isprintable():
        return None
    domain, its_rules = rules_of(host)
    if reference := _by_rules(its_rules, target, host, domain, url):
        return reference
    if domain is None and looks_like_another(host):
        return None
    if _DOI_IN_PATH.match(target) or _DOI_IN_QUERY.search(target):
        reference = _by_doi(target, url)
        return None if reference and domain is None and not _is_likely_doi(reference.value) else reference
    if domain in _NO_JOURNALS:
        return None
    shapes = shapes_of(host) if domain is None else SHAPES
    if reference := _by_rules(shapes, target, host, domain, url):
        return reference
    pdf = _PDF.match(unquote(parts.path)) if domain is None else None
    return Reference("page", f"https://{host}{quote(pdf[1], safe=_SAFE)}", None, url) if pdf else None


def _inside(url: str) -> Reference | None:
    """Return the paper whose whole URL stands in the path or the query of a page about it, or None."""
    match = _INNER_URL.search(url, 8)
    if match is None or rules_of(urlsplit(url).hostname or "")[0] in _NO_JOURNALS:
        return None
    if _from_url(url[: match.start()].rstrip("/=?&")):
        return None  # two papers' links, joined by a mark
    inner = _from_url(unquote(match[0].partition("&")[0]) if "%" in match[0][:9] else match[0])
    return None if inner is None or is_guess(inner) else inner


def _target(parts: SplitResult) -> str:
    """Return the decoded path and query of a URL, as the rules match them."""
    path = unquote(parts.path)
    if path in {"", "/"} and parts.fragment.startswith("abs/"):
        path = "/" + unquote(parts.fragment)  # the older addresses of ADS
    target = (path if "/10." in path else re.sub(r"//+", "/", path)) or "/"
    return f"{target}?{unquote(parts.query)}" if parts.query else target


def _by_rules(
    table: tuple[Rule, ...], target: str, host: str, domain: str | None, url: str
) -> Reference | None:
    for rule in table:
        if match := rule.pattern.match(target):
            return _filled(rule.template, match, host, domain, url)
    return None


def _is_likely_doi(value: str) -> bool:
    """Return whether a string that stands for a DOI on an unknown site is one: its last part contains a digit."""
    last = value.partition("/")[2].rpartition("/")[2]
    return any(char.isdigit() for char in last) or (
        "/" not in value.partition("/")[2] and len(last) > _LONG_NAME
    )


_LONG_NAME: Final = 12
_NO_JOURNALS: Final = frozenset({"github.com", "wikipedia.org", "google.com", "doi.org"})
_SAFE: Final = "/:;,.-_~()+=@!$'*"


def _by_doi(target: str, url: str) -> Reference | None:
    path = target.partition("?")[0] if "sici" not in target.lower() else target
    if match := _DOI_IN_PATH.match(path):
        return None if _NOT_ARTICLES.search(match["before"]) else _doi(match["doi"], url)
    query = _DOI_IN_QUERY.search(target)
    return None if query is None or _ABOUT_MANY.search(target) else _doi(query[1], url)


def _filled(template: str, match: re.Match[str], host: str, domain: str | None, url: str) -> Reference | None:
    scheme, _, pattern = template.partition(":")
    groups = [group or "" for group in match.groups()]
    if scheme == "arxiv" and pattern == "{}":
        return _arxiv(match, url)
    if scheme == "page":
        safe_groups = [quote(group, safe=_SAFE) for group in groups]
        name = host if domain is None else _without_www(host)
        return Reference(
            "page",
            pattern.format(*safe_groups, host=name, upper=safe_groups[0].upper() if safe_groups else ""),
            None,
            url,
        )
    value = pattern.format(*groups, sub=host.split(".", maxsplit=1)[0])
    if scheme == "doi":
        reference = _doi(value, url)
        version_match = _VERSION.search(unquote(urlsplit(url).path))
        if (
            reference
            and version_match
            and reference.version is None
            and "preprints" not in value
            and "10.21203" not in value
        ):
            return Reference("doi", reference.value, int(version_match[1]), url)
        return reference
    return Reference(scheme, _proper(scheme, value), None, url)


_KEEP_WWW: Final = frozenset({"bmj.com", "cell.com", "emerald.com", "portlandpress.com"})


def _without_www(host: str) -> str:
    return host if host.removeprefix("www.") in _KEEP_WWW else host.removeprefix("www.")
