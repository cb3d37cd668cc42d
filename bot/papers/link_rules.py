"""The table of hosts whose URLs are known: which shapes of path name one paper, and which canonical id each gives.

A rule is a pattern over the percent-decoded `path?query` and a template `scheme:value` filled from its groups. A
template of scheme `page` gives the normalised address of a page that must be looked at to learn the paper's ids.
Hosts not listed here are recognised by a DOI or a journal system's shape in their path (see `bot.papers.links`).
"""

import re
from typing import Final, NamedTuple


class Rule(NamedTuple):
    """A shape of URL that names one paper."""

    pattern: re.Pattern[str]
    template: str


END: Final = r"/?(?:\?.*)?$"
ARXIV_NEW: Final = r"(\d{2}(?:0[1-9]|1[0-2])\.\d{4,5})"
_ARCHIVES: Final = (
    "acc-phys adap-org alg-geom ao-sci astro-ph atom-ph bayes-an chao-dyn chem-ph cmp-lg comp-gas cond-mat cs dg-ga "
    "funct-an gr-qc hep-ex hep-lat hep-ph hep-th math math-ph mtrl-th nlin nucl-ex nucl-th patt-sol physics "
    "plasm-ph q-alg q-bio q-fin quant-ph solv-int stat supr-con eess econ"
)
ARXIV_OLD: Final = rf"((?:{'|'.join(_ARCHIVES.split())})(?:\.[a-zA-Z]{{2}}(?:-[a-z]{{2}})?)?/\d{{2}}(?:0[1-9]|1[0-2])\d{{3}})"
ARXIV_ID: Final = rf"(?:{ARXIV_NEW}|{ARXIV_OLD})(?:v(\d{{1,3}}))?"
_SHA: Final = r"([0-9a-f]{40})"
_HEX32: Final = r"([0-9A-F]{32})"
_PII: Final = r"(S\d{4}-?\d{3}[\dX]\(?\d{2}\)?\d{5}-?[\dX])"


def _rules(*pairs: tuple[str, str]) -> tuple[Rule, ...]:
    return tuple(Rule(re.compile(pattern), template) for pattern, template in pairs)


def _arxiv(prefix: str, suffix: str = "") -> tuple[Rule, ...]:
    return _rules((rf"/{prefix}{ARXIV_ID}{suffix}(?:\.pdf|\.html)?{END}", "arxiv:{}"))


