"""Builds the Atom feed of a published league: its papers and its finished weeks and months, newest first."""

from datetime import datetime

from bot.exchange.published_league import PastPeriod, PublishedLeague, PublishedPaper
from handlers.publishing.html import Html, joined, tag
from handlers.publishing.places import paper_file, slug

MOST = 50
"""Maximum number of entries."""
LEADERS = 5
"""Number of papers that the entry of a finished week names."""


def feed(league: PublishedLeague, address: str) -> str:
    """Return the Atom feed; `address` is the URL where the board will be published, or "" for relative links."""
    own = f"tag:paperbout.invalid,{league.began:%Y-%m-%d}:league-{league.began.timestamp():.0f}"
    items = [(_changed(paper), paper.id, _entry(paper, own, address)) for paper in league.papers]
    items += [
        (period.until, period.name, _period(league, period, own, address))
        for period in league.periods
        if period.is_over and period.rows
    ]
    newest = sorted(items, reverse=True)[:MOST]
    parts = [
        tag("id", own),
        tag("title", league.name),
        tag("updated", _moment(newest[0][0] if newest else league.at)),
        tag("author", tag("name", "Paperbout")),
        _link(f"{address}feed.xml", "self"),
        _link(f"{address}index.html", "alternate"),
        *(entry for _at, _name, entry in newest),
    ]
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f'<feed xmlns="http://www.w3.org/2005/Atom">{joined(parts)}</feed>\n'
    )


def _entry(paper: PublishedPaper, own: str, address: str) -> Html:
    rating = paper.rating
    line = f"#{rating.rank}, {rating.score:.0f} ± {rating.interval:.0f}" if rating else "Not ranked yet"
    said = next((review.contribution for review in paper.reviews if review.contribution), None)
    authors = [
        tag("author", tag("name", author)) for author in (paper.paper.authors or ())[:20] if author.strip()
    ]
    return tag(
        "entry",
        tag("id", f"{own}/{slug(paper.id)}"),
        tag("title", paper.paper.title),
        tag("updated", _moment(_changed(paper))),
        tag("published", _moment(paper.paper.submitted_at)),
        *authors,
        _link(f"{address}{paper_file(paper.id)}", "alternate"),
        tag("summary", f"{line}. {said or ''}".strip()),
    )


def _period(league: PublishedLeague, period: PastPeriod, own: str, address: str) -> Html:
    """Return the entry of a finished week or month: its first papers."""
    titles = {paper.id: paper.paper.title for paper in league.papers}
    leaders = [f"#{rating.rank} {titles[paper]}" for paper, rating in period.rows if paper in titles][
        :LEADERS
    ]
    return tag(
        "entry",
        tag("id", f"{own}/{period.name}"),
        tag("title", f"{league.name}, {period.title}"),
        tag("updated", _moment(period.until)),
        _link(f"{address}archive/{period.name}.html", "alternate"),
        tag("summary", "; ".join(leaders) or "No paper was ranked yet."),
    )


def _changed(paper: PublishedPaper) -> datetime:
    """Return when a paper last changed: when it was added, reviewed, or first compared."""
    reviewed = [review.done_at for review in paper.reviews if review.done_at is not None]
    return max([paper.paper.submitted_at, *reviewed])


def _link(href: str, rel: str) -> Html:
    return Html(f'<link href="{_escaped(href)}" rel="{rel}"/>')


def _escaped(text: str) -> str:
    return joined([text])


def _moment(at: datetime) -> str:
    return at.isoformat(timespec="seconds")
