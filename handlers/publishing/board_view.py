"""Pages of a published league's board, one for each sort order, and of the boards of past weeks and months."""

from collections.abc import Callable
from typing import Any, NamedTuple

from bot.exchange.published_league import PastPeriod, PublishedLeague, PublishedPaper
from handlers.publishing.html import Child, Html, tag
from handlers.publishing.page_view import day, page, table
from handlers.publishing.places import paper_file

UNKNOWN = "–"


class Order(NamedTuple):
    """A sort order of the board: its page, label, position among the columns, and sort key."""

    file: str
    label: str
    column: int
    key: Callable[[PublishedPaper], Any]
    descending: bool = False


ORDERS = (
    Order("index.html", "rank", 0, lambda p: (p.rating is None, p.rating.rank if p.rating else 0)),
    Order("by-title.html", "title", 1, lambda p: p.paper.title.casefold()),
    Order(
        "by-certainty.html",
        "certainty",
        2,
        lambda p: (p.rating is None, p.rating.interval if p.rating else 0),
    ),
    Order(
        "by-win-rate.html",
        "win rate",
        3,
        lambda p: -(p.win_rate if p.win_rate is not None else -1),
        descending=True,
    ),
    Order("by-matches.html", "matches", 4, lambda p: -len(p.matches), descending=True),
    Order("by-rubric.html", "rubric", 5, lambda p: -(p.paper.rating or 0), descending=True),
    Order("by-category.html", "category", 6, lambda p: (not p.category, p.category.casefold())),
    Order("by-date.html", "date added", 7, lambda p: -p.paper.submitted_at.timestamp(), descending=True),
)


def board_page(league: PublishedLeague, order: Order, address: str, picture: str = "") -> str:
    """Return the HTML page of the board in a sort order; `picture` is the URL of its picture."""
    names = ("Rank", "Paper", "Score", "Win rate", "Matches", "Rubric", "Category", "Added")
    direction = "descending" if order.descending else "ascending"
    columns: list[tuple[Child, bool, str | None]] = [
        (
            tag("a", name, href=ORDERS[place].file, title=f"Sort by {ORDERS[place].label}"),
            place in {0, 2, 3, 4, 5},
            direction if place == order.column else None,
        )
        for place, name in enumerate(names)
    ]
    rows = [_row(paper) for paper in sorted(league.papers, key=lambda each: (order.key(each), each.id))]
    count = len(league.papers)
    rated = sum(paper.rating is not None for paper in league.papers)
    summary = f"{count} papers, {rated} of them ranked by matches"
    files = [
        tag("li", tag("a", name, href=f"references.{ending}", download=""))
        for name, ending in (("BibTeX", "bib"), ("RIS", "ris"), ("CSL-JSON", "json"))
    ]
    return page(
        f"{league.name}: papers by {order.label}",
        league.name,
        league.at,
        tag("h1", league.name),
        tag("p", league.purpose) if league.purpose else None,
        tag("nav", tag("ul", *_orders(order)), class_="orders", aria_label="Sort orders"),
        table(f"{summary}, by {order.label}", columns, rows),
        tag("h2", "Citations"),
        tag("ul", *files),
        tag("p", EXPLAINED, class_="soft"),
        summary=summary,
        address=address,
        picture=picture,
    )


def _orders(order: Order) -> list[Html]:
    """Return links to all sort orders, for phones, which don't show each column's heading."""
    return [
        tag(
            "li", tag("a", f"By {each.label}", href=each.file, aria_current="page" if each is order else None)
        )
        for each in ORDERS
    ]


EXPLAINED = (
    "A score of 1500 is average; ± is the half-width of the 95\u00a0% interval. Ranks come from matches in which judges, "
    "and people who overruled them, said which of two papers matters more. The rubric is an assessment from 1 to 10."
)


def _row(paper: PublishedPaper) -> list[Child]:
    rating, row = paper.rating, paper.paper
    return [
        f"{rating.rank}" if rating else UNKNOWN,
        tag("a", row.title, href=paper_file(paper.id)),
        f"{rating.score:.0f} ± {rating.interval:.0f}" if rating else UNKNOWN,
        UNKNOWN if paper.win_rate is None else f"{paper.win_rate:.0%}",
        f"{len(paper.matches)}",
        UNKNOWN if row.rating is None else f"{row.rating:g}",
        paper.category or UNKNOWN,
        day(row.submitted_at),
    ]


def period_page(league: PublishedLeague, period: PastPeriod, address: str, picture: str = "") -> str:
    """Return the HTML page of the board at the end of a week or month; says so if that period isn't over."""
    titles = {paper.id: paper.paper.title for paper in league.papers}
    rows: list[list[Child]] = [
        [
            f"{rating.rank}",
            tag("a", titles[paper], href=f"../{paper_file(paper)}"),
            f"{rating.score:.0f} ± {rating.interval:.0f}",
            f"{rating.rank_low}–{rating.rank_high}",
            f"{rating.matches}",
        ]
        for paper, rating in period.rows
        if paper in titles
    ]
    columns: list[tuple[Child, bool, str | None]] = [
        ("Rank", True, "ascending"), ("Paper", False, None), ("Score", True, None),
        ("Likely rank", True, None), ("Matches", True, None),
    ]  # fmt: skip
    state = "as it ended" if period.is_over else "so far"
    return page(
        f"{league.name}, {period.title}",
        league.name,
        min(period.until, league.at),
        tag("h1", f"{league.name}, {period.title}"),
        table(f"{len(rows)} ranked papers, {state}", columns, rows)
        if rows
        else tag("p", "No paper was ranked yet."),
        root="../",
        summary=f"{period.title}, the board {state}",
        address=address,
        picture=picture,
    )


def archive_page(league: PublishedLeague, address: str) -> str:
    """Return the HTML page that lists all weeks and months."""

    def listed(heading: str, periods: list[PastPeriod]) -> list[Html]:
        items = [
            tag(
                "li",
                tag("a", period.title, href=f"{period.name}.html"),
                None if period.is_over else " (so far)",
            )
            for period in periods
        ]
        return [tag("h2", heading), tag("ul", *items)]

    weeks = [period for period in league.periods if "W" in period.name]
    months = [period for period in league.periods if "W" not in period.name]
    return page(
        f"{league.name}: weeks and months",
        league.name,
        league.at,
        tag("h1", "Weeks and months"),
        *(listed("Months", months) + listed("Weeks", weeks) if league.periods else [tag("p", "None yet.")]),
        root="../",
        address=address,
    )