_ARXIV: Final = _arxiv(r"(?:abs|pdf|html|format|ps|src|e-print|tb|cits|ftp/arxiv/papers/\d{4})/")
_HAL: Final = _rules(
    (
        r"/(?:[A-Z-]+/)?((?:[a-z]+|hal-[a-z-]+)-\d{6,9})(?:v\d+)?(?:/.*|\.bib)?" + END,
        "page:https://hal.science/{}",
    ),
)
_NEURIPS: Final = _rules(
    (
        r"/(?:paper_files/)?paper/(\d{4})/(?:hash|file)/([0-9a-f]{16,40})-\w+?((?:-[\w]+)?)\.(?:html|pdf|bib|json|zip)"
        + END,
        "page:https://{host}/paper_files/paper/{}/hash/{}-Abstract{}.html",
    ),
    (r"/paper/(\d+-[a-z0-9][^/.?]*)(?:\.pdf)?" + END, "page:https://{host}/paper/{}"),
)
_PMLR: Final = _rules(
    (
        r"/(v\d+|r\d+)/([a-z][\w-]*\d{2}[a-z]*)(?:\.html|\.pdf|/.*)" + END,
        "page:https://proceedings.mlr.press/{}/{}.html",
    ),
)
_JMLR: Final = _rules(
    (r"/(?:beta/)?papers/v(\d+)/([\w-]+)\.html" + END, "page:https://www.jmlr.org/papers/v{}/{}.html"),
    (
        r"/(?:beta/)?papers/v(?:olume)?(\d+)/([\w-]+)/[\w.-]+\.(?:pdf|bib)" + END,
        "page:https://www.jmlr.org/papers/v{}/{}.html",
    ),
    (
        r"/(?:beta/)?papers/v(?:olume)?(\d+)/([a-z]+\d{2}[a-z])\.pdf" + END,
        "page:https://www.jmlr.org/papers/v{}/{}.html",
    ),
    (
        r"/proceedings/papers/(v\d+)/([\w-]+)\.(?:html|pdf)" + END,
        "page:https://proceedings.mlr.press/{}/{}.html",
    ),
)
_ACL: Final = _rules(
    (
        r"/(?:papers/[A-Z]/[A-Z]\d\d/|papers/|anthology/(?:papers/)?)?"
        r"((?!W\d\d-\d\d00)(?![A-Z]\d\d-\d000)[A-Z]\d{2}-\d{4,5})(?:v\d)?(?:/[a-z]\d\d-\d+)?(?:\.pdf|\.bib|\.xml|\.endf)?"
        + END,
        "acl:{}",
    ),
    (
        r"/(?:anthology/)?(\d{4}\.[a-z0-9_]+-[a-z0-9_]+\.(?!0[./?]|0$)\d+)(?:v\d)?(?:\.pdf|\.bib|\.xml|\.endf)?"
        + END,
        "acl:{}",
    ),
)
_SILVERCHAIR: Final = _rules(
    (
        r"/((?:[\w-]+/)?)(?:article|article-abstract|article-pdf|advance-article|advance-article-abstract|article-standard)"
        r"/((?:[\w.-]+/){2,5})(\d{4,})(?:/[^?]*)?" + END,
        "page:https://{host}/{}article/{}{}",
    ),
    (
        r"/((?:[\w-]+/)?)(?:advance-article|advance-article-abstract|article|article-abstract)/(\d{6,})(?:/[^?]*)?"
        + END,
        "page:https://{host}/{}article/{}",
    ),
    (
        r"/((?:[\w-]+/)?)(book|edited-volume)s?/([\w-]+(?:/[\w-]+)??)/(chapter|chapter-abstract)/(\d+)(?:/[^?]*)?"
        + END,
        "page:https://{host}/{}{}/{}/{}/{}",
    ),
    (
        r"/(journals/[\w-]+)/(?:fullarticle|article-abstract|articlepdf)/(\d+)(?:/[^?]*)?" + END,
        "page:https://{host}/{}/fullarticle/{}",
    ),
    (
        r"/(?:[\w-]+/)*article\.aspx\?(?:.*&)?[aA]rticle[iI][dD]=(\d+)(?:&.*)?$",
        "page:https://{host}/article.aspx?articleid={}",
    ),
)
_ELSEVIER_SOCIETY: Final = _rules(
    (
        rf"/(?:[\w-]+/)*(?:abstract|fulltext|pdf|article|references|supplemental|pii|retrieve)/(?:PII|pii/)?{_PII}(?:\.pdf|/[^?]*)?"
        + END,
        "page:https://{host}/article/{}/fulltext",
    ),
    (
        rf"/(?:[\w-]+/)*action/showPdf\?(?:.*&)?pii=(?:PII)?{_PII}(?:&.*)?$",
        "page:https://{host}/article/{}/fulltext",
    ),
)
_LANCET: Final = _rules(
    (rf"/(?:[\w-]+/)*article/(?:PII|pii/)?{_PII}(?:/[^?]*)?" + END, "doi:10.1016/{}"),
    (rf"/(?:[\w-]+/)*action/showPdf\?(?:.*&)?pii=(?:PII)?{_PII}(?:&.*)?$", "doi:10.1016/{}"),
    (rf"/(?:[\w-]+/)*pdfs/journals/[\w-]+/(?:PII)?{_PII}\.pdf" + END, "doi:10.1016/{}"),
)
_IEEE: Final = _rules(
    (
        r"/(?:abstract/|mobile/)?document/(\d+)(?:/[^?]*)?" + END,
        "page:https://ieeexplore.ieee.org/document/{}",
    ),
    (
        r"/(?:stamp/stamp|xpl/articleDetails|xpls/abs_all|xpl/abstract\w+|xpl/login|xpls/icp|stampPDF/getPDF|xpl/freeabs_all)\.jsp"
        r"\?(?:.*&)?(?:ar|AR)[nN]umber=0*(\d+)(?:&.*)?$",
        "page:https://ieeexplore.ieee.org/document/{}",
    ),
    (r"/(?:iel|ielx)\d*/(?:\d+/)+0*(\d+)\.pdf" + END, "page:https://ieeexplore.ieee.org/document/{}"),
    (
        r"/(?:xpl/)?ebooks?/(?:bookdetails/)?chapter/(\d+)" + END,
        "page:https://ieeexplore.ieee.org/document/{}",
    ),
)
_NCBI: Final = _rules(
    (r"/(?:m/|labs/)?pubmed/(\d{1,8})" + END, "pmid:{}"),
    (r"/(?:labs/)?pmc/articles/(PMC\d+)(?:\.\d+)?(?:/[^?]*)?" + END, "pmcid:{}"),
    (r"/(?:labs/)?pmc/articles/(\d+)(?:/[^?]*)?" + END, "pmcid:PMC{}"),
)
_EUROPE_PMC: Final = _rules(
    (r"/(?:article|abstract)/(?:MED|med)/(\d+)(?:/[^?]*)?" + END, "pmid:{}"),
    (
        r"/(?:article|abstract|articles|pmc/articles)/(?:PMC/|pmc/)?(?:PMC)(\d+)(?:/[^?]*)?" + END,
        "pmcid:PMC{}",
    ),
    (r"/(?:article|abstract)/(?:PMC|pmc)/(\d+)(?:/[^?]*)?" + END, "pmcid:PMC{}"),
    (
        r"/(?:article|abstract)/([A-Za-z]{3})/([\w.-]+)(?:/[^?]*)?" + END,
        "page:https://europepmc.org/article/{}/{}",
    ),
)
_CAMBRIDGE: Final = _rules(
    (
        rf"/core/journals/([\w-]+)/article/(?:abs/)?([^/?]+)/{_HEX32}(?:/[^?]*)?" + END,
        "page:https://www.cambridge.org/core/journals/{}/article/{}/{}",
    ),
    (
        rf"/core/journals/([\w-]+)/article/(?:abs/)?{_HEX32}(?:/[^?]*)?" + END,
        "page:https://www.cambridge.org/core/journals/{}/article/{}",
    ),
    (
        rf"/core/books/(?:abs/)?([^/?]+)/([^/?]+)/{_HEX32}(?:/[^?]*)?" + END,
        "page:https://www.cambridge.org/core/books/{}/{}/{}",
    ),
    (
        rf"/core/services/aop-cambridge-core/content/view/{_HEX32}(?:/[^?]*)?" + END,
        "page:https://www.cambridge.org/core/services/aop-cambridge-core/content/view/{}",
    ),
    (
        r"/core/(?:product/identifier|services/aop-cambridge-core/content/view)/(S\w{16})(?:/[^?]*)?" + END,
        "page:https://www.cambridge.org/core/product/identifier/{}/type/journal_article",
    ),
    (
        r"/action/displayAbstract\?(?:.*&)?aid=(\d+)(?:&.*)?$",
        "page:https://www.cambridge.org/action/displayAbstract?aid={}",
    ),
    (
        r"/(engage/[\w-]+)/article-details/([0-9a-f]{24})(?:/[^?]*)?" + END,
        "page:https://{host}/{}/article-details/{}",
    ),
)
_NATURE: Final = _rules(
    (r"/articles/([a-z0-9][\w.-]*?)(?:\.(?:pdf|epdf|ris))?(?:/[^?]*)?" + END, "doi:10.1038/{}"),
    (
        r"/[\w-]+/journal/v\d+/n[\w-]+/(?:full|abs|pdf|suppinfo|extref|fig_tab)/([a-z0-9][\w.-]*?)(?:_[A-Z0-9]+)?(?:\.(?:html|pdf)|/[^?]*)"
        + END,
        "doi:10.1038/{}",
    ),
)
_IOP: Final = _rules(
    (
        r"/(\d{4}-\d{3}[\dXx](?:/[\w.]+){2,3})(?:/(?:abstract|fulltext|pdf\S*|cites|refs|meta|article|media|related|metrics))?"
        + END,
        "doi:10.1088/{}",
    ),
)
_PREPRINT_SERVERS: Final = _rules(
    (
        r"/content/(?:biorxiv/|medrxiv/)?early/\d{4}/\d\d/\d\d/((?:\d{4}\.\d\d\.\d\d\.)?\d{6,8})(?:v\d+)?(?:\.[\w.]+)?"
        + END,
        "doi:10.1101/{}",
    ),
)
_ADS: Final = _rules(
    (
        r"/abs/\d{4}arXiv(\d{4})\.?(\d{4,5})[A-Z](?:/(?:abstract|exportcitation|graphics|metrics))?" + END,
        "arxiv:{}.{}",
    ),
    (
        r"/abs/(\d{4}[\w&.]{15})(?:/(?:abstract|exportcitation|graphics|metrics))?" + END,
        "page:https://ui.adsabs.harvard.edu/abs/{}/abstract",
    ),
)
_DBLP: Final = _rules(
    (
        r"/rec/(?:bibtex\d?/|html/|rdf/|xml/|rss/)?journals/corr/abs-(\d{4})-(\d{4,5})(?:\.\w+)?" + END,
        "arxiv:{}.{}",
    ),
    (
        r"/rec/(?:bibtex\d?/|html/|rdf/|xml/)?((?:conf|journals|books|phd|series|reference|tr)/[\w.-]+/[\w.:/+-]+?)(?:\.(?:html|bib|xml|rdf|ris|nt|ttl))?"
        + END,
        "page:https://dblp.org/rec/{}",
    ),
)
_OSF: Final = _rules(
    (r"/preprints/psyarxiv/([a-z0-9]{5})(?:_v\d+)?(?:/[^?]*)?" + END, "doi:10.31234/osf.io/{}"),
    (r"/preprints/socarxiv/([a-z0-9]{5})(?:_v\d+)?(?:/[^?]*)?" + END, "doi:10.31235/osf.io/{}"),
    (r"/preprints/osf/([a-z0-9]{5})(?:_v\d+)?(?:/[^?]*)?" + END, "doi:10.31219/osf.io/{}"),
    (
        r"/preprints/([a-z]+)/((?=\w*\d)[a-z0-9]{5})(?:_v\d+)?(?:/[^?]*)?" + END,
        "page:https://osf.io/preprints/{}/{}",
    ),
    (r"/(?:preprints/)?((?=\w*\d)[a-z0-9]{5})(?:_v\d+)?" + END, "page:https://osf.io/{}"),
)
_S2: Final = _rules(
    (
        rf"/(?:paper|reader)/(?:[^?]*/)?{_SHA}(?:/[^?]*)?" + END,
        "page:https://www.semanticscholar.org/paper/{}",
    ),
    (r"/(?:p/|paper/)?CorpusI[Dd]:(\d+)" + END, "page:https://api.semanticscholar.org/CorpusID:{}"),
    (rf"/arxiv/{ARXIV_ID}" + END, "arxiv:{}"),
    (rf"/(?:paper/)?(?:arXiv|ARXIV):{ARXIV_ID}" + END, "arxiv:{}"),
)
_ZENODO: Final = _rules((r"/(?:records?|deposit)/(\d+)(?:/[^?]*)?" + END, "doi:10.5281/zenodo.{}"))
_INVENIO: Final = _rules(
    (r"/records?/([a-z0-9]{5}-[a-z0-9]{5}|\d+)(?:/[^?]*)?" + END, "page:https://{host}/records/{}")
)
_CVF: Final = _rules(
    (
        r"/(content[\w/-]*)/(?:html|papers)/((?:w\d+/)?[^/?]+_paper)\.(?:html|pdf)" + END,
        "page:https://openaccess.thecvf.com/{}/html/{}.html",
    ),
)
_PSYARXIV: Final = _rules((r"/([a-z0-9]{5})(?:_v\d+)?" + END, "doi:10.31234/osf.io/{}"))

