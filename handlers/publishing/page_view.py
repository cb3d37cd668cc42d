"""The frame of a published page: head, navigation and footer, without scripts or anything loaded from elsewhere."""

from datetime import datetime

from handlers.publishing.html import Child, Html, joined, tag

POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
"""Content security policy of published pages: no script, image, font or frame is loaded."""

STYLE = """\
:root{color-scheme:light dark;--ink:#1b1b1f;--paper:#fff;--soft:#52525b;--line:#d4d4d8;--link:#0b4fb3}
@media (prefers-color-scheme:dark){:root{--ink:#ececf1;--paper:#18181b;--soft:#b4b4bd;
--line:#3f3f46;--link:#9cc2ff}}
*{box-sizing:border-box}
body{margin:0 auto;padding:1rem;max-width:62rem;
font:1rem/1.55 system-ui,sans-serif;color:var(--ink);background:var(--paper)}
a{color:var(--link)}a:focus-visible{outline:3px solid var(--link);outline-offset:2px}
.skip{position:absolute;left:-99rem}.skip:focus{left:1rem}
h1{font-size:1.7rem;line-height:1.2}h2{font-size:1.25rem;margin-top:2rem}h3{font-size:1.05rem}
.soft{color:var(--soft)}nav ul{display:flex;flex-wrap:wrap;gap:.3rem 1rem;padding:0;list-style:none}
[aria-current]{font-weight:700;text-decoration:none;color:inherit}
.wide{overflow-x:auto}
tbody th{min-width:9rem;overflow-wrap:anywhere}
.models a{display:block;padding:.2rem .7rem;border:1px solid var(--line);border-radius:.4rem}
table{border-collapse:collapse;width:100%}caption{text-align:left;color:var(--soft)}.orders{display:none}
th,td{padding:.35rem .6rem;text-align:left;border-bottom:1px solid var(--line);vertical-align:top}
@media screen and (max-width:36rem){th,td{padding:.3rem}tbody th{min-width:0}
.wide :is(th,td):nth-child(n+4):not(.sorted){display:none}.orders{display:block}}
[aria-sort=ascending]::after{content:" ▲"/""}[aria-sort=descending]::after{content:" ▼"/""}
.n{text-align:right;white-space:nowrap}
dl{display:grid;grid-template-columns:repeat(auto-fit,minmax(9rem,1fr));gap:.8rem}dt{color:var(--soft)}dd{margin:0;font-size:1.15rem;font-weight:600}
article{border-top:1px solid var(--line);padding:.6rem 0}article h3{margin:.2rem 0}
svg{display:block;width:100%;max-width:44rem;height:auto}
.tab{display:none;scroll-margin-top:7rem}.tab:target,.tabs:not(:has(.tab:target)) .tab:first-of-type{display:block}
@supports not selector(:has(a)){.tab{display:block}}
article:target{outline:3px solid var(--line);outline-offset:4px}
footer{margin-top:3rem;border-top:1px solid var(--line)}
@media print{nav,.skip{display:none}.tab{display:block!important}body{max-width:none}
.wide{overflow:visible}.screen{display:none}
a{color:inherit}p:not(.address)>a[href^=http]::after{content:" (" attr(href) ")";overflow-wrap:anywhere}
h1,h2,h3,h4{break-after:avoid}article,tr{break-inside:avoid}}
"""
MOST_TABS = 12
"""Maximum number of tabs that are marked as the current one; more are rare, and only unmarked."""
STYLE += (
    "".join(
        f".models:has(~.tabs #assessment-{place}:target) li:nth-child({place}) a{{font-weight:700}}\n"
        for place in range(1, MOST_TABS + 1)
    )
    + ".models:not(:has(~.tabs .tab:target)) li:first-child a{font-weight:700}\n"
)


def page(
    title: str,
    league: str,
    at: datetime,
    *main: Child,
    root: str = "",
    summary: str = "",
    address: str = "",
    picture: str = "",
) -> str:
    """Return a whole HTML page.

    `root` is the relative path to the board's folder; `address` is the URL where the page will be published and
    `picture` that of its picture, "" if unknown.
    """
    head = joined(
        [
            tag("meta", charset="utf-8"),
            tag("meta", http_equiv="Content-Security-Policy", content=POLICY),
            tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
            tag("meta", name="referrer", content="no-referrer"),
            tag("title", title),
            tag("meta", name="description", content=summary or title),
            tag("meta", property="og:title", content=title),
            tag("meta", property="og:description", content=summary or title),
            tag("meta", property="og:type", content="website"),
            tag("meta", property="og:site_name", content=league),
            tag("meta", property="og:url", content=address) if address else None,
            *_picture(title, picture),
            tag("link", rel="canonical", href=address) if address else None,
            tag("link", rel="alternate", type="application/atom+xml", title=league, href=f"{root}feed.xml"),
            Html(f"<style>{STYLE}</style>"),
        ]
    )
    ways = [("Board", "index.html"), ("Weeks and months", "archive/index.html"), ("Feed", "feed.xml")]
    items = [tag("li", tag("a", name, href=f"{root}{where}")) for name, where in ways]
    body = joined(
        [
            tag("a", "Skip to the content", href="#content", class_="skip"),
            tag("header", tag("p", tag("strong", league)), tag("nav", tag("ul", *items), aria_label="Pages")),
            tag("main", *main, id="content"),
            tag("footer", tag("p", "As of ", day(at), ", by Paperbout.", class_="soft")),
        ]
    )
    return f'<!doctype html>\n<html lang="en"><head>{head}</head><body>{body}</body></html>\n'


def _picture(title: str, address: str) -> list[Html]:
    if not address:
        return []
    return [
        tag("meta", property="og:image", content=address),
        tag("meta", property="og:image:type", content="image/png"),
        tag("meta", property="og:image:width", content=1200),
        tag("meta", property="og:image:height", content=630),
        tag("meta", property="og:image:alt", content=title),
        tag("meta", name="twitter:card", content="summary_large_image"),
    ]


def day(at: datetime) -> Html:
    """Return a date as a `time` element, which programs can read too."""
    return tag("time", f"{at:%d %B %Y}".lstrip("0"), datetime=f"{at:%Y-%m-%d}")


def table(caption: str, columns: list[tuple[Child, bool, str | None]], rows: list[list[Child]]) -> Html:
    """Return an HTML table; the second cell of each row is its heading.

    Columns are (heading, whether its cells are numbers, `aria-sort`). A phone shows the first three and the sorted one.
    """
    classes = [
        " ".join(word for word in ("n" if is_number else "", "sorted" if order else "") if word) or None
        for _name, is_number, order in columns
    ]
    head = [
        tag("th", name, scope="col", class_=class_, aria_sort=order)
        for (name, _is_number, order), class_ in zip(columns, classes, strict=True)
    ]
    body = []
    for row in rows:
        cells = [
            tag("th", cell, scope="row") if place == 1 else tag("td", cell, class_=classes[place])
            for place, cell in enumerate(row)
        ]
        body.append(tag("tr", *cells))
    inside = (tag("caption", caption), tag("thead", tag("tr", *head)), tag("tbody", *body))
    return tag("div", tag("table", *inside), class_="wide", tabindex=0, role="region", aria_label=caption)
