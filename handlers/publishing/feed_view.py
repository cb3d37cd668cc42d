"""Builds the Atom feed of a published league: its papers, newest first, and its finished weeks."""

from datetime import datetime

from bot.exchange.published_league import PublishedLeague, PublishedPaper
from handlers.publishing.html import Html, joined, tag
from handlers.publishing.places import paper_file, slug

MOST = 50


def feed(league: PublishedLeague, address: str) -> str:
    """Return the Atom feed; `address` is the URL where the board will be published, or "" for relative links."""
    newest = sorted(league.papers, key=lambda each: (each.paper.submitted_at, each.id), reverse=True)[:MOST]
    moments = [league.at] if not newest else [max(_changed(paper) for paper in newest)]
    name = slug(league.name) or "league"
    begun = min((paper.paper.submitted_at for paper in league.papers), default=league.at)
    own = f"tag:paperbout.invalid,{begun:%Y-%m-%d}:{name}"
    parts = [
        tag("id", own),
        tag("title", league.name),
        tag("updated", _moment(moments[0])),
        tag("author", tag("name", "Paperbout")),
        _link(f"{address}feed.xml", "self"),
        _link(f"{address}index.html", "alternate"),
        *(_entry(paper, own, address) for paper in newest),
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
