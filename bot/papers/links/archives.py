"""Table of archives, proceedings, preprint servers and catalogues: which of their URLs name one paper."""

from typing import Final

from bot.papers.links.rules import ARXIV_ID, END, SHA, Rule, arxiv_rules, rules

_ARXIV: Final = arxiv_rules(r"(?:abs|pdf|html|format|ps|src|e-print|tb|cits|bibtex|ftp/arxiv/papers/\d{4})/")
_HAL: Final = rules(
    (
        r"/(?:[A-Z-]+/)?((?:[a-z]+|hal-[a-z-]+)-\d{6,9})(?:v\d+)?(?:/.*|\.bib)?" + END,
        "page:https://hal.science/{}",
    ),
)
_NEURIPS: Final = rules(
    (
        r"/(?:paper_files/)?paper/(\d{4})/(?:hash|file)/([0-9a-f]{16,40})-\w+?((?:-[\w]+)?)\.(?:html|pdf|bib|json|zip)"
        + END,
        "page:https://{host}/paper_files/paper/{}/hash/{}-Abstract{}.html",
    ),
    (r"/paper/(\d+-[a-z0-9][^/.?]*)(?:\.pdf)?" + END, "page:https://{host}/paper/{}"),
)
_VIRTUAL: Final = rules(
    (r"/(virtual/20\d\d/(?:poster|oral|spotlight)/\d+)" + END, "page:https://{host}/{}"),
)
_PMLR: Final = rules(
    (
        r"/(v\d+|r\d+)/([a-z][\w-]*\d{2}[a-z]*)(?:-supp)?(?:\.html|\.pdf|/.*)" + END,
        "page:https://proceedings.mlr.press/{}/{}.html",
    ),
)
_JMLR: Final = rules(
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
_ACL: Final = rules(
    (
        r"/(?:anthology/)?(?:papers/|pdf/)?(?:[A-Z]/[A-Z]\d\d/)?"
        r"(?:attachments/)?((?!W\d\d-\d\d00)(?![A-Z]\d\d-\d000)[A-Z]\d{2}-\d{4,5})(?:v\d)?(?:/[a-z]\d\d-\d+)?(?:\.pdf|\.bib|\.xml|\.endf|\.\w+\.(?:pdf|zip|txt|tgz))?"
        + END,
        "acl:{}",
    ),
    (
        r"/(?:anthology/|attachments/)?(\d{4}\.[a-z0-9_]+-[a-z0-9_]+\.(?!0[./?]|0$)\d+)(?:v\d)?(?:\.pdf|\.bib|\.xml|\.endf|\.\w+\.(?:pdf|zip|txt|tgz))?"
        + END,
        "acl:{}",
    ),
)
_NCBI: Final = rules(
    (r"/(?:m/|labs/)?pubmed/(\d{1,8})" + END, "pmid:{}"),
    (r"/(?:labs/)?pubmed/?\?term=(\d{5,8})(?:\[(?:uid|pmid)\])?$", "pmid:{}"),
    (r"/(?:entrez|sites)/\S*\?(?:.*&)?list_uids=(\d{5,8})(?:&.*)?$", "pmid:{}"),
    (r"/(?:labs/)?pmc/articles/pmid/(\d{1,8})" + END, "pmid:{}"),
    (r"/(?:labs/)?pmc/articles/mid/(\w+)" + END, "page:https://www.ncbi.nlm.nih.gov/pmc/articles/mid/{}/"),
    (r"/(?:labs/)?pmc/articles/(PMC\d+)(?:\.\d+)?(?:/[^?]*)?" + END, "pmcid:{}"),
    (r"/(?:labs/)?pmc/articles/(\d+)(?:/[^?]*)?" + END, "pmcid:PMC{}"),
)
_EUROPE_PMC: Final = rules(
    (r"/backend/ptpmcrender\.fcgi\?(?:.*&)?accid=(PMC\d+)(?:&.*)?$", "pmcid:{}"),
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
_PREPRINT_SERVERS: Final = rules(
    (
        r"/content/(?:biorxiv/|medrxiv/)?early/\d{4}/\d\d/\d\d/((?:\d{4}\.\d\d\.\d\d\.)?\d{6,8})(?:v\d+)?(?:\.[\w.]+)?"
        + END,
        "doi:10.1101/{}",
    ),
    (
        r"/cgi/content/(?:short|full|abstract)/((?:\d{4}\.\d\d\.\d\d\.)?\d{6,8})(?:v\d+)?" + END,
        "doi:10.1101/{}",
    ),
)
_ADS: Final = rules(
    (rf"/abs/arXiv:{ARXIV_ID}(?:/abstract)?" + END, "arxiv:{}"),
    (
        r"/link_gateway/(\d{4}[\w&.]{15})/\w+" + END,
        "page:https://ui.adsabs.harvard.edu/abs/{}/abstract",
    ),
    (r"/full/(\d{4}[\w&.]{15})" + END, "page:https://ui.adsabs.harvard.edu/abs/{}/abstract"),
    (
        r"/abs/\d{4}arXiv(\d{4})\.?(\d{4,5})[A-Z](?:/(?:abstract|exportcitation|graphics|metrics))?" + END,
        "arxiv:{}.{}",
    ),
    (
        r"/abs/(\d{4}[\w&.]{15})(?:/(?:abstract|exportcitation|graphics|metrics))?" + END,
        "page:https://ui.adsabs.harvard.edu/abs/{}/abstract",
    ),
)
_DBLP: Final = rules(
    (
        r"/rec/(?:bibtex\d?/|html/|rdf/|xml/|rss/)?journals/corr/abs-(\d{4})-(\d{4,5})(?:\.\w+)?" + END,
        "arxiv:{}.{}",
    ),
    (
        r"/rec/(?:bibtex\d?/|html/|rdf/|xml/)?(phd/\w+\d\d\w?|(?:conf|journals|books|phd|series|reference|tr)/[\w.-]+/[\w.:/+-]+?)(?:\.(?:html|bib|xml|rdf|ris|nt|ttl))?"
        + END,
        "page:https://dblp.org/rec/{}",
    ),
)
_OSF: Final = rules(
    (r"/preprints/psyarxiv/([a-z0-9]{5})(?:_v\d+)?(?:/[^?]*)?" + END, "doi:10.31234/osf.io/{}"),
    (r"/preprints/socarxiv/([a-z0-9]{5})(?:_v\d+)?(?:/[^?]*)?" + END, "doi:10.31235/osf.io/{}"),
    (r"/preprints/osf/([a-z0-9]{5})(?:_v\d+)?(?:/[^?]*)?" + END, "doi:10.31219/osf.io/{}"),
    (
        r"/preprints/([a-z]+)/(?!about)([a-z0-9]{5})(?:_v\d+)?(?:/[^?]*)?" + END,
        "page:https://osf.io/preprints/{}/{}",
    ),
    (r"/(?:preprints/)?((?=\w*\d)[a-z0-9]{5})(?:_v\d+)?" + END, "page:https://osf.io/{}"),
)
_S2: Final = rules(
    (
        rf"/(?:paper|reader)/(?:[^?]*/)?{SHA}(?:/[^?]*)?" + END,
        "page:https://www.semanticscholar.org/paper/{}",
    ),
    (r"/(?:p/|paper/)?CorpusI[Dd]:(\d+)" + END, "page:https://api.semanticscholar.org/CorpusID:{}"),
    (rf"/arxiv/{ARXIV_ID}" + END, "arxiv:{}"),
    (r"/([0-9a-f]{4})/([0-9a-f]{36})\.pdf" + END, "page:https://www.semanticscholar.org/paper/{}{}"),
    (rf"/(?:paper/)?(?:arXiv|ARXIV):{ARXIV_ID}" + END, "arxiv:{}"),
)
_ZENODO: Final = rules((r"/(?:records?|deposit)/(\d+)(?:/[^?]*)?" + END, "doi:10.5281/zenodo.{}"))
_INVENIO: Final = rules(
    (r"/records?/([a-z0-9]{5}-[a-z0-9]{5}|\d+)(?:/[^?]*)?" + END, "page:https://{host}/records/{}")
)
_CVF: Final = rules(
    (
        r"/(?:openaccess/)?(content[\w/-]*)/(?:html|papers)/((?:w\d+/)?[^/?]+_paper)\.(?:html|pdf)" + END,
        "page:https://openaccess.thecvf.com/{}/html/{}.html",
    ),
)
_PSYARXIV: Final = rules((r"/([a-z0-9]{5})(?:_v\d+)?(?:/download)?" + END, "doi:10.31234/osf.io/{}"))

ARCHIVES: Final[dict[str, tuple[Rule, ...]]] = {
    "arxiv.org": _ARXIV,
    "xxx.lanl.gov": _ARXIV,
    "ar5iv.labs.arxiv.org": arxiv_rules("(?:abs|html|pdf)/"),
    "ar5iv.org": arxiv_rules("(?:(?:abs|html|pdf)/)?"),
    "alphaxiv.org": arxiv_rules(
        r"(?:[a-z]{2}/)?(?:abs|pdf|html|paper|overview|benchmarks|resources|audio|models|blog)/"
    ),
    "huggingface.co": arxiv_rules(r"papers/(?:date/)?"),
    "hf.co": arxiv_rules("papers/"),
    "arxiv-vanity.com": arxiv_rules("papers/"),
    "scirate.com": arxiv_rules("arxiv/"),
    "papers.cool": (
        *arxiv_rules("arxiv/"),
        *rules(
            (r"/venue/(\d{4}\.[a-z0-9_]+-[a-z0-9_]+\.\d+|[A-Z]\d{2}-\d{4,5})@\w+" + END, "acl:{}"),
            (r"/venue/([\w-]{5,24})@OpenReview" + END, "openreview:{}"),
            (r"/venue/([\w.-]+@\w+)" + END, "page:https://papers.cool/venue/{}"),
        ),
    ),
    "catalyzex.com": arxiv_rules("paper/arxiv:"),
    "emergentmind.com": arxiv_rules("papers/"),
    "paperswithcode.com": rules(
        (r"/paper/([\w-]+)(?:/[^?]*)?" + END, "page:https://paperswithcode.com/paper/{}")
    ),
    "openreview.net": rules(
        (
            r"/(?:forum|pdf|attachment|references/pdf|revisions)\?(?:.*&)?id=([\w-]{5,24})(?:&.*)?$",
            "openreview:{}",
        )
    ),
    "aclanthology.org": _ACL,
    "aclweb.org": _ACL,
    "aclanthology.info": _ACL,
    "eprint.iacr.org": rules(
        (r"/(?:archive/)?((?:19|20)\d{2}/\d{3,4})(?:\.pdf|\.ps|/[^?]*)?" + END, "iacr:{}"),
        (r"/cgi-bin/(?:print|cite)\.pl\?(?:.*&)?year=(\d{4})&num=(\d{3,4})(?:&.*)?$", "iacr:{}/{}"),
    ),
    "iacr.org": rules(
        (r"/(archive/\w+/\w+/\w+\.pdf)" + END, "page:https://www.iacr.org/{}"),
        (r"/(p/\d+/\d+/\d+)(?:/[^?]*)?" + END, "page:https://cic.iacr.org/{}"),
    ),
    "ia.cr": rules((r"/((?:19|20)\d{2}/\d{3,4})" + END, "iacr:{}")),
    "proceedings.neurips.cc": _NEURIPS,
    "datasets-benchmarks-proceedings.neurips.cc": _NEURIPS,
    **dict.fromkeys(("neurips.cc", "nips.cc", "icml.cc", "iclr.cc", "mlsys.org"), _VIRTUAL),
    "papers.neurips.cc": _NEURIPS,
    "papers.nips.cc": _NEURIPS,
    "proceedings.mlsys.org": _NEURIPS,
    "proceedings.mlr.press": _PMLR,
    "jmlr.org": _JMLR,
    "jmlr.csail.mit.edu": _JMLR,
    "openaccess.thecvf.com": _CVF,
    "cv-foundation.org": _CVF,
    "ecva.net": rules(
        (
            r"/(papers/eccv_\d{4}/papers_ECCV)/(?:html|papers)/([\w-]+)\.(?:php|pdf)" + END,
            "page:https://www.ecva.net/{}/html/{}.php",
        )
    ),
    "usenix.org": rules(
        (
            r"/(conference/[\w-]+(?:/technical-sessions|/sessions)?/presentation/[\w.-]+)" + END,
            "page:https://www.usenix.org/{}",
        ),
        (r"/(system/files/[^?]+\.pdf)" + END, "page:https://www.usenix.org/{}"),
        (
            r"/((?:legacy/)?(?:event|events|publications)/[^?]+/(?:full_papers|tech|papers)/[^?]+\.(?:html|pdf))"
            + END,
            "page:https://www.usenix.org/{}",
        ),
    ),
    "ijcai.org": rules(
        (r"/(?:[Pp]roceedings)/(20(?:1[7-9]|[2-9]\d))/0*(\d+)(?:\.pdf)?" + END, "doi:10.24963/ijcai.{}/{}"),
        (r"/([Pp]roceedings/[\w/-]+\d)(?:\.pdf)" + END, "page:https://www.ijcai.org/{}.pdf"),
    ),
    "ojs.aaai.org": (),
    "aaai.org": rules(
        (r"/(papers/[\w-]+)" + END, "page:https://aaai.org/{}"),
        (r"/(Papers/[^?]+/[^?]+\.pdf)" + END, "page:https://www.aaai.org/{}"),
        (r"/(ojs/\d+/[\w-]+\.pdf)" + END, "page:https://cdn.aaai.org/{}"),
        (
            r"/(ocs/index\.php/[\w/]+/paper/)(?:view\w*|download)/(\d+)(?:/\d+)?" + END,
            "page:https://www.aaai.org/{}view/{}",
        ),
    ),
    "ndss-symposium.org": rules(
        (
            r"/(ndss-paper/[\w-]+|ndss\d{4}/(?:ndss-\d{4}-programme/)[\w-]+)" + END,
            "page:https://www.ndss-symposium.org/{}",
        ),
        (r"/(wp-content/uploads/[\w/-]+paper[\w-]*\.pdf)" + END, "page:https://www.ndss-symposium.org/{}"),
    ),
    "isca-archive.org": rules(
        (r"/([\w-]+/[\w-]+\d\w*)\.(?:html|pdf)" + END, "page:https://www.isca-archive.org/{}.html")
    ),
    "isca-speech.org": rules(
        (r"/(archive/[\w-]+/[\w-]+\d\w*)\.html" + END, "page:https://www.isca-speech.org/{}.html")
    ),
    "dblp.org": _DBLP,
    "dblp.uni-trier.de": _DBLP,
    "dblp.dagstuhl.de": _DBLP,
    "drops.dagstuhl.de": rules(
        (r"/storage/\w+/[\w-]+/([A-Za-z][\w.-]+)/\1\.pdf" + END, "doi:10.4230/{}"),
        (
            r"/opus/(?:volltexte|frontdoor\.php)(?:/(\d{4}/\d+)|\?source_opus=(\d+))" + END,
            "page:https://drops.dagstuhl.de/opus/volltexte/{}{}/",
        ),
    ),
    "semanticscholar.org": _S2,
    "openalex.org": rules(
        (r"/(?:works/)?([wW]\d{4,})" + END, "page:https://openalex.org/{upper}"),
        (r"/works\?(?:.*&)?zoom=([wW]\d{4,})(?:&.*)?$", "page:https://openalex.org/{upper}"),
    ),
    "ui.adsabs.harvard.edu": _ADS,
    "adsabs.harvard.edu": _ADS,
    "inspirehep.net": rules(
        (r"/(?:api/)?(?:literature|record)/(\d+)" + END, "page:https://inspirehep.net/literature/{}")
    ),
    "zbmath.org": rules(
        (r"/(\d{3,8}(?:\.\d{5})?)" + END, "page:https://zbmath.org/{}"),
        (r"/\?(?:.*&)?q=an:(\d{8})(?:&.*)?$", "page:https://zbmath.org/{}"),
        (r"/\?(?:.*&)?q=an:(?:Zbl )?(\d{4}\.\d{5})(?:&.*)?$", "page:https://zbmath.org/{}"),
    ),
    "citeseerx.ist.psu.edu": rules(
        (
            r"/(?:viewdoc/(?:summary|download|versions)|pdf|document|doc_view/pid)(?:/|\?(?:.*&)?doi=)([0-9.]{7,}|[0-9a-f]{16,40})(?:[&;].*)?$",
            "page:https://citeseerx.ist.psu.edu/viewdoc/summary?doi={}",
        ),
    ),
    "doi.org": rules(
        (r"/10/([a-zA-Z0-9]{2,10})" + END, "doi:10/{}"),
        (r"/((?=[a-zA-Z]*\d)[a-zA-Z0-9]{4,8})" + END, "doi:10/{}"),
    ),
    "shortdoi.org": rules((r"/(?:10/)?([a-zA-Z0-9]{3,10})" + END, "doi:10/{}")),
    "pubmed.ncbi.nlm.nih.gov": rules((r"/(\d{1,8})" + END, "pmid:{}")),
    "pubmed.gov": rules((r"/(\d{1,8})" + END, "pmid:{}")),
    "pmc.ncbi.nlm.nih.gov": rules((r"/articles/(PMC\d+)(?:\.\d+)?(?:/[^?]*)?" + END, "pmcid:{}")),
    "ncbi.nlm.nih.gov": _NCBI,
    "pubmedcentral.nih.gov": rules(
        (r"/\w+\.fcgi\?(?:.*&)?artid=(?:PMC)?(\d+)(?:&.*)?$", "pmcid:PMC{}"),
    ),
    "europepmc.org": _EUROPE_PMC,
    "biorxiv.org": _PREPRINT_SERVERS,
    "medrxiv.org": _PREPRINT_SERVERS,
    "preprints.org": rules(
        (r"/manuscript/(\d{6}\.\d{4})/(v\d+)(?:/[^?]*)?" + END, "doi:10.20944/preprints{}.{}"),
        (r"/manuscript/(\d{6}\.\d{4})" + END, "page:https://www.preprints.org/manuscript/{}"),
    ),
    "researchsquare.com": rules(
        (r"/article/(rs-\d+)/(v\d+)(?:[./][^?]*)?" + END, "doi:10.21203/rs.3.{}/{}"),
        (r"/files/(rs-\d+)/(v\d+)/[\w.-]+\.pdf" + END, "doi:10.21203/rs.3.{}/{}"),
        (r"/article/(rs-\d+)(?:/latest(?:\.pdf)?)?" + END, "page:https://www.researchsquare.com/article/{}"),
    ),
    "techrxiv.org": rules(
        (r"/articles/(?:\w+/)?[^/?]+/(\d{7,9})(?:/\d+)?" + END, "doi:10.36227/techrxiv.{}"),
        (r"/(users/\d+/articles/\d+-[\w-]+)" + END, "page:https://www.techrxiv.org/{}"),
    ),
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
    "ssrn.com": rules(
        (r"/[\w/]+/ssrn_id(\d+)_code\d+\.pdf(?:\?.*)?$", "doi:10.2139/ssrn.{}"),
        (
            r"(?i)/sol3/(?:papers|delivery)\.cfm(?:/.*)?\?(?:.*&)?abstract_?[iI][dD]=(\d+)(?:&.*)?$",
            "doi:10.2139/ssrn.{}",
        ),
        (r"/abstract=(\d+)" + END, "doi:10.2139/ssrn.{}"),
        (
            r"/sol3/[Dd]elivery\.cfm/(?:SSRN_ID)?(\d+)(?:_code\d+)?\S*?\.pdf.*abstractid=(\d+)",
            "doi:10.2139/ssrn.{1}",
        ),
    ),
    "nber.org": rules(
        (r"/(?:system/files/working_)?papers/([wth]\d+)(?:(?:/\1)?\.pdf)?" + END, "doi:10.3386/{}")
    ),
    "aeaweb.org": (),
    "repec.org": rules(
        (
            r"/((?:p|a|h|b|article|paper|bookchap)/[\w.-]+/(?:[\w.-]+/)?[^/?]+\.html?)" + END,
            "page:https://{host}/{}",
        ),
        (r"/(?i:repec):([\w.-]+:[\w.-]+:[\w.:-]+)" + END, "page:https://{host}/RePEc:{}"),
    ),
}
