"""Page of a published paper: rank, score on the league's scale, record, rubric, full assessments, all comparisons."""

from collections.abc import Sequence
from hashlib import sha256
from urllib.parse import quote, urlencode

from bot.exchange.file_rows import AssessmentRow
from bot.exchange.published_league import PublishedLeague, PublishedMatch, PublishedOpinion, PublishedPaper
from bot.papers.text.characters import storable
from handlers.assessments.assessment_view import NAMES
from handlers.publishing.html import Child, Html, outside, paragraphs, tag
from handlers.publishing.page_view import day, page
from handlers.publishing.places import slug

SCORES = ("significance", "rigor", "novelty", "clarity")
_WIDTH = 600


def paper_page(
    league: PublishedLeague,
    paper: PublishedPaper,
    near: Sequence[PublishedPaper],
    address: str,
    picture: str = "",
) -> str:
    """Return the HTML page of a paper; `near` are the papers of the league most similar to it.

    `address` and `picture` are the URLs of the page and of its picture, "" if unknown.
    """
    row, name = paper.paper, slug(paper.id)
    facts = [
        ", ".join(row.authors or ()),
        paper.category,
        row.venue or "",
        f"{row.published:%d %B %Y}".lstrip("0") if row.published else "",
    ]
    citations = [
        tag("li", tag("a", kind, href=f"{name}.{ending}", download=""))
        for kind, ending in (("BibTeX", "bib"), ("RIS", "ris"))
    ]
    closest = [tag("li", tag("a", each.paper.title, href=f"{slug(each.id)}.html")) for each in near]
    return page(
        row.title,
        league.name,
        league.at,
        tag("h1", row.title),
        tag("p", " · ".join(fact for fact in facts if fact), class_="soft"),
        tag("p", tag("strong", "Withdrawn.")) if row.withdrawn else None,
        tag("p", outside("Read the paper", row.url)) if row.url else None,
        tag(
            "p",
            "Added by ",
            league.people[row.submitted_by],
            " on ",
            day(row.submitted_at),
            ".",
            class_="soft",
        )
        if row.submitted_by in league.people
        else None,
        *_standing(league, paper),
        *([tag("h2", "Abstract"), paragraphs(row.abstract)] if row.abstract else []),
        *_reviews(paper.reviews),
        *([tag("h2", "Closest here"), tag("ul", *closest)] if closest else []),
        *_comparisons(league, paper),
        tag("h2", "Cite it"),
        tag("ul", *citations),
        *_share(row.title, address),
        root="../",
        summary=_summary(league, paper),
        address=address,
        picture=picture,
    )


def farewell_page(league: PublishedLeague) -> str:
    """Return the page that stands in place of a removed paper's."""
    words = "This paper is no longer in the league."
    return page("Removed", league.name, league.at, tag("h1", "Removed"), tag("p", words), root="../")


def _summary(league: PublishedLeague, paper: PublishedPaper) -> str:
    if paper.rating is None:
        return f"Not ranked yet in {league.name}"
    rated = sum(each.rating is not None for each in league.papers)
    return f"#{paper.rating.rank} of {rated} in {league.name}, {paper.rating.score:.0f} ± {paper.rating.interval:.0f}"


def _standing(league: PublishedLeague, paper: PublishedPaper) -> list[Child]:
    rating = paper.rating
    facts: list[tuple[str, str]] = []
    if rating is not None and paper.win_rate is not None:
        rated = sum(each.rating is not None for each in league.papers)
        facts = [
            ("Rank", f"#{rating.rank} of {rated}"),
            ("Likely rank", f"{rating.rank_low}–{rating.rank_high}"),
            ("Score", f"{rating.score:.0f} ± {rating.interval:.0f}"),
            ("Win rate", f"{paper.win_rate:.0%}"),
            ("Wins", f"{rating.wins}"),
            ("Losses", f"{rating.losses}"),
            ("Draws", f"{rating.draws}"),
            ("Matches", f"{rating.wins + rating.losses + rating.draws}"),
        ]
    if paper.paper.rating is not None:
        facts.append(("Rubric", f"{paper.paper.rating:g} of 10"))
        scores = [(name, getattr(paper.paper, name)) for name in SCORES]
        facts += [(name.capitalize(), f"{value:g} of 10") for name, value in scores if value is not None]
    cells = [tag("div", tag("dt", name), tag("dd", value)) for name, value in facts]
    return [
        tag("h2", "Standing"),
        None if rating is not None else tag("p", "Not ranked yet."),
        _scale(league, paper),
        tag("dl", *cells) if cells else None,
    ]


def _scale(league: PublishedLeague, paper: PublishedPaper) -> Html | None:
    """Draw a paper's score and its interval on the league's scale, from the lowest to the highest end of any interval."""
    rating = paper.rating
    ratings = [each.rating for each in league.papers if each.rating is not None]
    if rating is None or not ratings:
        return None
    low = min(each.score - each.interval for each in ratings)
    high = max(each.score + each.interval for each in ratings)
    span = (high - low) or 1.0

    def at(points: float) -> float:
        return round(20 + (points - low) / span * (_WIDTH - 40), 1)

    bottom, top = rating.score - rating.interval, rating.score + rating.interval
    begin, end = at(bottom), at(top)
    words = f"Score {rating.score:.0f}, likely {bottom:.0f} to {top:.0f}"
    return tag(
        "svg",
        tag("title", f"{words}, on a scale from {low:.0f} to {high:.0f}"),
        tag("line", x1=20, x2=_WIDTH - 20, y1=14, y2=14, stroke="currentColor", stroke_opacity="0.35"),
        tag(
            "rect",
            x=begin,
            y=9,
            width=max(end - begin, 2),
            height=10,
            rx=5,
            fill="currentColor",
            fill_opacity="0.3",
        ),
        tag("rect", x=at(rating.score) - 2, y=4, width=4, height=20, fill="currentColor"),
        tag("text", f"{low:.0f}", x=20, y=38, fill="currentColor", font_size=16),
        tag("text", f"{high:.0f}", x=_WIDTH - 20, y=38, fill="currentColor", font_size=16, text_anchor="end"),
        viewBox=f"0 0 {_WIDTH} 42",
        role="img",
        aria_label=f"{words}, on a scale from {low:.0f} to {high:.0f}",
    )


