"""Answers on one paper: how certain its rank is, what its assessments say, which papers are similar."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.judges.offline_judge import OFFLINE_LABEL
from bot.questions.search.similar_papers import Similar
from handlers.blocks import ids, phrases
from handlers.blocks.answers import Answer, Frame, place
from handlers.blocks.builders import (
    Block,
    button,
    context,
    date,
    escape,
    link,
    one_line,
    paragraphs,
    scale_bar,
    section,
)
from handlers.blocks.feedback import ask_about_assessment
from handlers.blocks.text import from_markdown
from storage.standings.rating_rows import EntryRating

SCORES = ("rating", "significance", "rigor", "novelty", "clarity")
_TITLE = 120
_MOST_REVIEWS = 3
_MOST_AUTHORS = 8
_SECTIONS: dict[str, tuple[str, str]] = {
    "limitations": ("strengths", "Strengths and limitations"),
    "strengths": ("strengths", "Strengths and limitations"),
    "rigor": ("rigor", "Methodological rigor"),
    "impact": ("impact", "Potential impact"),
    "timeliness": ("timeliness", "Timeliness and relevance"),
    "contribution": ("contribution", "Core contribution"),
    "novelty": ("contribution", "Novelty"),
    "clarity": ("observations", "Clarity"),
}
"""Section key of an assessment and its heading, by aspect that a person may ask about."""
ASPECTS = tuple(_SECTIONS)


@dataclass(frozen=True, slots=True)
class NamedPaper:
    """A paper as an answer names it: its entry's id, its title and URL."""

    entry: int
    title: str
    url: str


@dataclass(frozen=True, slots=True)
class AspectReview:
    """An assessor's review: sections by key, the contribution in one sentence, scores from 1 to 10 by name."""

    assessment: int
    model: str
    sections: Mapping[str, str]
    contribution: str
    scores: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Place:
    """A paper's rank among the ranked papers of a league or category; `code` is the category's, "" for the league."""

    name: str
    code: str
    place: int
    ranked: int


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a paper comes from: authors, dates and venue as its source says, and who brought it here and when."""

    authors: Sequence[str]
    published: datetime | None
    venue: str | None
    categories: Sequence[str]
    submitted_by: str
    submitted_at: datetime


def origin_answer(paper: NamedPaper, origin: Origin, page: ids.Page) -> Answer:
    """Return who wrote a paper, when and where it appeared, and who brought it here."""
    names = ", ".join(origin.authors[:_MOST_AUTHORS])
    more = len(origin.authors) - _MOST_AUTHORS
    lines = [
        f"By {escape(names)}{f' and {more} more' if more > 0 else ''}."
        if names
        else "Its source names no author."
    ]
    if origin.published is not None:
        venue = f" in {escape(origin.venue)}" if origin.venue else ""
        lines.append(f"Published {origin.published:%-d %B %Y}{venue}.")
    if origin.categories:
        lines.append(f"Filed under {escape(', '.join(origin.categories))}.")
    lines.append(f"<@{origin.submitted_by}> brought it here {date(origin.submitted_at)}.")
    title = f"*{link(paper.url, one_line(paper.title, _TITLE))}*"
    return Answer(
        f"{escape(one_line(paper.title, 60))}: {' '.join(lines)}",
        (section("\n".join((title, *lines))),),
        Frame(page),
        (button("Cite", *ids.ASK.carry(ids.Question("cite", 0, 0, f"entry:{paper.entry}"))),),
    )


def places_answer(
    paper: NamedPaper, whole: Place | None, in_categories: Sequence[Place], page: ids.Page
) -> Answer:
    """Return the answer that lists a paper's rank in each of its categories and in the league."""
    lines = [f"*#{each.place} of {each.ranked}* in {escape(each.name)}" for each in in_categories]
    if whole is None:
        lines = ["It isn't ranked yet."]
    else:
        lines = lines or ["Its source names no category."]
        lines.append(f"#{whole.place} of {whole.ranked} in the whole league {escape(whole.name)}")
    title = f"*{link(paper.url, one_line(paper.title, _TITLE))}*"
    buttons = [
        button(
            f"Board of {each.code}",
            *ids.PAGE.carry(ids.Page("board", page.league, 0, words=f"in {each.code}"), each.code),
        )
        for each in in_categories[:_MOST_REVIEWS]
        if each.ranked > 1
    ]
    plain = ", ".join(lines).replace("*", "")
    return Answer(
        f"{escape(one_line(paper.title, 60))}: {plain}",
        (section(f"{title}\n" + "\n".join(lines)),),
        Frame(page),
        tuple(buttons),
    )


