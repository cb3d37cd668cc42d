"""Table of regional and multilingual collections, and of sites that show arXiv's papers under their ids."""

from typing import Final

from bot.papers.links.rules import END, Rule, arxiv_rules, rules

_SCIELO: Final = rules(
    (
        r"/scielo\.php/?\?(?=(?:.*&)?script=sci_(?:arttext|abstract|pdf)(?:&|$))(?:.*&)?pid=(S[\dX-]{22})(?:&.*)?$",
        "page:https://{host}/scielo.php?script=sci_arttext&pid={}",
    ),
    (r"/(article/\w+/\d{4}\.\w+/[\w-]+)(?:/[^?]*)?" + END, "page:https://{host}/{}/"),
    (r"/(j/\w+/a/\w{20,})(?:/[^?]*)?" + END, "page:https://{host}/{}/"),
)
_PUBFACTORY: Final = rules(
    (r"/(?:view|downloadpdf|abstract|display)/(journals/[\w-]+/[\w-]+/[\w-]+/[\w.-]+)\.(?:xml|pdf)(?:\?.*)?$",
     "page:https://{host}/view/{}.xml"),
)  # fmt: skip
_ESCHOLAR: Final = rules((r"/(?:m/)?(ssoar/handle/document/\d+)" + END, "page:https://{host}/{}"))

