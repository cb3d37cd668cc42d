"""Table of open journals, societies, laboratories and indexes with addresses of their own."""

from typing import Final

from bot.papers.links.rules import END, Rule, rules

_OPEN_RESEARCH: Final = rules(
    (r"/(articles/\d{1,2}-\d{1,5})(?:/v\d+)?(?:/pdf)?" + END, "page:https://{host}/{}")
)
_SLUG: Final = r"([\w%]+(?:-[\w%]+)+)"


def _lab(prefix: str) -> tuple[Rule, ...]:
    """Return the rule of a laboratory that gives each publication a page named after its title."""
    return rules((rf"/({prefix}/){_SLUG}" + END, "page:https://{host}/{}{}"))


JOURNALS: Final[dict[str, tuple[Rule, ...]]] = {
    **dict.fromkeys(
        (
            "wellcomeopenresearch.org", "gatesopenresearch.org", "hrbopenresearch.org", "amrcopenresearch.org", "verixiv.org",
            "open-research-europe.ec.europa.eu", "mniopenresearch.org", "healthopenresearch.org", "openresafrica.org",
            "routledgeopenresearch.org", "emeraldopenresearch.com", "molecularpsychology.org", "nihropenresearch.org",
        ),
        _OPEN_RESEARCH,
    ),
    "jci.org": rules((r"/(articles/view/\d{3,})(?:/[^?]*)?" + END, "page:https://{host}/{}")),
    "annals.math.princeton.edu": rules((r"/(\d{4}/\d+-\d+/p\d+|articles/\d+)" + END, "page:https://annals.math.princeton.edu/{}")),
    "msp.org": rules((r"/(\w+/\d{4}/\d+-\d+/p\d+)\.(?:x?html|pdf)" + END, "page:https://msp.org/{}.xhtml")),
    "emis.de": rules((r"/(journals/SIGMA/\d{4}/\d{3})" + END, "page:https://www.emis.de/{}/")),
    "scipost.org": rules((r"/(?:10\.21468/)?(SciPost\w+(?:\.\d+)+)(?:/pdf)?" + END, "doi:10.21468/{}")),
    "quantum-journal.org": rules((r"/papers/(q-\d{4}-\d\d-\d\d-\d+)(?:/pdf)?" + END, "doi:10.22331/{}")),
    "joss.theoj.org": rules((r"/(papers/[0-9a-f]{32})(?:\.pdf)?" + END, "page:https://joss.theoj.org/{}")),
    "pensoft.net": rules((r"/(article/\d{3,7})(?:/[^?]*)?" + END, "page:https://{host}/{}/")),
    "nowpublishers.com": rules((r"/article/Details/([A-Z]{2,6}-\d+)" + END, "page:https://www.nowpublishers.com/article/Details/{}")),
    "atlantis-press.com": rules((r"/(article/\d+|proceedings/[\w-]+/\d{5,})(?:/[^?]*)?" + END, "page:https://www.atlantis-press.com/{}")),
    "scirp.org": rules((r"/(?i:journal/paperinformation(?:\.aspx)?)\?(?:.*&)?(?i:paperid)=(\d+)(?:&.*)?$",
                        "page:https://www.scirp.org/journal/paperinformation?paperid={}")),
    "thesai.org": rules((r"/(Publications/ViewPaper\?(?:.*&)?Volume=\d+&Issue=\d+.*SerialNo=\d+)$", "page:https://thesai.org/{}")),
    "wjgnet.com": rules((r"/(\d{4}-\d{3}[\dX]/full/v\d+/i\d+/\d+)\.htm" + END, "page:https://www.wjgnet.com/{}.htm")),
    "aging-us.com": rules((r"/(article/\d{4,})(?:/[^?]*)?" + END, "page:https://www.aging-us.com/{}/text")),
    "jove.com": rules((r"/[vt]/(\d{3,6})(?:/[^?]*)?" + END, "page:https://www.jove.com/t/{}")),
    "cureus.com": rules((r"/(articles/\d{4,})(?:-[\w-]*)?(?:/[^?]*)?" + END, "page:https://www.cureus.com/{}")),
    "qeios.com": rules((r"/(?:read|definition)/([A-Z0-9]{6})(?:\.\d+)?" + END, "page:https://www.qeios.com/read/{}")),
    "scienceopen.com": rules((r"/(?:hosted-)?document\?(?:.*&)?vid=([0-9a-f-]{36})(?:&.*)?$", "page:https://www.scienceopen.com/document?vid={}")),
    "easychair.org": rules((r"/(publications/(?:preprint|paper)/\w{3,6})(?:/[^?]*)?" + END, "page:https://easychair.org/{}")),
    "preprints.jmir.org": rules((r"/(preprint/\d{4,6})(?:/[^?]*)?" + END, "page:https://preprints.jmir.org/{}")),
    "lingbuzz.net": rules((r"/(lingbuzz/\d{6})(?:/[^?]*)?" + END, "page:https://ling.auf.net/{}")),
    "synapse.koreamed.org": rules((r"/(articles/\d{7,})(?:/[^?]*)?" + END, "page:https://synapse.koreamed.org/{}")),
    "kci.go.kr": rules((r"/\S*\?(?:.*&)?(?:artiId|arti_id|sereArticleSearchBean\.artiId)=(ART\d{9})(?:&.*)?$",
                        "page:https://www.kci.go.kr/kciportal/ci/sereArticleSearch/ciSereArtiView.kci?sereArticleSearchBean.artiId={}")),
    "inderscience.com": rules((r"/(?:info/in|)(?:article|offer)\.php\?(?:.*&)?(?:artid|id)=(\d+)(?:&.*)?$",
                               "page:https://www.inderscience.com/info/inarticle.php?artid={}")),
    "ebooks.iospress.nl": rules((r"/((?:publication|volumearticle)/\d+)" + END, "page:https://ebooks.iospress.nl/{}")),
    "numdam.org": rules((r"/(?:item|articles)/([\w.-]+_\d{4}_[\w.-]*_\d+(?:_\d+)*)" + END, "page:http://www.numdam.org/item/{}/")),
    "eudml.org": rules((r"/(doc/\d+)" + END, "page:https://eudml.org/{}")),
    "ems.press": rules((r"/(journals/\w+/articles/[\w.-]+)" + END, "page:https://ems.press/{}")),
    "petsymposium.org": rules((r"/(popets/\d{4}/popets-\d{4}-\d{4})\.(?:php|pdf)" + END, "page:https://petsymposium.org/{}.php")),
    "proceedings.kr.org": rules((r"/(20\d\d/\d+)" + END, "page:https://proceedings.kr.org/{}/")),
    "digitalhumanities.org": rules((r"/(?:dhq/)?(vol/\d+/\d+/\d{6}/\d{6})\.html" + END, "page:https://www.digitalhumanities.org/dhq/{}.html")),
    "theoryofcomputing.org": rules((r"/(articles/v\d{3}a\d{3})(?:/[^?]*)?" + END, "page:https://theoryofcomputing.org/{}/")),
    "cacm.acm.org": rules(
        (r"/(research|practice|opinion|magazines/\d{4}/\d+|research-highlights)/([\w]+(?:-[\w]+)*)" + END, "page:https://cacm.acm.org/{}/{}/"),
    ),
    "iza.org": rules((r"/(publications/dp/\d+)(?:/[^?]*)?" + END, "page:https://www.iza.org/{}")),
    "cepr.org": rules((r"/publications/(dp\d+)(?:-\d+)?" + END, "page:https://cepr.org/publications/{}")),
    "bis.org": rules((r"/(publ/work\d+)\.(?:htm|pdf)" + END, "page:https://www.bis.org/{}.htm")),
    "imf.org": rules((r"/en/(Publications/WP/Issues/\d{4}/\d\d/\d\d/[\w-]+)" + END, "page:https://www.imf.org/en/{}")),
    # laboratories
    "research.facebook.com": _lab("publications"),
    "research.fb.com": _lab("publications"),
    "research.ibm.com": _lab("publications"),
    "research.adobe.com": _lab("publication"),
    "research.yandex.com": _lab("publications"),
    "amazon.science": _lab("publications"),
    "research.nvidia.com": rules((rf"/(?:index\.php/)?(publication/)(?:\d{{4}}-\d\d_)?{_SLUG}" + END, "page:https://research.nvidia.com/{}{}")),
    "merl.com": rules((r"/publications/(?:docs/)?(TR\d{4}-\d{3})(?:\.pdf)?" + END, "page:https://www.merl.com/publications/{}")),
    "ai.google": rules((r"/research/pubs/(pub\d+)" + END, "page:https://research.google/pubs/{}/")),
    # indexes and reading rooms
    "webofscience.com": rules((r"/(?:\w+/)*wos/(\w+)/full-record/([A-Z]+:\w+)" + END, "page:https://www.webofscience.com/wos/{}/full-record/{}")),
    "scopus.com": rules(
        (r"/(?:inward/)?record(?:/display)?\.ur[il]\?(?:.*&)?eid=(2-s2\.0-\d{10,11})(?:&.*)?$", "page:https://www.scopus.com/record/display.uri?eid={}"),
        (r"/(pages/publications/\d{10,11})(?:\?.*)?$", "page:https://www.scopus.com/{}"),
    ),
    "proquest.com": rules((r"/(docview/\d{6,})(?:/[^?]*)?" + END, "page:https://www.proquest.com/{}")),
    "apps.dtic.mil": rules((r"/sti/(?:tr/)?(?:citations|pdfs?|fulltext/u2)/(AD[A-Z]?\d{6,7}|\w\d{6})(?:/.*|\.pdf)?" + END,
                            "page:https://apps.dtic.mil/sti/citations/{}")),
    "base-search.net": rules((r"/(Record/[0-9a-f]{64})" + END, "page:https://www.base-search.net/{}/")),
    "scinapse.io": rules((r"/(papers/\d{6,})(?:/[^?]*)?" + END, "page:https://www.scinapse.io/{}")),
    "scilit.com": rules((r"/(publications/[0-9a-f]{32})" + END, "page:https://www.scilit.com/{}")),
    "scilit.net": rules((r"/(?:article|publications)/([0-9a-f]{32})" + END, "page:https://www.scilit.com/publications/{}")),
    "x-mol.com": rules((r"/paper/(\d{12,})(?:/[^?]*)?" + END, "page:https://www.x-mol.com/paper/{}")),
    "x-mol.net": rules((r"/paper/(?:\w+/)?(\d{12,})(?:/[^?]*)?" + END, "page:https://www.x-mol.com/paper/{}")),
    "consensus.app": rules((r"/(papers/[\w-]+/[0-9a-f]{32})" + END, "page:https://consensus.app/{}/")),
    "deepai.org": rules((rf"/publication/{_SLUG}" + END, "page:https://deepai.org/publication/{}")),
    "academic.microsoft.com": rules((r"/paper/(\d{6,})(?:/[^?]*)?" + END, "page:https://openalex.org/W{}")),
    "paperity.org": rules((r"/(p/\d+)(?:/[^?]*)?" + END, "page:https://paperity.org/{}")),
    "scispace.com": rules((r"/(?:papers?|pdf)/" + _SLUG + END, "page:https://scispace.com/papers/{}")),
    "typeset.io": rules((r"/(?:papers?|pdf)/" + _SLUG + END, "page:https://scispace.com/papers/{}")),
    "pubpeer.com": rules((r"/(publications/[0-9A-F]{30,32})(?:[#/].*)?" + END, "page:https://pubpeer.com/{}")),
    "ideals.illinois.edu": rules((r"/(items/\d+)(?:/[^?]*)?" + END, "page:https://www.ideals.illinois.edu/{}")),
    "d-nb.info": rules((r"/(\d{8,10}[\dX]?)(?:/34)?" + END, "page:https://d-nb.info/{}")),
    "cnki.com.cn": rules((r"/(Article/CJFD\w*-\w+)\.htm" + END, "page:https://www.cnki.com.cn/{}.htm")),
}  # fmt: skip
