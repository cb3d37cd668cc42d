"""Table of publishers and journal platforms: which of their URLs name one paper."""

from typing import Final

from bot.papers.links.platforms import CAMBRIDGE, ELSEVIER_SOCIETY, IEEE, IOP, LANCET, NATURE, SILVERCHAIR
from bot.papers.links.rules import END, Rule, rules

PUBLISHERS: Final[dict[str, tuple[Rule, ...]]] = {
    "cambridge.org": CAMBRIDGE,
    "chemrxiv.org": CAMBRIDGE,
    "nature.com": NATURE,
    "springer.com": (),
    "springeropen.com": (),
    "springerlink.com": rules(
        (r"/(content/[a-z0-9]{16})(?:/[^?]*)?" + END, "page:http://www.springerlink.com/{}/")
    ),
    "biomedcentral.com": rules(
        (r"/(\d{4}-\d{3}[\dX]/\d+/\w+)(?:/(?:abstract|figure|table)\S*)?" + END, "page:https://{host}/{}")
    ),
    "wiley.com": (),
    "acm.org": rules(
        (r"/(detail\.cfm\?id=\d+)$", "page:https://queue.acm.org/{}"),
        (r"/(?:citation|ft_gateway)\.cfm\?(?:.*&)?(?:id|doid)=(\d+\.\d+)(?:&.*)?$", "doi:10.1145/{}"),
        (
            r"/(?:citation|ft_gateway)\.cfm\?(?:.*&)?id=(\d+)(?:&.*)?$",
            "page:https://dl.acm.org/citation.cfm?id={}",
        ),
    ),
    "ieeexplore.ieee.org": IEEE,
    "computer.org": rules(
        (
            r"/csdl/(proceedings-article|journal|magazine)/([\w/-]+?)/(\w{8,})(?:/[^?]*)?" + END,
            "page:https://www.computer.org/csdl/{}/{}/{}",
        ),
        (
            r"/csdl/(proceedings/[\w-]+/\d{4}/\d+/\d+/\w+)(?:-abs)?\.(?:html|pdf)" + END,
            "page:https://www.computer.org/csdl/{}-abs.html",
        ),
    ),
    "sciencedirect.com": rules(
        (
            r"/science\?(?=(?:.*&)?_ob=ArticleURL)(?:.*&)?_udi=(B\w{4}-\w+-\w+)(?:&.*)?$",
            "page:https://www.sciencedirect.com/science?_ob=ArticleURL&_udi={}",
        ),
        (
            r"/(?:user/.*)?(?:science/article|sdfe/(?:reader|pdf/download/eid/\d+-s2\.0-)).*?(?:pii/|/)?([SB]\w{15,22})(?:/[^?]*)?"
            + END,
            "page:https://www.sciencedirect.com/science/article/pii/{}",
        ),
        (
            r"/science/article/(?:abs/)?pii/(\d{15}[\dX])(?:/[^?]*)?" + END,
            "page:https://www.sciencedirect.com/science/article/pii/{}",
        ),
        (
            r"/science/article/(B\w{4}-\w+-\w+/\d+/\w+)" + END,
            "page:https://www.sciencedirect.com/science/article/{}",
        ),
    ),
    "frontiersin.org": rules((r"/Journal/(10\.3389/[^?]+)" + END, "doi:{}")),
    "linkinghub.elsevier.com": rules(
        (
            r"/retrieve/pii/([SB]\w{15,22})" + END,
            "page:https://www.sciencedirect.com/science/article/pii/{}",
        )
    ),
    "reader.elsevier.com": rules(
        (
            r"/reader/sd/pii/([SB]\w{15,22})" + END,
            "page:https://www.sciencedirect.com/science/article/pii/{}",
        )
    ),
    "cell.com": ELSEVIER_SOCIETY,
    "thelancet.com": LANCET,
    "jstor.org": rules(
        (r"/(?:stable|pss)/(?:pdf/|pdfplus/|full/|info/)?(\d+)(?:\.pdf)?(?:/[^?]*)?" + END, "doi:10.2307/{}"),
        (r"/stable/(?:pdf/)?(j\.\w+\.\d+)(?:\.pdf)?" + END, "doi:10.2307/{}"),
        (r"/stable/(?:pdf/)?(resrep\d+(?:\.\d+)?)(?:\.pdf)?" + END, "page:https://www.jstor.org/stable/{}"),
        (r"/discover/10\.2307/(\d+)" + END, "doi:10.2307/{}"),
        (
            r"/tc/(?:accept|verify)\?(?:.*&)?origin=/?(?:https?://www\.jstor\.org/)?stable/(?:pdf/|pdfplus/)?(\d+)(?:\.pdf)?.*$",
            "doi:10.2307/{}",
        ),
    ),
    "psycnet.apa.org": rules(
        (
            r"/(?:record|fulltext|buy|index\.cfm\?fa=buy\.optionToBuy&id=|journals/\w+/\d+/\d+/)/?(\d{4}-\d{5}-\d{3})(?:[./][^?]*)?"
            + END,
            "page:https://psycnet.apa.org/record/{}",
        ),
        (r"/\S*\?(?:.*&)?(?:uid|id)=(\d{4}-\d{5}-\d{3})(?:&.*)?$", "page:https://psycnet.apa.org/record/{}"),
        (r"/(journals/\w+/\d+/\d+/\w+)" + END, "page:https://psycnet.apa.org/{}"),
    ),
    "content.apa.org": rules(
        (r"/record/(\d{4}-\d{5}-\d{3})" + END, "page:https://psycnet.apa.org/record/{}")
    ),
    "elifesciences.org": rules(
        (r"/(\d{5,6})(?:/(?:index\.html)?)?" + END, "doi:10.7554/elife.{}"),
        (r"/(?:articles|reviewed-preprints)/(\d{5,6})(?:v\d+)?(?:[./][^?]*)?" + END, "doi:10.7554/elife.{}"),
        (r"/content/\d+/e(\d{5,6})(?:v\d+)?(?:[./][^?]*)?" + END, "doi:10.7554/elife.{}"),
    ),
    "mdpi.com": rules(
        (r"/(d_attachment/[\w/-]+\.pdf)" + END, "page:https://{host}/{}"),
        (
            r"/(\d{4}-\d{3}[\dX]/\d+/(?:\d+/s\d+|\d+|s\d+)/\d+)(?:/[^?]*)?" + END,
            "page:https://www.mdpi.com/{}",
        ),
    ),
    "optimization-online.org": rules(
        (r"/(\d{4}/\d{1,2}/(?:\d{3,}|[^/?]*[a-z][^/?]*))" + END, "page:https://optimization-online.org/{}/"),
        (r"/\?(?:.*&)?p=(\d+)(?:&.*)?$", "page:https://optimization-online.org/?p={}"),
        (r"/DB_(?:HTML|FILE)/(\d{4}/\d\d/\d+)\.\w+" + END, "page:https://optimization-online.org/{}/"),
    ),
    "iop.org": IOP,
    "aps.org": rules(
        (r"/(articles/v\d+/(?:s?\d+))" + END, "page:https://{host}/{}"),
        (
            r"/(?:abstract|pdf)/(PR[A-EXLI]|RMP)/(v\d+/i\d+/[ep]\w+)" + END,
            "page:https://{host}/abstract/{}/{}",
        ),
    ),
    "lww.com": rules(
        (
            r"(?i)/([\w-]+)/(?:fulltext|abstract|citation|pages/articleviewer)/(\d{4}/\d{5}/[^/?]+\.aspx)"
            + END,
            "page:https://journals.lww.com/{}/fulltext/{}",
        )
    ),
    "iucr.org": rules(
        (r"/(\w/issues/\d{4}/\d\d/\d\d/\w+)(?:/[^?]*)?" + END, "page:https://journals.iucr.org/{}/")
    ),
    "peerj.com": rules(
        (r"/articles/(\d+)(?:\.pdf|/[^?]*)?" + END, "doi:10.7717/peerj.{}"),
        (r"/articles/([a-z]+)-(\d+)(?:\.pdf|/[^?]*)?" + END, "doi:10.7717/peerj-{}.{}"),
        (r"/(preprints/\d+)(?:v\d+)?(?:\.pdf|/[^?]*)?" + END, "page:https://peerj.com/{}/"),
    ),
    "f1000research.com": rules(
        (r"/(articles/\d+-\d+)(?:/v\d+)?(?:/pdf)?" + END, "page:https://f1000research.com/{}")
    ),
    "taylorfrancis.com": rules((r"/chapters/(?:[\w-]+/)?(10\.\d{4,9}/[^/?]+)(?:/[^?]*)?" + END, "doi:{}")),
    "rsc.org": rules(
        (r"/(?i:\?(?:.*&)?doi)=(\w{8,12})(?:&.*)?$", "doi:10.1039/{}"),
        (
            r"/(?:en/)?content/(chapter/[\w-]+/[\d-]+)(?:/[^?]*)?" + END,
            "page:https://pubs.rsc.org/en/content/{}",
        ),
        (
            r"(?i)/(?:en/)?content/(?:articlelanding|articlehtml|articlepdf)/\d{4}/\w+/(\w{8,12})(?:/[^?]*)?"
            + END,
            "doi:10.1039/{}",
        ),
    ),
    "hindawi.com": rules((r"/journals/\w+/(20\d\d/\d{5,7})(?:\.pdf|/[^?]*)?" + END, "doi:10.1155/{}")),
    "copernicus.org": rules(
        (r"/articles/(\d+)/(\d+)/(20\d\d)(?:/[^?]*)?" + END, "doi:10.5194/{sub}-{}-{}-{}"),
        (r"/preprints/(?:\d{4}/)?([a-z]+-\d{4}-\d+)(?:/[^?]*)?" + END, "doi:10.5194/{}"),
    ),
    "muse.jhu.edu": rules(
        (r"/(journals/\w+/v\d+/[\w.-]+\.(?:html|pdf))" + END, "page:https://muse.jhu.edu/{}"),
        (
            r"/(?:pub/\d+/)?(article|chapter)/(\d+)(?:/(?:summary|pdf|fulltext|figure))?" + END,
            "page:https://muse.jhu.edu/{}/{}",
        ),
    ),
    "researchgate.net": rules(
        (
            r"/publication/(\d{6,})(?:_[^?/]*)?(?:/[^?]*)?" + END,
            "page:https://www.researchgate.net/publication/{}",
        )
    ),
    "research.google": rules((r"/pubs/([\w-]*[a-z][\w-]*)" + END, "page:https://research.google/pubs/{}/")),
    "eric.ed.gov": rules((r"/\?(?:.*&)?id=(E[JD]\d+)(?:&.*)?$", "page:https://eric.ed.gov/?id={}")),
    "persee.fr": rules(
        (
            r"/(?:web/revues/home/prescript/article|doc)/(\w+-?\w*_\d{4}_num_[\w-]+)" + END,
            "page:https://www.persee.fr/doc/{}",
        ),
        (
            r"/(?:web/revues/home/prescript/article|doc)/(\w+_\d{4}_\w+(?:_\w+)+)" + END,
            "page:https://www.persee.fr/doc/{}",
        ),
    ),
    "philpapers.org": rules(
        (r"/(?:rec|archive)/([A-Z0-9-]+)(?:\.pdf)?" + END, "page:https://philpapers.org/rec/{}")
    ),
    "philarchive.org": rules(
        (r"/(?:rec|archive)/([A-Z0-9-]+)(?:\.pdf)?" + END, "page:https://philpapers.org/rec/{}")
    ),
    "philsci-archive.pitt.edu": rules(
        (r"/(\d+)(?:/[^?]*)?" + END, "page:https://philsci-archive.pitt.edu/{}/")
    ),
    "ams.org": rules(
        (r"/(journals/\w+/[\w-]+/[SP]?\d{4}-\d{4}-[\w-]+)(?:/[^?]*)?" + END, "page:https://www.ams.org/{}/")
    ),
    "projecteuclid.org": rules(
        (r"/(?:download/\w+/)?(euclid\.\w+/\d+)" + END, "page:https://projecteuclid.org/{}")
    ),
    "optica.org": rules(
        (
            r"/(?:abstract|fulltext)\.cfm\?(?:.*&)?(?:uri|URI)=(([a-z]+)-[\w-]+)(?:&.*)?$",
            "page:https://opg.optica.org/{1}/abstract.cfm?uri={0}",
        ),
        (
            r"/(\w+)/(?:abstract|fulltext)\.cfm\?(?:.*&)?(?:uri|URI)=([\w-]+)(?:&.*)?$",
            "page:https://opg.optica.org/{}/abstract.cfm?uri={}",
        ),
    ),
    "osapublishing.org": rules(
        (
            r"/(\w+)/(?:abstract|fulltext)\.cfm\?(?:.*&)?(?:uri|URI)=([\w-]+)(?:&.*)?$",
            "page:https://opg.optica.org/{}/abstract.cfm?uri={}",
        )
    ),
    "ingentaconnect.com": rules(
        (
            r"/(contentone?|content)/([\w/-]+/art\d+)(?:;.*|/.*)?" + END,
            "page:https://www.ingentaconnect.com/content/{1}",
        )
    ),
    "bmj.com": rules(
        (
            r"/content/(?:bmj/)?(\d+/bmj[.-][\w.-]*?\d{2,})(?:[./](?:full|abstract|long|short|pdf|rapid|related|peer)[^?]*)?"
            + END,
            "page:https://{host}/content/{}",
        )
    ),
    **dict.fromkeys(
        (
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
        ),
        SILVERCHAIR,
    ),
    **dict.fromkeys(
        (
            "aip.org",
            "scitation.org",
            "science.org",
            "sciencemag.org",
            "pnas.org",
            "plos.org",
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
            "cshlp.org",
            "jneurosci.org",
            "jbc.org",
            "genetics.org",
            "plantcell.org",
            "jimmunol.org",
            "biologists.org",
            "healthaffairs.org",
            "ieee.org",
            "ieeecomputersociety.org",
            "elsevier.com",
            "google.com",
            "wikipedia.org",
            "github.com",
        ),
        (),
    ),
}