REGIONAL: Final[dict[str, tuple[Rule, ...]]] = {
    **dict.fromkeys(
        (
            "scielo.br", "scielo.org", "scielosp.org", "scielo.org.mx", "scielo.isciii.es", "scielo.cl", "scielo.conicyt.cl",
            "scielo.org.co", "scielo.org.ar", "scielo.org.za", "scielo.mec.pt", "scielo.pt", "scielo.sa.cr", "scielo.edu.uy",
            "scielo.org.pe", "scielo.org.bo", "scielo.sld.cu", "scielo.org.ve", "scielo.senescyt.gob.ec", "scielo.iics.una.py",
            "pepsic.bvsalud.org",
        ),
        _SCIELO,
    ),
    **dict.fromkeys(("journals.ametsoc.org", "ajtmh.org", "elgaronline.com", "thejns.org", "bioscientifica.com", "akjournals.com"), _PUBFACTORY),
    "ssoar.info": _ESCHOLAR,
    "redalyc.org": rules(
        (r"/(?:articulo\.oa|resumen\.oa)\?(?:.*&)?id=(\d{6,})(?:&.*)?$", "page:https://www.redalyc.org/articulo.oa?id={}"),
        (r"/(?:journal|jatsRepo)/\d+/(\d{9,})(?:/[^?]*)?" + END, "page:https://www.redalyc.org/articulo.oa?id={}"),
        (r"/pdf/\d+/(\d{9,})\.pdf" + END, "page:https://www.redalyc.org/articulo.oa?id={}"),
    ),
    "dialnet.unirioja.es": rules(
        (r"/(servlet/articulo)\?(?:.*&)?codigo=(\d+)(?:&.*)?$", "page:https://dialnet.unirioja.es/{}?codigo={}"),
        (r"/(descarga/articulo)/(\d+)\.pdf" + END, "page:https://dialnet.unirioja.es/servlet/articulo?codigo={1}"),
    ),
    "cyberleninka.ru": rules((r"/(article/n/[\w-]+)(?:/[^?]*)?" + END, "page:https://cyberleninka.ru/{}")),
    "elibrary.ru": rules((r"/item\.asp\?(?:.*&)?id=(\d{6,})(?:&.*)?$", "page:https://elibrary.ru/item.asp?id={}")),
    "mathnet.ru": rules((r"/(?:eng/|rus/)?([a-z]{2,8}\d{2,6})" + END, "page:https://www.mathnet.ru/eng/{}")),
    "cnki.net": rules(
        (r"/kcms2?/detail/detail\.aspx\?(?=(?:.*&)?filename=[\w.]+)(.+)$", "page:https://{host}/kcms/detail/detail.aspx?{}"),
        (r"/kcms2?/article/abstract\?(?=(?:.*&)?v=[\w-]{20,})(.+)$", "page:https://{host}/kcms2/article/abstract?{}"),
        (r"/kcms/detail/([\w.]+\.html)" + END, "page:https://{host}/kcms/detail/{}"),
    ),
    "wanfangdata.com.cn": rules((r"/(?:details/detail\.do\?.*id=|periodical/)(\w{8,})(?:[&?].*)?$", "page:https://d.wanfangdata.com.cn/periodical/{}")),
    "chinaxiv.org": rules((r"/(?:abs|pdf|user/download\.htm\?.*id=|home\.htm\?.*id=)/?(\d{6}\.\d{5})(?:[vV]\d+)?(?:&.*)?" + END, "page:https://chinaxiv.org/abs/{}")),
    "vixra.org": rules((r"/(?:abs|pdf)/(\d{4}\.\d{4})(?:v\d+)?(?:\.pdf)?" + END, "page:https://vixra.org/abs/{}")),
    "jxiv.jst.go.jp": rules((r"/(index\.php/jxiv/preprint/)(?:view|download)/(\d+)(?:/[^?]*)?" + END, "page:https://jxiv.jst.go.jp/{}view/{}")),
    "preprints.scielo.org": rules((r"/(index\.php/scielo/preprint/)(?:view|download)/(\d+)(?:/[^?]*)?" + END, "page:https://preprints.scielo.org/{}view/{}")),
    "cir.nii.ac.jp": rules((r"/(?:all/)?(crid/\d{16,20})(?:/?\?lang=\w+)?" + END, "page:https://cir.nii.ac.jp/{}")),
    "ci.nii.ac.jp": rules((r"/(naid/\d{9,})(?:/[^?]*)?" + END, "page:https://ci.nii.ac.jp/{}")),
    "koreascience.kr": rules((r"/(article/\w{10,})\.(?:page|do|pdf)" + END, "page:https://koreascience.kr/{}.page")),
    "koreascience.or.kr": rules((r"/(article/\w{10,})\.(?:page|do|pdf)" + END, "page:https://koreascience.kr/{}.page")),
    "dbpia.co.kr": rules((r"/(?:journal/articleDetail|Journal/ArticleDetail)(?:/|\?(?:.*&)?nodeId=)(NODE\d{8})(?:&.*)?" + END, "page:https://www.dbpia.co.kr/journal/articleDetail?nodeId={}")),
    "airitilibrary.com": rules((r"/(?:Publication/alDetailedMesh|Article/Detail)[/?](?:.*&)?(?:docid=)?([\w-]{15,})(?:&.*)?" + END, "page:https://www.airitilibrary.com/Article/Detail/{}")),
    "e-periodica.ch": rules((r"/(?:cntmng|digbib/view)\?(?:.*&)?(?:pid|var=true&pid)=([\w-]+:\d{4}:[\w.:]+)(?:&.*)?$", "page:https://www.e-periodica.ch/digbib/view?pid={}")),
    "erudit.org": rules((r"/((?:en|fr)/journals|(?:en|fr)/revues|revue)/([^?]+/\d{5,}a[r]?)(?:\.(?:html?|pdf))?(?:/[^?]*)?" + END, "page:https://www.erudit.org/en/journals/{1}/")),
    "mathscinet.ams.org": rules(
        (r"/(?:mathscinet/article|mathscinet-getitem)\?(?:.*&)?mr=(?:MR)?(\d{5,7})(?:&.*)?$", "page:https://mathscinet.ams.org/mathscinet-getitem?mr={}"),
        (r"/mathscinet/(?:relay-station\?mr=|article/)(?:MR)?(\d{5,7})(?:&.*)?$", "page:https://mathscinet.ams.org/mathscinet-getitem?mr={}"),
    ),
    "igi-global.com": rules((r"/((?:article|chapter)/(?:[\w-]+/)?\d{4,7})" + END, "page:https://www.igi-global.com/{}")),
    "rdcu.be": rules((r"/(b?[A-Za-z0-9]{4,6})" + END, "page:https://rdcu.be/{}")),
    "rxiv.org": arxiv_rules("(?:abs|pdf|html)/"),
    "alphaarxiv.org": arxiv_rules("(?:abs|pdf|html)/"),
    "arxiv-sanity-lite.com": rules((r"/\?(?:.*&)?pid=(\d{4}\.\d{4,5})(?:&.*)?$", "arxiv:{}")),
    "papers.labml.ai": arxiv_rules("paper/"),
    "bytez.com": arxiv_rules("docs/arxiv/", "(?:/[^?]*)?"),
    "deeppaper.ai": arxiv_rules("papers/"),
    "arxiv.deeppaper.ai": arxiv_rules("papers/"),
    "arxiv.cat": arxiv_rules("(?:abs|pdf)/"),
    "arxivexplorer.com": arxiv_rules("paper/"),
    "paperswithcode.co": arxiv_rules("paper/"),
    "sotaverified.org": arxiv_rules("papers/"),
    "scholar-inbox.com": arxiv_rules("(?:paper|papers)/"),
    "moonlight.io": arxiv_rules("(?:paper|file)/"),
}  # fmt: skip
