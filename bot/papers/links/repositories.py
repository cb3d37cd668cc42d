"""Table of repositories, laboratories and open journals: which of their URLs name one paper."""

from typing import Final

from bot.papers.links.rules import END, SHA, Rule, rules

_PUBPUB: Final = rules((r"/(pub/[\w-]{4,})(?:/[^?]*)?" + END, "page:https://{host}/{}"))
_ESSAYS: Final = rules((r"/(20\d\d/[\w-]+(?:/[\w-]+)*?)(?:/index\.html)?" + END, "page:https://{host}/{}/"))
_PREPRINT_VIEW: Final = rules(
    (r"/((?:repository|preprint)/view/\d+)(?:/[^?]*)?" + END, "page:https://{host}/{}/")
)
_FIGSHARE: Final = rules(
    (
        r"/articles/(?:(?:preprint|journal_contribution|conference_contribution|thesis|report|book|chapter|"
        r"online_resource)/)?[^/?]*/(\d{5,9})(?:/\d+)?" + END,
        "page:https://{host}/articles/preprint/_/{}",
    ),
)

REPOSITORIES: Final[dict[str, tuple[Rule, ...]]] = {
    "authorea.com": rules(
        (r"/(users/\d+/articles/\d+)(?:-[\w-]*)?" + END, "page:https://www.authorea.com/{}"),
    ),
    "figshare.com": _FIGSHARE,
    "pos.sissa.it": rules((r"/(\d{1,4}/\d{3})(?:/pdf)?" + END, "page:https://pos.sissa.it/{}/")),
    "eartharxiv.org": _PREPRINT_VIEW,
    "engrxiv.org": _PREPRINT_VIEW,
    "ling.auf.net": rules((r"/(lingbuzz/\d{6})(?:/[^?]*)?" + END, "page:https://ling.auf.net/{}")),
    "episciences.org": rules((r"/(?:articles/)?(\d+)(?:/pdf)?" + END, "page:https://{host}/{}")),
    "iospress.com": rules(
        (r"/(articles/[\w-]+/\w+)" + END, "page:https://content.iospress.com/{}"),
    ),
    "jmir.org": rules((r"/(20\d\d/\d+/e\d+)(?:/[^?]*)?" + END, "page:https://{host}/{}")),
    "jstage.jst.go.jp": rules(
        (
            r"/(article/\w+/[^/?]+/[^/?]+/[^/?]+)/(?:_article|_pdf)(?:/-char/\w+)?(?:/[^?]*)?" + END,
            "page:https://www.jstage.jst.go.jp/{}/_article",
        ),
    ),
    "cairn.info": rules(
        (
            r"/((?:revue|journal|article)-[\w-]+-page-\w+)(?:\.htm)?" + END,
            "page:https://www.cairn.info/{}.htm",
        ),
    ),
    "journals.openedition.org": rules(
        (r"/([a-z][\w-]*/\d+)" + END, "page:https://journals.openedition.org/{}"),
    ),
    "doaj.org": rules((r"/(article/[0-9a-f]{32})" + END, "page:https://doaj.org/{}")),
    "dovepress.com": rules(
        (
            r"/([\w-]+)-peer-reviewed-(?:fulltext-)?article-(\w+)" + END,
            "page:https://www.dovepress.com/{}-peer-reviewed-fulltext-article-{}",
        ),
    ),
    "oncotarget.com": rules((r"/(article/\d+)(?:/[^?]*)?" + END, "page:https://www.oncotarget.com/{}/text/")),
    "kdd.org": rules(
        (r"/(kdd\d{4}/subtopic/view/[\w-]+(?:/\d+)?)" + END, "page:https://www.kdd.org/{}"),
        (r"/(kdd\d{4}/papers/files/[\w.-]+\.pdf)" + END, "page:https://www.kdd.org/{}"),
    ),
    "roboticsproceedings.org": rules(
        (r"/(rss\d+/p\d+)\.(?:html|pdf)" + END, "page:https://www.roboticsproceedings.org/{}.html"),
    ),
    "distill.pub": _ESSAYS,
    "transformer-circuits.pub": _ESSAYS,
    "mitpress.mit.edu": _PUBPUB,
    "pubpub.org": _PUBPUB,
    "core.ac.uk": rules(
        (r"/(?:works|display)/(\d+)" + END, "page:https://core.ac.uk/works/{}"),
        (r"/(download/(?:pdf/)?\d+\.pdf)" + END, "page:https://core.ac.uk/{}"),
    ),
    "osti.gov": rules(
        (
            r"/(?:biblio|pages/biblio|servlets/purl)/(\d+)(?:-[^/?]*)?" + END,
            "page:https://www.osti.gov/biblio/{}",
        )
    ),
    "ntrs.nasa.gov": rules(
        (r"/(citations/\d{11})" + END, "page:https://ntrs.nasa.gov/{}"),
        (r"/(api/citations/\d{11}/downloads/[\w.-]+\.pdf)" + END, "page:https://ntrs.nasa.gov/{}"),
    ),
    "microsoft.com": rules(
        (
            r"/(?:[a-z]{2}-[a-z]{2}/)?(research/publication/[\w-]+)" + END,
            "page:https://www.microsoft.com/en-us/{}/",
        ),
        (
            r"/(?:[a-z]{2}-[a-z]{2}/)?(research/(?:wp-content/)?uploads/[^?]+\.pdf)" + END,
            "page:https://www.microsoft.com/en-us/{}",
        ),
    ),
    "ai.meta.com": rules((r"/(research/publications/[\w-]+)" + END, "page:https://ai.meta.com/{}/")),
    "hdl.handle.net": rules(
        (r"/(?:doi:)?(10\.\d{4,9}/[^?]+)" + END, "doi:{}"),
        (r"/(\d[\d.]*/[\w.-]+)" + END, "page:https://hdl.handle.net/{}"),
    ),
    "diva-portal.org": rules(
        (
            r"/smash/(?:record\.jsf|get)[/?](?:.*&)?(?:pid=)?(diva2:\d+)(?:[&/].*)?$",
            "page:https://www.diva-portal.org/smash/record.jsf?pid={}",
        ),
    ),
    "pure.mpg.de": rules(
        (
            r"/(?:pubman/(?:faces/ViewItem(?:Overview|Full)?Page\.jsp\?(?:.*&)?itemId=|item/))(item_\d+)(?:_\d+)?(?:[&/].*)?$",
            "page:https://pure.mpg.de/pubman/item/{}",
        ),
    ),
    "karger.com": rules(
        (
            r"/Article/(?:FullText|Abstract|Pdf)/(\d{5,7})" + END,
            "page:https://www.karger.com/Article/FullText/{}",
        ),
    ),
    "lrec-conf.org": rules(
        (r"/proceedings/lrec\d{4}/(?:pdf|summaries)/(\d{4}\.lrec-\d+\.\d+)\.(?:pdf|html)" + END, "acl:{}"),
        (
            r"/(proceedings/lrec\d{4})/(?:pdf|summaries)/(\w+)\.(?:pdf|html)" + END,
            "page:http://www.lrec-conf.org/{}/summaries/{}.html",
        ),
    ),
    "scholar.archive.org": rules(
        (r"/(work/[a-z2-7]{26})(?:/[^?]*)?" + END, "page:https://scholar.archive.org/{}")
    ),
    "academia.edu": rules((r"/(\d{6,})/[^/?]+" + END, "page:https://www.academia.edu/{}/_")),
    "lens.org": rules(
        (
            r"/lens/scholar/article/(\d{3}(?:-\d{3}){3}-\d{2}[\dX])(?:/[^?]*)?" + END,
            "page:https://www.lens.org/lens/scholar/article/{}/main",
        ),
    ),
    "dimensions.ai": rules(
        (r"/(details/publication/pub\.\d+)" + END, "page:https://app.dimensions.ai/{}"),
    ),
    "mendeley.com": rules(
        (
            r"/(catalogue/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})" + END,
            "page:https://www.mendeley.com/{}/",
        ),
    ),
    "connectedpapers.com": rules(
        (rf"/main/{SHA}(?:/[^?]*)?" + END, "page:https://www.semanticscholar.org/paper/{}")
    ),
    "cdc.gov": rules(
        (r"/(eid/article/\d+/\d+/\d\d-\d{4})_article" + END, "page:https://wwwnc.cdc.gov/{}_article"),
    ),
    "machinelearning.apple.com": rules(
        (r"/(research/[\w-]+)" + END, "page:https://machinelearning.apple.com/{}")
    ),
    "deepmind.google": rules((r"/(research/publications/\d+)" + END, "page:https://deepmind.google/{}/")),
    "brill.com": rules(
        (
            r"/(?:view|abstract|display)/(journals/\w+/[\w-]+/[\w-]+/article-p\w+)\.xml" + END,
            "page:https://brill.com/view/{}.xml",
        ),
    ),
}