def _reviews(reviews: Sequence[AssessmentRow]) -> list[Child]:
    """Return all assessments of a paper in full, one tab for each model; in print, one below another."""
    if not reviews:
        return []
    tabs = [
        tag("li", tag("a", review.model or review.assessor, href=f"#assessment-{place}"))
        for place, review in enumerate(reviews, 1)
    ]
    return [
        tag("h2", "Assessments", id="assessments"),
        tag("nav", tag("ul", *tabs), class_="models", aria_label="Assessments by model")
        if len(reviews) > 1
        else None,
        tag("div", *(_review(place, review) for place, review in enumerate(reviews, 1)), class_="tabs"),
    ]


def _review(place: int, review: AssessmentRow) -> Html:
    name = review.model or review.assessor
    scores = [(each, getattr(review, each)) for each in ("rating", *SCORES)]
    given = ", ".join(f"{each} {value:g}" for each, value in scores if value is not None)
    parts: list[Child] = []
    for key, text in (review.sections or {}).items():
        parts += [tag("h4", NAMES.get(key, key.capitalize())), paragraphs(text)]
    read = f", from the {review.read}" if review.read else ""
    return tag(
        "section",
        tag("h3", name, id=f"assessment-{place}-name"),
        tag("p", f"{given}{read}. ", day(review.done_at) if review.done_at else None, class_="soft"),
        tag("p", tag("strong", review.contribution)) if review.contribution else None,
        *parts,
        id=f"assessment-{place}",
        class_="tab",
        aria_labelledby=f"assessment-{place}-name",
    )


def _comparisons(league: PublishedLeague, paper: PublishedPaper) -> list[Child]:
    titles = {each.id: each.paper.title for each in league.papers}
    shown = [match for match in paper.matches if match.opponent in titles]
    if not shown:
        return [tag("h2", "Comparisons"), tag("p", "None yet.")]
    return [
        tag("h2", f"Comparisons ({len(shown)})"),
        *(_comparison(match, titles[match.opponent]) for match in shown),
    ]


RESULTS = {"won": "Won against", "lost": "Lost to", "drawn": "Drew with"}
_SAID = {"won": "it won", "lost": "it lost", "drawn": "a draw"}
_LEADS = {
    "verdict": "judge ", "panel": "also on the panel: ", "swap": "with the papers swapped: ",
    "evidence": "asked again for the vote, with the papers swapped: ",
}  # fmt: skip


def _comparison(match: PublishedMatch, title: str) -> Html:
    """Return a comparison with what each judge said, in full; who said else than the result says so."""
    by = "Decided by the team's vote. " if match.by_team else ""
    link = tag("a", "Link", href=f"#{_anchor(match)}", class_="screen", aria_label=f"Link to: {title}")
    return tag(
        "article",
        tag("h3", f"{RESULTS[match.result]} ", tag("a", title, href=f"{slug(match.opponent)}.html")),
        tag("p", by, day(match.at), " ", link, class_="soft"),
        *(part for opinion in match.opinions for part in _opinion(match, opinion)),
        id=_anchor(match),
    )


def _opinion(match: PublishedMatch, opinion: PublishedOpinion) -> list[Child]:
    """Return who judged and how surely, the whole rationale, and the criteria."""
    criteria = ", ".join(f"{name} {result}" for name, result in opinion.criteria)
    is_alone = len(match.opinions) == 1 and opinion.said == match.result
    said = "" if is_alone else f" said {_SAID[opinion.said]}"
    who = f"{_LEADS[opinion.kind]}{opinion.judge}{said}, confidence {opinion.confidence:.0%}"
    return [
        tag("p", who[:1].upper() + who[1:], class_="soft"),
        paragraphs(opinion.rationale) if opinion.rationale else tag("p", "No rationale was recorded."),
        tag("p", f"On single criteria: {criteria}.", class_="soft") if criteria else None,
    ]


def _anchor(match: PublishedMatch) -> str:
    """Return the fragment of a comparison's link; it lasts, since a match keeps its key."""
    return f"match-{sha256(match.key.encode()).hexdigest()[:12]}"


def _share(title: str, address: str) -> list[Child]:
    """Return the links that hand a page's address on; none if the address is unknown. Nothing is loaded from there."""
    if not address:
        return []
    words = f"{storable(title)} {address}"
    ways = [
        tag(
            "a",
            "by mail",
            href=f"mailto:?{urlencode({'subject': storable(title), 'body': address}, quote_via=quote)}",
        ),
        outside("on Bluesky", f"https://bsky.app/intent/compose?{urlencode({'text': words})}"),
        outside(
            "on LinkedIn", f"https://www.linkedin.com/sharing/share-offsite/?{urlencode({'url': address})}"
        ),
        outside("on X", f"https://x.com/intent/post?{urlencode({'text': storable(title), 'url': address})}"),
    ]
    return [
        tag("h2", "Share it", class_="screen"),
        tag("p", tag("a", address, href=address), class_="address"),
        tag("ul", *(tag("li", way) for way in ways), class_="screen"),
    ]