HOSTS: Final[dict[str, tuple[Rule, ...]]] = {
    "arxiv.org": _ARXIV,
    "xxx.lanl.gov": _ARXIV,
    "ar5iv.labs.arxiv.org": _arxiv("(?:abs|html|pdf)/"),
    "ar5iv.org": _arxiv("(?:(?:abs|html|pdf)/)?"),
    "alphaxiv.org": _arxiv(
        r"(?:[a-z]{2}/)?(?:abs|pdf|html|overview|benchmarks|resources|audio|models|blog)/"
    ),
    "huggingface.co": _arxiv(r"papers/(?:date/)?"),
    "hf.co": _arxiv("papers/"),
    "arxiv-vanity.com": _arxiv("papers/"),
    "scirate.com": _arxiv("arxiv/"),
    "emergentmind.com": _arxiv("papers/"),
    "paperswithcode.com": _rules(
        (r"/paper/([\w-]+)(?:/[^?]*)?" + END, "page:https://paperswithcode.com/paper/{}")
    ),
    "openreview.net": _rules(
        (
            r"/(?:forum|pdf|attachment|references/pdf|revisions)\?(?:.*&)?id=([\w-]{5,24})(?:&.*)?$",
            "openreview:{}",
        )
    ),
    "aclanthology.org": _ACL,
    "aclweb.org": _ACL,
    "aclanthology.info": _ACL,
    "eprint.iacr.org": _rules(
        (r"/(?:archive/)?((?:19|20)\d{2}/\d{3,4})(?:\.pdf|\.ps|/[^?]*)?" + END, "iacr:{}")
    ),
    "proceedings.neurips.cc": _NEURIPS,
    "papers.neurips.cc": _NEURIPS,
    "papers.nips.cc": _NEURIPS,
    "proceedings.mlsys.org": _NEURIPS,
    "proceedings.mlr.press": _PMLR,
    "jmlr.org": _JMLR,
    "jmlr.csail.mit.edu": _JMLR,
    "openaccess.thecvf.com": _CVF,
    "ecva.net": _rules(
        (
            r"/(papers/eccv_\d{4}/papers_ECCV)/(?:html|papers)/([\w-]+)\.(?:php|pdf)" + END,
            "page:https://www.ecva.net/{}/html/{}.php",
        )
    ),
    "usenix.org": _rules(
        (
            r"/(conference/[\w-]+(?:/technical-sessions|/sessions)?/presentation/[\w.-]+)" + END,
            "page:https://www.usenix.org/{}",
        ),
        (r"/(system/files/[^?]+\.pdf)" + END, "page:https://www.usenix.org/{}"),
        (
            r"/(legacy/(?:event|events|publications)/[^?]+/(?:full_papers|tech|papers)/[^?]+\.(?:html|pdf))"
            + END,
            "page:https://www.usenix.org/{}",
        ),
    ),
    "ijcai.org": _rules(
        (r"/(?:[Pp]roceedings)/(20(?:1[7-9]|[2-9]\d))/0*(\d+)(?:\.pdf)?" + END, "doi:10.24963/ijcai.{}/{}"),
        (r"/([Pp]roceedings/[\w/-]+\d)(?:\.pdf)" + END, "page:https://www.ijcai.org/{}.pdf"),
    ),
    "ojs.aaai.org": (),
    "aaai.org": _rules(
        (r"/(papers/[\w-]+)" + END, "page:https://aaai.org/{}"),
        (
            r"/(ocs/index\.php/[\w/]+/paper/)(?:view\w*|download)/(\d+)(?:/\d+)?" + END,
            "page:https://www.aaai.org/{}view/{}",
        ),
    ),
    "ndss-symposium.org": _rules((r"/(ndss-paper/[\w-]+)" + END, "page:https://www.ndss-symposium.org/{}")),
    "isca-archive.org": _rules(
        (r"/([\w-]+/[\w-]+\d\w*)\.(?:html|pdf)" + END, "page:https://www.isca-archive.org/{}.html")
    ),
    "isca-speech.org": _rules(
        (r"/(archive/[\w-]+/[\w-]+\d\w*)\.html" + END, "page:https://www.isca-speech.org/{}.html")
    ),
    "dblp.org": _DBLP,
    "dblp.uni-trier.de": _DBLP,
    "dblp.dagstuhl.de": _DBLP,
    "drops.dagstuhl.de": (),
    "semanticscholar.org": _S2,
    "openalex.org": _rules(
        (r"/(?:works/)?([wW]\d{4,})" + END, "page:https://openalex.org/{upper}"),
        (r"/works\?(?:.*&)?zoom=([wW]\d{4,})(?:&.*)?$", "page:https://openalex.org/{upper}"),
    ),
    "ui.adsabs.harvard.edu": _ADS,
    "adsabs.harvard.edu": _ADS,
    "inspirehep.net": _rules(
        (r"/(?:literature|record)/(\d+)" + END, "page:https://inspirehep.net/literature/{}")
    ),
    "zbmath.org": _rules((r"/(\d{3,8}(?:\.\d{5})?)" + END, "page:https://zbmath.org/{}")),
    "citeseerx.ist.psu.edu": _rules(
        (
            r"/(?:viewdoc/(?:summary|download|versions)|pdf|document|doc_view/pid)(?:/|\?(?:.*&)?doi=)([0-9.]{7,}|[0-9a-f]{40})(?:[&;].*)?$",
            "page:https://citeseerx.ist.psu.edu/viewdoc/summary?doi={}",
        ),
    ),
    "doi.org": (),
    "pubmed.ncbi.nlm.nih.gov": _rules((r"/(\d{1,8})" + END, "pmid:{}")),
    "pubmed.gov": _rules((r"/(\d{1,8})" + END, "pmid:{}")),
    "pmc.ncbi.nlm.nih.gov": _rules((r"/articles/(PMC\d+)(?:\.\d+)?(?:/[^?]*)?" + END, "pmcid:{}")),
    "ncbi.nlm.nih.gov": _NCBI,
    "europepmc.org": _EUROPE_PMC,
    "biorxiv.org": _PREPRINT_SERVERS,
    "medrxiv.org": _PREPRINT_SERVERS,
    "chemrxiv.org": _CAMBRIDGE,
    "cambridge.org": _CAMBRIDGE,
    "preprints.org": _rules(
        (r"/manuscript/(\d{6}\.\d{4})/(v\d+)(?:/[^?]*)?" + END, "doi:10.20944/preprints{}.{}"),
        (r"/manuscript/(\d{6}\.\d{4})" + END, "page:https://www.preprints.org/manuscript/{}"),
    ),
    "researchsquare.com": _rules(
        (r"/article/(rs-\d+)/(v\d+)(?:[./][^?]*)?" + END, "doi:10.21203/rs.3.{}/{}"),
        (r"/article/(rs-\d+)" + END, "page:https://www.researchsquare.com/article/{}"),
    ),
    "techrxiv.org": (),
    "osf.io": _OSF,
    "psyarxiv.com": _PSYARXIV,
    "zenodo.org": _ZENODO,
    "data.caltech.edu": _INVENIO,
    "authors.library.caltech.edu": _INVENIO,
    "repository.tugraz.at": _INVENIO,
    "rodare.hzdr.de": _INVENIO,
    "fdr.uni-hamburg.de": _INVENIO,
    "ultraviolet.library.nyu.edu": _INVENIO,
    "prism.northwestern.edu": _INVENIO,
    "cds.cern.ch": _INVENIO,
    "hal.science": _HAL,
    "archives-ouvertes.fr": _HAL,
    "hal.inria.fr": _HAL,
    "ssrn.com": _rules(
        (
            r"/sol3/(?:papers|delivery|Delivery)\.cfm(?:/.*)?\?(?:.*&)?abstract_?[iI][dD]=(\d+)(?:&.*)?$",
            "doi:10.2139/ssrn.{}",
        ),
        (r"/abstract=(\d+)" + END, "doi:10.2139/ssrn.{}"),
        (
            r"/sol3/[Dd]elivery\.cfm/(?:SSRN_ID)?(\d+)(?:_code\d+)?\S*?\.pdf.*abstractid=(\d+)",
            "doi:10.2139/ssrn.{1}",
        ),
    ),
    "nber.org": _rules(
        (r"/(?:system/files/working_)?papers/(w\d+)(?:(?:/\1)?\.pdf)?" + END, "doi:10.3386/{}")
    ),
    "aeaweb.org": (),
    "repec.org": _rules(
        (
            r"/((?:p|a|h|b|article|paper|bookchap)/[\w.-]+/(?:[\w.-]+/)?[^/?]+\.html?)" + END,
            "page:https://{host}/{}",
        )
    ),
    "nature.com": _NATURE,
    "springer.com": (),
    "springeropen.com": (),
    "biomedcentral.com": _rules(
        (r"/(\d{4}-\d{3}[\dX]/\d+/\w+)(?:/(?:abstract|figure|table)\S*)?" + END, "page:https://{host}/{}")
    ),
    "wiley.com": (),
    "acm.org": _rules(
        (r"/(?:citation|ft_gateway)\.cfm\?(?:.*&)?(?:id|doid)=(\d+\.\d+)(?:&.*)?$", "doi:10.1145/{}"),
        (
            r"/(?:citation|ft_gateway)\.cfm\?(?:.*&)?id=(\d+)(?:&.*)?$",
            "page:https://dl.acm.org/citation.cfm?id={}",
        ),
    ),
    "ieeexplore.ieee.org": _IEEE,
    "computer.org": _rules(
        (
            r"/csdl/(proceedings-article|journal|magazine|proceedings)/([\w/-]+?)/(\w{8,})(?:/[^?]*)?" + END,
            "page:https://www.computer.org/csdl/{}/{}/{}",
        )
    ),
    "sciencedirect.com": _rules(
        (
            r"/(?:user/.*)?(?:science/article|sdfe/(?:reader|pdf/download/eid/\d+-s2\.0-)).*?(?:pii/|/)?([SB]\w{15}[\dX])(?:/[^?]*)?"
            + END,
            "page:https://www.sciencedirect.com/science/article/pii/{}",
        ),
    ),
    "linkinghub.elsevier.com": _rules(
        (
            r"/retrieve/pii/([SB]\w{15}[\dX])" + END,
            "page:https://www.sciencedirect.com/science/article/pii/{}",
        )
    ),
    "reader.elsevier.com": _rules(
        (
            r"/reader/sd/pii/([SB]\w{15}[\dX])" + END,
            "page:https://www.sciencedirect.com/science/article/pii/{}",
        )
    ),
    "cell.com": _ELSEVIER_SOCIETY,
    "thelancet.com": _LANCET,
    "jstor.org": _rules(
        (r"/(?:stable|pss)/(?:pdf/|pdfplus/|full/|info/)?(\d+)(?:\.pdf)?(?:/[^?]*)?" + END, "doi:10.2307/{}"),
        (r"/discover/10\.2307/(\d+)" + END, "doi:10.2307/{}"),
        (
            r"/tc/(?:accept|verify)\?(?:.*&)?origin=/?(?:https?://www\.jstor\.org/)?stable/(?:pdf/|pdfplus/)?(\d+)(?:\.pdf)?.*$",
            "doi:10.2307/{}",
        ),
    ),
    "psycnet.apa.org": _rules(
        (
            r"/(?:record|fulltext|buy|index\.cfm\?fa=buy\.optionToBuy&id=|journals/\w+/\d+/\d+/)/?(\d{4}-\d{5}-\d{3})(?:[./][^?]*)?"
            + END,
            "page:https://psycnet.apa.org/record/{}",
        ),
        (r"/\S*\?(?:.*&)?(?:uid|id)=(\d{4}-\d{5}-\d{3})(?:&.*)?$", "page:https://psycnet.apa.org/record/{}"),
    ),
    "elifesciences.org": _rules(
        (r"/(?:articles|reviewed-preprints)/(\d{5,6})(?:v\d+)?(?:[./][^?]*)?" + END, "doi:10.7554/elife.{}"),
        (r"/content/\d+/e(\d{5,6})(?:v\d+)?(?:[./][^?]*)?" + END, "doi:10.7554/elife.{}"),
    ),
    "mdpi.com": _rules(
        (r"/(\d{4}-\d{3}[\dX]/\d+/(?:\d+|s\d+)/\d+)(?:/[^?]*)?" + END, "page:https://www.mdpi.com/{}")
    ),
    "optimization-online.org": _rules(
        (r"/(\d{4}/\d{1,2}/(?:\d{3,}|[^/?]*[a-z][^/?]*))" + END, "page:https://optimization-online.org/{}/"),
        (r"/DB_(?:HTML|FILE)/(\d{4}/\d\d/\d+)\.\w+" + END, "page:https://optimization-online.org/{}/"),
    ),
    "iop.org": _IOP,
    "rsc.org": _rules(
        (
            r"/(?:en/)?content/(?:articlelanding|articlehtml|articlepdf)/\d{4}/\w+/(\w{8,12})(?:/[^?]*)?"
            + END,
            "doi:10.1039/{}",
        )
    ),
    "hindawi.com": _rules((r"/journals/\w+/(20\d\d/\d{5,7})(?:/[^?]*)?" + END, "doi:10.1155/{}")),
    "copernicus.org": _rules(
        (r"/articles/(\d+)/(\d+)/(20\d\d)(?:/[^?]*)?" + END, "doi:10.5194/{sub}-{}-{}-{}")
    ),
    "muse.jhu.edu": _rules(
        (
            r"/(?:pub/\d+/)?(article|chapter)/(\d+)(?:/(?:summary|pdf|fulltext|figure))?" + END,
            "page:https://muse.jhu.edu/{}/{}",
        )
    ),
    "researchgate.net": _rules(
        (
            r"/publication/(\d{6,})(?:_[^?/]*)?(?:/[^?]*)?" + END,
            "page:https://www.researchgate.net/publication/{}",
        )
    ),
    "research.google": _rules((r"/pubs/([\w-]*[a-z][\w-]*)" + END, "page:https://research.google/pubs/{}/")),
    "eric.ed.gov": _rules((r"/\?(?:.*&)?id=(E[JD]\d+)(?:&.*)?$", "page:https://eric.ed.gov/?id={}")),
    "persee.fr": _rules(
        (
            r"/(?:web/revues/home/prescript/article|doc)/(\w+-?\w*_\d{4}_num_[\w-]+)" + END,
            "page:https://www.persee.fr/doc/{}",
        ),
        (
            r"/(?:web/revues/home/prescript/article|doc)/(\w+_\d{4}_\w+(?:_\w+)+)" + END,
            "page:https://www.persee.fr/doc/{}",
        ),
    ),
    "scielo.br": _rules((r"/(j/\w+/a/\w{20,})(?:/[^?]*)?" + END, "page:https://www.scielo.br/{}/")),
    "philpapers.org": _rules((r"/(?:rec|archive)/([A-Z0-9-]+)" + END, "page:https://philpapers.org/rec/{}")),
    "philarchive.org": _rules((r"/(?:rec|archive)/([A-Z0-9-]+)" + END, "page:https://philpapers.org/rec/{}")),
    "philsci-archive.pitt.edu": _rules(
        (r"/(\d+)(?:/[^?]*)?" + END, "page:https://philsci-archive.pitt.edu/{}/")
    ),
    "ams.org": _rules(
        (r"/(journals/\w+/[\w-]+/[SP]?\d{4}-\d{4}-[\w-]+)(?:/[^?]*)?" + END, "page:https://www.ams.org/{}/")
    ),
    "projecteuclid.org": _rules(
        (r"/(?:download/\w+/)?(euclid\.\w+/\d+)" + END, "page:https://projecteuclid.org/{}")
    ),
    "optica.org": _rules(
        (
            r"/(\w+)/(?:abstract|fulltext)\.cfm\?(?:.*&)?(?:uri|URI)=([\w-]+)(?:&.*)?$",
            "page:https://opg.optica.org/{}/abstract.cfm?uri={}",
        )
    ),
    "osapublishing.org": _rules(
        (
            r"/(\w+)/(?:abstract|fulltext)\.cfm\?(?:.*&)?(?:uri|URI)=([\w-]+)(?:&.*)?$",
            "page:https://opg.optica.org/{}/abstract.cfm?uri={}",
        )
    ),
    "ingentaconnect.com": _rules(
        (
            r"/(contentone?|content)/([\w/-]+/art\d+)(?:;.*|/.*)?" + END,
            "page:https://www.ingentaconnect.com/content/{1}",
        )
    ),
    "bmj.com": _rules(
        (
            r"/content/(\d+/bmj[.-][\w.-]*?\d{4,})(?:[./](?:full|abstract|long|short|pdf|rapid|related|peer)[^?]*)?"
            + END,
            "page:https://{host}/content/{}",
        )
    ),
}
for _host in [
    "academic.oup.com",
    "jamanetwork.com",
    "direct.mit.edu",
    "pubs.geoscienceworld.org",
    "rupress.org",
    "ashpublications.org",
    "pubs.aip.org",
    "asmedigitalcollection.asme.org",
    "portlandpress.com",
    "aacrjournals.org",
    "diabetesjournals.org",
    "pubs.asahq.org",
    "read.dukeupress.edu",
    "karger.com",
    "emerald.com",
    "journals.biologists.com",
    "arvojournals.org",
    "online.ucpress.edu",
    "journals.aai.org",
    "royalsocietypublishing.org",
    "mitpressjournals.org",
    "onepetro.org",
]:
    HOSTS[_host] = _SILVERCHAIR
for _host in [
    "aip.org",
    "scitation.org",
    "aps.org",
    "science.org",
    "sciencemag.org",
    "pnas.org",
    "plos.org",
    "frontiersin.org",
    "tandfonline.com",
    "nejm.org",
    "sagepub.com",
    "annualreviews.org",
    "acs.org",
    "siam.org",
    "ascelibrary.org",
    "degruyter.com",
    "degruyterbrill.com",
    "brill.com",
    "uchicago.edu",
    "ahajournals.org",
    "physiology.org",
    "asm.org",
    "rsna.org",
    "informs.org",
    "liebertpub.com",
    "worldscientific.com",
    "thieme-connect.com",
    "thieme-connect.de",
    "jamia.org",
    "oxfordjournals.org",
    "lww.com",
    "iucr.org",
    "cshlp.org",
    "jneurosci.org",
    "jbc.org",
    "genetics.org",
    "plantcell.org",
    "jimmunol.org",
    "biologists.org",
    "healthaffairs.org",
    "ieee.org",
    "elsevier.com",
    "google.com",
    "wikipedia.org",
    "github.com",
]:
    HOSTS.setdefault(_host, ())

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
"""Names that a stranger's host may not carry as a label or part of one: such a host is taken for a look-alike."""
