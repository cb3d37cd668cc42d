"""Rules that recognise a URL that names one paper, and make its canonical id.

A rule is a pattern over the percent-decoded `path?query` and a template `scheme:value` filled from its groups. The scheme
`page` gives the normalised URL of a page that must be fetched to learn the paper's ids. The tables are in `archives`,
`publishers`, `regional` and `repositories`; other hosts are recognised by a DOI or a journal system's form of URL.
"""

import re
from typing import Final, NamedTuple


class Rule(NamedTuple):
    """A pattern of URLs that name one paper, and the template of its id."""

    pattern: re.Pattern[str]
    template: str


END: Final = r"/?(?:\?.*)?$"
ARXIV_NEW: Final = r"(\d{2}(?:0[1-9]|1[0-2])\.\d{4,5})"
_ARCHIVES: Final = (
    "acc-phys adap-org alg-geom ao-sci astro-ph atom-ph bayes-an chao-dyn chem-ph cmp-lg comp-gas "
    "cond-mat cs dg-ga funct-an gr-qc hep-ex hep-lat hep-ph hep-th math math-ph mtrl-th nlin nucl-ex "
    "nucl-th patt-sol physics plasm-ph q-alg q-bio q-fin quant-ph solv-int stat supr-con eess econ"
)
_SUBJECT: Final = r"(?:\.[a-zA-Z]{2,6}(?:-[a-z]{2,5})?)?"
ARXIV_OLD: Final = rf"((?:{'|'.join(_ARCHIVES.split())}){_SUBJECT}/\d{{2}}(?:0[1-9]|1[0-2])\d{{3}})"
ARXIV_ID: Final = rf"(?:{ARXIV_NEW}|{ARXIV_OLD})(?:[vV](\d{{1,3}}))?"
SHA: Final = r"([0-9a-f]{40})"
HEX32: Final = r"([0-9A-F]{32})"
PII: Final = r"(S\d{4}-?\d{3}[\dX]\(?\d{2}\)?\d{5}-?[\dX])"


def rules(*pairs: tuple[str, str]) -> tuple[Rule, ...]:
    """Compile rules from (pattern, template) pairs, to be tried in this order."""
    return tuple(Rule(re.compile(pattern), template) for pattern, template in pairs)


def arxiv_rules(prefix: str, suffix: str = "") -> tuple[Rule, ...]:
    """Return the rule of a site that shows arXiv's papers under the path `prefix`."""
    return rules((rf"/(?i:{prefix})(?i:arxiv:)?{ARXIV_ID}v?{suffix}(?:\.pdf|\.html)*{END}", "arxiv:{}"))


BRANDS: Final = frozenset(
    [
        "arxiv",
        "biorxiv",
        "medrxiv",
        "chemrxiv",
        "openreview",
        "aclanthology",
        "neurips",
        "nature",
        "springer",
        "wiley",
        "onlinelibrary",
        "acm",
        "ieee",
        "ieeexplore",
        "sciencedirect",
        "elsevier",
        "jstor",
        "pubmed",
        "ncbi",
        "ssrn",
        "zenodo",
        "pnas",
        "plos",
        "frontiersin",
        "tandfonline",
        "sagepub",
        "nejm",
        "thelancet",
        "elifesciences",
        "mdpi",
        "semanticscholar",
        "huggingface",
        "doi",
        "iacr",
        "usenix",
        "jmlr",
        "iopscience",
        "cambridge",
    ]
)
"""Names that an unknown host may not contain: such a host counts as an imitation."""
