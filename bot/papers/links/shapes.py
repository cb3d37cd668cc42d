"""Forms of URLs that journal systems, repositories and portals share, whatever their host."""

import functools
import re
from typing import Final

from bot.papers.links.rules import END, Rule, rules

_PAGES: Final = (
    r"(?:(?:\d+|Suppl_\d+|suppl_\d+|\d+-\d+|\w*Part_\d+)"
    r"/(?:\w{0,8}?\d+[a-zA-Z]?|[A-Z]{4,9}\.\d{4}-\d\d\.\d{4}))"
)
_HIGHWIRE_END: Final = (
    r"(?:\.(?:full|abstract|long|short|extract|full\.pdf\+?\w*|full-text|pdf|figures\S*|e-letters|article-info)"
    r"|/[^?]*)?" + END
)
_UUID: Final = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
SHAPES: Final = rules(
    (
        r"/((?:[^/?]+/)*(?:article|preprint)/)(?:view|download|viewFile)/(\d+|[\w.-]*\d[\w.-]*)(?:/[^?]*)?"
        + END,
        "page:https://{host}/{}view/{}",
    ),
    (rf"/content/(?:[a-z]+/)?(\d+/{_PAGES})" + _HIGHWIRE_END, "page:https://{host}/content/{}"),
    (
        r"/content/(?:[a-z]+/)?(early/\d{4}/\d\d/\d\d/[\w.-]*?\d+[a-z]?)" + _HIGHWIRE_END,
        "page:https://{host}/content/{}",
    ),
    (
        r"/cgi/(?:content|reprint)/(?:full|abstract|short|extract|long|reprint|summary)/(?:[a-z]+;)?"
        rf"(\d+/{_PAGES})" + END,
        "page:https://{host}/content/{}",
    ),
    (
        r"/(?:[\w-]+/)*(?:article|abstract|fulltext|pdf)/(?:PII)?"
        r"(S\d{4}-\d{3}[\dX]\(\d\d\)\d{5}-[\dX])(?:\.pdf|/[^?]*)?" + END,
        "page:https://{host}/article/{}/fulltext",
    ),
    (r"/([\w-]+/vol\d+/iss\d+/\d+)" + END, "page:https://{host}/{}"),
    (
        r"/(articles/\w+)/(?:abs|full_html|pdf|ref|cited|olm|fulltext)/(\d{4}/\d\d)/([\w-]+)/\3\.(?:html|pdf)"
        + END,
        "page:https://{host}/{0}/abs/{1}/{2}/{2}.html",
    ),
    (
        r"/((?:[\w-]+/){0,2})article(?:-abstract|-pdf)?/(\d+/[\w-]+/\w+/\d{4,})(?:/[^?]*)?" + END,
        "page:https://{host}/{}article/{}",
    ),
    (
        r"/((?:[\w-]+/)*)articles/(?:journal_contribution|conference_contribution|preprint)/[^/?]+/(\d{5,9})(?:/\d+)?"
        + END,
        "page:https://{host}/{}articles/preprint/_/{}",
    ),
    (rf"/((?:[\w-]+/){{0,2}}article/id/(?:\d+|{_UUID}))" + END, "page:https://{host}/{}/"),
    (r"/(users/\d+/articles/\d+)(?:-[\w-]*)?" + END, "page:https://{host}/{}"),
    (r"/(repository/view/\d+)(?:/[^?]*)?" + END, "page:https://{host}/{}/"),
    (r"/(v\d+p\d+)(?:[sm]\d+)?\.(?:htm|pdf)" + END, "page:https://{host}/{}.htm"),
    # repositories: DSpace, EPrints, Islandora, Fedora, LibreCat, Pure's files, Digital Commons
    (r"/(?:[\w-]+/)?(handle/(?:\d[\d.]*|item|[a-z]{2,6}\d{1,4})/[\w.-]+)" + END, "page:https://{host}/{}"),
    (
        r"/(?:\w+ui/)?bitstream(?:/handle)?/(\d[\d.]*/[\w.-]+)/(?:\d+/)?[^/?]+\.pdf(?:\?.*)?$",
        "page:https://{host}/handle/{}",
    ),
    (
        rf"/((?:items|bitstreams|server/api/core/bitstreams)/{_UUID})(?:/(?:full|download|content))?" + END,
        "page:https://{host}/{}",
    ),
    (r"/id/eprint/(\d{1,8})(?:/[^?]*)?" + END, "page:https://{host}/id/eprint/{}/"),
    (
        r"/(islandora/object/[\w-]+(?::|%3A)[\w.-]+)(?:/datastream/[^?]*)?" + END,
        "page:https://{host}/{}",
    ),
    (
        rf"/((?:objects|record|(?:[\w-]+/)?publication)/(?:uuid:)?{_UUID})(?:/[^?]*)?" + END,
        "page:https://{host}/{}",
    ),
    (
        r"/((?:[\w-]+/)*frontdoor/index/index/)(?:[\w/]+/)?docId/(\d+)(?:/[^?]*)?" + END,
        "page:https://{host}/{}docId/{}",
    ),
    (r"/(repo/\w+/all/\d{3,})(?:/[^?]*)?" + END, "page:https://{host}/{}/"),
    (r"/(ir/Record/[\d.]+-\d+)" + END, "page:https://{host}/{}"),
    (r"/((?:portal/)?en/publications/[\w%-]+\([0-9a-f-]{36}\))\.html" + END, "page:https://{host}/{}.html"),
    (r"/(uc/item/\w{6,})" + END, "page:https://{host}/{}"),
    (
        r"/((?:hal|tel|halshs|inria|inserm|pasteur|cea|dumas|ineris|irsn|ird|lirmm|insu|meteo|emse|ensl|hprints|in2p3|sic|cirad|anses|mnhn|ujm)-\d{8})(?:v\d+)?(?:/(?:document|file/.*))?"
        + END,
        "page:https://{host}/{}",
    ),
    (r"/records/((?=[a-z-]*\d)[a-z0-9]{5}-[a-z0-9]{5})(?:/[^?]*)?" + END, "page:https://{host}/records/{}"),
    (
        r"/(engage/[\w-]+)/article-details/([0-9a-f]{24})(?:/[^?]*)?" + END,
        "page:https://{host}/{}/article-details/{}",
    ),
    (r"/(cgi/viewcontent\.cgi\?article=\d+&context=[\w-]+)$", "page:https://{host}/{}"),
    (
        r"/(esploro/outputs/(?:journalArticle|preprint|conferenceP\w+|workingPaper)/[^?]*\d{8,})" + END,
        "page:https://{host}/{}",
    ),
)
"""Rules for URLs of any host, unless its own rules know better."""
_OF_HOSTS: Final[tuple[tuple[re.Pattern[str], tuple[Rule, ...]], ...]] = (
    (
        re.compile(r"(?:www\.)?e-?(?:prints?|lib|pubs?)\d?\.[\w.-]+|kar\.kent\.ac\.uk|oa\.upm\.es"),
        rules((r"/(\d{3,8})(?:/[^?]*)?" + END, "page:https://{host}/{}/")),
    ),
    (
        re.compile(r"(?!www\.(?!research\.))(?:[\w-]+\.){2,}(?:[a-z]{2}|edu)|[\w-]+\.elsevierpure\.com"),
        rules(
            (r"/[a-z]{2}/publications/([\w%]+(?:-[\w%.]+)+)" + END, "page:https://{host}/en/publications/{}/"),
            (r"/records?/(\d{4,8})(?:/[^?]*)?" + END, "page:https://{host}/record/{}"),
            (r"/(publication/\d{5,8}|\d{6,10}(?:/\d\d)?)" + END, "page:https://{host}/{}"),
            (r"/([a-z]+_[a-z_]+/\d{1,6})" + END, "page:https://{host}/{}/"),
        ),
    ),
    (
        re.compile(r"(?:digital(?:commons|scholarship)|scholar(?:works?|ship|lycommons)|repository|dc|commons)\.[\w.-]+"),
        rules((r"/([a-z][\w-]*/\d{1,6})" + END, "page:https://{host}/{}/")),
    ),
    (
        re.compile(r"[\w-]+\.worktribe\.com"),
        rules((r"/(?:output|OutputFile)/(\d{5,8})(?:/[^?]*)?" + END, "page:https://{host}/output/{}")),
    ),
    (
        re.compile(r"[\w-]+\.scholasticahq\.com"),
        rules((r"/(article/\d+)(?:-[\w-]*)?" + END, "page:https://{host}/{}")),
    ),
)  # fmt: skip
"""Rules for hosts that identify themselves as repositories or portals by name."""


@functools.lru_cache(maxsize=1024)
def shapes_of(host: str) -> tuple[Rule, ...]:
    """Return the rules by which an unknown host's URL may name a paper."""
    return SHAPES + tuple(
        rule for pattern, its_rules in _OF_HOSTS if pattern.fullmatch(host) for rule in its_rules
    )
