"""Patterns of URLs of platforms and publishers that are long, or that several sites share."""

from typing import Final

from bot.papers.links.rules import END, HEX32, PII, rules

SILVERCHAIR: Final = rules(
    (
        r"/((?:[\w-]+/){0,2})(?:article|article-abstract|article-pdf|advance-article|advance-article-abstract|article-standard)"
        r"/((?:[\w.-]+/){3,5}|(?:[\w.-]+/){2}(?=\d{4}))(\d+)(?:/[^?]*)?" + END,
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
ELSEVIER_SOCIETY: Final = rules(
    (
        rf"/(?:[\w-]+/)*(?:abstract|fulltext|pdf|pdfExtended|article|references|supplemental|pii|retrieve)/(?:PII|pii/)?{PII}(?:\.pdf|/[^?]*)?"
        + END,
        "page:https://{host}/article/{}/fulltext",
    ),
    (
        rf"/(?:[\w-]+/)*action/showPdf\?(?:.*&)?pii=(?:PII)?{PII}(?:&.*)?$",
        "page:https://{host}/article/{}/fulltext",
    ),
)
LANCET: Final = rules(
    (rf"/(?:[\w-]+/)*article/(?:PII|pii/)?{PII}(?:/[^?]*)?" + END, "doi:10.1016/{}"),
    (rf"/(?:[\w-]+/)*action/showPdf\?(?:.*&)?pii=(?:PII)?{PII}(?:&.*)?$", "doi:10.1016/{}"),
    (rf"/(?:[\w-]+/)*pdfs/journals/[\w-]+/(?:PII)?{PII}\.pdf" + END, "doi:10.1016/{}"),
)
IEEE: Final = rules(
    (
        r"/(?:abstract/|mobile/)?document/(\d+)(?:/[^?]*)?" + END,
        "page:https://ieeexplore.ieee.org/document/{}",
    ),
    (
        r"/(?:stamp/stamp|articleSale/Sarticle|xpl/articleDetails|xpls/abs_all|xpl/abstract\w+|xpl/login|xpls/icp|stampPDF/getPDF|xpl/freeabs_all)\.jsp\?(?:.*&)?[aA][rR][nN]umber=0*(\d+)(?:&.*)?$",
        "page:https://ieeexplore.ieee.org/document/{}",
    ),
    (r"/(?:iel|ielx)\d*/(?:\d+/)+0*(\d+)\.pdf" + END, "page:https://ieeexplore.ieee.org/document/{}"),
    (
        r"/(?:xpl/)?ebooks?/(?:bookdetails/)?chapter/(\d+)" + END,
        "page:https://ieeexplore.ieee.org/document/{}",
    ),
)
CAMBRIDGE: Final = rules(
    (
        rf"/core/elements/(?:abs/)?([^/?]+)/{HEX32}(?:/[^?]*)?" + END,
        "page:https://www.cambridge.org/core/elements/{}/{}",
    ),
    (
        r"/abstract_(S\w{16})" + END,
        "page:https://www.cambridge.org/core/product/identifier/{}/type/journal_article",
    ),
    (
        rf"/core/journals/([\w-]+)/article/(?:abs/)?([^/?]+)/{HEX32}(?:/[^?]*)?" + END,
        "page:https://www.cambridge.org/core/journals/{}/article/{}/{}",
    ),
    (
        rf"/core/journals/([\w-]+)/article/(?:abs/)?{HEX32}(?:/[^?]*)?" + END,
        "page:https://www.cambridge.org/core/journals/{}/article/{}",
    ),
    (
        rf"/core/books/(?:abs/)?(?!abs/)([^/?]+)/([^/?]+)/{HEX32}(?:/[^?]*)?" + END,
        "page:https://www.cambridge.org/core/books/{}/{}/{}",
    ),
    (
        rf"/core/services/aop-cambridge-core/content/view/{HEX32}(?:/[^?]*)?" + END,
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
NATURE: Final = rules(
    (r"/[a-z]+/\d{4}/\d{6}/([a-z]+\d+)/(?:full|abs|pdf)/\1\.(?:html|pdf)" + END, "doi:10.1038/{}"),
    (r"/articles/([a-z0-9][\w.-]*?)(?:\.(?:pdf|epdf|ris))?(?:/[^?]*)?" + END, "doi:10.1038/{}"),
    (
        r"/[\w-]+/journal/v\d+/n[\w-]+/(?:full|abs|pdf|suppinfo|extref|fig_tab)/([a-z0-9][\w.-]*?)(?:_[A-Z0-9]+)?(?:\.(?:html|pdf)|/[^?]*)"
        + END,
        "doi:10.1038/{}",
    ),
)
IOP: Final = rules(
    (
        r"/(\d{4}-\d{3}[\dXx](?:/[\w.]+){3})(?:/(?:abstract|fulltext|pdf\S*|cites|refs|meta|article|media|related|metrics))?"
        + END,
        "doi:10.1088/{}",
    ),
)