def sure_answer(
    paper: NamedPaper,
    figures: EntryRating | None,
    scale: tuple[float, float, int],
    target: float,
    page: ids.Page,
) -> Answer:
    """Return the intervals of a paper's score and rank in words, and what would narrow them.

    `scale` are the ends of the league's scale, and how many papers are ranked.
    """
    title = f"*{link(paper.url, one_line(paper.title, _TITLE))}*"
    if figures is None:
        text = "It isn't ranked yet, so nothing is sure about its place."
        return Answer(
            f"{escape(one_line(paper.title, 60))}: {text}", (section(f"{title}\n{text}"),), Frame(page)
        )
    low, high = figures.score - figures.interval, figures.score + figures.interval
    bottom, top, ranked = scale
    sentences = [
        f"It is #{figures.rank} of {ranked}, likely between #{figures.rank_low} and #{figures.rank_high}.",
        f"Its score is {figures.score:.0f} ± {figures.interval:.0f}: in 95 of 100 cases it is {low:.0f} to {high:.0f}.",
        _rest(figures, target),
    ]
    text = " ".join(sentences)
    blocks = (
        section(f"{title}\n" + "\n".join(sentences)),
        context(scale_bar(figures.score, figures.interval, bottom, top)),
    )
    buttons = (button("Its matches", *ids.HISTORY.carry(ids.OfEntry(paper.entry))),)
    return Answer(f"{escape(one_line(paper.title, 60))}: {text}", blocks, Frame(page), buttons)


def _rest(figures: EntryRating, target: float) -> str:
    if not figures.matches:
        return "It has played no match: its place rests on people's choices in duels alone."
    matches = phrases.count(figures.matches, "match", "matches")
    if figures.interval <= target:
        return f"That comes from {matches}, and is certain enough for this league (±{target:g})."
    return f"That comes from {matches}. More matches make it more certain, up to ±{target:g}."


def assessment_answer(paper: NamedPaper, reviews: Sequence[AspectReview], page: ids.Page) -> Answer:
    """Return what assessors say on the aspect in `page.words`, or on the contribution if none is named."""
    aspect = page.words if page.words in _SECTIONS else ""
    key, heading = _SECTIONS.get(aspect, ("contribution", "Assessment"))
    title = f"*{link(paper.url, one_line(paper.title, _TITLE))}*"
    whole = (button("Whole assessment", *ids.ASSESSMENT.carry(ids.OfReview(paper.entry))),)
    if not reviews:
        text = "No assessment of it is finished yet."
        return Answer(
            f"{escape(one_line(paper.title, 60))}: {text}", (section(f"{title}\n{text}"),), Frame(page)
        )
    blocks: list[Block] = [section(f"{title}\n*{heading}*")]
    for review in reviews[:_MOST_REVIEWS]:
        blocks += _opinion(review, aspect, key)
    summary = _summary(reviews[0], aspect, key)
    return Answer(
        f"{heading} of {escape(one_line(paper.title, 60))}: {summary}", tuple(blocks), Frame(page), whole
    )


def _opinion(review: AspectReview, aspect: str, key: str) -> list[Block]:
    words = _without_label(review.sections.get(key) or review.contribution)
    blocks = paragraphs(from_markdown(words), 3) if words else [section("It says nothing about that.")]
    facts = context(" · ".join([escape(review.model), *_scores(review, aspect)]))
    return [*blocks, facts, ask_about_assessment(review.assessment)]


def _scores(review: AspectReview, aspect: str) -> list[str]:
    name = {
        "impact": "significance",
        "limitations": "",
        "strengths": "",
        "contribution": "",
        "timeliness": "",
    }
    shown = [name.get(aspect, aspect)] if aspect else list(SCORES)
    return [f"{each} {review.scores[each]:g} of 10" for each in shown if each in review.scores]


def _summary(review: AspectReview, aspect: str, key: str) -> str:
    words = _without_label(review.sections.get(key) or review.contribution)
    return escape(one_line(words, 200)) or ", ".join(_scores(review, aspect))


def _without_label(words: str) -> str:
    return words.removeprefix(f"{OFFLINE_LABEL}. ")


def similar_answer(similar: Similar, page: ids.Page) -> Answer:
    """Return the most similar papers with the words they share, or that no paper is similar."""
    title = f"*{link(similar.url, one_line(similar.title, _TITLE))}*"
    name = escape(one_line(similar.title, 60))
    if not similar.papers:
        text = "No paper of this league is close to it by title and abstract."
        return Answer(f"{name}: {text}", (section(f"{title}\n{text}"),), Frame(page))
    lines = [
        f"• {place(paper.rank)} {link(paper.url, one_line(paper.title, 80))}  _{escape(', '.join(paper.words))}_"
        for paper in similar.papers
    ]
    first = similar.papers[0]
    pair = ids.Page("vs", similar.league, 0, similar.entry, first.entry)
    buttons = (button("Compare with the closest", *ids.PAGE.carry(pair, "closest")),)
    blocks = (
        section(f"Closest here to {title}\n" + "\n".join(lines)),
        context("Found by the words of titles and abstracts, without a model."),
    )
    closest = ", ".join(escape(one_line(paper.title, 50)) for paper in similar.papers[:3])
    return Answer(f"Closest to {name}: {closest}", blocks, Frame(page), buttons)
